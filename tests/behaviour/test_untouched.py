"""When a server to which a request was sent without a response may be called untouched: not before it is certain."""

import time
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

import pytest
from ncp_vserver import AuthenticationError, OutcomeUnknownError, RollingReport, Settlement
from ncp_vserver._values.explanations import describe_time
from support.calls import EVERY, Call
from support.clock import FastClock
from support.outcomes import gateway_error
from support.polls import OLD, Poll, listed
from support.wire import Received, Reply, Wire, accept, answer, list_answer, raw

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
UNTOUCHED: Poll = ("RUN", "NULL", OLD)
IN_PROGRESS: Poll = ("RUN", "RESTA", OLD)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    return FastClock(monkeypatch)


class Gateway:
    """Loses the responses to the first restarts, and shows the servers as a test says.

    Attributes:
        poll: What polls show of every server.
        ahead: Seconds by which its clock is ahead of this machine's; None for a gateway without a Date.
    """

    def __init__(self, poll: Poll = UNTOUCHED, *, ahead: float | None = 0.0, losses: int = 100) -> None:
        self.poll, self.ahead, self.losses = poll, ahead, losses
        self.restarts: list[list[str]] = []
        self.polled_at: list[float] = []

    def __call__(self, connection: Any, received: Received) -> None:
        if received.operation == "rebootServerInstances":
            self.restarts.append(received.numbers)
            is_lost = len(self.restarts) <= self.losses
            if not is_lost:
                self.poll = ("RUN", "NULL", "2099-01-01T00:00:00+0900")
            (raw(b"") if is_lost else accept)(connection, received)
            return
        self.polled_at.append(time.time())
        date = [] if self.ahead is None else [f"date: {formatdate(time.time() + self.ahead, usegmt=True)}"]
        servers = [each for number in received.numbers for each in listed(number, self.poll)]
        answer(200, list_answer(servers), "application/json", *date)(connection, received)


def lost(call: Call, url: str, *numbers: str) -> OutcomeUnknownError:
    with pytest.raises(OutcomeUnknownError) as caught:
        call(url, "reboot", list(numbers))
    return caught.value


@each
@pytest.mark.parametrize(("ahead", "seconds"), [(0.0, 360), (100.0, 360), (-100.0, 460), (None, 660)])
def test_two_polls_after_the_gateway_would_refuse_the_request(
    call: Call, clock: FastClock, ahead: float | None, seconds: int
) -> None:
    gateway = Gateway(ahead=ahead)
    with Wire([gateway]) as wire:
        error = lost(call, wire.url, "1", "2")
        settlement: Settlement = call(wire.url, "settle", error, wait=True)

    assert settlement.untouched == ("1", "2")
    assert str(settlement) == "untouched: 1, 2"
    assert error.sent_at is not None
    polled = [at - error.sent_at for at in gateway.polled_at]
    assert polled[-3] < seconds + 1  # a Date has whole seconds
    assert seconds - 1 < polled[-2] < polled[-1] < seconds + 5
    assert len(gateway.restarts) == 1


@each
def test_before_that_it_is_unknown_and_says_until_when(call: Call, clock: FastClock) -> None:
    gateway = Gateway()
    with Wire([gateway]) as wire:
        error = lost(call, wire.url, "1")
        settlement: Settlement = call(wire.url, "settle", error)

    assert (settlement.untouched, settlement.unknown) == ((), ("1",))
    assert error.sent_at is not None
    assert settlement.known_at is not None
    assert settlement.known_at.timestamp() == pytest.approx(error.sent_at + 360, abs=3)
    assert str(settlement) == f"unknown: 1 (can be told at {describe_time(settlement.known_at)})"
    assert len(gateway.polled_at) == 1


@each
@pytest.mark.parametrize("step", [-400.0, -200.0, 200.0, 400.0])
def test_a_clock_that_was_set_proves_nothing(call: Call, clock: FastClock, step: float) -> None:
    with Wire([Gateway()]) as wire:
        error = lost(call, wire.url, "1")
        clock.wall_step = step
        settlement: Settlement = call(wire.url, "settle", error, wait=True)

    assert (settlement.unknown, settlement.untouched, settlement.known_at) == (("1",), (), None)


@each
@pytest.mark.parametrize(
    ("poll", "group"),
    [
        (IN_PROGRESS, "under_way"),
        (("RUN", "NULL", "2099-01-01T00:00:00+0900"), "done"),
        (("RS_FL", "NULL", OLD), "failed"),
        (None, "failed"),
    ],
    ids=["in-progress", "done", "failed", "gone"],
)
def test_ends_as_soon_as_it_can_be_told(call: Call, clock: FastClock, poll: Poll, group: str) -> None:
    gateway = Gateway(poll)
    with Wire([gateway]) as wire:
        settlement: Settlement = call(wire.url, "settle", lost(call, wire.url, "1"), wait=True)

    assert getattr(settlement, group) == ("1",)
    assert len(gateway.polled_at) == (2 if group == "failed" else 1)
    assert settlement.executed == (("1",) if group in ("under_way", "done") else ())


