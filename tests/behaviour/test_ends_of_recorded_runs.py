"""Recorded runs that are interrupted, cancelled, taken over or cut off from their journal, at whatever step."""

import asyncio
import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ncp_vserver import (
    AsyncClient,
    CallbackError,
    Client,
    Journal,
    JournalError,
    OutcomeUnknownError,
    RollingReboot,
    RunTakenOverError,
    ServersClaimedError,
)
from ncp_vserver._journal import database, journal as journal_module, process
from ncp_vserver._journal.database import Database
from ncp_vserver._requests.operations import REBOOT
from ncp_vserver._requests.proof import Sent
from ncp_vserver._steps.account import Account
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError
from support.calls import CREDENTIALS, EVERY, Call
from support.clock import FastClock
from support.outcomes import gateway_error
from support.service import Service, lost
from support.wire import Received, Wire, answer, listing, server

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
call = EVERY["sync"]
NUMBERS = ["1", "2", "3"]
QUICK: dict[str, Any] = {"poll": 0.001}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite3") as made:
        yield made


def restarts(wire: Wire) -> list[list[str]]:
    return [received.numbers for received in wire.requests if received.operation == "rebootServerInstances"]


def claimed(journal: Journal) -> dict[str, str]:
    with journal._database.transaction() as connection:
        return {row.number: row.run for row in connection.exec_driver_sql("SELECT * FROM ncp_vserver_claims")}


