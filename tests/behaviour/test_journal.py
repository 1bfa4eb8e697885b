"""Runs that are written down: before a request is sent, and after what it proves."""

import contextlib
import multiprocessing
import os
import signal
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from ncp_vserver import Client, Journal, JournalError, OutcomeUnknownError, RunTakenOverError, ServersClaimedError
from sqlalchemy import Engine, event
from support.calls import CREDENTIALS, EVERY, Call
from support.clock import FastClock
from support.outcomes import gateway_error
from support.postgresql import PostgreSQL, postgresql, programs
from support.service import Service, lost
from support.wire import Received, Wire, answer

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
call = EVERY["sync"]
QUICK: dict[str, Any] = {"poll": 0.001}
NUMBERS = ["1", "2", "3"]


@pytest.fixture(scope="module")
def shared_postgres() -> Iterator[PostgreSQL]:
    found = programs()
    if found is None:
        assert not (os.environ.get("CI") and sys.platform == "linux"), "PostgreSQL is not installed"
        pytest.skip("PostgreSQL is not installed")  # on Linux, where CI is set, it must be
    with postgresql(found) as started:
        yield started


@pytest.fixture
def postgres(shared_postgres: PostgreSQL) -> PostgreSQL:
    """The server, with an empty database."""
    with psycopg.connect(shared_postgres.url) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return shared_postgres


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
    barrier = context.Barrier(2, timeout=30)
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
