"""Runs in the journal: listing, reporting, going on, releasing; and commands about each server."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import stat
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ncp_mock import NcpMock
from ncp_vserver import Client, Journal, RollingReboot, Server
from ncp_vserver._command.work.hooks import CommandFailedError, hook
from ncp_vserver_api.models import ServerInstance
from support.calls import CREDENTIALS
from support.patience import PATIENCE
from support.processes import wait_until

from command.running import asked_for, lines_of, outcomes_of, run, started

REBOOT = "rebootServerInstances"
QUICK = ("--yes", "--json", "--poll", "0.01s")


def runs(mock: NcpMock, *arguments: str) -> list[dict[str, Any]]:
    return lines_of(run(mock, "runs", "--json", *arguments).stdout)[0]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the command writes when it is not told."""
    return tmp_path / "home/.local/state/ncp-vserver/journal.sqlite3"


def test_run_is_written_down_and_reported(quick: NcpMock, journal: Path) -> None:
    real = run(quick, "reboot", "11", "13", "--rolling", "1", *QUICK)

    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    [found] = runs(quick)
    assert (found["state"], found["operation"], found["outcomes"]) == ("done", REBOOT, {"back": 2})
    recorded = run(quick, "report", "--json")
    rows, summary = lines_of(recorded.stdout)
    assert [(row["serverInstanceNo"], row["serverName"]) for row in rows] == [("11", "web-1"), ("13", "결제-1")]
    assert outcomes_of(recorded.stdout) == outcomes_of(real.stdout)
    assert summary["requestIds"] == lines_of(real.stdout)[1]["requestIds"]
    assert summary["run"] == found["run"]
    table = run(quick, "report", found["run"]).stdout
    assert re.search(r"^11 +web-1 +back$", table, re.MULTILINE)
    assert found["run"] in run(quick, "runs").stdout


@pytest.mark.parametrize(
    "arguments", [["reboot", "11", "--no-journal", *QUICK], ["wait", "11"], ["list"], ["reboot", "11", "--dry-run"]]
)
def test_nothing_is_written(quick: NcpMock, journal: Path, arguments: list[str]) -> None:
    assert run(quick, *arguments).returncode == 0
    assert not journal.exists()


def is_accepted(mock: NcpMock) -> bool:
    """Whether the run that is going on has written down that its first server restarts."""
    return bool(asked_for(mock, REBOOT)) and runs(mock)[0]["outcomes"].get("accepted") == 1


def test_run_that_is_left_goes_on(quick: NcpMock) -> None:
    quick.behave("11", restart_seconds=60)
    with started(quick, "reboot", "11", "12", "--rolling", "1", "--poll", "0.05s", "--yes") as process:
        assert wait_until(lambda: is_accepted(quick))
        process.kill()
        process.wait()
    [left] = runs(quick)
    assert (left["state"], left["outcomes"]) == ("left", {"accepted": 1, "not_sent": 1})
    assert "To go on: ncp-vserver resume" in run(quick, "runs").stderr

    blocked = run(quick, "stop", "11", *QUICK)
    assert blocked.returncode == 4
    assert f"11: run {left['run']} of " in blocked.stderr
    assert f"ncp-vserver resume {left['run']}" in blocked.stderr
    assert asked_for(quick, "stopServerInstances") == []

    quick.finish_reboots()
    resumed = run(quick, "resume", "--json")
    assert resumed.returncode == 0
    assert outcomes_of(resumed.stdout) == {"11": "back", "12": "back"}
    assert asked_for(quick, REBOOT) == [["11"], ["12"]]
    assert [(each["run"], each["state"]) for each in runs(quick)] == [(left["run"], "done")]
    assert run(quick, "resume").returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGSTOP")
def test_run_that_is_taken_over_while_it_sleeps_sends_nothing_more(quick: NcpMock) -> None:
    quick.behave("11", restart_seconds=60)
    with started(quick, "reboot", "11", "12", "--rolling", "1", "--poll", "0.05s", "--yes") as process:
        assert wait_until(lambda: is_accepted(quick))
        os.kill(process.pid, signal.SIGSTOP)
        [asleep] = runs(quick)
        assert asleep["state"] == "under way"
        refused = run(quick, "resume", asleep["run"])
        assert refused.returncode == 2
        assert f"To go on with run {asleep['run']} nevertheless, say --take-over." in refused.stderr

        quick.finish_reboots()
        assert run(quick, "resume", asleep["run"], "--take-over").returncode == 0
        os.kill(process.pid, signal.SIGCONT)
        _, said = process.communicate(timeout=PATIENCE)
    assert asked_for(quick, REBOOT) == [["11"], ["12"]]
    assert "was taken over by" in said
    assert f"To see how it goes: ncp-vserver report {asleep['run']}\n" in said
    assert process.returncode != 0


