"""Signing httpx requests."""

import ipaddress
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping, MutableMapping
from typing import Any, Final, Protocol, TypeVar

import httpx

from ._credentials import Credentials
from ._signature import ACCESS_KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signed_headers

# The gateways of the public, government and financial sites.
GATEWAYS: Final = ("*.apigw.ntruss.com", "*.apigw.gov-ntruss.com", "*.apigw.fin-ntruss.com")

# NAVER's own SDKs name the same signature v1. A request must not carry two.
_SIGNING_HEADERS: Final = (TIMESTAMP_HEADER, ACCESS_KEY_HEADER, SIGNATURE_HEADER, "x-ncp-apigw-signature-v1")


class _URL(Protocol):
    """What this module needs to know of a URL: httpx's and httpx2's both have it."""

    @property
    def scheme(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def raw_path(self) -> bytes: ...


class _Request(Protocol):
    """What this module needs to know of a request."""

    @property
    def method(self) -> str: ...
    @property
    def url(self) -> _URL: ...
    @property
    def headers(self) -> MutableMapping[str, str]: ...


_AnyRequest = TypeVar("_AnyRequest", bound=_Request)


class SigningRefusedError(ValueError):
    """The request cannot be signed, or would carry a valid signature to where it must not go. Nothing was sent."""


class NcpAuth(httpx.Auth):
    """Sign requests to NAVER Cloud Platform's API gateway, whichever API is behind it.

    Pass it as ``auth`` to an httpx client or call. It is also a plain callable that signs and returns a request, which
    makes httpx2 accept it. It signs the request line as it will be sent, with a new timestamp for each request, and
    keeps no state between requests: one instance serves any number of threads and tasks.

    httpx carries the signing headers along when it follows a redirect. Leave ``follow_redirects`` off, as it is by
    default; where it is on, a redirect to another origin raises before anything is sent there. (Not so where this is
    used as a plain callable: httpx2 offers no place to look.)

    Args:
        credentials: The keys to sign with.
        clock: Returns seconds since 1970-01-01 UTC.
        allowed_hosts: Hosts that may receive a signature, beside the vendor's gateways and loopback. A leading ``*.``
            stands for any subdomain.

    Raises (when a request is signed):
        SigningRefusedError: The host is not one that may receive a signature, or the scheme is not https. Plain http
            is signed for loopback only.
    """

    def __init__(
        self, credentials: Credentials, *, clock: Callable[[], float] = time.time, allowed_hosts: Iterable[str] = ()
    ) -> None:
        if isinstance(allowed_hosts, str):
            raise TypeError("allowed_hosts must be a collection of host names, not a string")
        self._credentials = credentials
        self._clock = clock
        self._allowed_hosts = (*GATEWAYS, *(host.lower() for host in allowed_hosts))

    def __repr__(self) -> str:
        return f"NcpAuth({self._credentials!r})"

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        self(request)
        refuse, trace = _OnlyTo(request.url), request.extensions.get("trace")

        def guard(event: str, info: Mapping[str, Any]) -> None:
            refuse(event, info)
            if trace is not None:
                trace(event, info)

        request.extensions = {**request.extensions, "trace": guard}
        yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        self(request)
        refuse, trace = _OnlyTo(request.url), request.extensions.get("trace")

        async def guard(event: str, info: Mapping[str, Any]) -> None:
            refuse(event, info)
            if trace is not None:
                await trace(event, info)

        request.extensions = {**request.extensions, "trace": guard}
        yield request

    def __call__(self, request: _AnyRequest) -> _AnyRequest:
        """Put the three signing headers on ``request``, in place of any that it has, and return it."""
        self.check(request.url)
        target = request.url.raw_path.decode("ascii")
        try:
            headers = signed_headers(self._credentials, request.method, target, timestamp_ms=int(self._clock() * 1000))
        except ValueError as error:
            raise SigningRefusedError(f"cannot sign: {error}") from error
        for name in _SIGNING_HEADERS:
            request.headers.pop(name, None)
        request.headers.update(headers)
        return request

    def check(self, url: _URL) -> None:
        """Raise :class:`SigningRefusedError` if a request to ``url`` would not be signed."""
        if _is_loopback(url.host):
            if url.scheme not in ("http", "https"):
                raise SigningRefusedError(f"not signing for scheme {url.scheme!r}")
        elif url.scheme != "https":
            raise SigningRefusedError(f"not signing for {url.host!r} over {url.scheme or 'no scheme'}: only over https")
        elif not any(_matches(url.host, pattern) for pattern in self._allowed_hosts):
            raise SigningRefusedError(
                f"not signing for host {url.host!r}: it is no NAVER Cloud Platform gateway"
                f" ({', '.join(GATEWAYS)}) and not named in allowed_hosts"
            )


class _OnlyTo:
    """Refuses to send a signature to any origin but one.

    Called through httpx's "trace" extension, which a redirected request inherits and httpcore calls just before it
    writes a request's headers. An Auth cannot do this otherwise: it runs once, before redirects are followed.
    """

    def __init__(self, url: httpx.URL) -> None:
        self._origin = (url.raw_scheme, url.raw_host, url.port)

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if not event.endswith("send_request_headers.started"):
            return
        request = info["request"]  # httpcore's, not httpx's; a proxy's CONNECT passes here too, without our headers
        signed = any(name.lower() == SIGNATURE_HEADER.encode() for name, _ in request.headers)
        if signed and (request.url.scheme, request.url.host, request.url.port) != self._origin:
            raise SigningRefusedError(f"not sending a signature on to {request.url.host.decode('ascii')!r}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _matches(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) and host != pattern[1:] if pattern.startswith("*.") else host == pattern
