"""Connections that come in at the very moment at which the mock's server ends."""

import asyncio
import contextlib
import socket
import threading
from concurrent.futures import Future

from ncp_mock._gateway.server import MalformedRequestError, Send, Server
from ncp_mock._messages import Answer, Request
from support.patience import PATIENCE

Started = tuple[int, asyncio.AbstractEventLoop, asyncio.Event]


async def admit(head: Request) -> bool:
    return True


async def answer_late(request: Request | MalformedRequestError, send: Send) -> None:
    await asyncio.sleep(60)
    await send(Answer(200))


def serve(started: Future[Started]) -> None:
    async def main() -> None:
        end = asyncio.Event()
        async with Server(answer_late, admit, "127.0.0.1", 0) as server:
            started.set_result((server.port, asyncio.get_running_loop(), end))
            await end.wait()

    asyncio.run(main())


def test_none_is_left_open() -> None:
    for count in range(60):
        started: Future[Started] = Future()
        thread = threading.Thread(target=serve, args=[started])
        thread.start()
        port, loop, end = started.result()
        connections = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(1 + count % 5)]
        loop.call_soon_threadsafe(end.set)
        thread.join()
        for connection in connections:
            with connection, contextlib.suppress(ConnectionResetError):  # closed as well
                assert connection.recv(1) == b""
