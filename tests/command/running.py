"""The command as its users run it: a process of its own, in a pipe or on a terminal."""

import contextlib
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ncp_mock import NcpMock

COMMAND = str(Path(sys.executable).with_name("ncp-vserver"))
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


def surroundings(mock: NcpMock | None, **more: str) -> dict[str, str]:
    """The environment to run it in."""
    return os.environ | (mock.environment if mock else {}) | {"TERM": "xterm-256color", "CI": ""} | more


def run(
    mock: NcpMock | None, *arguments: str, command: Sequence[str] = (COMMAND,), **more: str
) -> subprocess.CompletedProcess[str]:
    """Run it in a pipe, to its end."""
    return subprocess.run(
        [*command, *arguments],
        env=surroundings(mock, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@contextlib.contextmanager
def started(
    mock: NcpMock, *arguments: str, command: Sequence[str] = (COMMAND,), stderr: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """The command, running in a pipe."""
    process = subprocess.Popen(
        [*command, *arguments],
        env=surroundings(mock),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def lines_of(output: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The objects of ``--json``, and the summary, which must be there and last."""
    *rows, last = [json.loads(line) for line in output.splitlines()]
    assert list(last) == ["summary"]
    assert not any("summary" in row for row in rows)
    return rows, last["summary"]


def outcomes_of(output: str) -> dict[str, str]:
    """The outcome of each server by its number, of ``--json``."""
    rows, summary = lines_of(output)
    outcomes = {row["serverInstanceNo"]: row["outcome"] for row in rows}
    assert len(outcomes) == len(rows) == summary["servers"]
    assert sum(summary["outcomes"].values()) == len(rows)
    return outcomes


def asked_for(mock: NcpMock, operation: str) -> list[list[str]]:
    """The server instance numbers of each request for an operation."""
    targets = [record.target for record in mock.requests if f"/{operation}?" in record.target]
    return [re.findall(r"serverInstanceNoList\.\d+=(\d+)", target) for target in targets]


class Terminal:
    """A terminal of 80 columns and 24 lines with the command on it, for as long as the ``with`` block lasts.

    Without arguments, it is a shell that can stop the command and go on with it.
    """

    def __init__(
        self,
        mock: NcpMock,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = (COMMAND,),
    ) -> None:
        self._command = [*command, *arguments] if arguments else ["bash", "--norc", "--noprofile", "-i"]
        self._environment = surroundings(mock) | dict(environment or {})
        self._changed = threading.Condition()
        self._bytes = b""
        self._ended = False

    def __enter__(self) -> "Terminal":
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=_take_terminal,
        )
        os.close(slave)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.kill()
        self.process.wait()
        self._thread.join()
        os.close(self._master)

    @property
    def written(self) -> str:
        """All that was written to it, escape sequences included."""
        return self._bytes.decode("utf-8", "replace")

    @property
    def text(self) -> str:
        """All that was written to it, without them."""
        return _ESCAPES.sub("", self.written)

    def type(self, keys: str) -> None:
        """Press keys."""
        self._before = self.text
        os.write(self._master, os.fsencode(keys))

    def wait_for(self, text: str) -> None:
        """Wait until a text was written."""
        self._wait_for(text, 1)

    def wait_for_more(self, text: str) -> None:
        """Wait until a text was written since the last keys were pressed."""
        self._wait_for(text, self._before.count(text) + 1)

    def _wait_for(self, text: str, times: int) -> None:
        with self._changed:
            seen = self._changed.wait_for(lambda: self.text.count(text) >= times or self._ended, 20)
        assert seen, self.text
        assert self.text.count(text) >= times

    def end(self) -> int:
        """Wait for the command's end, and return its exit code."""
        code = self.process.wait(30)
        self._thread.join(10)
        return code

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the command has ended
                data = b""
            with self._changed:
                self._bytes += data
                self._ended = not data
                self._changed.notify_all()
            if not data:
                return


def _take_terminal() -> None:
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
