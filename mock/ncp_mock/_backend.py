"""Asking Prism: one request, one answer, over connections that are kept."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import h11

from ._clock import seconds

_READ_SIZE: Final = 64 * 1024
_MAX_HEAD: Final = 1024 * 1024  # Prism reports violations in a header, each of them at length
_SECONDS_FOR_AN_ANSWER: Final = 30.0
_SECONDS_KEPT: Final = 4.0  # Node.js keeps an idle connection for five


class BackendError(Exception):
    """Prism gave no answer."""


@dataclass(frozen=True, slots=True)
class BackendAnswer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Backend:
    """A pool of connections to Prism. httpx could do this, at eight times the processor time for a request."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: deque[tuple[float, _Connection]] = deque()
        """Connections and when each was last used, the latest at the right."""

    async def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> BackendAnswer:
        """Send a request.

        Raises:
            BackendError: Prism does not answer, or not in HTTP.
        """
        fields = {"host": "127.0.0.1", "content-length": str(len(body)), **headers}
        request = h11.Request(method=method, target=target, headers=list(fields.items()))
        try:
            async with asyncio.timeout(_SECONDS_FOR_AN_ANSWER):
                self._close_stale()
                while self._idle:
                    _, connection = self._idle.pop()
                    try:
                        return await self._ask_on(connection, request, body)
                    except (OSError, h11.RemoteProtocolError):
                        pass  # Prism has closed it meanwhile. It has no state: asking again is harmless.
                return await self._ask_on(await _Connection.open(self._port), request, body)
        except (OSError, h11.RemoteProtocolError) as error:
            raise BackendError(repr(error)) from error

    async def _ask_on(self, connection: "_Connection", request: h11.Request, body: bytes) -> BackendAnswer:
        try:
            answer = await connection.ask(request, body)
        except BaseException:
            connection.close()
            raise
        if connection.can_be_kept():
            self._idle.append((seconds(), connection))
        else:
            connection.close()
        return answer

    def close(self) -> None:
        while self._idle:
            self._idle.pop()[1].close()

    def _close_stale(self) -> None:
        """Close what Prism closes at its end about now."""
        while self._idle and self._idle[0][0] < seconds() - _SECONDS_KEPT:
            self._idle.popleft()[1].close()


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD)

    @classmethod
    async def open(cls, port: int) -> "_Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: h11.Request, body: bytes) -> BackendAnswer:
        head = self._protocol.send(request) or b""
        data = self._protocol.send(h11.Data(data=body)) or b""
        self._writer.write(head + data + (self._protocol.send(h11.EndOfMessage()) or b""))
        status, headers, received = 0, dict[str, str](), bytearray()
        while True:
            event = self._protocol.next_event()
            if event is h11.NEED_DATA:
                self._protocol.receive_data(await self._reader.read(_READ_SIZE))
            elif isinstance(event, h11.Response):
                status = event.status_code
                headers = {name.decode("ascii"): value.decode("utf-8", "replace") for name, value in event.headers}
            elif isinstance(event, h11.Data):
                received += event.data
            elif isinstance(event, h11.EndOfMessage):
                return BackendAnswer(status, headers, bytes(received))

    def can_be_kept(self) -> bool:
        if self._protocol.our_state is not h11.DONE or self._protocol.their_state is not h11.DONE:
            return False
        self._protocol.start_next_cycle()
        return True

    def close(self) -> None:
        self._writer.close()
