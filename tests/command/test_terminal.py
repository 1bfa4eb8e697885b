"""The command on a terminal of 80 columns: what it asks, what it draws, and what it leaves behind."""

import io
import re

import pytest
from ncp_mock import NcpMock
from ncp_vserver._command.work.question import agrees
from support.processes import wait_until

from command.running import COMMAND, asked_for
from command.terminal import QUESTION, Terminal, on_terminal_that_goes, widest

REBOOT = "rebootServerInstances"


def test_yes(quick: NcpMock) -> None:
    with Terminal(quick, "reboot", "13", "11", "99") as terminal:
        terminal.wait_for(QUESTION)
        asked = terminal.text
        assert asked_for(quick, REBOOT) == []
        terminal.type("Yes\n")
        code = terminal.end()

    for part in ("Reboot 3 servers.", quick.url, "NCPA… (environment)", "the service's default", "not listed"):
        assert part in asked
    assert re.findall(r"^(\d+) +(\S+) +running", asked, re.MULTILINE) == [("13", "결제-1"), ("11", "web-1")]
    assert quick.secret_key not in terminal.text
    assert quick.access_key not in terminal.text
    # Before the question, and after the refusal: which of them are at fault?
    assert asked_for(quick, "getServerInstanceList") == [["11", "13", "99"], ["13", "11", "99"]]
    assert asked_for(quick, REBOOT) == [["13", "11", "99"]]
    assert code == 3  # the service knows no 99
    assert widest(terminal.text) <= 80


def test_what_was_typed_before_the_question_is_no_answer(quick: NcpMock) -> None:
    quick.fail_next("slowDrip", seconds=0.5, operation="getServerInstanceList")
    with Terminal(quick, "reboot", "11") as terminal:
        terminal.type("y\n")
        terminal.wait_for(QUESTION)
        assert asked_for(quick, REBOOT) == []
        terminal.type("n\n")
        code = terminal.end()

    assert code == 4
    assert asked_for(quick, REBOOT) == []


@pytest.mark.parametrize(
    ("answer", "is_yes"), [(b"y\n", True), (b" YES\r\n", True), (b"\n", False), (b"yess\n", False), (b"", False)]
)
def test_answers(monkeypatch: pytest.MonkeyPatch, answer: bytes, is_yes: bool) -> None:
    monkeypatch.setattr("ncp_vserver._command.work.question.forget_typed", lambda: None)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(answer)))

    assert agrees() == is_yes


@pytest.mark.parametrize("key", ["\x03", "\x03\x03\x03"])
def test_interrupted_question(quick: NcpMock, key: str) -> None:
    with Terminal(quick, "start", "15") as terminal:
        terminal.wait_for(QUESTION)
        terminal.type(key)
        code = terminal.end()

    assert code == 130
    assert "Interrupted." in terminal.text
    assert asked_for(quick, "startServerInstances") == []


def test_live_display(slow: NcpMock) -> None:
    with Terminal(slow, "reboot", "--name", "*-1", "--rolling", "2", "--poll", "0.05s", "--yes") as terminal:
        terminal.wait_for("reboot: 2 under way, 1 to go")
        slow.finish_reboots()
        terminal.wait_for("reboot: 2 back, 1 under way")
        slow.finish_reboots()
        code = terminal.end()

    assert code == 0
    drawn, report = terminal.text.rsplit("NUMBER", 1)
    for row in (r"14 +db-1 +rebooting +0:\d\d", r"11 +web-1 +back +0:\d\d", r"13 +결제-1 +to go"):
        assert re.search(row, drawn), row
    assert re.findall(r"^(\d\d) +(\S+) +KR-1 +RUN +back", report, re.MULTILINE) == [
        ("14", "db-1"),
        ("11", "web-1"),
        ("13", "결제-1"),
    ]
    assert "3 back after " in report
    assert widest(terminal.text) <= 80
    assert "\x1b[32m" in terminal.written  # green
    assert cursor_is_back(terminal)


