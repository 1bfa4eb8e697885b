"""An HTTP server that hands requests on unchanged, and can damage responses on purpose.

Frameworks do neither: they normalise the request target, which the signature covers, and they hide the socket, which
is needed to reset a connection. h11 parses HTTP.
"""

import asyncio
import contextlib
import logging
import re
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import replace
from email.utils import formatdate
from http.client import responses
from typing import Any, Final, NoReturn

import h11

from ncp_mock._clock import wall_time
from ncp_mock._messages import Answer, Delivery, Request

_LOG: Final = logging.getLogger("ncp_mock")

_MAX_HEAD: Final = 64 * 1024
_MAX_BODY: Final = 1024 * 1024
_READ_SIZE: Final = _MAX_HEAD
_SECONDS_FOR_A_REQUEST: Final = 60.0
_SECONDS_BETWEEN_DRIPS: Final = 0.05
_ROUNDS_TO_ACCEPT: Final = 10
"""Iterations of the event loop: more than it needs from accepting a connection to handing it over."""

_UNPRINTABLE: Final = re.compile("[^ -~]")
_ORIGIN: Final = re.compile("^https?://[^/?]*(?=/)")
_TLS_HANDSHAKE: Final = b"\x16\x03"
_HINTS: Final = {
    "illegal request line": ": it is a method, a target and HTTP/1.1, with one space between them and none in them;"
    " everything but printable ASCII is percent-encoded",
    "illegal header line": ": it is a name, a colon and a value, with no space before the colon and on one line;"
    " Base64 is often broken into lines, not by base64 -w0 or openssl base64 -A",
}

# With this option, closing a connection resets it: the peer gets ECONNRESET. (Windows reads the same two numbers from
# the first four bytes.)
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class MalformedRequestError(Exception):
    """Received bytes are no HTTP request, or too large.

    The text says why, and quotes none of them: they may hold a key or a signature.
    """

    def __init__(self, status: int, reason: str, head: Request | None) -> None:
        super().__init__(reason)
        self.status = status
        self.head = head
        """The request without its body, if that was received."""


Send = Callable[[Answer], Awaitable[None]]
Handler = Callable[[Request | MalformedRequestError, Send], Awaitable[None]]
Admits = Callable[[Request], Awaitable[bool]]


