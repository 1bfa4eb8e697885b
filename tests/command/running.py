"""The command as its users run it: a process of its own, in a pipe."""

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ncp_mock import NcpMock

COMMAND = str(Path(sys.executable).with_name("ncp-vserver"))


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