@each
@pytest.mark.parametrize("poll", [("RUN", "NULL"), ("RUN", "MIGRA", OLD), ("SLEEP", "NULL", OLD)], ids=str)
def test_ends_also_where_it_can_never_be_told(call: Call, clock: FastClock, poll: Poll) -> None:
    # Without an uptime, a restart may have come and gone between two polls.
    with Wire([Gateway(poll)]) as wire:
        settlement: Settlement = call(wire.url, "settle", lost(call, wire.url, "1"), wait=True)

    assert settlement.unknown == ("1",)
    assert clock.slept < 400


@each
def test_polls_that_fail_are_followed_by_others(call: Call, clock: FastClock) -> None:
    replies: list[Reply] = [raw(b""), answer(503), answer(503), answer(503), answer(503), Gateway(IN_PROGRESS)]
    with Wire(replies) as wire:
        error = lost(call, wire.url, "1")
        settlement: Settlement = call(wire.url, "settle", error, wait=True, client={"retries": 0})

    assert settlement.under_way == ("1",)


@each
def test_polls_that_fail_for_ever_end_with_their_failure(call: Call, clock: FastClock) -> None:
    with Wire([raw(b""), answer(503)]) as wire, pytest.raises(OutcomeUnknownError):
        call(wire.url, "settle", lost(call, wire.url, "1"), wait=True, client={"retries": 0})

    assert 600 < clock.slept < 700


@each
def test_a_poll_that_is_refused_ends_it(call: Call, clock: FastClock) -> None:
    with Wire([raw(b""), answer(401, gateway_error("200", "no"))]) as wire, pytest.raises(AuthenticationError):
        call(wire.url, "settle", lost(call, wire.url, "1"), wait=True)


class TestRollingRestart:
    @each
    def test_says_unknown_and_until_when_if_its_batch_has_no_time(self, call: Call, clock: FastClock) -> None:
        gateway = Gateway()
        with Wire([gateway]) as wire:
            report: RollingReport = call(wire.url, "rolling_reboot", ["1", "2"], timeout=300)

        assert report.outcomes == {"1": "unknown", "2": "not_sent"}
        error = report.errors["1"]
        assert isinstance(error, OutcomeUnknownError)
        assert error.known_at is not None
        assert error.known_at > datetime.now(UTC)
        assert f"It can be told from {describe_time(error.known_at)} on" in str(error)

    @each
    def test_says_untouched_once_it_is_certain(self, call: Call, clock: FastClock) -> None:
        gateway = Gateway()
        with Wire([gateway]) as wire:
            report: RollingReport = call(wire.url, "rolling_reboot", ["1", "2"], on_failure="continue")

        assert report.outcomes == {"1": "untouched", "2": "untouched"}
        assert gateway.restarts == [["1"], ["2"]]
        assert 700 < clock.slept < 900

    @each
    def test_asks_once_more_if_told_to(self, call: Call, clock: FastClock) -> None:
        gateway = Gateway(losses=1)
        with Wire([gateway]) as wire:
            report: RollingReport = call(wire.url, "rolling_reboot", "1", repeat_untouched=True)

        assert report.ok
        assert report.errors == {}
        assert gateway.restarts == [["1"], ["1"]]

    @each
    def test_asks_once_more_and_no_oftener(self, call: Call, clock: FastClock) -> None:
        gateway = Gateway()
        with Wire([gateway]) as wire:
            report: RollingReport = call(wire.url, "rolling_reboot", ["1", "2"], repeat_untouched=True)

        assert report.outcomes == {"1": "untouched", "2": "not_sent"}
        assert gateway.restarts == [["1"], ["1"]]

    @each
    @pytest.mark.parametrize("poll", [IN_PROGRESS, ("RUN", "NULL"), ("RS_FL", "NULL", OLD)], ids=str)
    def test_does_not_ask_again_for_one_that_is_not_untouched(self, call: Call, clock: FastClock, poll: Poll) -> None:
        class Changed(Gateway):
            def __call__(self, connection: Any, received: Received) -> None:
                super().__call__(connection, received)
                if self.restarts:
                    self.poll = poll

        gateway = Changed()
        with Wire([gateway]) as wire:
            report: RollingReport = call(wire.url, "rolling_reboot", "1", repeat_untouched=True)

        assert gateway.restarts == [["1"]]
        assert report.outcomes["1"] in ("accepted", "unknown", "failed")
