"""What is tried again, how often, and that each attempt is signed afresh."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from ncp_signer import NcpAuth
from ncp_vserver import (
    NcpError,
    NotSentError,
    OutcomeUnknownError,
    RejectedError,
    ServerBusyError,
    ThrottledError,
)
from ncp_vserver._requests.network import AsyncNetwork, Network
from ncp_vserver._steps.retry import Budget
from support.calls import EVERY, Call
from support.outcomes import business_error, gateway_error
from support.wire import Reply, Wire, accept, answer, listing, raw, reset, server

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
CHANGES = ["reboot", "start", "stop"]


@pytest.fixture(autouse=True)
def delays(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The delays before further attempts, which are not waited for."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("ncp_vserver._performing.time.sleep", slept.append)
    monkeypatch.setattr("ncp_vserver._performing.anyio.sleep", sleep)
    return slept


@pytest.fixture(autouse=True)
def signed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The targets that were signed, one for each signature."""
    targets: list[str] = []
    sign = NcpAuth.__call__

    def counted(auth: NcpAuth, request: httpx.Request) -> httpx.Request:
        targets.append(request.url.path)
        return sign(auth, request)

    monkeypatch.setattr(NcpAuth, "__call__", counted)
    return targets


TRANSIENT: dict[str, Reply] = {
    "reset": reset,
    "closed": raw(b""),
    "truncated": raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"),
    "garbage": raw(b"\x16\x03\x01 hello\r\n\r\n"),
    "html": answer(200, "<html></html>", "text/html"),
    "408": answer(408),
    "500-900": answer(500, gateway_error("900", "Unexpected Error")),
    "500-business": answer(500, business_error("1000", "try again")),
    "502": answer(502, "<html></html>", "text/html"),
    "503-500": answer(503, gateway_error("500", "Endpoint Error")),
    "504-510": answer(504, gateway_error("510", "Endpoint Timeout")),
    "520": answer(520),
    "429-410": answer(429, gateway_error("410", "Throttle Limited")),
}


@each
@pytest.mark.parametrize("name", TRANSIENT)
def test_a_call_that_reads_is_repeated(call: Call, name: str, delays: list[float], signed: list[str]) -> None:
    with Wire([TRANSIENT[name], TRANSIENT[name], listing(server("7"))]) as wire:
        [found] = call(wire.url, "servers")

    assert found.number == "7"
    assert len(wire.requests) == 3
    assert len(signed) == 3
    assert len(delays) == 2
    assert 0 <= delays[0] <= 0.5
    assert 0 <= delays[1] <= 1


@each
@pytest.mark.parametrize("name", TRANSIENT)
def test_a_call_that_reads_is_not_repeated_for_ever(call: Call, name: str) -> None:
    with Wire([TRANSIENT[name]]) as wire, pytest.raises(NcpError) as caught:
        call(wire.url, "servers")

    assert len(wire.requests) == 3
    assert isinstance(caught.value, ThrottledError if name == "429-410" else OutcomeUnknownError)
    assert caught.value.unknown == caught.value.server_instance_nos == ()


@each
def test_retries_can_be_switched_off(call: Call) -> None:
    with Wire([answer(503)]) as wire, pytest.raises(OutcomeUnknownError):
        call(wire.url, "servers", client={"retries": 0})

    assert len(wire.requests) == 1


@each
@pytest.mark.parametrize("method", CHANGES)
@pytest.mark.parametrize("name", TRANSIENT)
def test_a_call_that_changes_servers_is_sent_once(call: Call, method: str, name: str, delays: list[float]) -> None:
    with Wire([TRANSIENT[name], accept]) as wire, pytest.raises(NcpError) as caught:
        call(wire.url, method, "7")

    assert len(wire.requests) == 1
    assert delays == []
    assert caught.value.executed is (False if name == "429-410" else None)


@each
@pytest.mark.parametrize("method", [*CHANGES, "servers"])
@pytest.mark.parametrize(
    "reply",
    [
        answer(400, business_error("1100031", "busy")),
        answer(401, gateway_error("200", "Authentication Failed")),
        answer(403, gateway_error("230", "Forbidden")),
        answer(404, gateway_error("300", "Not Found Exception")),
        answer(301, "", "text/plain", "location: /elsewhere"),
    ],
    ids=["busy", "401", "403", "404", "301"],
)
def test_a_refusal_is_final(call: Call, method: str, reply: Reply) -> None:
    arguments = [] if method == "servers" else ["7"]
    with Wire([reply]) as wire, pytest.raises(RejectedError):
        call(wire.url, method, *arguments)

    assert len(wire.requests) == 1


