"""Signing httpx requests."""

import http
import logging
import re
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping, MutableMapping
from typing import Any, Final, Protocol, TypeVar

import anyio.to_thread
import httpx

from ._addresses import is_loopback, is_port
from ._clock import clock_offset, is_skewed, wall_time
from ._credentials import Credentials, CredentialsProvider
from ._errors import SigningRefusedError
from ._keys import Keys
from ._signature import ACCESS_KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, is_timestamp, signed_headers

_LOG: Final = logging.getLogger("ncp_signer")

# The gateways of the public, government and financial sites.
GATEWAYS: Final = ("*.apigw.ntruss.com", "*.apigw.gov-ntruss.com", "*.apigw.fin-ntruss.com")

# All of the vendor's hosts: no test needs one of them in the clear. A name may end with a dot.
_VENDORS: Final = re.compile(r"(^|[.-])ntruss\.com\.*$")

# NAVER's own SDKs name the same signature v1. A request must not carry two.
_SIGNING_HEADERS: Final = (TIMESTAMP_HEADER, ACCESS_KEY_HEADER, SIGNATURE_HEADER, "x-ncp-apigw-signature-v1")


class _URL(Protocol):
    """What this module needs to know of a URL: httpx's and httpx2's both have it."""

    @property
    def scheme(self) -> str: ...
    @property
    def raw_host(self) -> bytes: ...
    @property
    def port(self) -> int | None: ...
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
    @property
    def extensions(self) -> Mapping[str, Any]: ...


_AnyRequest = TypeVar("_AnyRequest", bound=_Request)


