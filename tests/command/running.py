"""The command in a pipe: in this process, which is quick, or in one of its own, as its users run it."""

import contextlib
import errno
import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ncp_mock import NcpMock
from ncp_vserver._command import _main
from ncp_vserver._command.signals import Interrupts
from support.patience import PATIENCE

COMMAND = str(Path(sys.executable).with_name("ncp-vserver"))


def surroundings(mock: NcpMock | None, **more: str) -> dict[str, str]:
    """The environment to run it in."""
    return os.environ | (mock.environment if mock else {}) | {"TERM": "xterm-256color", "CI": ""} | more


def run(
    mock: NcpMock | None,
    *arguments: str,
    encoding: str = "utf-8",
    stdout: str = "pipe",
    signal: str = "none",
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """Run it to its end in this process.

    All is as in a process of its own, but for signals, terminals, and what stands below the streams: a test about
    these takes ``run_apart``.

    Args:
        mock: Whom it asks.
        arguments: The command line.
        encoding: That of its streams.
        stdout: "pipe", or "full disk".
        signal: "none", or "has come": then it ends the work at its first moment.
        more: Environment variables.
    """
    # Its help is as wide as the terminal on which the tests run.
    environment = surroundings(mock, **{"COLUMNS": "80"} | more)
    interrupts = Interrupts()
    interrupts.struck = signal == "has come"
    written, said = io.BytesIO(), io.BytesIO()
    out = io.TextIOWrapper(io.BufferedWriter(_FullDisk()) if stdout == "full disk" else written, encoding=encoding)
    err = io.TextIOWrapper(said, encoding=encoding, errors="backslashreplace")
    with (
        Path(os.devnull).open(encoding="utf-8") as nothing,
        patch.dict(os.environ, environment, clear=True),
        patch.multiple(sys, argv=[COMMAND, *arguments], stdin=nothing, stdout=out, stderr=err),
        logging_left_alone(),
    ):
        code = _main(interrupts)
    out.flush()
    err.flush()
    return subprocess.CompletedProcess(
        arguments, code, written.getvalue().decode(encoding), said.getvalue().decode(encoding)
    )


@contextlib.contextmanager
def logging_left_alone() -> Iterator[None]:
    """Undo what ``--verbose`` does to the logging of this process."""
    loggers = [logging.getLogger(name) for name in ("ncp_signer", "ncp_vserver")]
    former = [(logger, logger.level, logger.handlers[:]) for logger in loggers]
    with patch.object(logging, "raiseExceptions", logging.raiseExceptions):
        try:
            yield
        finally:
            for logger, level, handlers in former:
                logger.setLevel(level)
                logger.handlers[:] = handlers


class _FullDisk(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def run_apart(
    mock: NcpMock | None, *arguments: str, command: Sequence[str] = (COMMAND,), **more: str
) -> subprocess.CompletedProcess[str]:
    """Run it to its end in a process of its own."""
    return subprocess.run(
        [*command, *arguments],
        env=surroundings(mock, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
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
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # on Windows a Ctrl-Break is for a group
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
