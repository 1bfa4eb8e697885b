"""Asking Prism: one request, one answer, over connections that are kept."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ._clock import seconds

_MAX_HEAD: Final = 1024 * 1024  # Prism reports violations in a header, each of them at length
_SECONDS_FOR_AN_ANSWER: Final = 30.0
_SECONDS_KEPT: Final = 4.0  # Node.js keeps an idle connection for five


class BackendError(Exception):
    """Prism gave no answer."""


@dataclass(frozen=True, slots=True)
class BackendAnswer:
    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes


class Backend:
    """A pool of connections to Prism, which sends plain HTTP/1.1 with a length: h11 would check that at length."""

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
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
        request = "\r\n".join(lines).encode("ascii") + body
        try:
            async with asyncio.timeout(_SECONDS_FOR_AN_ANSWER):
                self._close_stale()
                while self._idle:
                    _, connection = self._idle.pop()
                    try:
                        return await self._ask_on(connection, request)
                    except (OSError, EOFError):
                        pass  # Prism has closed it meanwhile. It has no state: asking again is harmless.
                return await self._ask_on(await _Connection.open(self._port), request)
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise BackendError(repr(error)) from error

    async def _ask_on(self, connection: "_Connection", request: bytes) -> BackendAnswer:
        try:
            answer = await connection.ask(request)
        except BaseException:
            connection.close()
            raise
        if answer.headers.get("connection") != "close":
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

    @classmethod
    async def open(cls, port: int) -> "_Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=_MAX_HEAD))

    async def ask(self, request: bytes) -> BackendAnswer:
        self._writer.write(request)
        status, fields = 100, list[str]()
        while status < 200:  # an interim response comes before the other one
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("utf-8", "replace")
            status, fields = int(head[len("HTTP/1.1 ") :][:3]), head.split("\r\n")[1:-2]
        headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
        return BackendAnswer(
            status, headers, await self._reader.readexactly(int(headers.get("content-length", "none")))
        )

    def close(self) -> None:
        self._writer.close()
