"""The command that holds what is assumed about NCP against what it does."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from ncp_mock import NcpMock
from ncp_vserver import Client, Credentials, Journal
from ncp_vserver._verify import verification
from ncp_vserver._verify.assumptions import assumptions
from ncp_vserver._verify.calls import CALLS, Call
from ncp_vserver._verify.exchange import Exchange
from ncp_vserver._verify.restart import AGAIN
from ncp_vserver._verify.saving import NotSavedError
from ncp_vserver._verify.sending import Sender

from command.running import asked_for, lines_of, run
from command.terminal import run_on_terminal

QUICK = ("verify", "--pause", "0.001s")
REBOOT = "rebootServerInstances"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first call is sent."""
    monkeypatch.setattr(verification, "CALLS", CALLS[:1])


@pytest.fixture
def journal(tmp_path: Path) -> str:
    return str(tmp_path / "journal.sqlite3")


def verdicts_of(output: str) -> tuple[dict[str, str], dict[str, Any]]:
    rows, summary = lines_of(output)
    return {row["assumption"]: row["verdict"] for row in rows}, summary


def restart(mock: NcpMock, journal: str, *arguments: str, number: str = "11") -> tuple[int, str, str]:
    options = ("--restart", number, "--poll", "0.05s", "--journal", journal)
    ended = run(mock, *QUICK, *options, *arguments)
    return ended.returncode, ended.stdout, ended.stderr


def test_all_that_can_be_told_holds_on_the_mock(quick: NcpMock, journal: str) -> None:
    quick.behave("11", restart_seconds=0.5)
    code, output, said = restart(quick, journal, "--yes", "--json")
    found, summary = verdicts_of(output)

    assert list(found) == [each.id for each in assumptions()]
    assert [id_ for id_, verdict in found.items() if verdict == "differs"] == []
    assert {each.id for each in assumptions() if each.probe} - {"sorting"} == {
        id_ for id_, verdict in found.items() if verdict == "holds"
    } - {"sorting"}
    assert code == summary["exitCode"] == 0
    assert summary["restart"] == {"11": "back"}
    assert summary["missingFields"] == ["blockDevicePartitionList", "isPreInstallGpuDriver"]
    assert not summary["interrupted"]
    assert summary["stopped"] is summary["error"] is None
    assert asked_for(quick, REBOOT) == [["11"], ["11"]]
    assert [record.verdict for record in quick.requests if REBOOT in record.target] == ["accepted", "busy-server"]
    assert summary["exchanges"] == len(quick.requests) - 1  # but for the list that the question shows
    assert "12 of them are not signed as they should be, on purpose. It ends at a 429." in said
    assert "if NCP accepts that, too, it restarts twice." in said
    with Journal(journal) as written:
        assert [run.state for run in written.runs()] == ["done"]


def test_what_differs_stands_last_with_what_came_and_what_is_assumed(quick: NcpMock) -> None:
    quick.behave("12", nulls=["uptime"])
    ended = run(quick, *QUICK)
    *_, line = [line for line in ended.stdout.splitlines() if not line.startswith(" ")]

    assert ended.returncode == 8
    assert line.split(maxsplit=2)[:2] == ["no-null", "differs"]
    assert "uptime: null (assumed: No field is null.)" in line
    assert "1 differ" in ended.stderr
    assert asked_for(quick, REBOOT) == []


def test_dry_run_shows_each_call(quick: NcpMock) -> None:
    ended = run(quick, "verify", "--dry-run")
    lines = ended.stdout.splitlines()

    assert (ended.returncode, len(lines), quick.requests) == (0, len(CALLS), [])
    assert "GET /vserver/v2/getServerInstanceList?serverName={serverName}&responseFormatType=json" in lines
    assert "POST /vserver/v2/getServerInstanceList with responseFormatType=json" in lines
    assert "GET /vserver/v2/getServerInstanceList?responseFormatType=json (six minutes old)" in lines
    assert "GET /vserver/v2/getServerInstanceList" in lines


