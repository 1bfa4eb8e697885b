"""One request of the front's and what was seen of it on the wire, as far as it got."""

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import httpx
from ncp_signer import clock_offset

from ._operations import Operation

_CURRENT: Final[ContextVar["Exchange | None"]] = ContextVar("exchange", default=None)


@dataclass(slots=True, eq=False)
class Exchange:
    """A request, and what became of its last attempt.

    Attributes:
        operation: What is asked for.
        arguments: The arguments of the generated function.
        numbers: The servers that the request changes; none for one that reads.
        region: The region that is asked for; the service's default when None.
        limits: Time limits of this request instead of the client's.
        keys_from: Where the keys come from that it is signed with, for people.
        in_flight: Whether the servers may be changing because of this request, as far as is known.
        request: The last attempt, as it was given to the connection.
        sent_at: When the last attempt was made, in seconds since the epoch by this machine's clock; None before any.
        sent_monotonic: The same moment by ``time.monotonic()``.
        received_at: When the head of its answer came; None if none did.
        response: That answer, of which the body may be missing.
        seconds: How long the last attempt took.
    """

    operation: Operation
    arguments: Mapping[str, Any]
    numbers: tuple[str, ...] = ()
    region: str | None = None
    limits: httpx.Timeout | None = None
    keys_from: str | None = None
    in_flight: bool = False
    request: httpx.Request | None = None
    sent_at: float | None = None
    sent_monotonic: float | None = None
    received_at: float | None = None
    response: httpx.Response | None = None
    seconds: float = 0.0

    @contextmanager
    def attempt(self) -> Generator[None]:
        """What the client's hooks see meanwhile belongs to this exchange."""
        started = time.monotonic()
        self.in_flight = bool(self.numbers)
        self.request = self.received_at = self.response = None
        self.sent_at, self.sent_monotonic = time.time(), started
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)
            self.seconds = time.monotonic() - started

    @property
    def status(self) -> int | None:
        """HTTP status of the answer, if its head came."""
        return None if self.response is None else self.response.status_code

    @property
    def clock_offset(self) -> float | None:
        """Seconds by which the gateway's clock is ahead of this machine's, by the answer's ``Date``."""
        if self.response is None or self.received_at is None:
            return None
        return clock_offset(self.response.headers.get("date"), self.received_at)


def note_request(request: httpx.Request) -> None:
    """A request hook of the client. A call can take two requests, where the signer corrects the clock."""
    if exchange := _CURRENT.get():
        exchange.request, exchange.received_at, exchange.response = request, None, None
        exchange.sent_at, exchange.sent_monotonic = time.time(), time.monotonic()


def note_response(response: httpx.Response) -> None:
    """A response hook of the client: keep the head of an answer, also where the rest of it never comes."""
    if exchange := _CURRENT.get():
        exchange.received_at, exchange.response = time.time(), response


async def note_request_async(request: httpx.Request) -> None:
    """:func:`note_request` for an asynchronous client."""
    note_request(request)


async def note_response_async(response: httpx.Response) -> None:
    """:func:`note_response` for an asynchronous client."""
    note_response(response)
