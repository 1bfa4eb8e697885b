"""Runs that are written down: before a request is sent, and after what it proves."""

import contextlib
import multiprocessing
import os
import signal
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import httpx
import pytest
from ncp_vserver import (
    CheckFailedError,
    Client,
    HookFailedError,
    Journal,
    JournalError,
    NcpError,
    OutcomeUnknownError,
    RunTakenOverError,
    ServersClaimedError,
)
from ncp_vserver._journal import journal as module, tables
from ncp_vserver._journal.database import Database, _write_ahead
from ncp_vserver._journal.process import Process
from ncp_vserver._requests.operations import REBOOT
from ncp_vserver._requests.proof import Sent
from ncp_vserver._runs.recorded import recorded
from ncp_vserver._steps.account import Account, Recording
from sqlalchemy import Engine, event, insert, select
from support.calls import CREDENTIALS, EVERY, Call
from support.clock import FastClock
from support.outcomes import gateway_error
from support.patience import PATIENCE
from support.postgresql import PostgreSQL
from support.service import Service, lost
from support.wire import Received, Wire, answer, listing, server

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
call = EVERY["sync"]
QUICK: dict[str, Any] = {"poll": 0.001}
NUMBERS = ["1", "2", "3"]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "journal.sqlite3")
    postgres: PostgreSQL = request.getfixturevalue("postgres")
    return postgres.url


@pytest.fixture
def journal(place: str) -> Iterator[Journal]:
    with Journal(place) as made:
        yield made


def restarts(wire: Wire) -> list[list[str]]:
    return [received.numbers for received in wire.requests if received.operation == "rebootServerInstances"]


@each
def test_a_run_stands_in_the_journal(call: Call, journal: Journal) -> None:
    with Wire([Service()]) as wire:
        report = call(wire.url, "rolling_reboot", NUMBERS, journal=journal, **QUICK)

        [run] = journal.runs()
        assert (run.state, run.operation, run.outcomes) == ("done", "rebootServerInstances", {"back": 3})
        assert run.gateway == wire.url
        recorded = journal.report(run.id)
        assert recorded.outcomes == report.outcomes
        assert recorded.request_ids == report.request_ids
        assert recorded.names == {server.number: server.name for server in report.servers.values() if server}
        assert call(wire.url, "reboot", NUMBERS, journal=journal).request_ids  # nothing is claimed any more


@each
def test_intent_is_durable_before_its_request(call: Call, journal: Journal, place: str) -> None:
    seen: list[Any] = []
    service = Service()

    def look(connection: Any, received: Received) -> None:
        if received.operation == "rebootServerInstances":
            with Journal(place) as other:
                [run] = other.runs()
                seen.append((run.state, dict(other.report(run.id).outcomes)))
        service(connection, received)

    with Wire([look]) as wire:
        call(wire.url, "reboot", ["1", "2"], journal=journal)

    assert seen == [("under way", {"1": "unknown", "2": "unknown"})]
    assert journal.runs()[0].state == "done"


@each
def test_server_of_another_run_is_not_asked_for(call: Call, journal: Journal) -> None:
    with Wire([Service({"2": lost})]) as wire:
        with pytest.raises(OutcomeUnknownError):
            call(wire.url, "reboot", ["2"], journal=journal)
        [run] = journal.runs()
        sent = len(wire.requests)

        with pytest.raises(ServersClaimedError, match=rf"2: run {run.id} of .* unfinished") as caught:
            call(wire.url, "rolling_reboot", ["1", "2"], journal=journal, **QUICK)
        assert caught.value.claimed == {"2": run.id}
        assert len(wire.requests) == sent
        assert journal.runs() == (run,)

        assert journal.release(run.id) == ("2",)
        assert call(wire.url, "rolling_reboot", ["1"], journal=journal, **QUICK).ok


