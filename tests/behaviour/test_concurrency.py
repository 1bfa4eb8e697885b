"""Many calls at once: threads, tasks, and the connections that they share, or do not."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest
from ncp_vserver import AsyncClient, Client, NcpError, NotSentError, OutcomeUnknownError
from support.calls import CREDENTIALS
from support.wire import Received, Wire, accept, silence


def test_threads_share_no_connection() -> None:
    # Else what a server sends behind an answer would be taken for another thread's.
    def answer_and_more(connection: socket.socket, received: Received) -> None:
        accept(connection, received)
        connection.sendall(b"HTTP/1.1 400 Bad\r\ncontent-length: 0\r\n\r\n")

    with (
        Wire([answer_and_more]) as wire,
        Client(CREDENTIALS, base_url=wire.url) as client,
        ThreadPoolExecutor(16) as pool,
    ):
        results = list(pool.map(client.reboot, range(1000, 1300)))

    assert [len(result) for result in results] == [1] * 300
    assert len(wire.connections) == len(wire.requests) == 300
    assert {received.header("connection")[0] for received in wire.requests} == {"close"}


POOL: dict[str, Any] = {"timeout": httpx.Timeout(connect=5, read=1.5, write=5, pool=0.3), "retries": 0}


def test_pool_that_is_exhausted() -> None:
    with (
        Wire([silence]) as wire,
        Client(CREDENTIALS, base_url=wire.url, **POOL) as client,
        ThreadPoolExecutor(11) as pool,
    ):
        errors = [future.exception() for future in [pool.submit(client.reboot, number) for number in range(11)]]

    assert len(wire.requests) == 10
    assert [type(error) for error in errors].count(OutcomeUnknownError) == 10
    [not_sent] = [error for error in errors if isinstance(error, NotSentError)]
    assert isinstance(not_sent.__cause__, httpx.PoolTimeout)


def gathered(url: str, count: int, narrow: int | None = None, **options: Any) -> list[BaseException | None]:
    """What so many calls at once raise, with a pool that was made narrower behind the client's back."""
    errors: list[BaseException | None] = []

    async def main() -> None:
        async with AsyncClient(CREDENTIALS, base_url=url, **options) as client:
            if narrow is not None:
                transport: Any = client._http._transport
                transport._pool._max_connections = narrow

            async def one(number: int) -> None:
                try:
                    await client.reboot(number)
                    errors.append(None)
                except NcpError as error:
                    errors.append(error)

            async with anyio.create_task_group() as group:
                for number in range(count):
                    group.start_soon(one, number)

    anyio.run(main)
    return errors


def test_pool_that_is_exhausted_async() -> None:
    with Wire([silence]) as wire:
        errors = gathered(wire.url, 3, narrow=2, **POOL)

    assert len(wire.requests) == 2
    [not_sent] = [error for error in errors if isinstance(error, NotSentError)]
    assert isinstance(not_sent.__cause__, httpx.PoolTimeout)


@pytest.mark.parametrize("concurrency", [1, 3, 50])
def test_concurrency_is_limited_and_nobody_is_turned_away(concurrency: int) -> None:
    at_once: list[int] = []
    lock, under_way = threading.Lock(), [0]

    def reply(connection: socket.socket, received: Received) -> None:
        with lock:
            under_way[0] += 1
            at_once.append(under_way[0])
        with lock:  # before the answer, which lets the next request come
            under_way[0] -= 1
        accept(connection, received)

    with Wire([reply]) as wire:
        errors = gathered(wire.url, 60, concurrency=concurrency)

    assert errors == [None] * 60
    assert max(at_once) <= concurrency
    assert sorted(number for received in wire.requests for number in received.numbers) == sorted(map(str, range(60)))


def test_turn_is_waited_for_as_long_as_it_takes() -> None:
    # Longer than for a free connection.
    limits = httpx.Timeout(connect=5, read=0.2, write=5, pool=0.01)
    with Wire([silence]) as wire:
        errors = gathered(wire.url, 3, concurrency=1, timeout=limits, retries=0)

    assert [type(error) for error in errors] == [OutcomeUnknownError] * 3
    assert len(wire.requests) == 3


@pytest.mark.parametrize("concurrency", [0, -1, 1001, True, 1.5])
def test_concurrency_that_makes_no_sense(concurrency: Any) -> None:
    with pytest.raises(ValueError, match="concurrency must be a whole number from 1 to 1000"):
        AsyncClient(CREDENTIALS, concurrency=concurrency)