def test_dry_run_in_json(quick: NcpMock) -> None:
    rows, summary = lines_of(run(quick, "verify", "--dry-run", "--json").stdout)

    assert [row["name"] for row in rows] == [call.name for call in CALLS]
    assert summary == {"requests": len(CALLS), "dryRun": True, "exitCode": 0}


def test_refused_keys_end_it_at_the_first_call(quick: NcpMock) -> None:
    ended = run(quick, *QUICK, "--json", NCLOUD_SECRET_ACCESS_KEY="anotherSecretKey")  # noqa: S106 - no real one
    found, summary = verdicts_of(ended.stdout)

    assert set(found.values()) == {"cannot tell"}
    assert ended.returncode == summary["exitCode"] == 3
    assert (summary["exchanges"], len(quick.requests)) == (1, 1)
    assert "Why keys are refused, says ncp-vserver whoami." in ended.stderr


def test_gateway_that_fails_ends_it_at_the_first_call(quick: NcpMock) -> None:
    quick.fail_next("endpointError")
    ended = run(quick, *QUICK)

    assert ended.returncode == 5
    assert "Stopped. list: 503, code 500, Endpoint Error." in ended.stderr


def test_429_is_no_refusal_of_the_keys(quick: NcpMock) -> None:
    quick.fail_next("throttleLimited")
    ended = run(quick, *QUICK)

    assert ended.returncode == 5
    assert "Stopped. list: 429" in ended.stderr
    assert "whoami" not in ended.stderr


def test_keys_that_are_not_there(quick: NcpMock) -> None:
    ended = run(quick, *QUICK, NCLOUD_ACCESS_KEY_ID="", NCLOUD_SECRET_ACCESS_KEY="")

    assert ended.returncode == 4
    assert "Nothing was sent." in ended.stderr
    assert quick.requests == []


@pytest.mark.usefixtures("short")
def test_interrupted(quick: NcpMock) -> None:
    ended = run(quick, *QUICK, "--json", signal="has come")
    found, summary = verdicts_of(ended.stdout)

    assert (ended.returncode, summary["interrupted"], set(found.values())) == (130, True, {"cannot tell"})
    assert "Interrupted." in ended.stderr


def test_restart_without_anybody_to_ask(quick: NcpMock, journal: str) -> None:
    code, _, said = restart(quick, journal)

    assert (code, quick.requests) == (2, [])
    assert "say --yes" in said


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(("answer", "restarts"), [("n\n", 0), ("y\n", 2)])
def test_question_before_a_restart(quick: NcpMock, journal: str, answer: str, restarts: int) -> None:
    quick.behave("11", restart_seconds=0.3)
    ended = run_on_terminal(quick, *QUICK, "--restart", "11", "--poll", "0.05s", "--journal", journal, answer=answer)

    assert "11      web-1  running" in ended.text
    assert len(asked_for(quick, REBOOT)) == restarts
    assert ended.code == 0


@pytest.mark.usefixtures("short")
def test_server_that_another_run_holds_is_left_alone(slow: NcpMock, journal: str) -> None:
    keys = Credentials(slow.access_key, slow.secret_key)
    with Client(keys, base_url=slow.url) as client, Journal(journal) as other:
        begun = client.prepare_rolling_reboot(["11"], journal=other, timeout=60, poll=0.01)
        while begun.report.outcomes["11"] != "accepted":
            next(begun)
        code, output, said = restart(slow, journal, "--yes", "--json")
        slow.finish_reboots()
        begun.run()

    assert code == 4
    assert asked_for(slow, REBOOT) == [["11"]]
    assert verdicts_of(output)[1]["restart"] == {"11": "not_sent"}
    assert "To see that run: ncp-vserver report" in said


