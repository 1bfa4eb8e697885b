"""Restarting servers in batches: the order of things, and a report that holds at every moment."""

import time
from types import NoneType
from typing import Any

import pytest
from ncp_vserver import CheckFailedError, Client, Credentials, CredentialsError, RollingReport
from support.calls import CREDENTIALS, EVERY, Call
from support.clock import FastClock
from support.outcomes import business_error, gateway_error
from support.service import Service, lost
from support.wire import Received, Reply, Wire, accept, answer, listing, raw, server

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
QUICK: dict[str, Any] = {"poll": 0.001}
SLOW: dict[str, Any] = {"poll": 5, "timeout": 60}
"""For servers of which some are not back in time: a minute is enough for the others, however slow the machine is."""


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    FastClock(monkeypatch)


NUMBERS = ["1", "2", "3", "4", "5"]


class Breaking:
    """A service that shows servers running until it is asked to restart them, and from then on replies otherwise.

    Args:
        request: The reply to a restart.
        poll: The reply to a poll of servers that it was asked to restart.
    """

    def __init__(self, request: Reply, poll: Reply) -> None:
        self._request, self._poll = request, poll
        self._asked_for: set[str] = set()
        self.times: list[float] = []

    def __call__(self, connection: Any, received: Received) -> None:
        if received.operation == "rebootServerInstances":
            self.times.append(time.time())
            self._asked_for.update(received.numbers)
            self._request(connection, received)
        elif self._asked_for.isdisjoint(received.numbers):
            listing(*map(server, received.numbers))(connection, received)
        else:
            self._poll(connection, received)


def restarts(wire: Wire) -> list[list[str]]:
    return [received.numbers for received in wire.requests if received.operation == "rebootServerInstances"]


@each
@pytest.mark.parametrize(
    ("size", "batches"), [(1, [["1"], ["2"], ["3"], ["4"], ["5"]]), (2, [["1", "2"], ["3", "4"], ["5"]])]
)
@pytest.mark.parametrize("check", [None, lambda server: True], ids=["unchecked", "checked"])
def test_each_batch_is_back_before_the_next(call: Call, check: Any, size: int, batches: list[list[str]]) -> None:
    seen: list[RollingReport] = []

    with Wire([Service()]) as wire:
        report: RollingReport = call(
            wire.url, "rolling_reboot", NUMBERS, batch_size=size, **QUICK, progress=seen.append, check=check
        )

    assert report.ok
    assert report.back == tuple(NUMBERS)
    assert restarts(wire) == batches
    kinds = [received.operation for received in wire.requests]
    poll = "getServerInstanceList"
    assert kinds == [poll, "rebootServerInstances", poll, poll] * len(batches)
    for before in seen:
        under_way = before.having("accepted")
        assert len(under_way) <= size
        assert before.having("back", "accepted") == tuple(NUMBERS[: len(before.back) + len(under_way)])
    assert not report.errors
    assert [server is not None for server in report.servers.values()] == [True] * 5