class NcpAuth(httpx.Auth):
    """Sign requests to NAVER Cloud Platform's API gateway, whichever API is behind it.

    Pass it as ``auth`` to an httpx client or call. It is also a plain callable that signs and returns a request, which
    makes httpx2 accept it. It signs the request line as it will be sent, with a new timestamp for each request. It
    keeps no state between requests but the correction of its clock: one instance serves any number of threads and
    tasks.

    httpx carries the signing headers along when it follows a redirect. Leave ``follow_redirects`` off, as it is by
    default. Where it is on, a redirect to another origin raises before anything is sent there, with httpx's own
    transports. Nothing can be done about other transports, nor where this is used as a plain callable, as by httpx2.

    Args:
        credentials: The keys to sign with, or a function that returns them, called for each request: for an
            asynchronous client in a thread of its own.
        clock: Returns seconds since 1970-01-01 UTC.
        allowed_hosts: Hosts that may receive a signature, beside the vendor's gateways and loopback, in ASCII. A
            leading ``*.`` stands for any subdomain.
        insecure_hosts: For tests only: hosts that may receive a signature over plain http, such as a mock in another
            container. Whoever can read that network can use a signature for five minutes. Never one of the vendor's.
        correct_clock: After a 401 whose ``Date`` is more than four minutes away from what was signed, sign once more by
            the server's clock, and go on doing so. A gateway that answers 401 has not passed the request on. Not where
            this is used as a plain callable; and a body that comes from a generator is not sent a second time.

    Raises (when a request is signed):
        CredentialsError: The function that returns the credentials has none, or failed in any other way.
        SigningRefusedError: The host is not one that may receive a signature, or the scheme is not https. Plain http
            is signed for loopback and ``insecure_hosts`` only.
    """

    def __init__(
        self,
        credentials: Credentials | CredentialsProvider,
        *,
        clock: Callable[[], float] = wall_time,
        allowed_hosts: Iterable[str] = (),
        insecure_hosts: Iterable[str] = (),
        correct_clock: bool = False,
    ) -> None:
        self._keys = Keys(credentials)
        del credentials  # may show the secret in a traceback with local variables
        if not isinstance(self._keys.given, Credentials) and not callable(self._keys.given):  # keys passed bare
            raise TypeError("credentials must be Credentials(access_key, secret_key), or a function that returns them")
        self._clock = clock
        self._insecure_hosts = _checked("insecure_hosts", insecure_hosts)
        if hosts := [host for host in self._insecure_hosts if "*" in host or _VENDORS.search(host)]:
            raise ValueError(f"insecure_hosts: {hosts[0]!r} is a pattern, or a host of the vendor's")
        self._allowed_hosts = (*GATEWAYS, *_checked("allowed_hosts", allowed_hosts), *self._insecure_hosts)
        self._correct_clock = correct_clock
        self._ahead = 0.0
        """Correction in seconds: what is added to the clock when signing."""

    def __repr__(self) -> str:
        return f"NcpAuth({getattr(self, '_keys', None)!r})"  # not there yet in a traceback of __init__

    def credentials(self) -> Credentials:
        """The present credentials.

        Raises:
            CredentialsError: The function that returns them has none, or failed in any other way.
        """
        return self._keys()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield _guarded(self(request), _Guard)
        if self._is_to_repeat(request, response):
            yield _guarded(self(request), _Guard)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        response = yield _guarded(await self._sign_aside(request), _AsyncGuard)
        if self._is_to_repeat(request, response):
            yield _guarded(await self._sign_aside(request), _AsyncGuard)

    async def _sign_aside(self, request: httpx.Request) -> httpx.Request:
        """Sign without blocking the event loop: a provider may use the network, or wait for another caller."""
        if isinstance(self._keys.given, Credentials):
            return self(request)
        await anyio.to_thread.run_sync(self, request)
        return request

    def __call__(self, request: _AnyRequest) -> _AnyRequest:
        """Put the three signing headers on ``request``, in place of any that it has, and return it."""
        self.check(request.url)
        credentials = self.credentials()
        if "target" in request.extensions:
            raise SigningRefusedError("cannot sign: the extension target replaces the path that would be signed")
        target = request.url.raw_path.decode("ascii")
        try:
            timestamp_ms = int((self._clock() + self._ahead) * 1000)
            headers = signed_headers(credentials, request.method, target, timestamp_ms=timestamp_ms)
        except (ValueError, OverflowError) as error:  # OverflowError: a clock at infinity
            raise SigningRefusedError(f"cannot sign: {error}") from error
        for name in _SIGNING_HEADERS:
            if name in request.headers:
                del request.headers[name]
        for name, value in headers.items():  # httpx's update() takes four times as long
            request.headers[name] = value
        path, source = target.partition("?")[0], credentials.source
        _LOG.debug("signed %s %s at %d, keys from %s", request.method, path, timestamp_ms, source)
        return request

    def _is_to_repeat(self, request: httpx.Request, response: httpx.Response) -> bool:
        """Correct the clock if the response proves that it was wrong. Whether to sign the request once more."""
        if not self._correct_clock or response.status_code != http.HTTPStatus.UNAUTHORIZED:
            return False
        if response.request.url != request.url:  # the Date is another server's
            return False
        now = self._clock()
        ahead = clock_offset(response.headers.get("date"), now)
        if ahead is None or not is_timestamp(int((now + ahead) * 1000)):  # no time, or none that can be signed
            return False
        # What was signed counts, not what would be now: another request may have set the clock right meanwhile.
        if not is_skewed(now + ahead - int(request.headers[TIMESTAMP_HEADER]) / 1000):
            return False
        _LOG.debug("the server's clock is %+.0f s from this machine's: signing by that", ahead)
        self._ahead = ahead
        return isinstance(request.stream, httpx.ByteStream)  # any other can be read once only

    def check(self, url: _URL) -> None:
        """Raise :class:`SigningRefusedError` if a request to ``url`` would not be signed."""
        host = url.raw_host.decode("ascii", "replace").lower()
        if is_loopback(host):
            if url.scheme not in ("http", "https"):
                raise SigningRefusedError(f"not signing for scheme {url.scheme!r}")
        elif url.scheme != "https" and not (url.scheme == "http" and host in self._insecure_hosts):
            raise SigningRefusedError(
                f"not signing for {host!r} over {url.scheme or 'no scheme'}:"
                " only over https, and over http to loopback (127.0.0.0/8, ::1, localhost)"
            )
        elif not any(_matches(host, pattern) for pattern in self._allowed_hosts):
            raise SigningRefusedError(
                f"not signing for host {host!r}: it is no NAVER Cloud Platform gateway"
                f" ({', '.join(GATEWAYS)}) and not named in allowed_hosts"
            )
        if url.port is not None and not is_port(url.port):
            raise SigningRefusedError(f"not signing for port {url.port}: ports are 1 to 65535")


