"""What a journal keeps of runs, without any request: tokens, flags, claims, and signs of life."""

import contextlib
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ncp_vserver import Journal, JournalError, NcpError, RunTakenOverError, ServersClaimedError
from ncp_vserver._journal import database as module, recording as writing, tables
from ncp_vserver._journal.recording import Recording
from ncp_vserver._requests.operations import REBOOT
from ncp_vserver._requests.proof import Sent
from ncp_vserver._steps.account import Account
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite3") as made:
        yield made


def begin(
    journal: Journal, *numbers: str, gateway: str = "gateway", timeout: float | None = None
) -> tuple[Recording, Account]:
    account = Account(REBOOT, numbers, None)
    recording = journal.begin("rebootServerInstances", gateway, None, numbers, {"timeout": timeout})
    recording.begin(account)
    return recording, account


def in_flight(recording: Recording, account: Account, *numbers: str, sent: Sent | None = None) -> None:
    account.recording = recording
    account.in_flight(numbers, sent or Sent(wall=1.0))


def rows(journal: Journal, table: Any) -> list[Any]:
    with journal._database.transaction() as connection:
        return list(connection.execute(select(table)).all())


def test_run_that_has_begun_is_neither_interrupted_nor_released(journal: Journal) -> None:
    begin(journal, "1")

    [run] = rows(journal, tables.runs)
    assert (run.token, run.is_interrupted, run.is_released, run.ended_at) == (1, False, False, None)


def test_run_that_goes_on_is_neither_interrupted_nor_released_any_more(journal: Journal) -> None:
    recording, account = begin(journal, "1")
    recording.end(account, is_interrupted=True)
    [run] = journal.runs()
    journal.release(run.id)
    assert [run.interrupted for run in journal.runs()] == [True]
    assert [run.state for run in journal.runs()] == ["released"]

    journal.take_over(journal.runs()[0]).begin(account)

    [run] = rows(journal, tables.runs)
    assert (run.is_interrupted, run.is_released, run.ended_at) == (False, False, None)


def test_each_release_and_each_take_over_is_another_token(journal: Journal) -> None:
    """Else a process that was left behind could write again once the run goes on elsewhere."""
    recording, account = begin(journal, "1")
    journal.release(recording.run)
    tokens = [1, journal.runs()[0].token]
    journal.take_over(journal.runs()[0]).begin(account)
    tokens.append(journal.runs()[0].token)

    assert tokens == [1, 2, 3]
    with pytest.raises(RunTakenOverError):
        recording.intend(account, ("1",), Sent(wall=1.0))


def test_run_says_whether_it_was_released_or_by_whom_it_was_taken_over(journal: Journal) -> None:
    recording, account = begin(journal, "1")
    journal.release(recording.run)
    with pytest.raises(RunTakenOverError, match=f"run {recording.run} was released: nothing more is sent here"):
        recording.intend(account, ("1",), Sent(wall=1.0))

    for changed, told in (({"host": "elsewhere"}, f"elsewhere (process {os.getpid()})"), ({"pid": 1}, "(process 1)")):
        values = {"host": socket.gethostname(), "pid": os.getpid()} | changed
        with journal._database.transaction() as connection:
            connection.execute(update(tables.runs).values(values))
        with pytest.raises(RunTakenOverError) as caught:
            recording.intend(account, ("1",), Sent(wall=1.0))
        assert "was taken over by" in str(caught.value)
        assert told in str(caught.value)


def test_servers_of_another_gateway_are_other_servers(journal: Journal) -> None:
    begin(journal, "1", "2", gateway="one")
    begin(journal, "1", "2", gateway="other")
    begin(journal, "3", gateway="one")

    with pytest.raises(ServersClaimedError) as caught:
        begin(journal, "2", "4", gateway="one")
    assert set(caught.value.claimed) == {"2"}


def test_of_many_servers_each_claim_is_found(journal: Journal) -> None:
    begin(journal, "1200")

    with pytest.raises(ServersClaimedError) as caught:
        begin(journal, *map(str, range(1201)))
    assert set(caught.value.claimed) == {"1200"}


def test_report_has_the_requests_of_its_own_run_alone(journal: Journal) -> None:
    ids = dict[str, str]()
    for number in ("1", "2"):
        recording, account = begin(journal, number, "9" + number)
        in_flight(recording, account, number)
        account.request_id_of[number] = f"id-{number}"
        account.note("accepted", (number,))
        recording.write(account)
        ids[number] = recording.run

    for number, run in ids.items():
        report = journal.report(run)
        assert report.request_ids == (f"id-{number}",)
        assert report.requested == {number: 1.0}