@each
def test_run_that_was_taken_over_sends_nothing_more(call: Call, journal: Journal) -> None:
    def take_over(_server: Any) -> bool:
        journal.release(journal.runs()[0].id)
        return True

    with Wire([Service()]) as wire:
        report = call(wire.url, "rolling_reboot", NUMBERS, check=take_over, journal=journal, **QUICK)

    assert restarts(wire) == [["1"]]
    assert isinstance(report.journal_error, RunTakenOverError)
    assert report.outcomes == {"1": "back", "2": "not_sent", "3": "not_sent"}


@each
def test_run_goes_on_where_it_stopped(call: Call, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    FastClock(monkeypatch)
    is_healthy = False

    def check(_server: Any) -> bool:
        return is_healthy

    with Wire([Service()]) as wire:
        first = call(wire.url, "rolling_reboot", NUMBERS, timeout=5, check=check, journal=journal)
        assert first.outcomes == {"1": "check_failed", "2": "not_sent", "3": "not_sent"}
        [run] = journal.runs()
        assert run.state == "unfinished"

        with pytest.raises(ValueError, match="this run has a check"):
            call(wire.url, "resume", run.id, journal=journal)
        is_healthy = True
        second = call(wire.url, "resume", run.id, check=check, journal=journal)

    assert second.ok
    assert restarts(wire) == [["1"], ["2"], ["3"]]
    assert journal.run(run.id).state == "done"


def test_run_that_may_go_on_is_taken_over_only_where_that_is_said(journal: Journal) -> None:
    def while_it_goes_on(_server: Any) -> bool:
        [run] = journal.runs()
        with pytest.raises(JournalError, match="goes on, as far as is known"):
            call(wire.url, "resume", run.id, check=bool, journal=journal)
        return True

    with Wire([Service()]) as wire:
        assert call(wire.url, "rolling_reboot", ["1"], check=while_it_goes_on, journal=journal, **QUICK).ok
        with pytest.raises(JournalError, match="no run 1130-none"):
            call(wire.url, "resume", "1130-none", journal=journal)


def test_run_of_another_gateway_is_not_gone_on_with(journal: Journal) -> None:
    with Wire([Service()]) as wire, Wire([Service()]) as other:
        call(wire.url, "reboot", "1", journal=journal)
        with pytest.raises(ValueError, match="and this client asks"):
            call(other.url, "resume", journal.runs()[0].id, journal=journal)


@pytest.mark.parametrize("at", range(16))
def test_killed_run_asks_for_no_server_twice(at: int, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire([Service()]) as wire:
        child = multiprocessing.get_context("fork").Process(target=_dies, args=(wire.url, place, at))
        child.start()
        child.join()
        FastClock(monkeypatch)
        with Journal(place) as journal:
            if not (runs := journal.runs()):
                assert not restarts(wire)
                return
            was_killed = child.exitcode == -signal.SIGKILL
            assert runs[0].state == ("left" if was_killed else "done")
            report = call(wire.url, "resume", runs[0].id, journal=journal)
            asked = [number for numbers in restarts(wire) for number in numbers]
            call(wire.url, "reboot", NUMBERS, journal=journal)  # nothing is claimed any more

    assert asked == list(report.having("back"))
    untouched = report.having("untouched")
    assert report.ok or (untouched and report.having("not_sent") == tuple(NUMBERS[len(asked) + 1 :]))


def _dies(url: str, place: str, at: int) -> None:
    """A rolling restart whose process is killed at one of its transactions, requests and responses."""
    left = at

    def count(*_arguments: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    class Counting(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            count()
            response = super().handle_request(request)
            response.read()
            count()
            return response

    time.sleep = lambda _seconds: None
    event.listen(Engine, "commit", count)
    with Client(CREDENTIALS, base_url=url, transport=Counting()) as client, Journal(place) as journal:
        client.rolling_reboot(NUMBERS, journal=journal, poll=10)
    os._exit(0)


def test_of_two_runs_one_gets_the_servers(place: str) -> None:
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(2, timeout=PATIENCE)
    with Wire([Service()]) as wire:
        racers = [
            context.Process(target=_races, args=(wire.url, place, numbers, barrier)) for numbers in ("123", "321")
        ]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()

    assert sorted(racer.exitcode or 0 for racer in racers) == [0, 9]
    assert sorted(number for numbers in restarts(wire) for number in numbers) == NUMBERS


def _races(url: str, place: str, numbers: str, barrier: Any) -> None:
    with Client(CREDENTIALS, base_url=url) as client, Journal(place) as journal:
        barrier.wait()
        try:
            report = client.rolling_reboot(list(numbers), journal=journal, check=lambda _server: True, **QUICK)
        except ServersClaimedError:
            barrier.wait()
            os._exit(9)
        barrier.wait()
        os._exit(0 if report.ok else 1)


def _full(place: str) -> None:
    sql = "CREATE TRIGGER full BEFORE INSERT ON ncp_vserver_requests BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    with contextlib.closing(sqlite3.connect(place)) as other:
        other.execute(sql)


@each
def test_journal_that_fails_in_the_middle_ends_the_run(call: Call, tmp_path: Path) -> None:
    _fails_in_the_middle(call, str(tmp_path / "journal.sqlite3"), _full, "disk full")


def test_lost_connection_ends_the_run(postgres: PostgreSQL) -> None:
    try:
        _fails_in_the_middle(call, postgres.url, lambda _place: postgres.stop(), "")
    finally:
        postgres.start()
    with Journal(postgres.url) as journal:
        [run] = journal.runs()
        assert journal.report(run.id).outcomes == {"1": "accepted", "2": "not_sent", "3": "not_sent"}


def test_connection_that_comes_back_does_not_matter(postgres: PostgreSQL) -> None:
    def restart(_server: Any) -> bool:
        postgres.stop()
        postgres.start()
        return True

    with Wire([Service()]) as wire, Journal(postgres.url) as journal:
        assert call(wire.url, "rolling_reboot", NUMBERS, check=restart, journal=journal, **QUICK).ok


def _fails_in_the_middle(call: Call, place: str, fail: Callable[[str], None], why: str) -> None:
    def check(_server: Any) -> bool:
        fail(place)
        return True

    with Journal(place) as journal, Wire([Service()]) as wire:
        report = call(wire.url, "rolling_reboot", NUMBERS, check=check, journal=journal, **QUICK)

    assert restarts(wire) == [["1"]]
    assert isinstance(report.journal_error, JournalError)
    assert why in str(report.journal_error)
    assert str(report).startswith(f"{report.journal_error}. ")
    assert report.outcomes == {"1": "back", "2": "not_sent", "3": "not_sent"}


def test_refusal_is_written_down_with_what_was_said(journal: Journal) -> None:
    reply = answer(429, gateway_error("410", "Throttle Limited"))
    with Wire([Service({"1": reply})]) as wire:
        call(wire.url, "rolling_reboot", NUMBERS, journal=journal, **QUICK)

    report = journal.report(journal.runs()[0].id)
    assert report.outcomes == {"1": "rejected", "2": "not_sent", "3": "not_sent"}
    assert report.errors["1"].status == 429
    assert "Throttle Limited" in str(report.errors["1"])


def test_no_key_stands_in_it(tmp_path: Path) -> None:
    place = tmp_path / "journal.sqlite3"
    with Journal(place) as journal, Wire([Service()]) as wire:
        call(wire.url, "rolling_reboot", NUMBERS, journal=journal, **QUICK)
        signatures = [received.header("x-ncp-apigw-signature-v2")[0] for received in wire.requests]
    written = place.read_bytes()
    for secret in ("NCPACCESSKEYEXAMPLE0", "NCPsecretKeyEXAMPLE", *signatures):
        assert secret.encode() not in written


def test_file_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with Journal() as journal:
        path = tmp_path / "state/ncp-vserver/journal.sqlite3"
        assert repr(journal) == f"Journal({str(path)!r})"
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o600, 0o700]


def test_newer_version_is_refused(place: str) -> None:
    with Journal(place) as journal, journal._database.transaction() as connection:
        connection.exec_driver_sql("UPDATE ncp_vserver_journal SET version = 2")
    with pytest.raises(JournalError, match="has version 2 of its tables, and this program knows version 1"):
        Journal(place)


def test_what_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all\n" * 100)
    with pytest.raises(JournalError, match="file is not a database"):
        Journal(tmp_path / "text")
    with pytest.raises(JournalError, match="cannot be used"):
        Journal(tmp_path)
    with pytest.raises(JournalError, match="cannot be used") as caught:
        Journal(f"postgresql://user:password@/none?host={tmp_path}")
    assert "password" not in str(caught.value)


@pytest.mark.parametrize("place", ["mysql://host/db", "://", "postgres-ql://x"])
def test_other_databases_make_no_sense(place: str) -> None:
    with pytest.raises(ValueError, match="the journal must be a path"):
        Journal(place)


def test_journal_that_is_busy_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncp_vserver._journal.database.time.sleep", lambda seconds: None)
    busy, broken = sqlite3.OperationalError("locked"), sqlite3.OperationalError("no disk")
    busy.sqlite_errorcode, broken.sqlite_errorcode = sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR
    replies = Mock(side_effect=[busy, None, broken])
    connection: Any = SimpleNamespace(execute=replies)

    _write_ahead(connection)
    assert replies.call_count == 2
    with pytest.raises(sqlite3.OperationalError, match="no disk"):
        _write_ahead(connection)


def test_journal_that_stays_busy_is_given_up_after_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = [0.0]
    clock = SimpleNamespace(monotonic=lambda: sum(slept), sleep=slept.append)
    monkeypatch.setattr("ncp_vserver._journal.database.time", clock)
    busy = sqlite3.OperationalError("locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    connection: Any = SimpleNamespace(execute=Mock(side_effect=busy))

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        _write_ahead(connection)
    assert 9.99 < sum(slept) < 10.02
    assert len(slept) > 900


def test_process_that_no_system_can_identify_is_not_gone() -> None:
    assert not Process("user", "host", 1, None).is_gone


def begin(journal: Journal, *numbers: str) -> tuple[Recording, Account]:
    """A run that has begun."""
    account = Account(REBOOT, numbers, None)
    recording = journal.begin("rebootServerInstances", "gateway", None, numbers, {"timeout": None})
    recording.begin(account)
    return recording, account


def test_nothing_is_written_after_the_end(journal: Journal) -> None:
    recording, account = begin(journal, "1")
    recording.end(account, is_interrupted=False)

    with pytest.raises(JournalError, match="has ended: nothing more is sent"):
        recording.intend(account, ("1",), Sent(wall=1.0))


def test_of_two_that_take_over_at_once_one_is_refused(journal: Journal) -> None:
    with Wire([Service({"1": lost})]) as wire, pytest.raises(OutcomeUnknownError):
        call(wire.url, "reboot", ["1"], journal=journal)
    [seen] = journal.runs()
    journal.take_over(seen).begin(Account(REBOOT, ("1",), None))

    with pytest.raises(JournalError, match="was taken over, or released, by somebody else a moment ago"):
        journal.take_over(seen).begin(Account(REBOOT, ("1",), None))


def test_run_that_is_slower_with_its_claim_says_whose_they_are(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, claimed = module._claim, list[Any]()

    def too_early(connection: Any, gateway: str, numbers: tuple[str, ...], run: str) -> None:
        if claimed:
            claim(connection, gateway, numbers, run)
        claimed.append(run)
        connection.execute(insert(tables.claims), [{"gateway": gateway, "number": "1", "run": run}])

    begin(journal, "1")
    monkeypatch.setattr(module, "_claim", too_early)

    with pytest.raises(ServersClaimedError, match=f"1: run {journal.runs()[0].id} of "):
        begin(journal, "1", "2")
    assert len(journal.runs()) == 1


def test_run_that_holds_nothing_any_more_is_taken_over(journal: Journal) -> None:
    recording, account = begin(journal, "1")
    account.note("rejected", ("1",), NcpError("no"))
    recording.end(account, is_interrupted=False)

    journal.take_over(journal.runs()[0]).begin(account)

    assert journal.release(journal.runs()[0].id) == ()


def test_answer_is_noted_with_its_own_request(journal: Journal, place: str) -> None:
    recording, account = begin(journal, "1", "2")
    for number in ("1", "2"):
        recording.intend(account, (number,), Sent(wall=1.0))
    account.note("rejected", ("2",), NcpError("no"))
    recording.write(account)

    database = Database(place)
    with contextlib.closing(database), database.transaction() as connection:
        requests = tables.requests
        noted = connection.execute(select(requests.c.numbers, requests.c.outcome).order_by(requests.c.id)).all()
    assert [tuple(row) for row in noted] == [(["1"], None), (["2"], "rejected")]


@each
def test_run_without_a_wait_goes_on(call: Call, journal: Journal) -> None:
    with Wire([Service({"1": lost})]) as wire:
        with pytest.raises(OutcomeUnknownError):
            call(wire.url, "reboot", ["1"], journal=journal)
        report = call(wire.url, "resume", journal.runs()[0].id, journal=journal)

    assert report.outcomes["1"] in ("accepted", "unknown", "not_sent", "back")


def test_interrupt_is_written_down() -> None:
    def interrupted() -> Any:
        yield "a step"
        raise KeyboardInterrupt

    recording = Mock()
    steps = recorded(interrupted(), Mock(), recording)
    next(steps)
    steps.send(recording)
    with pytest.raises(KeyboardInterrupt):
        next(steps)

    assert recording.end.call_args.kwargs == {"is_interrupted": True}


@each
def test_functions_that_say_no(call: Call) -> None:
    options: dict[str, Any] = {"on_failure": "continue", **QUICK}
    with Wire([Service()]) as wire:
        left = call(wire.url, "rolling_reboot", ["1"], before=lambda server: False, **options)
        ill = call(wire.url, "rolling_reboot", ["1"], check=lambda server: False, check_timeout=0.01, **options)

    assert left.outcomes == {"1": "not_sent"}
    assert isinstance(left.errors["1"], HookFailedError)
    assert ill.outcomes == {"1": "check_failed"}
    assert isinstance(ill.errors["1"], CheckFailedError)
    assert restarts(wire) == [["1"]]


@pytest.mark.parametrize("seen", ["running", "stopped", "not seen"])
def test_server_that_did_not_pass_its_check_is_looked_at_again(
    seen: str, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    FastClock(monkeypatch)
    service, is_healthy = Service(), False

    def fails(*arguments: Any) -> Any:
        raise NcpError("made to fail")
        yield

    def reply(connection: Any, received: Received) -> None:
        if seen == "stopped" and is_healthy:
            listing(server("1", status="NSTOP"))(connection, received)
        else:
            service(connection, received)

    options: dict[str, Any] = {"check": lambda server: is_healthy, "journal": journal}
    with Wire([reply]) as wire:
        call(wire.url, "rolling_reboot", ["1"], timeout=5, **options)
        is_healthy = True
        if seen == "not seen":
            monkeypatch.setattr("ncp_vserver._runs.batch.poll", fails)
        report = call(wire.url, "resume", journal.runs()[0].id, **options)

    assert report.outcomes == {"1": "back" if seen == "running" else "check_failed"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"max_failures": 1}, "needs on_failure='continue'"),
        ({"timeout": False, "check": bool}, "needs a wait until it is back"),
        ({"batch_size": "x%"}, "batch_size"),
        ({"batch_size": "5"}, "batch_size"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        call("http://127.0.0.1:1", "rolling_reboot", ["1"], **options)