def after_transactions(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Have something happen right behind each transaction of a journal."""
    transaction = Database.transaction

    @contextlib.contextmanager
    def followed(self: Database) -> Generator[Connection]:
        with transaction(self) as connection:
            yield connection
        happens()

    monkeypatch.setattr(Database, "transaction", followed)


def test_take_over_knows_what_was_asked_for_since_the_report_was_read(journal: Journal) -> None:
    going_on: list[RollingReboot] = []

    def check(restarted: Any) -> bool:
        if restarted.number == "1":
            report = journal.report(journal.runs()[0].id)
            account, steps = client._calls.resume(journal, report, True, check=lambda _server: True)
            going_on.append(RollingReboot(account, steps, client._perform))
        elif not going_on[0].report.ok:
            assert going_on[0].run().ok
        return True

    with Wire([Service()]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        report = client.rolling_reboot(NUMBERS, check=check, journal=journal, **QUICK)

    assert restarts(wire) == [["1"], ["2"], ["3"]]
    assert isinstance(report.journal_error, RunTakenOverError)


def test_server_is_held_while_its_request_is_to_be_sent_again(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[str] = []

    def sleep(_seconds: float) -> None:
        with pytest.raises(ServersClaimedError) as caught:
            call(wire.url, "stop", "1", journal=journal)
        refused.extend(caught.value.claimed)

    monkeypatch.setattr("ncp_vserver._performing.time.sleep", sleep)
    throttled = answer(429, gateway_error("410", "Throttle Limited"))
    with Wire([throttled, Service()]) as wire:
        call(wire.url, "reboot", "1", journal=journal, retry_throttled=1)

    assert (refused, restarts(wire)) == (["1"], [["1"], ["1"]])
    assert claimed(journal) == {}


def interrupt(_connection: Any, _received: Received) -> None:
    raise KeyboardInterrupt


def test_untouched_server_is_asked_for_once_more_by_who_goes_on(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    FastClock(monkeypatch)
    with Wire([Service()]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        with monkeypatch.context() as patch:
            patch.setattr(client._transport, "handle_request", _interrupted_at("reboot", client._transport))
            with pytest.raises(KeyboardInterrupt):
                client.rolling_reboot(NUMBERS, journal=journal, repeat_untouched=True)
        [run] = journal.runs()
        assert (run.state, run.interrupted, claimed(journal)) == ("unfinished", True, {"1": run.id})

        assert client.resume(run.id, journal=journal).ok
    assert restarts(wire) == [["1"], ["2"], ["3"]]


def _interrupted_at(operation: str, transport: Any) -> Callable[[Any], Any]:
    send = transport.handle_request

    def handle(request: Any) -> Any:
        if operation in request.url.path:
            raise KeyboardInterrupt
        return send(request)

    return handle


@pytest.mark.parametrize("at", range(14))
def test_ctrl_c_behind_any_transaction_leaves_an_account_that_is_true(
    at: int, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    FastClock(monkeypatch)
    left = at

    def strike() -> None:
        nonlocal left
        left -= 1
        if left == -1:
            raise KeyboardInterrupt

    with Wire([Service()]) as wire:
        with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
            after_transactions(patch, strike)
            call(wire.url, "rolling_reboot", NUMBERS, journal=journal)
        [run] = journal.runs()
        assert run.ended is not None
        assert set(claimed(journal)) == set(journal.report(run.id).having("unknown", "accepted"))
        report = call(wire.url, "resume", run.id, journal=journal)

    assert report.ok
    assert restarts(wire) == [["1"], ["2"], ["3"]]
    assert claimed(journal) == {}


@pytest.mark.parametrize("at", range(8))
def test_cancelled_task_leaves_no_claim_of_what_was_not_sent(
    at: int, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = at

    async def cancelled(url: str) -> None:
        async with AsyncClient(CREDENTIALS, base_url=url) as client:
            loop = asyncio.get_running_loop()
            task = asyncio.ensure_future(client.rolling_reboot(NUMBERS, journal=journal, **QUICK))

            def strike() -> None:
                nonlocal left
                left -= 1
                if left == -1:
                    loop.call_soon_threadsafe(task.cancel)

            with monkeypatch.context() as patch:
                after_transactions(patch, strike)
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    with Wire([Service()]) as wire:
        asyncio.run(cancelled(wire.url))

    for run in journal.runs():
        assert run.ended is not None
        assert set(claimed(journal)) <= set(journal.report(run.id).having("unknown", "accepted"))


@each
def test_run_has_ended_when_its_callback_has_failed(call: Call, journal: Journal) -> None:
    def progress(_report: Any) -> None:
        raise LookupError

    with Wire([Service()]) as wire, pytest.raises(CallbackError) as caught:
        call(wire.url, "rolling_reboot", NUMBERS, journal=journal, progress=progress, **QUICK)

    assert caught.value.accepted == ("1",)  # and the run is not held by this error
    [run] = journal.runs()
    assert (run.state, run.interrupted, set(claimed(journal))) == ("unfinished", True, {"1"})


def test_no_signal_strikes_within_a_transaction(journal: Journal) -> None:
    threads: set[threading.Thread] = set()

    def begun(_connection: Any) -> None:
        threads.add(threading.current_thread())

    event.listen(journal._database._engine, "begin", begun)
    with Wire([Service()]) as wire:
        call(wire.url, "rolling_reboot", NUMBERS, journal=journal, **QUICK)
    assert len(threads) == 1
    assert threading.main_thread() not in threads


@each
def test_keys_of_another_account_do_not_go_on_with_a_run(call: Call, journal: Journal) -> None:
    with Wire([Service({"1": lost})]) as wire, pytest.raises(OutcomeUnknownError):
        call(wire.url, "reboot", ["1", "2"], journal=journal)
    with Wire([listing()]) as wire:
        run = journal.runs()[0].id
        with journal._database.transaction() as connection:
            connection.exec_driver_sql("UPDATE ncp_vserver_runs SET gateway = ?", (wire.url,))
        with pytest.raises(JournalError, match="none of these servers of the run is listed: 1, 2"):
            call(wire.url, "resume", run, journal=journal)

    assert (journal.run(run).state, set(claimed(journal))) == ("unfinished", {"1", "2"})


def _fails_when_it_ends(journal: Journal, place: Path) -> None:
    with contextlib.closing(sqlite3.connect(place)) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON ncp_vserver_runs WHEN NEW.ended_at IS NOT NULL"
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )


@each
def test_journal_that_fails_at_the_end_does_not_hide_what_happened(
    call: Call, journal: Journal, tmp_path: Path
) -> None:
    _fails_when_it_ends(journal, tmp_path / "journal.sqlite3")
    with Wire([Service({"1": lost})]) as wire, pytest.raises(JournalError, match="disk full") as caught:
        call(wire.url, "reboot", ["1", "2"], journal=journal)

    assert caught.value.unknown == ("1", "2")
    assert isinstance(caught.value.__cause__, OutcomeUnknownError)


def test_journal_that_fails_once_has_the_end_of_its_run(journal: Journal, tmp_path: Path) -> None:
    def check(_server: Any) -> bool:
        with contextlib.closing(sqlite3.connect(tmp_path / "journal.sqlite3")) as other:
            other.execute(
                "CREATE TRIGGER full BEFORE INSERT ON ncp_vserver_requests BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        return True

    with Wire([Service()]) as wire:
        call(wire.url, "rolling_reboot", NUMBERS, check=check, journal=journal, **QUICK)

    [run] = journal.runs()
    assert (run.state, run.outcomes, claimed(journal)) == ("unfinished", {"back": 1, "not_sent": 2}, {})


def test_uptime_that_was_seen_later_proves_nothing(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    FastClock(monkeypatch)
    restarted = listing(server("1", uptime=f"{datetime.now(UTC):%FT%T}+0000"))
    with Wire([lost]) as wire, pytest.raises(OutcomeUnknownError):
        call(wire.url, "reboot", "1", journal=journal)
    with Wire([restarted]) as again:
        run = journal.runs()[0].id
        with journal._database.transaction() as connection:
            connection.exec_driver_sql("UPDATE ncp_vserver_runs SET gateway = ?", (again.url,))
        outcomes = [call(again.url, "resume", run, journal=journal).outcomes["1"] for _ in range(2)]

    assert len(wire.requests) == 1
    assert outcomes == ["unknown", "unknown"]


def test_process_that_is_hidden_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = process.Process.this()
    if here.identity is None:
        pytest.skip("there is no /proc")  # nothing is provably gone there
    for part in ("sys", "self"):
        (tmp_path / part).symlink_to(f"/proc/{part}")  # as with hidepid: no folder for another user's process
    monkeypatch.setattr(process, "_PROC", tmp_path)

    assert not here.is_gone
    with monkeypatch.context() as patch:
        patch.setattr(os, "kill", raises(PermissionError))
        assert not here.is_gone
        patch.setattr(os, "kill", raises(ProcessLookupError))
        assert here.is_gone


def raises(kind: type[Exception]) -> Callable[..., Any]:
    def raising(*_arguments: Any) -> None:
        raise kind

    return raising


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_process_that_nobody_has_waited_for_is_gone() -> None:
    here = process.Process.this()
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert process.Process(here.user, here.host, child, here.identity).is_gone == (here.identity is not None)
    os.waitpid(child, 0)


def test_process_of_which_nothing_is_known_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not process.Process("user", "host", 1, "another machine 1").is_gone
    monkeypatch.setattr(process, "_PROC", tmp_path)
    monkeypatch.setattr("getpass.getuser", raises(KeyError))
    here = process.Process.this()
    assert (here.user, here.identity, here.is_gone) == ("?", None, False)


def test_of_two_who_go_on_one_is_refused(journal: Journal) -> None:
    with Wire([Service({"1": lost})]) as wire, pytest.raises(OutcomeUnknownError):
        call(wire.url, "reboot", "1", journal=journal)
    run = journal.runs()[0]
    first, second = (Account(REBOOT, ("1",), None) for _ in range(2))
    journal.take_over(run).begin(first)
    late = journal.take_over(run)
    with pytest.raises(JournalError, match="somebody else a moment ago"):
        late.begin(second)
    assert not late.has_begun


def test_run_that_was_faster_is_named(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    claim, attempts = journal_module._claim, 0

    def claim_late(*arguments: Any) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise IntegrityError("INSERT", {}, Exception("claimed meanwhile"))
        claim(*arguments)

    monkeypatch.setattr(journal_module, "_claim", claim_late)
    with Wire([Service()]) as wire:
        assert call(wire.url, "reboot", "1", journal=journal).request_ids
    assert attempts == 2


def test_nothing_is_written_after_the_end(journal: Journal) -> None:
    account = Account(REBOOT, ("1", "2"), None)
    recording = journal.begin(REBOOT.name, "gateway", None, account.numbers, {"timeout": None})
    recording.begin(account)
    account.recording = recording
    account.in_flight(("1",), Sent.now())
    account.in_flight(("2",), Sent.now())
    account.note("accepted", ("1",))
    recording.write(account)
    assert set(claimed(journal)) == {"2"}
    recording.end(account, is_interrupted=False)
    for late in (recording.begin, recording.write):
        with pytest.raises(JournalError, match="has ended: nothing more is sent"):
            late(account)
    with pytest.raises(JournalError, match="has ended: nothing more is sent"):
        account.in_flight(("1",), Sent.now())
    assert journal.report(recording.run).outcomes == {"1": "accepted", "2": "unknown"}


@pytest.mark.parametrize("reply", [answer(401), listing(server("1", status="NSTOP"))], ids=["refused", "stopped"])
def test_server_that_cannot_be_checked_again_stays_as_it_was(
    reply: Any, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    FastClock(monkeypatch)
    with Wire([Service()]) as wire:
        call(wire.url, "rolling_reboot", "1", timeout=9, check=lambda _server: False, journal=journal)
    run = journal.runs()[0].id
    with Wire([reply]) as wire:
        with journal._database.transaction() as connection:
            connection.exec_driver_sql("UPDATE ncp_vserver_runs SET gateway = ?", (wire.url,))
        report = call(wire.url, "resume", run, check=bool, journal=journal)
    assert report.outcomes == {"1": "check_failed"}


def test_file_that_another_process_prepares_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, tried = sqlite3.OperationalError("database is locked"), 0
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY

    class Connection:
        def execute(self, _statement: str) -> None:
            nonlocal tried
            tried += 1
            if tried < 3:
                raise busy

    monkeypatch.setattr(database, "_BETWEEN_TRIES", 0)
    database._write_ahead(Connection())  # type: ignore[arg-type]  # all that it uses
    assert tried == 3
    tried = 0
    monkeypatch.setattr(database, "_SECONDS_FOR_A_LOCK", -1)
    with pytest.raises(sqlite3.OperationalError):
        database._write_ahead(Connection())  # type: ignore[arg-type]  # as above
