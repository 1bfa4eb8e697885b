"""How the mock's gateway divides its time, and when and in what pieces it answers; by clocks of the test's own."""

import asyncio
import contextlib
import json
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from ncp_mock._gateway.authentication import Keys
from ncp_mock._gateway.gateway import Gateway, _header_value
from ncp_mock._gateway.records import Record
from ncp_mock._gateway.server import MalformedRequestError, Send
from ncp_mock._messages import Answer, Delivery, Refusal, Request
from ncp_mock._mistakes.search import Memory
from support.fuzzing import GatewayInMemory, _Transport, exchanged

GET = b"GET %s HTTP/1.1\r\nhost: mock\r\n%s\r\n"
LIST = b"/vserver/v2/getServerInstanceList"


@pytest.fixture(scope="module")
def gateway() -> GatewayInMemory:
    return GatewayInMemory()


async def admit(head: Request) -> bool:
    return True


def now() -> float:
    return asyncio.get_running_loop().time()


class Clocks:
    """The gateway's clocks, and searches that take as much of them as a test says."""

    def __init__(self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self._used = 0.0
        self._gateway = gateway
        monkeypatch.setattr("ncp_mock._gateway.gateway.seconds", lambda: self.now)
        monkeypatch.setattr("ncp_mock._gateway.gateway.time", SimpleNamespace(thread_time=lambda: self._used))
        monkeypatch.setattr("ncp_mock._gateway.gateway.authenticate", self._authenticate)
        gateway.reset()

    def search(self, *, takes: float, is_wrong: bool = True) -> bool:
        """Let the gateway check a request, and return whether it would explain it thoroughly."""
        self._takes, self._is_wrong = takes, is_wrong
        with contextlib.suppress(Refusal):
            self._gateway._authenticate(Request("GET", "/", ()), 0.0)
        return self._thorough

    def _authenticate(
        self, request: Request, keys: Keys, now_ms: int, *, thorough: bool, memory: Memory
    ) -> Refusal | None:
        self._used += self._takes
        self._thorough = thorough
        return Refusal("authenticationFailed", "wrong-signature", "") if self._is_wrong else None


@pytest.fixture
def clocks(gateway: GatewayInMemory, monkeypatch: pytest.MonkeyPatch) -> Clocks:
    return Clocks(gateway.gateways[False], monkeypatch)


def test_six_seconds_of_thorough_searches_at_once(clocks: Clocks) -> None:
    assert [clocks.search(takes=2.0) for _ in range(5)] == [True, True, True, False, False]


def test_a_third_of_the_time_is_for_thorough_searches(clocks: Clocks) -> None:
    clocks.search(takes=7.0)  # which is one second too many
    clocks.now += 3.0
    assert not clocks.search(takes=1.0)
    assert not clocks.search(takes=1.0)
    clocks.now += 0.03
    assert clocks.search(takes=1.0)
    assert not clocks.search(takes=1.0)


def test_unused_time_is_no_more_than_six_seconds(clocks: Clocks) -> None:
    clocks.now += 1_000_000.0

    assert [clocks.search(takes=3.0) for _ in range(3)] == [True, True, False]


def test_right_requests_use_none_of_the_time(clocks: Clocks) -> None:
    clocks.search(takes=100.0, is_wrong=False)

    assert clocks.search(takes=100.0)


def test_short_searches_use_none_of_the_time(clocks: Clocks) -> None:
    clocks.search(takes=6.0)
    clocks.search(takes=100.0)
    clocks.now += 0.03

    assert clocks.search(takes=1.0)


@pytest.mark.parametrize(
    ("fault", "date"),
    [
        ({"fault": "skewedDate", "seconds": -10}, b"Tue, 14 Nov 2023 22:13:10 GMT"),
        ({"fault": "skewedDate"}, b"Tue, 14 Nov 2023 22:23:20 GMT"),
        ({"fault": 503}, b"Tue, 14 Nov 2023 22:13:20 GMT"),
        ({"fault": "truncatedBody"}, b"Tue, 14 Nov 2023 22:13:20 GMT"),
    ],
)
def test_date_of_a_fault(
    gateway: GatewayInMemory, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], date: bytes
) -> None:
    for module in ("gateway", "server"):
        monkeypatch.setattr(f"ncp_mock._gateway.{module}.wall_time", lambda: 1_700_000_000.0)
    body = json.dumps(fault).encode()
    head = (
        b"POST /__mock__/faults HTTP/1.1\r\nhost: mock\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    )

    received = gateway.serve([head % len(body) + body, GET % (LIST, b"")], lax=False)

    assert received.count(b"\r\ndate: ") == 2
    assert received.rpartition(b"\r\ndate: ")[2].startswith(date + b"\r\n")


def test_explanation_in_a_header_is_printable_and_bounded() -> None:
    record = Record(1, "", "GET", "/", 400, "no", f"결\x7f…~ {'x' * 2000}", None, None)

    value = _header_value(record)

    assert value.startswith("no: %EA%B2%B0%7F...~ xxx")
    assert len(value) == 1000


async def dripped(request: Request | MalformedRequestError, send: Send, size: int, lasts: float) -> None:
    await send(Answer(200, "text/plain", b"x" * size, delivery=Delivery.DRIP, seconds=lasts))


@pytest.mark.parametrize(
    ("size", "lasts", "pieces"),
    [
        (100, 1.0, [5] * 20),
        (100, 4.0, [1] * 100),
        (3, 1.0, [1] * 3),
        (100, 0.06, [83, 17]),
        (100, 0.01, [100]),
        (100, 0.0, [100]),
        (0, 1.0, []),
        (0, 0.0, []),
    ],
)
def test_pieces_of_a_drip(monkeypatch: pytest.MonkeyPatch, size: int, lasts: float, pieces: list[int]) -> None:
    written: list[tuple[float, int]] = []
    monkeypatch.setattr(_Transport, "write", lambda transport, data: written.append((now(), len(data))))

    exchanged([GET % (b"/", b"")], partial(dripped, size=size, lasts=lasts), admit)

    [(begin, _), *rest] = written
    assert [length for _, length in rest] == pieces
    every = lasts / max(1, len(pieces))
    assert [when - begin for when, _ in rest] == pytest.approx([every * number for number in range(1, len(rest) + 1)])


@pytest.mark.parametrize(
    ("sent", "lasts"),
    [(b"GET / HT", 60.0), (b"no request\r\n\r\n", 1.0)],
    ids=["request that does not end", "malformed request"],
)
def test_how_long_a_client_is_waited_for(
    gateway: GatewayInMemory, monkeypatch: pytest.MonkeyPatch, sent: bytes, lasts: float
) -> None:
    ends: list[float] = []
    close = _Transport.close

    def closed(transport: _Transport) -> None:
        ends.append(now())
        close(transport)

    monkeypatch.setattr(_Transport, "close", closed)

    exchanged([sent], gateway.gateways[True].handle, admit, is_ended=False)

    assert ends == [pytest.approx(lasts, abs=0.1)]


@pytest.mark.parametrize(
    ("sent", "delivery", "is_closed"),
    [
        (GET % (b"/", b""), Delivery.WHOLE, False),
        (GET % (b"/", b""), Delivery.TRUNCATED, True),
        (GET % (b"/", b"connection: close\r\n"), Delivery.WHOLE, True),
        (b"no request\r\n\r\n", Delivery.WHOLE, True),
    ],
)
def test_end_of_a_connection_is_said(sent: bytes, delivery: Delivery, is_closed: bool) -> None:
    async def answer(request: Request | MalformedRequestError, send: Send) -> None:
        await send(Answer(200, body=b"abcd", delivery=delivery))

    received = exchanged([sent, GET % (b"/", b"")], answer, admit)

    assert (b"\r\nconnection: close\r\n" in received) is is_closed
    assert received.count(b"HTTP/1.1 200 ") == (1 if is_closed else 2)
