"""Who is at fault: the servers for which the service refuses a request, or would."""

from typing import Any

import pytest
from ncp_vserver import Client, NotFoundError, RejectedError, RollingReport, ServerBusyError
from ncp_vserver._requests.attempt import Attempt
from ncp_vserver._steps.steps import Send
from support.calls import CREDENTIALS, EVERY, Call
from support.outcomes import business_error, gateway_error
from support.service import Service
from support.wire import Received, Wire, accept, answer, listing, raw, server

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
QUICK: dict[str, Any] = {"poll": 0.001, "timeout": 5}
REFUSED = answer(400, business_error("25041", "no"))
STATES = {
    "2": server("2", "NULL", "NSTOP", serverInstanceStatusName="stopped"),
    "3": server("3", "SETUP", serverInstanceStatusName="setting up"),
}


class Fleet(Service):
    """Server 2 is stopped, 3 is busy, 4 is not there; the others restart. A request with one of them is refused."""

    def __call__(self, connection: Any, received: Received) -> None:
        if received.operation == "rebootServerInstances" and set(received.numbers) & {"2", "3", "4"}:
            REFUSED(connection, received)
        else:
            super().__call__(connection, received)

    def _server(self, number: str) -> dict[str, object]:
        return STATES.get(number) or super()._server("missing" if number == "4" else number)


def restarts(wire: Wire) -> list[list[str]]:
    return [received.numbers for received in wire.requests if received.operation == "rebootServerInstances"]


@each
@pytest.mark.parametrize("on_failure", ["stop", "continue"])
def test_rolling_restart_leaves_out_whom_the_service_would_refuse(call: Call, on_failure: str) -> None:
    with Wire([Fleet()]) as wire:
        report: RollingReport = call(
            wire.url, "rolling_reboot", list("123456"), batch_size=5, on_failure=on_failure, **QUICK
        )

    last = "back" if on_failure == "continue" else "not_sent"
    assert list(report.outcomes.values()) == ["back", "rejected", "rejected", "rejected", "back", last]
    assert restarts(wire) == [["1", "5"], *([["6"]] if on_failure == "continue" else [])]
    assert {number: type(error) for number, error in report.errors.items()} == {
        "2": ServerBusyError,
        "3": ServerBusyError,
        "4": NotFoundError,
    }
    assert [str(error) for error in report.errors.values()] == [
        "server 2 was left out: it is not ready: stopped",
        "server 3 was left out: it is busy: setting up",
        "server 4 was left out: it is not listed in the service's default region",
    ]


@each
def test_batch_of_which_none_can_be_asked_for(call: Call) -> None:
    with Wire([Fleet()]) as wire:
        report: RollingReport = call(wire.url, "rolling_reboot", ["2", "3"], batch_size=2, **QUICK)

    assert report.having("rejected") == ("2", "3")
    assert restarts(wire) == []


@each
@pytest.mark.parametrize("on_failure", ["stop", "continue"])
def test_batch_that_cannot_be_polled_is_not_asked_for(call: Call, on_failure: str) -> None:
    class Fails(Service):
        def __call__(self, connection: Any, received: Received) -> None:
            if received.numbers == ["1"]:
                answer(503)(connection, received)
            else:
                super().__call__(connection, received)

    with Wire([Fails()]) as wire:
        report: RollingReport = call(
            wire.url, "rolling_reboot", ["1", "2"], on_failure=on_failure, client={"retries": 0}, **QUICK
        )

    assert report.outcomes == {"1": "not_sent", "2": "back" if on_failure == "continue" else "not_sent"}
    assert restarts(wire) == ([["2"]] if on_failure == "continue" else [])
    assert report.errors["1"].operation == "getServerInstanceList"


@each
@pytest.mark.parametrize("method", ["reboot", "start", "stop"])
def test_refused_request_names_them(call: Call, method: str) -> None:
    def reply(connection: Any, received: Received) -> None:
        if received.operation == "getServerInstanceList":
            listing(*(STATES.get(number) or server(number) for number in received.numbers if number != "4"))(
                connection, received
            )
        else:
            REFUSED(connection, received)

    with Wire([reply]) as wire, pytest.raises(RejectedError) as caught:
        call(wire.url, method, ["1", "2", "3", "4"])

    error = caught.value
    assert len(wire.requests) == 2  # nothing is sent again
    assert (error.rejected, error.accepted) == (("1", "2", "3", "4"), ())
    ready, other = ("1", "2") if method == "start" else ("2", "1")
    assert ready in error.at_fault
    assert other not in error.at_fault
    assert error.at_fault["3"] == "busy: setting up"
    assert error.at_fault["4"] == "not listed"
    assert str(error).endswith("3 is busy: setting up; 4 is not listed")


@each
@pytest.mark.parametrize(
    ("poll", "problem"),
    [
        (answer(503), "the request failed on the way or in the service (HTTP 503)"),
        (answer(401), "the request was refused (HTTP 401)"),
        (listing(server("1"), server("2")), ""),
        (raw(b""), "no response: RemoteProtocolError"),
    ],
    ids=["503", "401", "all-well", "lost"],
)
def test_refusal_stays_what_it_is_if_the_poll_tells_nothing(call: Call, poll: Any, problem: str) -> None:
    with Wire([REFUSED, poll]) as wire, pytest.raises(ServerBusyError) as caught:
        call(wire.url, "reboot", ["1", "2"], client={"retries": 0})

    assert caught.value.at_fault == {}
    _, _, end = str(caught.value).partition("rejected: 1, 2")
    assert end.startswith(f". At fault: not known, since the poll failed: {problem}") if problem else end == ""


@each
@pytest.mark.parametrize(
    ("reply", "numbers"),
    [(REFUSED, ["1"]), (answer(401, gateway_error("200", "no")), ["1", "2"]), (answer(413), ["1", "2"])],
    ids=["one-server", "401", "413"],
)
def test_no_poll_where_it_could_not_tell_anything(call: Call, reply: Any, numbers: list[str]) -> None:
    with Wire([reply, accept]) as wire, pytest.raises(RejectedError):
        call(wire.url, "reboot", numbers)

    assert len(wire.requests) == 1


def test_interrupt_while_it_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # What was refused stays refused in the account.
    send = Client._send

    def interrupted(client: Client, step: Send) -> Attempt:
        if step.request.operation.name == "getServerInstanceList" and len(wire.requests) > 1:
            raise KeyboardInterrupt
        return send(client, step)

    monkeypatch.setattr(Client, "_send", interrupted)
    with Wire([Service(), REFUSED]) as wire, Client(CREDENTIALS, base_url=wire.url) as client:
        run = client.prepare_rolling_reboot(["1", "2"], batch_size=2)
        with pytest.raises(KeyboardInterrupt):
            run.run()

    assert str(run.report) == "interrupted. rejected: 1, 2"
