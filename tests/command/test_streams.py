"""Where the command writes: reports to standard output, talk to standard error, in any surroundings."""

import contextlib
import io
import json
import logging
import os
import subprocess

import pytest
from ncp_mock import NcpMock
from ncp_vserver._command.screen.streams import _console
from ncp_vserver._command.work.session import _log
from rich.text import Text
from support.wire import Wire, answer

from command.running import COMMAND, lines_of, logging_left_alone, run, run_apart, surroundings

LOST = ("> >(exec <&-)", ">/dev/full", ">&-")
BUSY, WRONG = ("reboot 15 --yes --json", 3), ("nope", 2)
HEADINGS = ["NUMBER", "NAME", "ZONE", "STATUS", "OPERATION", "OUTCOME"]


def shell(mock: NcpMock, script: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", script], env=surroundings(mock, **more), capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def test_table(slow: NcpMock) -> None:
    process = run(slow, "reboot", "11", "13", "--yes")

    lines = [line.split() for line in process.stdout.splitlines()]
    assert lines == [
        HEADINGS,
        ["11", "web-1", "KR-1", "RUN", "RESTA", "accepted"],
        ["13", "결제-1", "KR-1", "RUN", "RESTA", "accepted"],
    ]
    assert process.stdout.splitlines()[2].startswith("13      결제-1  KR-1")  # a Hangul letter takes two columns
    assert process.stderr == "2 accepted.\nAccepted has only begun. To wait for it: ncp-vserver wait 11 13\n"


def test_progress_in_lines(slow: NcpMock) -> None:
    process = run(slow, "reboot", "--name", "web-*", "--yes", "--wait", "0.2s", "--poll", "0.02s")

    talk = process.stderr.splitlines()
    assert "under way: 11 web-1, 12 web-2" in talk
    [end] = [line for line in talk if line.startswith("2 waiting after ")]
    assert talk.index("under way: 11 web-1, 12 web-2") < talk.index(end)
    assert talk.count("under way: 11 web-1, 12 web-2") == 1
    assert [line.split()[-1] for line in process.stdout.splitlines()] == ["OUTCOME", "waiting", "waiting"]


@pytest.mark.parametrize("more", [{}, {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1"}], ids=["", "forced"])
@pytest.mark.parametrize("command", ["list", "whoami", "show 11", "reboot 11 --wait 0.1s --yes", "reboot 15 --yes"])
def test_no_escape_sequence_in_a_pipe(slow: NcpMock, command: str, more: dict[str, str]) -> None:
    process = run(slow, *command.split(), **more)

    assert process.stdout
    assert "\x1b" not in process.stdout + process.stderr


def test_long_names_are_whole_in_a_pipe(slow: NcpMock) -> None:
    server = {"serverInstanceNo": "1", "serverName": "n" * 120 + "[bold]:smile:\x1b[31m"}
    body = {"getServerInstanceListResponse": {"returnCode": "0", "totalRows": 1, "serverInstanceList": [server]}}
    with Wire([answer(200, json.dumps(body))]) as wire:
        process = run(slow, "list", NCLOUD_API_GW=wire.url, COLUMNS="80")

    assert "n" * 120 + "[bold]:smile:\N{REPLACEMENT CHARACTER}[31m" in process.stdout
    assert len(process.stdout.splitlines()) == 2


@pytest.mark.parametrize("encoding", ["ascii", "cp949", "cp1252"])  # the latter two of consoles of Windows
@pytest.mark.parametrize("command", ["list", "list --json", "reboot 13 --yes", "reboot 13 --yes --json", "show 13"])
def test_any_encoding(slow: NcpMock, command: str, encoding: str) -> None:
    process = run(slow, *command.split(), encoding=encoding)

    assert process.returncode == 0, process.stderr
    assert "Traceback" not in process.stderr
    if "--json" in command:
        rows, _ = lines_of(process.stdout)
        assert "결제-1" in [row["serverName"] for row in rows]
        assert process.stdout.isascii()
    else:
        assert "결제-1".encode(encoding, "backslashreplace").decode(encoding) in process.stdout


@pytest.mark.parametrize("more", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}])
def test_any_encoding_of_a_process(slow: NcpMock, more: dict[str, str]) -> None:
    process = run_apart(slow, "reboot", "13", "--yes", **more)

    assert process.returncode == 0, process.stderr
    assert "결제-1" in process.stdout or r"\uacb0\uc81c-1" in process.stdout


# How a report is lost, with all that writes one; and how the talk is, with all that has some.
@pytest.mark.parametrize(
    ("reader", "command", "code"),
    [
        *((reader, command, code) for reader in LOST for command, code in (("list", 0), BUSY, ("--help", 0))),
        *((reader, command, code) for reader in ("2>&-", "2>/dev/full", ">&- 2>&-") for command, code in (BUSY, WRONG)),
    ],
)
def test_nobody_reads(slow: NcpMock, reader: str, command: str, code: int) -> None:
    process = shell(slow, f"{COMMAND} {command} {reader}; exit ${{PIPESTATUS[0]}}")

    is_lost = reader in LOST
    reads = command == "list" or (command == "--help" and reader == ">/dev/full")
    assert process.returncode == (5 if is_lost and reads else code)
    assert "Traceback" not in process.stderr
    assert "Exception" not in process.stderr
    assert ("cannot be written" in process.stderr) == (is_lost and command != "--help")
    if reader.startswith("2>") and command.startswith("reboot"):
        assert process.stdout.count("\n") == 2  # the report is not lost


def test_report_that_cannot_be_written_is_on_standard_error(slow: NcpMock) -> None:
    process = shell(slow, f"{COMMAND} reboot 11 --yes --json > /dev/full")

    assert process.returncode == 0
    first, rest = process.stderr.split("It is:\n")
    report, _ = rest.split("\n1 accepted.\n")
    assert first == "Error: the report cannot be written to standard output ([Errno 28] No space left on device). "
    assert lines_of(report.strip())[1]["outcomes"] == {"accepted": 1}


def test_pipe_that_somebody_made_non_blocking(slow: NcpMock) -> None:
    fleet = [str(number) for number in range(1000, 2000)]
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with subprocess.Popen(
        [COMMAND, "reboot", *fleet, "--yes", "--json"], env=surroundings(slow), stdout=writer, stderr=subprocess.PIPE
    ) as process:
        os.close(writer)
        with open(reader, encoding="utf-8") as pipe:  # noqa: PTH123 - a descriptor
            output = pipe.read()

    assert process.returncode == 3
    assert len(lines_of(output)[0]) == 1000
    assert len(output) > 65536  # more than a pipe holds


def test_console_without_escape_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    # An old one of Windows: by hand, since rich finds none here.
    monkeypatch.setattr("ncp_vserver._command.screen.streams.detect_legacy_windows", lambda: True)
    file = io.StringIO()
    console = _console(file, is_terminal=True)

    console.print(Text("11", "bold red"))

    assert (file.getvalue(), console.is_terminal) == ("11\n", False)


def test_verbose_redacts_whatever_is_logged() -> None:
    with logging_left_alone(), contextlib.redirect_stderr(io.StringIO()) as said:
        _log()
        logging.getLogger("ncp_vserver.any").debug("x-ncp-apigw-signature-v2: %s", "a" * 43 + "=")

    assert "ncp_vserver.any: x-ncp-apigw-signature-v2: " in said.getvalue()
    assert "aaaa" not in said.getvalue()


def test_verbose_has_no_key(slow: NcpMock) -> None:
    process = run(slow, "reboot", "11", "--yes", "--verbose")

    assert "ncp_vserver: GET /vserver/v2/rebootServerInstances: success, HTTP 200" in process.stderr
    assert "ncp_signer: " in process.stderr
    for key in (slow.access_key, slow.secret_key):
        assert key not in process.stderr + process.stdout