def test_live_display_that_is_interrupted(slow: NcpMock) -> None:
    with Terminal(slow, "reboot", "11", "12", "--rolling", "1", "--yes") as terminal:
        terminal.wait_for("reboot: 1 under way, 1 to go")
        terminal.type("\x03\x03")
        code = terminal.end()

    assert code == 130
    assert re.search(r"11 .* RESTA +waiting *\n12 .*not sent\nInterrupted\.\n", terminal.text)
    assert "To go on: ncp-vserver resume " in terminal.text
    assert cursor_is_back(terminal)


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"CI": "true"}], ids=str)
def test_terminal_that_is_not_drawn_on(slow: NcpMock, environment: dict[str, str]) -> None:
    with Terminal(slow, "reboot", "11", "--wait", "--yes", "--poll", "0.05s", environment=environment) as terminal:
        terminal.wait_for("under way: 11")
        slow.finish_reboots()
        code = terminal.end()

    assert code == 0
    # In CI there are colours, and nothing is drawn over.
    assert set(re.findall(r"\x1b\[[0-9;?]*([A-Za-z])", terminal.written)) <= ({"m"} if "CI" in environment else set())
    assert "back: 11 web-1 after " in terminal.text


def test_verbose_is_not_drawn_over(slow: NcpMock) -> None:
    with Terminal(slow, "reboot", "11", "--wait", "--yes", "--verbose", "--poll", "0.05s") as terminal:
        terminal.wait_for("under way: 11")
        slow.finish_reboots()
        terminal.end()

    assert "\x1b[2K" not in terminal.written
    assert "ncp_vserver: GET /vserver/v2/getServerInstanceList: success" in terminal.text


def test_stopped_and_continued(slow: NcpMock) -> None:
    with Terminal(slow) as shell:
        shell.type(f"{COMMAND} reboot 11 --wait --yes --poll 1h\n")
        shell.wait_for("web-1  rebooting")
        for _ in range(2):
            shell.type("\x1a")
            shell.wait_for_more("Stopped")
            assert cursor_is_back(shell)
            shell.type("fg\n")
            shell.wait_for_more("web-1  rebooting")
            assert not cursor_is_back(shell)
        shell.type("\x03")
        shell.wait_for("Interrupted.")
        assert cursor_is_back(shell)

    assert asked_for(slow, REBOOT) == [["11"]]


def test_in_the_background_nothing_is_drawn(slow: NcpMock) -> None:
    with Terminal(slow) as shell:
        shell.type(f"{COMMAND} reboot 11 --wait --yes --poll 0.05s\n")
        shell.wait_for("web-1  rebooting")
        shell.type("\x1a")
        shell.wait_for("Stopped")
        drawn = shell.text.count("web-1  rebooting")
        shell.type("bg\n")
        polls = len(slow.requests)
        assert wait_until(lambda: len(slow.requests) > polls + 2)
        assert shell.text.count("web-1  rebooting") == drawn
        shell.type("fg\n")
        shell.wait_for_more("web-1  rebooting")


def test_quit(slow: NcpMock) -> None:
    with Terminal(slow) as shell:
        shell.type(f"ulimit -c 0; {COMMAND} reboot 11 --wait --yes --poll 0.05s\n")
        shell.wait_for("web-1  rebooting")
        shell.type("\x1c")
        shell.wait_for("Quit")
        assert cursor_is_back(shell)


def test_answer_that_is_no_text(quick: NcpMock) -> None:
    with Terminal(quick, "reboot", "11", environment={"PYTHONIOENCODING": "utf-8"}) as terminal:
        terminal.wait_for(QUESTION)
        terminal.type("\udcff\n")
        code = terminal.end()

    assert (code, "Traceback" in terminal.text) == (4, False)


def test_terminal_that_is_gone_at_the_question(quick: NcpMock) -> None:
    assert on_terminal_that_goes(quick, "Go ahead?", "reboot", "11") == 4
    assert asked_for(quick, REBOOT) == []


def test_terminal_that_is_gone_during_a_wait(slow: NcpMock) -> None:
    assert on_terminal_that_goes(slow, "under way", "reboot", "11", "--yes", "--wait", "1s", "--poll", "0.1s") == 6
    assert asked_for(slow, REBOOT) == [["11"]]


def cursor_is_back(terminal: Terminal) -> bool:
    return terminal.written.rfind("\x1b[?25h") > terminal.written.rfind("\x1b[?25l") >= 0
