"""One request, and one attempt to send it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast
from urllib.parse import urlencode

import httpx
from ncp_signer import clock_offset
from ncp_vserver_api.types import Response

from .operations import Operation
from .proof import Sent

LARGEST_RESPONSE: Final = 32 << 20
"""Bytes, decoded. A list of a thousand servers has two or three million."""

_TIMESTAMP: Final = "x-ncp-apigw-timestamp"
_OF_THE_TRANSFER: Final = (b"content-encoding", b"content-length", b"transfer-encoding")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. Each attempt builds and signs an HTTP request of its own."""

    operation: Operation
    arguments: Mapping[str, Any]
    """Those of the generated function. None counts as not given."""
    numbers: tuple[str, ...] = ()
    """The servers that the request changes; none for one that reads."""
    region: str | None = None
    """The service's default when None."""

    def http(self, client: httpx.Client | httpx.AsyncClient, limits: Mapping[str, float | None]) -> httpx.Request:
        """The HTTP request, without a signature."""
        built: dict[str, Any] = self.operation.module._get_kwargs(**self.arguments)
        url = client.base_url.copy_with(path=built["url"], query=urlencode(built["params"]).encode())
        return httpx.Request(built["method"], url, headers=client.headers, extensions={"timeout": limits})

    def parsed(self, response: httpx.Response) -> Response[Any]:
        """The generated models of a response. Raises UnexpectedResponse where it is not as the contract describes."""
        parsed: Response[Any] = self.operation.module._build_response(response=response)
        return parsed


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """How far an attempt came."""

    request: Request
    keys_from: str
    """Where the keys came from, for people."""
    signed: httpx.Request | None
    """The HTTP request as it was given to the connection; None if it came to none."""
    sent: Sent
    """When that was, or when the attempt began."""
    response: httpx.Response | None
    """Its body may be missing; None if not even its head came."""
    received_at: float | None
    """When the head came, in seconds since 1970-01-01 UTC by this machine's clock."""
    error: Exception | None
    """What ended the attempt early."""
    seconds: float

    @property
    def status(self) -> int | None:
        """HTTP status of the response, if its head came."""
        return None if self.response is None else self.response.status_code

    @property
    def clock_offset(self) -> float | None:
        """Clock skew in seconds: the response's ``Date`` minus this machine's time."""
        if self.response is None or self.received_at is None:
            return None
        return clock_offset(self.response.headers.get("date"), self.received_at)

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, from a Retry-After header in either of its forms; None where there is none."""
        value = "" if self.response is None else self.response.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return float(value[:9])
        now = (self.received_at or 0.0) + (self.clock_offset or 0.0)
        ahead = clock_offset(value, now)
        return None if ahead is None else max(0.0, ahead)


class Trail:
    """Notes of a client while it makes an attempt, of which the :class:`Attempt` comes.

    An attempt can take two HTTP requests, where the signer corrects its clock: the last one counts.
    """

    def __init__(self, request: Request, keys_from: str) -> None:
        self._request = request
        self._keys_from = keys_from
        self._sent = self._begun = Sent.now()
        self._signed: httpx.Request | None = None
        self._response: httpx.Response | None = None
        self._received_at: float | None = None
        self._body: list[bytes] = []
        self._size = 0

    def sends(self, signed: httpx.Request) -> Sent:
        """A request is about to be given to a connection."""
        self._signed, self._response, self._received_at = signed, None, None
        now, timestamp = Sent.now(), signed.headers.get(_TIMESTAMP, "")
        self._sent = replace(now, signed_at=int(timestamp) / 1000) if timestamp.isdecimal() else now
        return self._sent

    def received(self, response: httpx.Response) -> None:
        """The head of a response has come; the rest may never come."""
        response.request = cast(httpx.Request, self._signed)
        self._response, self._received_at = response, time.time()
        self._body, self._size = [], 0

    def reads(self, chunk: bytes) -> None:
        """A part of the body has come, decoded. Raises httpx.ReadError where it is more than any answer has."""
        self._body.append(chunk)
        self._size += len(chunk)
        if self._size > LARGEST_RESPONSE:
            raise httpx.ReadError(f"the response is larger than {LARGEST_RESPONSE >> 20} MiB")

    def end(self, error: Exception | None = None) -> Attempt:
        """The attempt is over."""
        if isinstance(error, httpx.RequestError) and self._signed is not None:
            error.request = self._signed
        if self._response is not None and error is None:
            self._response = _whole(self._response, b"".join(self._body))
        return Attempt(
            self._request,
            self._keys_from,
            self._signed,
            self._sent,
            self._response,
            self._received_at,
            error,
            self._begun.seconds_until(Sent.now()),
        )


def _whole(response: httpx.Response, body: bytes) -> httpx.Response:
    """The response with its body, which is decoded."""
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in _OF_THE_TRANSFER]
    return httpx.Response(response.status_code, headers=headers, content=body, request=response.request)
