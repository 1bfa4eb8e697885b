"""Requests to Prism, over connections that are kept."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_MAX_HEAD: Final = 1024 * 1024  # Prism reports violations in a header, each of them at length
_SECONDS_FOR_AN_ANSWER: Final = 30.0

_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class BackendError(Exception):
    """Prism gave no answer."""


@dataclass(frozen=True, slots=True)
class BackendAnswer:
    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes


class Backend:
    """A pool of connections to Prism. Its HTTP is simple, and h11 would be slower."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[_Connection] = []
        """The last one was used last."""

    async def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> BackendAnswer:
        """Send a request, and return the response.

        Raises:
            BackendError: There is no response, or it is not in HTTP.
        """
        fields = {"host": "127.0.0.1", "content-length": str(len(body)), **headers}
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
        request = "\r\n".join(lines).encode("ascii") + body
        try:
            async with asyncio.timeout(_SECONDS_FOR_AN_ANSWER):
                while self._idle:
                    try:
                        return await self._ask_on(self._idle.pop(), request)
                    except (OSError, EOFError):
                        pass  # Prism has closed it meanwhile. It has no state, so that a retry is harmless.
                return await self._ask_on(
                    await asyncio.open_connection("127.0.0.1", self._port, limit=_MAX_HEAD), request
                )
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise BackendError(repr(error)) from error

    async def _ask_on(self, connection: _Connection, request: bytes) -> BackendAnswer:
        with contextlib.ExitStack() as stack:
            stack.callback(connection[1].close)
            answer = await _exchanged(connection, request)
            if answer.headers.get("connection") != "close":
                stack.pop_all()
                self._idle.append(connection)
        return answer

    def close(self) -> None:
        while self._idle:
            self._idle.pop()[1].close()


async def _exchanged(connection: _Connection, request: bytes) -> BackendAnswer:
    reader, writer = connection
    writer.write(request)
    status, fields = 100, list[str]()
    while status < 200:  # an interim response comes before the other one
        head = (await reader.readuntil(b"\r\n\r\n")).decode("utf-8", "replace")
        status, fields = int(head[len("HTTP/1.1 ") :][:3]), head.split("\r\n")[1:-2]
    headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
    return BackendAnswer(status, headers, await reader.readexactly(int(headers.get("content-length", "none"))))
