"""What the clients say of a restart after each poll, on the wire."""

import contextlib
import itertools
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import Any

import pytest
from ncp_vserver import OperationFailedError, RollingReport, WaitProgress, WaitTimeoutError
from support.calls import EVERY, Call
from support.clock import FastClock
from support.polls import BACK, BUSY, CASES, NEW, OLD, STALE, Case, Poll, listed
from support.wire import Received, Reply, Wire, answer, list_answer, listing

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
QUICK: dict[str, Any] = {"poll": 0.001}


def accepted(poll: Poll, numbers: str, *headers: str) -> Reply:
    """The response that accepts a restart of servers, each of which has one digit, showing them so."""
    servers = [each for number in numbers for each in listed(number, poll)]
    body = list_answer(servers).replace("getServerInstanceList", "rebootServerInstances")
    return answer(200, body, "application/json", *headers)


def polls_of(case: Case) -> list[Reply]:
    return [listing(*listed("7", poll)) for poll in case.polls]


def having(*expected: str) -> pytest.MarkDecorator:
    cases = {name: case for name, case in CASES.items() if case.expected in expected}
    return pytest.mark.parametrize("case", cases.values(), ids=cases)


@each
@having("done")
def test_back(call: Call, case: Case) -> None:
    seen: list[WaitProgress] = []

    with Wire([accepted(case.accepted, "7"), *polls_of(case)]) as wire:
        [back] = call(wire.url, "reboot", "7", wait=5, **QUICK, progress=seen.append)

    assert (back.status, back.operation) == ("RUN", "NULL")
    assert len(wire.requests) == 1 + case.at
    assert [progress.back for progress in seen] == [()] * (case.at - 1) + [("7",)]


@each
@having("failed")
def test_failed(call: Call, case: Case) -> None:
    seen: list[WaitProgress] = []

    with Wire([accepted(case.accepted, "7"), *polls_of(case)]) as wire, pytest.raises(OperationFailedError) as caught:
        call(wire.url, "reboot", "7", wait=5, **QUICK, progress=seen.append)

    error = caught.value
    assert (error.back, error.failed, error.waiting) == ((), ("7",), ())
    assert (error.executed, error.accepted) == (True, ("7",))
    assert len(wire.requests) == 1 + case.at
    assert [progress.failed for progress in seen] == [()] * (case.at - 1) + [("7",)]


