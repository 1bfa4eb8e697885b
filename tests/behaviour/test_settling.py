"""What became of servers after an outcome that was unknown."""

import time
from email.utils import formatdate
from typing import Any

import pytest
from ncp_vserver import NcpError, OutcomeUnknownError, RejectedError, Settlement
from support.calls import EVERY, Call
from support.clock import FastClock
from support.outcomes import business_error
from support.wire import Received, Wire, accept, answer, list_answer, listing, raw, server

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    return FastClock(monkeypatch)


def uptime(seconds: float) -> str:
    """A start that was so long before now, in the vendor's form."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+0900", time.gmtime(time.time() - seconds + 9 * 3600))


def error_of(call: Call, method: str, numbers: list[str], **options: Any) -> NcpError:
    with Wire([raw(b"")]) as wire, pytest.raises(OutcomeUnknownError) as caught:
        call(wire.url, method, numbers, **options)
    return caught.value


def settled(
    call: Call, error: NcpError, *servers: dict[str, object], ahead: float | None = 0.0, wait: bool = False
) -> Settlement:
    """Settle by the polls of a gateway whose clock is so many seconds ahead, or that has none."""

    def reply(connection: Any, received: Received) -> None:
        date = [] if ahead is None else [f"date: {formatdate(time.time() + ahead, usegmt=True)}"]
        answer(200, list_answer(servers), "application/json", *date)(connection, received)

    with Wire([reply]) as wire:
        settlement: Settlement = call(wire.url, "settle", error, wait=wait)
    assert wire.requests[0].numbers == list(error.unknown)
    assert wait or len(wire.requests) == 1
    return settlement


def text_of(settlement: Settlement) -> str:
    """The text up to the time at which the rest can be told."""
    return str(settlement).partition(" (can be told at ")[0]


@each
@pytest.mark.parametrize("wait", [False, True], ids=["once", "wait"])
def test_restart(call: Call, clock: FastClock, wait: bool) -> None:
    error = error_of(call, "reboot", ["1", "2", "3", "4", "5", "6", "7"])

    settlement = settled(
        call,
        error,
        server("1", "RESTA", uptime=uptime(1000)),
        server("2", uptime=uptime(-3)),
        server("3", uptime=uptime(1000)),
        server("4", "SETUP", uptime=uptime(1000)),
        server("5", uptime=""),
        server("6", "NULL", "NSTOP", uptime=uptime(1000)),
        wait=wait,
    )

    assert settlement.under_way == ("1",)
    assert settlement.done == ("2",)
    assert settlement.executed == ("1", "2")
    assert settlement.servers
    assert settlement.servers["7"] is None
    # One poll proves of no server that it was left alone, or that its restart failed.
    assert settlement.untouched == (("3",) if wait else ())
    assert settlement.failed == (("6", "7") if wait else ())
    assert settlement.unknown == (("4", "5") if wait else ("3", "4", "5", "6", "7"))
    assert text_of(settlement) == (
        "under way: 1; done: 2; failed: 6, 7; untouched: 3; unknown: 4, 5"
        if wait
        else "under way: 1; done: 2; unknown: 3, 4, 5, 6, 7"
    )


@each
@pytest.mark.parametrize("ahead", [-200.0, 200.0])
def test_clocks_that_differ(call: Call, clock: FastClock, ahead: float) -> None:
    error = error_of(call, "reboot", ["1", "2"])

    servers = server("1", uptime=uptime(-3 - max(ahead, 0.0))), server("2", uptime=uptime(10 - min(ahead, 0.0)))
    once = settled(call, error, *servers, ahead=ahead)
    settlement = settled(call, error, *servers, ahead=ahead, wait=True)

    assert (once.done, once.unknown) == (("1",), ("2",))
    assert (settlement.done, settlement.untouched) == (("1",), ("2",))


@each
@pytest.mark.parametrize("ahead", [None, 3600.0, -3600.0, 86_400.0 * 9000], ids=["no-date", "ahead", "behind", "2051"])
def test_clocks_of_which_nothing_is_known(call: Call, clock: FastClock, ahead: float | None) -> None:
    # A gateway that has just taken the signature cannot have such a clock. Less than five minutes cannot be told apart.
    error = error_of(call, "reboot", ["1", "2", "3"])

    servers = server("1", uptime=uptime(-310)), server("2", uptime=uptime(310)), server("3", uptime=uptime(-10))
    once = settled(call, error, *servers, ahead=ahead)
    settlement = settled(call, error, *servers, ahead=ahead, wait=True)

    assert (once.done, once.untouched, once.unknown) == (("1",), (), ("2", "3"))
    assert (settlement.done, settlement.untouched, settlement.unknown) == (("1",), ("2",), ("3",))


@each
@pytest.mark.parametrize("wait", [False, True], ids=["once", "wait"])
@pytest.mark.parametrize(
    ("method", "operation", "before", "after"), [("start", "START", "NSTOP", "RUN"), ("stop", "SHTDN", "RUN", "NSTOP")]
)
def test_start_and_stop(
    call: Call, clock: FastClock, method: str, operation: str, before: str, after: str, wait: bool
) -> None:
    error = error_of(call, method, ["1", "2", "3", "4"])

    settlement = settled(
        call,
        error,
        server("1", operation, before),
        server("2", "NULL", after),
        server("3", "NULL", before),
        server("4", "NULL", "INIT"),
        wait=wait,
    )

    rest = "untouched: 3; unknown: 4" if wait else "unknown: 3, 4"
    assert text_of(settlement) == f"under way: 1; done: 2; {rest}"


@each
def test_only_what_is_unknown_is_read(call: Call) -> None:
    numbers = [str(number) for number in range(100, 145)]
    with Wire([accept, raw(b"")]) as wire, pytest.raises(OutcomeUnknownError) as caught:
        call(wire.url, "reboot", numbers, region_code="JPN")

    settlement = settled(call, caught.value, *(server(number, "RESTA") for number in numbers))

    assert settlement.under_way == tuple(numbers[20:40])


@each
def test_nothing_to_settle(call: Call) -> None:
    with Wire([answer(400, business_error("1", "no"))]) as wire, pytest.raises(RejectedError) as caught:
        call(wire.url, "reboot", "7")

    with Wire([accept]) as wire:
        settlement = call(wire.url, "settle", caught.value)

    assert str(settlement) == "nothing to settle"
    assert wire.connections == []


@each
def test_error_that_is_none_of_a_client(call: Call) -> None:
    with Wire([listing()]) as wire, pytest.raises(ValueError, match="settle those of the report"):
        call(wire.url, "settle", OutcomeUnknownError("odd", unknown=("7",)))


@each
def test_servers_that_cannot_be_read(call: Call) -> None:
    error = error_of(call, "reboot", ["7"])

    with Wire([answer(401)]) as wire, pytest.raises(RejectedError):
        call(wire.url, "settle", error)
