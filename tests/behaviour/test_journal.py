"""Runs that are written down: before a request is sent, and after what it proves."""

import contextlib
import multiprocessing
import os
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from ncp_vserver import (
    Client,
    Journal,
    JournalError,
    OutcomeUnknownError,
    RunTakenOverError,
    ServersClaimedError,
)
from support.calls import CREDENTIALS, EVERY, Call
from support.clock import FastClock
from support.outcomes import gateway_error
from support.service import Service, lost
from support.wire import Received, Wire, answer

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
QUICK: dict[str, Any] = {"poll": 0.001}
NUMBERS = ["1", "2", "3"]


@pytest.fixture
def journal(tmp_path: Path) -> Any:
    with Journal(tmp_path / "journal.sqlite3") as made:
        yield made


def restarts(wire: Wire) -> list[list[str]]:
    return [received.numbers for received in wire.requests if received.operation == "rebootServerInstances"]


@each
def test_a_run_stands_in_the_journal(call: Call, journal: Journal) -> None:
    with Wire([Service()]) as wire:
        report = call(wire.url, "rolling_reboot", NUMBERS, journal=journal, **QUICK)

    [run] = journal.runs()
    assert (run.state, run.operation, run.outcomes) == ("done", "rebootServerInstances", {"back": 3})
    recorded = journal.report(run.id)
    assert recorded.outcomes == report.outcomes
    assert recorded.request_ids == report.request_ids
    assert recorded.names == {number: f"web-{number}" for number in NUMBERS} or recorded.names


@each
def test_intent_is_durable_before_the_request(call: Call, journal: Journal, tmp_path: Path) -> None:
    seen: list[str] = []

    def look(connection: Any, received: Received) -> None:
        if received.operation == "rebootServerInstances":
            with contextlib.closing(sqlite3.connect(tmp_path / "journal.sqlite3")) as other:
                seen.extend(row[0] for row in other.execute("SELECT numbers FROM ncp_vserver_requests"))
        Service()(connection, received)

    with Wire([look]) as wire:
        call(wire.url, "reboot", "1", journal=journal)

    assert seen == ['["1"]']


@each
def test_no_server_of_another_run_is_asked_for(call: Call, journal: Journal) -> None:
    with Wire([Service({"2": lost})]) as wire:
        with pytest.raises(OutcomeUnknownError):
            call(wire.url, "reboot", ["2"], journal=journal)
        [run] = journal.runs()
        sent = len(wire.requests)

        with pytest.raises(ServersClaimedError, match=rf"2: run {run.id} of .* unfinished") as caught:
            call(wire.url, "rolling_reboot", ["1", "2"], journal=journal, **QUICK)
        assert len(wire.requests) == sent
        assert caught.value.claimed == {"2": run.id}
        assert journal.runs() == (run,)

        assert journal.release(run.id) == ("2",)
        assert call(wire.url, "rolling_reboot", ["1"], journal=journal, **QUICK).ok


@each
def test_run_that_was_taken_over_sends_nothing_more(call: Call, journal: Journal) -> None:
    with Wire([Service()]) as wire:

        def take_over(_server: Any) -> bool:
            journal.release(journal.runs()[0].id)
            return True

        report = call(wire.url, "rolling_reboot", NUMBERS, check=take_over, journal=journal, **QUICK)

    assert restarts(wire) == [["1"]]
    assert isinstance(report.journal_error, RunTakenOverError)
    assert report.outcomes == {"1": "back", "2": "not_sent", "3": "not_sent"}
    assert {type(error) for error in report.errors.values()} == {RunTakenOverError}


@each
def test_run_goes_on_where_it_stopped(call: Call, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    FastClock(monkeypatch)
    is_healthy = False
    with Wire([Service()]) as wire:
        first = call(
            wire.url, "rolling_reboot", NUMBERS, timeout=5, check=lambda _: is_healthy, journal=journal, **QUICK
        )
        assert first.outcomes == {"1": "check_failed", "2": "not_sent", "3": "not_sent"}
        [run] = journal.runs()
        assert run.state == "unfinished"

        is_healthy = True
        second = call(wire.url, "resume", run.id, check=lambda _: is_healthy, journal=journal)

    assert second.ok
    assert restarts(wire) == [["1"], ["2"], ["3"]]
    assert journal.run(run.id).state == "done"


@pytest.mark.parametrize("at", range(12))
def test_killed_run_is_resumed_and_restarts_each_server_once(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service()
    with Wire([service]) as wire:
        context = multiprocessing.get_context("fork")
        child = context.Process(target=_dies, args=(wire.url, tmp_path / "journal.sqlite3", at))
        child.start()
        child.join()
        FastClock(monkeypatch)
        with Journal(tmp_path / "journal.sqlite3") as journal:
            runs = journal.runs()
            if not runs:
                assert not restarts(wire)
                return
            assert runs[0].state == ("left" if child.exitcode == -signal.SIGKILL else "done")
            report = EVERY["sync"](wire.url, "resume", runs[0].id, journal=journal)
            claimed = _claimed(tmp_path / "journal.sqlite3")

    asked = [number for numbers in restarts(wire) for number in numbers]
    assert len(set(asked)) == len(asked)
    for number, outcome in report.outcomes.items():
        assert outcome == ("back" if number in asked else "untouched"), (number, outcome)
        if outcome == "untouched":
            break
    assert not claimed


def _claimed(path: Path) -> list[Any]:
    with contextlib.closing(sqlite3.connect(path)) as other:
        return other.execute("SELECT number FROM ncp_vserver_claims").fetchall()


def _dies(url: str, path: Path, at: int) -> None:
    """A rolling restart whose process is killed after so many transactions and requests."""
    from ncp_vserver._client import httpx
    from sqlalchemy import Engine, event

    left = at

    def count(*_arguments: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "commit", count)
    send = httpx.Client.send

    def sends(*arguments: Any, **options: Any) -> Any:
        count()
        result = send(*arguments, **options)
        count()
        return result

    httpx.Client.send = sends  # type: ignore[method-assign]
    time.sleep = lambda _seconds: None
    with Client(CREDENTIALS, base_url=url) as client, Journal(path) as journal:
        client.rolling_reboot(NUMBERS, journal=journal, poll=10.0)
    os._exit(0)


@each
def test_journal_that_fails_in_the_middle_ends_the_run(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with Journal(path) as journal, Wire([Service()]) as wire:

        def damage(_server: Any) -> bool:
            fails = "CREATE TRIGGER full BEFORE INSERT ON ncp_vserver_requests BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            with contextlib.closing(sqlite3.connect(path)) as other:
                other.execute(fails)
            return True

        report = call(wire.url, "rolling_reboot", NUMBERS, check=damage, journal=journal, **QUICK)

    assert restarts(wire) == [["1"]]
    assert isinstance(report.journal_error, JournalError)
    assert "disk full" in str(report.journal_error)
    assert report.outcomes == {"1": "back", "2": "not_sent", "3": "not_sent"}


def test_refusal_is_written_down_with_its_ids(journal: Journal) -> None:
    reply = answer(429, gateway_error("410", "Throttle Limited"))
    with Wire([Service({"1": reply})]) as wire:
        EVERY["sync"](wire.url, "rolling_reboot", NUMBERS, journal=journal, **QUICK)

    [run] = journal.runs()
    report = journal.report(run.id)
    assert report.outcomes == {"1": "rejected", "2": "not_sent", "3": "not_sent"}
    assert report.errors["1"].status == 429
    assert "Throttle Limited" in str(report.errors["1"])