def test_run_is_released(slow: NcpMock) -> None:
    slow.fail_next("resetBefore", operation=REBOOT)
    assert run(slow, "reboot", "11", *QUICK).returncode == 5
    [unfinished] = runs(slow)
    assert unfinished["state"] == "unfinished"
    assert run(slow, "reboot", "11", *QUICK).returncode == 4

    released = run(slow, "release", unfinished["run"])
    assert "it held 11." in released.stderr
    assert run(slow, "reboot", "11", *QUICK).returncode == 0


def test_journal_that_cannot_be_opened(quick: NcpMock, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all\n" * 100)

    process = run(quick, "reboot", "11", "--journal", str(tmp_path / "text"), *QUICK)

    assert (process.returncode, outcomes_of(process.stdout)) == (4, {"11": "not_sent"})
    assert "cannot be used: file is not a database" in process.stderr
    assert "--no-journal" in process.stderr
    assert asked_for(quick, REBOOT) == []
    assert run(quick, "runs", "--journal", str(tmp_path / "text")).returncode == 5
    assert run(quick, "runs", "--journal", "mysql://x").returncode == 2


def test_journal_that_fails_in_the_middle(quick: NcpMock, journal: Path) -> None:
    run(quick, "reboot", "12", *QUICK)
    with sqlite3.connect(journal) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON ncp_vserver_requests WHEN (SELECT count(*) FROM ncp_vserver_requests)"
            " > 1 BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    other.close()

    process = run(quick, "reboot", "11", "13", "--rolling", "1", *QUICK)

    assert (process.returncode, outcomes_of(process.stdout)) == (4, {"11": "back", "13": "not_sent"})
    assert "disk full. No further request was sent." in process.stderr
    assert asked_for(quick, REBOOT) == [["12"], ["11"]]


def test_commands_about_each_server(quick: NcpMock, tmp_path: Path) -> None:
    told = tmp_path / "told"
    write = f"{sys.executable} {tmp_path / 'tell.py'}"
    (tmp_path / "tell.py").write_text(
        "import os, sys\n"
        "names = 'INSTANCE_NO', 'NAME', 'PUBLIC_IP', 'REGION', 'RUN'\n"
        f"with open({str(told)!r}, 'a', encoding='utf-8') as file:\n"
        "    print(sys.argv[1], *[os.environ['NCP_SERVER_' + name] or '-' for name in names], file=file)\n",
        encoding="utf-8",
    )
    options = [word for name in ("before", "check", "after") for word in (f"--{name}", f"{write} {name}")]

    assert run(quick, "reboot", "11", "13", "--rolling", "1", *options, *QUICK).returncode == 0

    [found] = runs(quick)
    assert told.read_text("utf-8").splitlines() == [
        f"{what} {number} {name} 211.188.123.123 KR {found['run']}"
        for number, name in (("11", "web-1"), ("13", "결제-1"))
        for what in ("before", "check", "after")
    ]


@pytest.mark.parametrize(
    ("options", "outcomes", "code", "said"),
    [
        (["--before", "echo drained; exit 3"], {"11": "not_sent", "12": "not_sent"}, 4, "exit code 3: drained"),
        (["--check", "echo ill; false", "--check-timeout", "0.1s"], {"11": "check_failed", "12": "not_sent"}, 7, "ill"),
        (
            ["--after", "sleep 60", "--command-timeout", "0.2s", "--check-timeout", "0.1s"],
            {"11": "check_failed", "12": "not_sent"},
            7,
            "took longer than",
        ),
        (
            ["--check", "false", "--check-timeout", "0.1s", "--max-failures", "1"],
            {"11": "check_failed", "12": "check_failed"},
            7,
            "exit code 1",
        ),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a POSIX shell")
def test_command_that_fails(quick: NcpMock, options: list[str], outcomes: dict[str, str], code: int, said: str) -> None:
    process = run(quick, "reboot", "11", "12", "--rolling", "1", *options, *QUICK)

    assert (process.returncode, outcomes_of(process.stdout)) == (code, outcomes)
    assert said in process.stderr


@pytest.mark.parametrize(
    ("options", "batches"),
    [
        (["--rolling", "50%"], [["11", "12"], ["13", "14"]]),
        (["--rolling", "100%", "--ramp"], [["11"], ["12", "13"], ["14"]]),
        (["--rolling", "1%", "--pause", "0.01s"], [["11"], ["12"], ["13"], ["14"]]),
    ],
)
def test_batches(quick: NcpMock, options: list[str], batches: list[list[str]]) -> None:
    plan = run(quick, "reboot", "11", "12", "13", "14", *options, "--dry-run", "--json")
    assert run(quick, "reboot", "11", "12", "13", "14", *options, *QUICK).returncode == 0

    assert asked_for(quick, REBOOT) == batches
    assert [row["serverInstanceNos"] for row in lines_of(plan.stdout)[0]] == batches


@pytest.mark.parametrize("form", ["words", "json"])
def test_servers_from_a_file(quick: NcpMock, tmp_path: Path, form: str) -> None:
    source = tmp_path / "servers"
    if form == "json":
        source.write_text(run(quick, "list", "--name", "web-*", "--json").stdout, "utf-8")
    else:
        source.write_text("# tonight\n12\n\nweb-1\n", "utf-8")

    assert run(quick, "reboot", "--from", str(source), *QUICK).returncode == 0
    assert sorted(asked_for(quick, REBOOT)[0]) == ["11", "12"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "There is no server in"),
        ("web-9\n", "has a name that fits 'web-9'"),
        ("{]\n", "line 1 of"),
        ('{"summary": 1}\n', "has no serverInstanceNo"),
        ('{"serverName": "web-1"}\n', "has no serverInstanceNo"),
        ('{"serverInstanceNo": "11"}\n{"summary": {"exitCode": 5}}\n', "says that the list is not complete"),
        (None, "cannot be read"),
    ],
)
def test_file_that_makes_no_sense(quick: NcpMock, tmp_path: Path, written: str | None, said: str) -> None:
    if written is not None:
        (tmp_path / "servers").write_text(written)

    process = run(quick, "reboot", "--from", str(tmp_path / "servers"), *QUICK)

    assert (process.returncode, process.stdout) == (2, "")
    assert said in " ".join(process.stderr.split())
    assert asked_for(quick, REBOOT) == []


@pytest.mark.parametrize(
    "options",
    ["--ramp", "--pause 1s", "--max-failures 1", "--check true", "--before true", "--after true", "--check-timeout 1s"],
)
def test_options_of_a_rolling_restart(quick: NcpMock, options: str) -> None:
    process = run(quick, "reboot", "11", *options.split(), *QUICK)

    assert process.returncode == 2
    assert f"{options.split()[0]} needs --rolling." in process.stderr


def left_run(mock: NcpMock, *options: str) -> str:
    """A run whose process is killed while its first server restarts."""
    mock.behave("11", restart_seconds=60)
    arguments = ("reboot", "11", "12", "--rolling", "1", "--poll", "0.05s", "--yes", *options)
    with started(mock, *arguments) as process:
        assert wait_until(lambda: is_accepted(mock))
        process.kill()
        process.wait()
    mock.finish_reboots()
    run_id: str = runs(mock)[0]["run"]
    return run_id


def test_failure_to_go_on_does_not_hide_what_was_done(quick: NcpMock) -> None:
    left_run(quick)

    process = run(quick, "resume", "--json", NCLOUD_ACCESS_KEY_ID="")

    assert process.returncode == 4
    assert outcomes_of(process.stdout) == {"11": "waiting", "12": "not_sent"}
    assert lines_of(process.stdout)[0][0]["serverName"] == "web-1"


def test_journal_from_which_nothing_can_go_on(quick: NcpMock, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all\n" * 100)
    for arguments in (["--journal", str(tmp_path / "text")], ["1130-none"]):
        process = run(quick, "resume", *arguments)
        assert (process.returncode, process.stdout) == (4, "")
        assert "No request that changes a server was sent." in process.stderr


def test_commands_of_another_user_are_shown_before_they_run(quick: NcpMock, tmp_path: Path, journal: Path) -> None:
    told = tmp_path / "told"
    left = left_run(quick, "--check", f"echo > {told}")
    with contextlib.closing(sqlite3.connect(journal, isolation_level=None)) as other:
        other.execute("UPDATE ncp_vserver_runs SET user = 'some\x1bbody'")

    refused = run(quick, "resume", left)
    assert (refused.returncode, told.exists()) == (2, False)
    assert f"--check echo > {told}" in refused.stderr
    assert f"To go on with run {left} nevertheless, say --take-over." in refused.stderr
    assert "\x1b" not in refused.stderr

    process = run(quick, "resume", left, "--take-over")
    assert (process.returncode, told.exists()) == (0, True)
    assert f"--check echo > {told}" in process.stderr


def test_advice_leads_to_the_same_journal(quick: NcpMock, tmp_path: Path) -> None:
    place = ("--journal", str(tmp_path / "our journal"))
    quick.fail_next("resetBefore", operation=REBOOT)
    run(quick, "reboot", "11", *QUICK, *place)

    [unfinished] = runs(quick, *place)
    for command in ("runs", "report"):
        said = run(quick, command, *place).stderr
        assert f"To go on: ncp-vserver resume --journal '{place[1]}' {unfinished['run']}\n" in said

    assert run(quick, "release", unfinished["run"], *place).returncode == 0
    assert runs(quick, *place)[0]["state"] == "released"
    assert "To go on" not in run(quick, "report", *place).stderr
    assert "There is no run to go on with" in run(quick, "resume", *place).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a POSIX shell")
def test_output_of_a_command_may_be_huge_and_no_text() -> None:
    run_it = hook("head -c 9000000 /dev/zero; printf '\\n\\377\\033[31mred\\nlast\\n'; exit 1", 60.0, str)
    tracemalloc.start()
    try:
        with pytest.raises(CommandFailedError) as caught:
            run_it(Server.of(ServerInstance()))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert str(caught.value).endswith("\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[31mred / last")


def test_help_does_not_import_the_journal() -> None:
    code = "import sys; from ncp_vserver._command.line import cli; assert 'sqlalchemy' not in sys.modules"
    assert os.system(f'{sys.executable} -c "{code}"') == 0  # noqa: S605 - a command of this test


def test_json_of_a_run_has_no_secret(quick: NcpMock) -> None:
    run(quick, "reboot", "11", *QUICK)
    written = json.dumps(runs(quick))
    assert not any(secret in written for secret in quick.environment.values() if "http" not in secret)


def test_commands_that_are_interrupted_before_anything_is_sent(quick: NcpMock) -> None:
    for arguments in (["reboot", "11", "--yes"], ["list"], ["whoami"]):
        process = run(quick, *arguments, signal="has come")
        assert process.returncode == 130
    assert "Nothing was sent.\n" in run(quick, "reboot", "11", "--yes", signal="has come").stderr
    assert quick.requests == []


def test_options_that_contradict_each_other(quick: NcpMock) -> None:
    process = run(quick, "reboot", "11", "--rolling", "1", "--max-failures", "1", "--on-failure", "stop", *QUICK)

    assert process.returncode == 2
    assert "leave out --on-failure stop" in " ".join(process.stderr.split())


def test_report_that_cannot_be_written_is_the_result_of_a_wait_alone(quick: NcpMock) -> None:
    assert run(quick, "wait", "11", stdout="full disk").returncode == 5
    assert run(quick, "reboot", "11", "--yes", stdout="full disk").returncode == 0


def test_journal_that_fails_at_the_end(quick: NcpMock, journal: Path) -> None:
    run(quick, "reboot", "12", *QUICK)
    with sqlite3.connect(journal) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE UPDATE OF ended_at ON ncp_vserver_runs WHEN NEW.ended_at IS NOT NULL"
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    other.close()

    process = run(quick, "reboot", "11", "--wait", "5s", *QUICK)

    assert (process.returncode, outcomes_of(process.stdout)) == (5, {"11": "back"})
    assert "disk full" in process.stderr


def test_run_that_was_released_sends_nothing_more(
    slow: NcpMock, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def release(_seconds: float) -> None:
        with Journal(str(journal)) as other:
            other.release(other.runs()[0].id)
        slow.finish_reboots()

    monkeypatch.setattr("ncp_vserver._performing.time.sleep", release)

    process = run(slow, "reboot", "11", "12", "--rolling", "1", *QUICK)

    assert asked_for(slow, REBOOT) == [["11"]]
    assert process.returncode == 4
    assert "To see how it goes: ncp-vserver report" in process.stderr


def test_driver_that_is_not_there(quick: NcpMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    process = run(quick, "runs", "--journal", "postgresql://127.0.0.1/none")

    assert process.returncode == 5
    assert "the journal needs a package that is not there (psycopg" in process.stderr


def test_journal_without_a_run(quick: NcpMock) -> None:
    assert "There is no run in the journal." in run(quick, "runs").stderr


def test_runs_that_can_be_gone_on_with(slow: NcpMock) -> None:
    for number in ("11", "12"):
        slow.fail_next("resetBefore", operation=REBOOT)
        run(slow, "reboot", number, *QUICK)
    [latest, other] = (found["run"] for found in runs(slow))

    which = run(slow, "resume")
    assert which.returncode == 2
    assert f"Which run? {latest}, {other}" in " ".join(which.stderr.split())
    told = run(slow, "report").stderr
    assert f"To go on: ncp-vserver resume {latest}" in told
    assert "12 web-2: " in told
    assert f"To go on: ncp-vserver resume {latest}" in run(slow, "runs").stderr


def test_run_that_is_not_gone_on_with(slow: NcpMock, quick: NcpMock) -> None:
    assert run(quick, "reboot", "11", *QUICK).returncode == 0
    [done] = runs(quick)
    over = run(quick, "resume", done["run"], "--json")
    assert (over.returncode, outcomes_of(over.stdout)) == (0, {"11": "accepted"})
    assert "Nothing was sent." in over.stderr

    slow.fail_next("resetBefore", operation=REBOOT)
    run(slow, "reboot", "12", *QUICK)
    sent = len(slow.requests)
    [left] = (found["run"] for found in runs(slow) if found["state"] == "unfinished")
    assert "and this client asks" in run(quick, "resume", left).stderr
    assert run(slow, "resume", left, signal="has come").returncode == 130
    assert run(None, "resume", left).returncode == 4
    assert run(slow, "resume", left, NCLOUD_ACCESS_KEY_ID="").returncode == 4
    assert len(slow.requests) == sent


@pytest.fixture
def under_way(slow: NcpMock, journal: Path) -> Iterator[RollingReboot]:
    """A run that waits for its server."""
    journal.parent.mkdir(parents=True)
    with Journal(str(journal)) as place, Client(CREDENTIALS, base_url=slow.url) as client:
        begun = client.prepare_rolling_reboot(["11"], journal=place, poll=0.01, timeout=60)
        while begun.report.outcomes["11"] != "accepted":
            next(begun)
        yield begun
        slow.finish_reboots()
        begun.run()


def test_report_that_follows(slow: NcpMock, under_way: RollingReboot, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(_seconds: float) -> None:
        slow.finish_reboots()
        under_way.run()

    left = run(slow, "report", "--follow", signal="has come")
    assert (left.returncode, "It goes on.\n" in left.stderr) == (130, True)
    monkeypatch.setattr("ncp_vserver._command.work.journal.time", SimpleNamespace(sleep=end))
    followed = run(slow, "report", "--follow", "--json")
    assert (followed.returncode, outcomes_of(followed.stdout)) == (0, {"11": "back"})


def test_release_of_a_run_that_goes_on(slow: NcpMock, under_way: RollingReboot) -> None:
    [found] = (each["run"] for each in runs(slow))

    refused = run(slow, "release", found)
    assert (refused.returncode, "say --yes" in refused.stderr) == (2, True)
    assert "it held 11" in run(slow, "release", found, "--yes").stderr


@pytest.mark.parametrize("command", ["release", "resume"])
def test_question_about_a_run_that_goes_on(slow: NcpMock, under_way: RollingReboot, command: str) -> None:
    from command.terminal import run_on_terminal  # not to be had on Windows

    [found] = (each["run"] for each in runs(slow))

    text = run_on_terminal(slow, command, found, answer="n\n").text
    assert "Nothing was changed." in text or "Nothing was sent." in text
    if command == "release":
        assert "it held 11." in run_on_terminal(slow, command, found, answer="y\n").text