@pytest.mark.usefixtures("short")
def test_second_restart_that_is_not_refused_is_told(
    quick: NcpMock, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick.behave("11", restart_seconds=0.5)
    monkeypatch.setattr("ncp_vserver._command.work.verify.Sender.send", sent_without_an_answer(Sender.send))
    _, _, said = restart(quick, journal, "--yes")

    assert "The second request was not refused (no response (ReadTimeout: no))." in said


def sent_without_an_answer(send: Callable[..., Exchange]) -> Callable[..., Exchange]:
    """No response to the second restart comes."""

    def sent(sender: Sender, call: Call, facts: Mapping[str, str]) -> Exchange:
        if call.name == AGAIN.name:
            return Exchange(call, "/", None, 0.0, error=httpx.ReadTimeout("no"))
        return send(sender, call, facts)

    return sent


@pytest.mark.usefixtures("short")
def test_advice_after_a_restart_that_is_throttled_is_a_command(quick: NcpMock, journal: str) -> None:
    quick.fail_next("throttleLimited", operation=REBOOT)
    _, _, said = restart(quick, journal, "--yes")

    assert f"For the rest: ncp-vserver reboot --journal {journal} 11" in said


@pytest.mark.usefixtures("short")
def test_restart_that_is_rejected(quick: NcpMock, journal: str) -> None:
    code, output, said = restart(quick, journal, "--yes", "--json", number="15")
    found, summary = verdicts_of(output)

    assert (code, summary["restart"]) == (3, {"15": "rejected"})
    assert found["restart-shows-resta"] == "cannot tell"
    assert summary["error"]["type"] == "ServerBusyError"
    assert "stopped" in said


@pytest.mark.usefixtures("short")
def test_restart_without_a_journal(quick: NcpMock, journal: str) -> None:
    quick.behave("11", restart_seconds=0.5)
    code, _, _ = restart(quick, journal, "--yes", "--no-journal")

    assert code == 0
    assert not Path(journal).exists()


@pytest.mark.usefixtures("short")
def test_interrupted_at_the_question(quick: NcpMock, journal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ncp_vserver._command.work.question.announce", interrupt)
    code, _, _ = restart(quick, journal, "--yes")

    assert (code, asked_for(quick, REBOOT)) == (0, [])


@pytest.mark.usefixtures("short")
def test_journal_that_cannot_be_opened(quick: NcpMock, tmp_path: Path) -> None:
    code, output, said = restart(quick, str(tmp_path), "--yes", "--json")

    assert (code, asked_for(quick, REBOOT)) == (4, [])
    assert verdicts_of(output)[1]["restart"] == {"11": "not_sent"}
    assert "Name another journal with --journal" in said


@pytest.mark.usefixtures("short")
def test_file_to_be_shown(quick: NcpMock, tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    ended = run(quick, *QUICK, "--save", str(file))
    saved = json.loads(file.read_text(encoding="utf-8"))

    assert ended.returncode == 0
    assert f"Saved in {file}, without keys, names, numbers and addresses." in ended.stderr
    assert [each["name"] for each in saved["exchanges"]] == ["list"]
    assert [each["id"] for each in saved["verdicts"]] == [each.id for each in assumptions()]
    assert not [text for text in ("web-1", quick.access_key, quick.secret_key) if text in json.dumps(saved)]


def test_file_that_holds_something_else(quick: NcpMock, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine", encoding="utf-8")
    ended = run(quick, *QUICK, "--save", str(file))

    assert (ended.returncode, quick.requests) == (2, [])
    assert "holds something else" in ended.stderr
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.usefixtures("short")
def test_file_that_cannot_be_written_any_more(quick: NcpMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, _saved: object) -> None:
        raise NotSavedError(f"{path} cannot be written: disk full")

    monkeypatch.setattr("ncp_vserver._command.work.verify.write", fail)
    ended = run(quick, *QUICK, "--save", str(tmp_path / "seen.json"))

    assert ended.returncode == 5
    assert "cannot be written: disk full." in ended.stderr
    assert "number-is-digits" in ended.stdout


@pytest.mark.usefixtures("short")
def test_table_that_nobody_can_read_costs_neither_the_file_nor_the_outcome(
    quick: NcpMock, journal: str, tmp_path: Path
) -> None:
    file = tmp_path / "seen.json"
    options = ("--restart", "11", "--poll", "0.05s", "--journal", journal, "--yes", "--save", str(file))
    ended = run(quick, *QUICK, *options, stdout="full disk")

    assert ended.returncode == 5
    assert "1 back after" in ended.stderr
    assert file.exists()
