"""The mock as a command, in a process of its own."""

import contextlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from unittest.mock import patch

from ncp_mock.__main__ import _parser, _serve


@contextlib.contextmanager
def mock_process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``python`` with these arguments, which starts a mock and prints its URL; and the URL."""
    process = subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        url = next(found[0] for line in process.stdout if (found := re.search(r"http://[0-9.:\[\]]+:\d+", line)))
        yield process, url
    finally:
        process.kill()
        process.communicate()


COMMAND = ("-m", "ncp_mock", "--port", "0")


def refused(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What the command says to arguments with which it never answers, in this process."""
    with (
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
        patch("ncp_mock.Mock.wait", return_value="it was not refused"),  # else it would go on until Ctrl-C
    ):
        try:
            code = _serve(_parser().parse_args(arguments))
        except SystemExit as error:
            code = int(error.code or 0)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