@each
@pytest.mark.parametrize(
    ("reply", "outcome", "error"),
    [
        (answer(400, business_error("1100031", "busy")), "rejected", "ServerBusyError"),
        (answer(429, gateway_error("410", "Throttle Limited")), "rejected", "ThrottledError"),
        (answer(401, gateway_error("200", "Authentication Failed")), "rejected", "AuthenticationError"),
        (answer(503, gateway_error("500", "Endpoint Error")), "unknown", "OutcomeUnknownError"),
        (raw(b""), "unknown", "OutcomeUnknownError"),
    ],
    ids=["busy", "throttled", "401", "503", "closed"],
)
@pytest.mark.parametrize("on_failure", ["stop", "continue"])
def test_batch_that_fails(call: Call, reply: Reply, outcome: str, error: str, on_failure: str) -> None:
    with Wire([Service({"2": reply})]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", NUMBERS, **SLOW, on_failure=on_failure)

    rest = "back" if on_failure == "continue" else "not_sent"
    assert list(report.outcomes.values()) == ["back", outcome, rest, rest, rest]
    assert not report.ok
    assert {number: type(each).__name__ for number, each in report.errors.items()} == {"2": error}
    assert restarts(wire) == ([["1"], ["2"], ["3"], ["4"], ["5"]] if on_failure == "continue" else [["1"], ["2"]])


@each
def test_answer_that_is_lost_does_not_stop_it(call: Call) -> None:
    # The restart did happen: it is found out, waited for, and not asked for again.
    service = Service({"2": lost})

    with Wire([service]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", NUMBERS, **QUICK)

    assert report.ok
    assert restarts(wire) == [[number] for number in NUMBERS]
    assert not report.errors


@each
def test_restart_that_is_over_when_it_is_found_out(call: Call) -> None:
    class Quick(Service):
        def _server(self, number: str) -> dict[str, object]:
            is_back = number in self.restarted
            return server(number, uptime=f"{2099 if is_back else 2020}-01-01T00:00:00+0900")

    checked: list[Any] = []

    def check(found: Any) -> bool:
        checked.append(found)
        return True

    with Wire([Quick({"1": lost})]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", ["1", "2"], **QUICK, check=check)

    assert report.ok
    assert checked == list(report.servers.values())
    assert [found.uptime.year for found in checked] == [2099, 2099]


@each
def test_outcome_that_stays_unknown(call: Call) -> None:
    with Wire([Breaking(answer(503), answer(503))]) as wire:
        report: RollingReport = call(
            wire.url, "rolling_reboot", ["1", "2"], **SLOW, on_failure="continue", client={"retries": 0}
        )

    assert list(report.outcomes.values()) == ["unknown", "unknown"]
    assert restarts(wire) == [["1"], ["2"]]
    assert str(report) == "unknown: 1, 2"


@each
@pytest.mark.parametrize("on_failure", ["stop", "continue"])
@pytest.mark.parametrize("moment", ["wait", "settle"])
def test_no_batch_follows_one_that_may_not_be_looked_at(call: Call, moment: str, on_failure: str) -> None:
    # Who continues gives it its time: else all would restart at once, with none of them seen to be back.
    refusal = answer(401, gateway_error("210", "Permission Denied"))
    service = Breaking(accept if moment == "wait" else raw(b""), refusal)

    with Wire([service]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", ["1", "2"], **SLOW, on_failure=on_failure)

    outcome = "accepted" if moment == "wait" else "unknown"
    assert list(report.outcomes.values()) == [outcome, outcome if on_failure == "continue" else "not_sent"]
    assert len(service.times) == (2 if on_failure == "continue" else 1)
    assert on_failure == "stop" or service.times[1] - service.times[0] >= SLOW["timeout"]


@each
def test_is_read_back_until_it_can_be_told(call: Call) -> None:
    class Late(Service):
        polls = 0

        def __call__(self, connection: Any, received: Received) -> None:
            if "2" in self.restarted:
                self.polls += 1
                if self.polls <= 3:
                    answer(503)(connection, received)
                    return
            super().__call__(connection, received)

    service = Late({"2": lost})
    with Wire([service]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", ["1", "2"], **QUICK, client={"retries": 0})

    assert report.ok
    assert service.polls == 5  # three that fail, one that shows the restart in progress, one that shows it over
    assert restarts(wire) == [["1"], ["2"]]


@each
@pytest.mark.parametrize("on_failure", ["stop", "continue"])
def test_server_that_does_not_come_back(call: Call, on_failure: str) -> None:
    class Never(Service):
        def _server(self, number: str) -> dict[str, object]:
            return server(number, "RESTA") if number == "1" and self.restarted else super()._server(number)

    with Wire([Never()]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", NUMBERS, batch_size=2, **SLOW, on_failure=on_failure)

    rest = "back" if on_failure == "continue" else "not_sent"
    assert list(report.outcomes.values()) == ["accepted", "back", rest, rest, rest]
    error = report.errors["1"]
    assert type(error).__name__ == "WaitTimeoutError"
    assert (error.executed, error.accepted, error.operation) == (True, ("1",), "rebootServerInstances")
    assert report.errors.keys() == {"1"}


@each
@pytest.mark.parametrize("on_failure", ["stop", "continue"])
@pytest.mark.parametrize("raises", [True, False])
def test_check_that_is_not_happy(call: Call, raises: bool, on_failure: str) -> None:
    checked: list[str] = []

    def check(found: Any) -> bool:
        checked.append(found.number)
        if raises and found.number == "2":
            raise ZeroDivisionError
        return bool(found.number != "2")

    with Wire([Service()]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", NUMBERS, **SLOW, check=check, on_failure=on_failure)

    rest = "back" if on_failure == "continue" else "not_sent"
    assert list(report.outcomes.values()) == ["back", "check_failed", rest, rest, rest]
    assert list(dict.fromkeys(checked)) == (NUMBERS if on_failure == "continue" else ["1", "2"])
    [(number, error)] = report.errors.items()
    assert (number, type(error)) == ("2", CheckFailedError)
    assert type(error.__cause__) is (ZeroDivisionError if raises else NoneType)
    assert len(restarts(wire)) == len(set(checked))


@each
def test_batch_of_more_than_a_request(call: Call) -> None:
    numbers = [str(number) for number in range(100, 145)]

    class Whole(Service):
        def __call__(self, connection: Any, received: Received) -> None:
            # So many are polled by the whole list, without their numbers.
            if received.operation == "getServerInstanceList" and not received.numbers:
                self._polls = dict.fromkeys(self.restarted, 2)  # all are back by then
                listing(*map(self._server, numbers))(connection, received)
            else:
                super().__call__(connection, received)

    with Wire([Whole({"120": answer(400, business_error("24120", "no"))})]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", numbers, batch_size=45, **QUICK)

    assert report.back == tuple(numbers[:20])
    assert report.having("rejected") == tuple(numbers[20:40])
    assert report.having("not_sent") == tuple(numbers[40:])
    # The others are known from the poll before.
    uptimes = [found.uptime for found in report.servers.values() if found]
    assert [uptime.year for uptime in uptimes if uptime] == [2099] * 20 + [2020] * 25


@pytest.mark.parametrize(
    ("last", "operation"),
    [(4, "getServerInstanceList"), (5, "rebootServerInstances")],
    ids=["poll-before", "request"],
)
def test_keys_that_cannot_be_renewed(last: int, operation: str) -> None:
    # Each server takes four requests: a poll, the restart, and two polls.
    calls: list[int] = []

    def provider() -> Credentials:
        calls.append(1)
        if len(calls) > last:
            raise CredentialsError("the role is gone")
        return CREDENTIALS

    with Wire([Service()]) as wire, Client(provider, base_url=wire.url) as client:
        report = client.rolling_reboot(["1", "2", "3"], **SLOW, on_failure="continue")

    assert list(report.outcomes.values()) == ["back", "not_sent", "not_sent"]
    assert {type(error) for error in report.errors.values()} == {CredentialsError}
    assert report.errors["2"].operation == operation


@each
def test_server_stays_as_it_was_seen_where_polls_fail(call: Call) -> None:
    class Blind(Service):
        def __call__(self, connection: Any, received: Received) -> None:
            if received.operation == "getServerInstanceList" and self.restarted:
                answer(503)(connection, received)
            else:
                super().__call__(connection, received)

    with Wire([Blind()]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", "1", **SLOW, client={"retries": 0})

    assert str(report) == "accepted: 1"
    seen = report.servers["1"]
    assert seen is not None
    assert seen.operation == "RESTA"