def test_open_request_of_another_run_is_left_open(journal: Journal) -> None:
    one, account = begin(journal, "1", gateway="one")
    in_flight(one, account, "1")
    other, its_account = begin(journal, "1", gateway="other")
    in_flight(other, its_account, "1")
    account.note("rejected", ("1",), NcpError("no"))
    one.write(account)

    outcomes = {row.run: row.outcome for row in rows(journal, tables.requests)}
    assert outcomes == {one.run: "rejected", other.run: None}


def test_request_is_dated_by_its_signature(journal: Journal) -> None:
    recording, account = begin(journal, "1", "2")
    in_flight(recording, account, "1", sent=Sent(wall=1.0, signed_at=31.0))
    in_flight(recording, account, "2", sent=Sent(wall=1.0))

    assert journal.report(recording.run).requested == {"1": 31.0, "2": 1.0}


@pytest.mark.parametrize(
    ("timeout", "outcome", "stays"),
    [
        (None, "accepted", False),
        (9.0, "accepted", True),
        (None, "unknown", True),
        (9.0, "unknown", True),
        (9.0, "rejected", False),
    ],
)
def test_run_that_has_ended_holds_what_may_be_changing(
    journal: Journal, timeout: float | None, outcome: Any, *, stays: bool
) -> None:
    recording, account = begin(journal, "1", timeout=timeout)
    account.note(outcome, ("1",))
    recording.end(account, is_interrupted=False)

    assert [row.number for row in rows(journal, tables.claims)] == (["1"] if stays else [])


@pytest.mark.parametrize(
    ("timeout", "outcome", "stays"),
    [(None, "accepted", False), (9.0, "accepted", True), (9.0, "back", False), (9.0, "failed", False)],
)
def test_run_that_goes_on_gives_up_what_it_does_nothing_more_about(
    journal: Journal, timeout: float | None, outcome: Any, *, stays: bool
) -> None:
    recording, account = begin(journal, "1", "2", timeout=timeout)
    account.note(outcome, ("1",))
    recording.write(account)

    assert [row.number for row in rows(journal, tables.claims)] == (["1", "2"] if stays else ["2"])


def test_release_gives_up_the_claims_of_that_run_alone(journal: Journal) -> None:
    recording, _ = begin(journal, "1")
    begin(journal, "2")

    assert journal.release(recording.run) == ("1",)
    assert [row.number for row in rows(journal, tables.claims)] == ["2"]


def test_a_sign_of_life_every_five_seconds(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    now = SimpleNamespace(monotonic=100.0, wall=1000.0)
    clock = SimpleNamespace(monotonic=lambda: now.monotonic, time=lambda: now.wall)
    monkeypatch.setattr(writing, "time", clock)
    recording, account = begin(journal, "1")
    seen: list[float] = []
    for passed in (4.9, 5.0, 5.1, 10.0):
        now.monotonic, now.wall = 100.0 + passed, 1000.0 + passed
        recording.write(account)
        seen.append(rows(journal, tables.runs)[0].seen_at)

    assert seen[0] != 1004.9
    assert seen[1:] == [1005.0, 1005.0, 1010.0]


def test_uptime_before_is_kept(journal: Journal) -> None:
    uptime = datetime(2026, 1, 1, 12, tzinfo=UTC)
    recording, account = begin(journal, "1")
    account._uptimes["1"] = uptime
    recording.intend(account, ("1",), Sent(wall=1.0))

    assert journal.report(recording.run).uptimes == {"1": uptime}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("INSERT", {}, Exception("disk full\nand more")), "disk full"),
        (OperationalError("INSERT", {}, Exception("  ")), "Exception"),
        (PermissionError(), "PermissionError"),
        (OSError("no room"), "no room"),
    ],
)
def test_error_has_the_first_line_of_the_reason(journal: Journal, error: Exception, said: str) -> None:
    with pytest.raises(JournalError) as caught, journal._database.transaction():
        raise error

    assert str(caught.value) == f"the journal {journal._database.name} cannot be used: {said}"


def test_limits_of_a_postgresql_url_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    made = list[Any]()

    def engine(url: Any, **options: Any) -> Any:
        made.append(options["connect_args"])
        raise JournalError("not today")

    monkeypatch.setattr(module, "create_engine", engine)
    for url in ("postgresql://host/journal", "postgresql://host/journal?connect_timeout=3"):
        with contextlib.suppress(JournalError):
            Journal(url)

    assert made[0]["connect_timeout"] == 10
    assert made[0].keys() - made[1].keys() == {"connect_timeout"}


def test_name_of_a_journal_hides_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(JournalError) as caught:
        Journal("postgresql://me:secret-word@127.0.0.1:1/journal?connect_timeout=1")

    assert "postgresql+psycopg://me:***@127.0.0.1:1/journal" in str(caught.value)
