"""The network: a connection for each exchange, which ends at its deadline however slowly bytes come.

httpx limits each read, not the whole: a response that drips in byte by byte would take as long as the server likes. So
these transports stand on httpcore, whose network backends can be replaced, and give the streams a deadline.

No connection is used twice. What a server sends after a response would be taken for the next one, and a server may
close an idle connection at the moment a request goes out on it: both would leave an outcome unknown for no reason.
"""

import contextlib
import socket
import ssl
import time
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any, ClassVar, Final

import httpcore
import httpx

TOTAL: Final = "total"
"""Key in a request's ``timeout`` extension: the limit of the whole exchange. httpx's own keys limit its steps."""

# Of httpcore. httpx has each by the same name.
_ERRORS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


class Deadline:
    """The end of an exchange, by ``time.monotonic()``."""

    def __init__(self, request: httpx.Request) -> None:
        self._seconds: float = request.extensions["timeout"][TOTAL]
        self._begun = time.monotonic()

    def left(self, timeout: float | None, error: type[Exception]) -> float:
        """Seconds for a step that may take ``timeout``. Raises ``error`` if none is left."""
        left = self._begun + self._seconds - time.monotonic()
        if left <= 0:
            raise error(f"not over within {self._seconds:g} s")
        return left if timeout is None else min(left, timeout)


class _Connections:
    """Connections to a gateway, directly or through a proxy.

    Args:
        tls: What to trust.
        proxy: The proxy to go through.
    """

    _kinds: ClassVar[tuple[Any, Any, Any]]
    """httpcore's connection, its HTTP proxy and its SOCKS proxy."""

    def __init__(self, tls: ssl.SSLContext, proxy: httpx.Proxy | None) -> None:
        self._tls = tls
        self._proxy = proxy

    def _connection(self, origin: httpcore.Origin, backend: object) -> Any:
        direct, http, socks = self._kinds
        if self._proxy is None:
            return direct(origin, ssl_context=self._tls, network_backend=backend)
        kind = socks if self._proxy.url.scheme.startswith("socks") else http
        address, keys = _address(self._proxy.url), self._proxy.raw_auth
        return kind(proxy_url=address, proxy_auth=keys, ssl_context=self._tls, network_backend=backend)


class Network(_Connections, httpx.BaseTransport):
    """The network for ``Client``."""

    _kinds = (httpcore.HTTPConnection, httpcore.HTTPProxy, httpcore.SOCKSProxy)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        sent = _of_httpcore(request)
        backend = _Backend(Deadline(request))
        connection = self._connection(sent.url.origin, backend)
        try:
            with _errors_of_httpx():
                response = connection.handle_request(sent)
        except BaseException:
            connection.close()
            raise
        body = _Body(response, connection)
        return httpx.Response(response.status, headers=response.headers, stream=body, extensions=response.extensions)


class _Body(httpx.SyncByteStream):
    """The body of a response, and the end of its connection."""

    def __init__(self, response: httpcore.Response, connection: Any) -> None:
        self._response = response
        self._connection = connection

    def __iter__(self) -> Iterator[bytes]:
        with _errors_of_httpx():
            yield from self._response.iter_stream()

    def close(self) -> None:
        with _errors_of_httpx():
            self._response.close()
            self._connection.close()


class _Backend(httpcore.NetworkBackend):
    """Connects to one address after the other, until the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> "_BlockingStream":
        try:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for *_, address in addresses:
            left = self._deadline.left(timeout, httpcore.ConnectTimeout)
            try:
                stream = self._backend.connect_tcp(str(address[0]), port, left, *args, **kwargs)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _BlockingStream(stream, self._deadline)
        raise failed


class _Stream:
    """A connection whose every step ends at the deadline: blocking or to be awaited, as that below it is."""

    def __init__(self, stream: Any, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        return self._stream.read(max_bytes, self._deadline.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> Any:
        return self._stream.write(buffer, self._deadline.left(timeout, httpcore.WriteTimeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _BlockingStream(_Stream, httpcore.NetworkStream):
    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "_BlockingStream":
        left = self._deadline.left(timeout, httpcore.ConnectTimeout)
        return _BlockingStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)


class AsyncNetwork(_Connections, httpx.AsyncBaseTransport):
    """The network for ``AsyncClient``."""

    _kinds = (httpcore.AsyncHTTPConnection, httpcore.AsyncHTTPProxy, httpcore.AsyncSOCKSProxy)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = _of_httpcore(request)
        backend = _AsyncBackend(Deadline(request))
        connection = self._connection(sent.url.origin, backend)
        try:
            with _errors_of_httpx():
                response = await connection.handle_async_request(sent)
        except BaseException:
            await connection.aclose()
            raise
        body = _AsyncBody(response, connection)
        return httpx.Response(response.status, headers=response.headers, stream=body, extensions=response.extensions)


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response, connection: Any) -> None:
        self._response = response
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_of_httpx():
            async for chunk in self._response.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        with _errors_of_httpx():
            await self._response.aclose()
            await self._connection.aclose()


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    """Connects until the deadline: anyio tries the addresses side by side."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        # httpcore has another class of that name, for where anyio is missing.
        self._backend: Any = httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> "_AsyncStream":
        left = self._deadline.left(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await self._backend.connect_tcp(host, port, left, *args, **kwargs), self._deadline)


class _AsyncStream(_Stream, httpcore.AsyncNetworkStream):
    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "_AsyncStream":
        left = self._deadline.left(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    async def aclose(self) -> None:
        await self._stream.aclose()


def _of_httpcore(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        request.method,
        _address(request.url),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _address(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


@contextlib.contextmanager
def _errors_of_httpx() -> Generator[None]:
    try:
        yield
    except _ERRORS as error:
        # A proxy's refusal comes with its text, which may repeat a password.
        text = f"the proxy answers {str(error)[:3]}" if isinstance(error, httpcore.ProxyError) else str(error)
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        raise kind(text) from error