@each
@having("no sign", "open")
def test_neither_in_time(call: Call, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    FastClock(monkeypatch)
    with Wire([accepted(case.accepted, "7"), *polls_of(case)]) as wire, pytest.raises(WaitTimeoutError) as caught:
        call(wire.url, "reboot", "7", wait=60, poll=5)

    error = caught.value
    assert (error.back, error.failed, error.waiting) == ((), (), ("7",))
    assert error.no_sign == (("7",) if case.expected == "no sign" else ())
    assert ("not back: 7 (no sign of a restart)" in str(error)) is (case.expected == "no sign")
    assert [received.operation for received in wire.requests].count("rebootServerInstances") == 1


@each
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_rolling_reboot(call: Call, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    FastClock(monkeypatch)
    # The poll before the request has the uptime before.
    replies = [listing(*listed("7", STALE)), accepted(("RUN", "RESTA"), "7"), *polls_of(case)]

    with Wire(replies) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", "7", timeout=60, poll=5)

    outcome = {"done": "back", "failed": "failed"}.get(case.expected, "accepted")
    assert report.outcomes == {"7": outcome}
    assert not case.at or len(wire.requests) == 2 + case.at
    reasons = {"done": "", "failed": "the restart failed", "no sign": "no sign of a restart"}
    assert reasons.get(case.expected, "not all servers are back") in str(report.errors.get("7", ""))


@each
@pytest.mark.parametrize(("seconds", "polls"), [(3600, 1), (-3600, None)])
def test_without_any_uptime_before_the_time_of_the_call_counts(call: Call, seconds: int, polls: int | None) -> None:
    uptime = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S%z")
    date = f"date: {formatdate(usegmt=True)}"

    replies = [accepted(("RUN", "RESTA"), "7", date), listing(*listed("7", ("RUN", "NULL", uptime)))]
    with Wire(replies) as wire, contextlib.nullcontext() if polls else pytest.raises(WaitTimeoutError):
        call(wire.url, "reboot", "7", wait=5 if polls else 0.05, **QUICK)

    assert not polls or len(wire.requests) == 1 + polls


@each
def test_one_that_fails_does_not_end_the_wait_for_the_others(call: Call) -> None:
    def shown(sixth: Poll, seventh: Poll, eighth: Poll) -> Reply:
        return listing(*listed("6", sixth), *listed("7", seventh), *listed("8", eighth))

    failing: Poll = ("RS_FL", "NULL", OLD)
    replies = [
        accepted(BUSY, "678"),
        shown(BUSY, failing, BUSY),
        shown(BUSY, failing, BUSY),
        shown(BACK, failing, BUSY),
        shown(BACK, failing, BACK),
    ]

    with Wire(replies) as wire, pytest.raises(OperationFailedError) as caught:
        call(wire.url, "reboot", ["6", "7", "8"], wait=5, **QUICK)

    error = caught.value
    assert (error.back, error.failed, error.waiting) == (("6", "8"), ("7",), ())
    assert error.accepted == ("6", "7", "8")
    assert str(error) == "the restart failed. back: 6, 8; failed: 7 (RS_FL/NULL)"
    # What is decided is not polled any more.
    assert [received.numbers for received in wire.requests[1:]] == [
        ["6", "7", "8"],
        ["6", "7", "8"],
        ["6", "8"],
        ["8"],
    ]  # fmt: skip - the polls one beside the other


@each
def test_one_fails_and_another_is_not_back_in_time(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    FastClock(monkeypatch)
    poll = listing(*listed("6", STALE), *listed("7", ("NSTOP", "NULL")), *listed("8", BUSY))

    with Wire([accepted(BUSY, "678"), poll]) as wire, pytest.raises(OperationFailedError) as caught:
        call(wire.url, "reboot", ["6", "7", "8"], wait=60, poll=5)

    error = caught.value
    assert (error.failed, error.waiting, error.no_sign) == (("7",), ("6", "8"), ("6",))
    assert str(error) == (
        "the restart failed. failed: 7 (NSTOP/NULL); not back: 6 (no sign of a restart), 8 (RUN/RESTA)"
    )


class Lagging:
    """Three servers, each restart of which takes three polls, behind a list that is some polls behind.

    With two copies, every other poll is answered by one that is behind.
    """

    def __init__(self, lag: int, copies: int) -> None:
        self.lag, self.copies = lag, copies
        self.polls = itertools.count()
        self.history: dict[str, list[Poll]] = {number: [STALE] for number in "123"}
        self.left = dict.fromkeys("123", 0)
        self.down_at_once = 0

    def __call__(self, connection: Any, received: Received) -> None:
        if received.operation == "rebootServerInstances":
            self.left |= dict.fromkeys(received.numbers, 3)
            self.down_at_once = max(self.down_at_once, sum(left > 0 for left in self.left.values()))
            accepted(BUSY, "".join(received.numbers))(connection, received)
            return
        is_behind = self.copies == 1 or next(self.polls) % 2
        servers: list[dict[str, object]] = []
        for number, history in self.history.items():
            self.left[number], was = max(0, self.left[number] - 1), self.left[number]
            history.append(BUSY if self.left[number] else BACK if was or history[-1] == BACK else STALE)
            if number in received.numbers:
                servers += listed(number, history[max(0, len(history) - 1 - (self.lag if is_behind else 0))])
        listing(*servers)(connection, received)


@each
@pytest.mark.parametrize("copies", [1, 2])
@pytest.mark.parametrize("lag", [0, 1, 2, 3, 7])
def test_no_two_batches_are_down_at_once(call: Call, lag: int, copies: int) -> None:
    service = Lagging(lag, copies)

    with Wire([service]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", ["1", "2", "3"], **QUICK)

    assert report.ok
    assert service.down_at_once == 1
    assert report.servers["3"] is not None
    assert report.servers["3"].raw.uptime == NEW
