"""One request, and one attempt to send it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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


@dataclass(slots=True, eq=False)
class Attempt:
    """One attempt, noted while it is made: how far it came.

    It can take two HTTP requests, where the signer corrects its clock: the last one counts.
    """

    request: Request
    keys_from: str
    """Where the keys came from, for people."""
    signed: httpx.Request | None = None
    """The HTTP request as it was given to the connection; None if it came to none."""
    sent: Sent = field(default_factory=Sent.now)
    """When that was, or when the attempt began."""
    response: httpx.Response | None = None
    """Its body may be missing; None if not even its head came."""
    received_at: float | None = None
    """When the head came, in seconds since 1970-01-01 UTC by this machine's clock."""
    error: Exception | None = None
    """What ended the attempt early."""
    seconds: float = 0.0
    """How long it took."""
    _begun: Sent = field(default_factory=Sent.now)
    _body: list[bytes] = field(default_factory=list[bytes])
    _size: int = 0

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

    def sends(self, signed: httpx.Request) -> Sent:
        """Note that a request is about to be given to a connection."""
        self.signed, self.response, self.received_at = signed, None, None
        now, timestamp = Sent.now(), signed.headers.get(_TIMESTAMP, "")
        self.sent = replace(now, signed_at=int(timestamp) / 1000) if timestamp.isdecimal() else now
        return self.sent

    def received(self, response: httpx.Response) -> None:
        """Note the head of a response; its body may never come."""
        response.request = cast(httpx.Request, self.signed)
        self.response, self.received_at = response, time.time()
        self._body, self._size = [], 0

    def reads(self, chunk: bytes) -> None:
        """Note a decoded part of the body. Raises httpx.ReadError if the body is too large."""
        self._body.append(chunk)
        self._size += len(chunk)
        if self._size > LARGEST_RESPONSE:
            raise httpx.ReadError(f"the response is larger than {LARGEST_RESPONSE >> 20} MiB")

    def end(self, error: Exception | None = None) -> "Attempt":
        """End the attempt."""
        if isinstance(error, httpx.RequestError) and self.signed is not None:
            error.request = self.signed
        if self.response is not None and error is None:
            self.response = _whole(self.response, b"".join(self._body))
        self.error = error
        self.seconds = self._begun.seconds_until(Sent.now())
        return self


def _whole(response: httpx.Response, body: bytes) -> httpx.Response:
    """The response with its body, which is decoded."""
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in _OF_THE_TRANSFER]
    return httpx.Response(response.status_code, headers=headers, content=body, request=response.request)