class Refusing:
    """A transport to which the first connections fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failures: int, error: type[httpx.TransportError]) -> None:
        self.attempts = 0
        for transport, name in (
            (Network, "handle_request"),
            (AsyncNetwork, "handle_async_request"),
        ):
            monkeypatch.setattr(transport, name, self._failing(getattr(transport, name), failures, error))

    def _failing(self, original: Callable[..., Any], failures: int, error: type[httpx.TransportError]) -> Any:
        def handle(transport: Any, request: httpx.Request) -> Any:
            self.attempts += 1
            if self.attempts <= failures:
                raise error("no", request=request)
            return original(transport, request)

        return handle


@each
@pytest.mark.parametrize("method", CHANGES)
@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_what_was_not_sent_is_repeated(
    call: Call, method: str, error: type[httpx.TransportError], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Wire([accept]) as wire:
        refusing = Refusing(monkeypatch, 2, error)
        assert len(call(wire.url, method, "7")) == 1

    assert refusing.attempts == 3
    assert len(wire.requests) == 1


@each
def test_what_cannot_be_sent_is_given_up(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = Refusing(monkeypatch, 100, httpx.ConnectError)

    with pytest.raises(NotSentError) as caught:
        call("http://127.0.0.1:9", "reboot", ["7", "8"])

    assert refusing.attempts == 3
    assert caught.value.not_sent == ("7", "8")


@each
@pytest.mark.parametrize("where", ["client", "call"])
def test_throttled_change_is_repeated_on_request(
    call: Call, where: str, delays: list[float], signed: list[str]
) -> None:
    reply = answer(429, gateway_error("420", "Rate Limited"), "application/json", "retry-after: 7")
    options: dict[str, Any] = {"client": {"retry_throttled": 2}} if where == "client" else {"retry_throttled": 2}

    with Wire([reply, reply, accept]) as wire:
        assert len(call(wire.url, "reboot", "7", **options)) == 1

    assert len(wire.requests) == 3
    assert len(signed) == 3
    assert 7 <= delays[0] <= 7.5
    assert 7 <= delays[1] <= 8


@each
@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("retry-after: 3", 3, 3.5),
        ("retry-after: Thu, 01 Jan 1970 00:00:00 GMT", 0, 0.5),
        ("retry-after: soon", 0, 0.5),
        ("retry-after: -1", 0, 0.5),
    ],
)
def test_retry_after_is_honoured(call: Call, header: str, least: float, most: float, delays: list[float]) -> None:
    with Wire([answer(503, "", "text/plain", header), listing()]) as wire:
        call(wire.url, "servers")

    assert len(delays) == 1
    assert least <= delays[0] <= most


@each
def test_long_retry_after_is_for_the_caller(call: Call, delays: list[float]) -> None:
    reply = answer(429, gateway_error("400", "Quota Exceeded"), "application/json", "retry-after: 3600")

    with Wire([reply]) as wire, pytest.raises(ThrottledError) as caught:
        call(wire.url, "servers")

    assert caught.value.retry_after == 3600
    assert (len(wire.requests), delays) == (1, [])


@each
def test_busy_server_is_not_asked_again(call: Call) -> None:
    with Wire([answer(400, business_error("25013", "in operation"))]) as wire, pytest.raises(ServerBusyError):
        call(wire.url, "stop", "7", client={"retry_throttled": 3, "retries": 3})

    assert len(wire.requests) == 1


def test_budget_runs_out_and_fills_up() -> None:
    budget = Budget()

    taken = 0
    while budget.take():
        taken += 1
    assert taken == 50
    assert not budget.take()
    budget.give(3)
    assert budget.take()
    assert budget.take()
    assert not budget.take()
    for _ in range(10_000):
        budget.give(1)
    assert sum(budget.take() for _ in range(1000)) == 50


@each
def test_budget_is_shared_by_the_calls_of_a_client(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Budget, "FULL", 10.0)

    with Wire([answer(503)]) as wire, pytest.raises(OutcomeUnknownError):
        call(wire.url, "servers")

    assert len(wire.requests) == 2