class _Guard:
    """Refuses to send a signature to any origin but that of the request that was signed.

    Called through httpx's "trace" extension, which a redirected request inherits and httpcore calls just before it
    writes a request's headers. An Auth cannot do this otherwise: it runs once, before redirects are followed.
    """

    def __init__(self, request: httpx.Request) -> None:
        self._origin = (request.url.raw_scheme, request.url.raw_host, request.url.port)
        trace: Any = request.extensions.get("trace")
        # A request that is sent again has a guard already: take its place, do not stack up.
        self._trace: Any = trace._trace if isinstance(trace, _Guard) else trace
        self.is_on_wire: bool | None = None
        """Whether the signed headers have begun to be written; None until a transport says anything."""

    def __call__(self, event: str, info: Mapping[str, Any]) -> Any:
        self._refuse_elsewhere(event, info)
        if self._trace is not None:
            self._trace(event, info)

    def _refuse_elsewhere(self, event: str, info: Mapping[str, Any]) -> None:
        self.is_on_wire = bool(self.is_on_wire)
        if not event.endswith("send_request_headers.started"):
            return
        request = info["request"]  # httpcore's, not httpx's; a proxy's CONNECT passes here too, without our headers
        signed = any(name.lower() == SIGNATURE_HEADER.encode() for name, _ in request.headers)
        if signed and (request.url.scheme, request.url.host, request.url.port) != self._origin:
            host = request.url.host.decode("ascii")
            raise SigningRefusedError(f"not sending a signature on to {host!r}, by a redirect or through a plain proxy")
        self.is_on_wire = self.is_on_wire or signed


class _AsyncGuard(_Guard):
    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        self._refuse_elsewhere(event, info)
        if self._trace is not None:
            await self._trace(event, info)


def _guarded(request: httpx.Request, guard: type[_Guard]) -> httpx.Request:
    request.extensions = {**request.extensions, "trace": guard(request)}
    return request


def is_on_wire(request: httpx.Request) -> bool | None:
    """Whether the headers of a request that :class:`NcpAuth` has signed have begun to be written to a connection.

    Returns:
        None where that is not known, as with transports that are not httpx's own.
    """
    trace: Any = request.extensions.get("trace")
    return trace.is_on_wire if isinstance(trace, _Guard) else None


def _checked(name: str, hosts: Iterable[str]) -> tuple[str, ...]:
    checked = tuple(hosts) if isinstance(hosts, Iterable) and not isinstance(hosts, str) else (None,)  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
    if not all(isinstance(host, str) for host in checked):
        raise TypeError(f"{name} must be a collection of host names, not a string or anything else")
    named = tuple(map(str, checked))
    if not all(re.fullmatch(r"(\*\.)?[A-Za-z0-9._-]+|[0-9A-Fa-f:]+", host) for host in named):
        # Not quoted: an address may have a password in it.
        raise ValueError(f"{name}: an entry is not a host name alone: no scheme, port or path, and in ASCII")
    return tuple(host.lower() for host in named)


def _matches(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return re.fullmatch(r"[a-z0-9.-]+", host.removesuffix(pattern[1:])) is not None and host.endswith(pattern[1:])
    return host == pattern