class Server:
    """Serves a handler on a port for as long as the ``async with`` block lasts.

    If ``admits`` returns false for the head of a request, the connection is reset and the body is not read.
    """

    def __init__(self, handler: Handler, admits: Admits, host: str, port: int) -> None:
        self._handler = handler
        self._admits = admits
        self._host = host
        self._port = port
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> "Server":
        self._server = await asyncio.start_server(self._accept, self._host, self._port, backlog=1024)
        names = [listening.getsockname() for listening in self._server.sockets]
        self.addresses: list[str] = [name[0] for name in names]
        self.port: int = names[0][1]
        return self

    async def __aexit__(self, *exception: object) -> None:
        # Stop accepting, and wait for the connections that are accepted, before closing the server: asyncio would
        # forget a connection that it has not handed over yet, and leave it open.
        for listening in self._server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        for _ in range(_ROUNDS_TO_ACCEPT):
            await asyncio.sleep(0)
        self._server.close()
        while self._connections:
            for task, writer in self._connections.items():
                task.cancel()
                writer.transport.abort()  # needed if the task has not started
            await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Connection(reader, writer, self._admits).serve(self._handler)
        except OSError:
            pass  # the client is gone
        finally:
            writer.close()


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, admits: Admits) -> None:
        self._reader = reader
        self._writer = writer
        self._admits = admits
        self._protocol: h11.Connection
        self._rest = b"", False
        """The bytes after the last request, and whether they are the last ones."""
        self._head: Request | None = None
        self._latest = b""
        self._closes = False

    async def serve(self, handler: Handler) -> None:
        """Answer requests, pipelined ones too, until either side closes the connection."""
        while True:
            try:
                async with asyncio.timeout(_SECONDS_FOR_A_REQUEST):
                    request = await self._receive()
            except TimeoutError:
                return
            except MalformedRequestError as error:
                self._closes = True
                await self._answer(handler, error)
                return
            if request is None:
                return
            await self._answer(handler, request)
            if self._protocol.their_state is not h11.DONE:
                return
            self._rest = self._protocol.trailing_data

    async def _begin(self) -> None:
        """Give the first bytes of a request to a new protocol, without one empty line before it (RFC 9112, 2.2)."""
        self._protocol = h11.Connection(h11.SERVER, max_incomplete_event_size=_MAX_HEAD)
        received, has_ended = self._rest
        while received in (b"", b"\r") and not has_ended:
            self._latest = await self._reader.read(_READ_SIZE)
            received, has_ended = received + self._latest, not self._latest
        if received := received.removeprefix(b"\r\n"):
            self._protocol.receive_data(received)
        if has_ended:
            self._protocol.receive_data(b"")

    async def _receive(self) -> Request | None:
        """Return the next request; None if the client has closed the connection."""
        self._head = None
        await self._begin()
        body = bytearray()
        while True:
            event = await self._next_event()
            if isinstance(event, h11.Request):
                headers = tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in event.headers)
                # A client that takes this for a proxy sends a whole URL, and means its path (RFC 9112, 3.2.2).
                target = _ORIGIN.sub("", event.target.decode("ascii"))
                self._head = Request(event.method.decode("ascii"), target, headers)
                size = len(event.target) + sum(len(name) + len(value) for name, value in event.headers)
                if size > _MAX_HEAD:  # h11 checks its limit only while a head is incomplete
                    raise MalformedRequestError(431, f"target and headers are larger than {_MAX_HEAD} bytes", None)
                if not await self._admits(self._head):
                    self._reset()
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > _MAX_BODY:
                    raise MalformedRequestError(413, f"the body is larger than {_MAX_BODY} bytes", self._head)
            elif isinstance(event, h11.EndOfMessage):
                assert self._head is not None
                return replace(self._head, body=bytes(body))
            else:
                return None

    async def _next_event(self) -> Any:
        while True:
            try:
                event = self._protocol.next_event()
            except h11.RemoteProtocolError as error:
                status = 431 if error.error_status_hint == 431 else 400
                raise MalformedRequestError(status, _what_is_wrong(str(error), self._latest), self._head) from error
            if event is not h11.NEED_DATA:
                return event
            if self._protocol.they_are_waiting_for_100_continue:
                self._writer.write(self._protocol.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            self._latest = await self._reader.read(_READ_SIZE)
            self._protocol.receive_data(self._latest)

    async def _answer(self, handler: Handler, request: Request | MalformedRequestError) -> None:
        try:
            await handler(request, self._send)
        except OSError:
            raise  # the client is gone
        except Exception as error:
            await asyncio.to_thread(_LOG.error, "the mock itself failed", exc_info=error)
            text = "mock-failed: the mock itself failed, its log says how"
            await self._send(Answer(500, "text/plain", f"{text}\n".encode(), {"x-mock-explanation": text}))

    async def _send(self, answer: Answer) -> None:
        if answer.delivery is Delivery.RESET:
            self._reset()
        is_truncated = answer.delivery is Delivery.TRUNCATED
        headers = {
            "date": formatdate(wall_time(), usegmt=True),
            "content-length": str(len(answer.body)),
            **answer.headers,
        }
        if answer.content_type:
            headers["content-type"] = answer.content_type
        if self._closes or is_truncated or self._protocol.their_state is h11.MUST_CLOSE:
            headers["connection"] = "close"
        fields = (f"{name}: {_UNPRINTABLE.sub('?', value).strip()}" for name, value in headers.items())
        status = f"HTTP/1.1 {answer.status} {responses.get(answer.status, 'Unknown')}"
        head = "\r\n".join([status, *fields, "", ""]).encode()
        body = b"" if self._head and self._head.method == "HEAD" else answer.body
        if answer.delivery is Delivery.DRIP:
            self._writer.write(head)
            await self._drip(body, answer.seconds)
        else:
            self._writer.write(head + (body[: len(body) // 2] if is_truncated else body))
        await self._writer.drain()
        if is_truncated:
            raise ConnectionAbortedError
        if self._closes:
            await self._let_the_answer_be_read()

    async def _drip(self, body: bytes, seconds: float) -> None:
        size = max(1, round(len(body) * _SECONDS_BETWEEN_DRIPS / seconds)) if seconds else len(body) or 1
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        for piece in pieces:
            await asyncio.sleep(seconds / len(pieces))
            self._writer.write(piece)
            await self._writer.drain()

    def _reset(self) -> NoReturn:
        connection: socket.socket = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._writer.transport.abort()
        raise ConnectionAbortedError

    async def _let_the_answer_be_read(self) -> None:
        """Read on for a moment: closing with unread bytes would reset the connection before the answer is read."""
        self._writer.write_eof()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                while await self._reader.read(_READ_SIZE):
                    pass


def _what_is_wrong(complaint: str, latest: bytes) -> str:
    """Return h11's complaint without the bytes that it quotes, and with a hint at the usual cause."""
    complaint = complaint.partition(": bytearray")[0].partition(": b'")[0]
    if latest.startswith(_TLS_HANDSHAKE):
        return "that is TLS: the mock speaks plain HTTP, at a URL with http://"
    return complaint + _HINTS.get(complaint, "")
