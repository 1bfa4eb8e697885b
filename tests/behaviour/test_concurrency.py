"""Many calls at once: threads, tasks, and the connections that they share, or do not."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest
from ncp_vserver import AsyncClient, Client, ClientClosedError, NcpError, OutcomeUnknownError
from ncp_vserver._requests.attempt import Attempt, Request
from ncp_vserver._requests.network import TOTAL
from ncp_vserver._requests.operations import LIST
from ncp_vserver._steps.steps import Send
from support.calls import CREDENTIALS
from support.patience import PATIENCE
from support.processes import wait_until
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


def test_threads_take_turns() -> None:
    # More threads than turns, and a response that takes longer than a free connection may.
    gate = threading.Barrier(8, timeout=PATIENCE)

    def reply(connection: socket.socket, received: Received) -> None:
        gate.wait()
        accept(connection, received)

    limits = httpx.Timeout(connect=5, read=30, write=5, pool=0.01)
    with (
        Wire([reply]) as wire,
        Client(CREDENTIALS, base_url=wire.url, timeout=limits, concurrency=8) as client,
        ThreadPoolExecutor(40) as pool,
    ):
        results = list(pool.map(client.reboot, range(40)))

    assert [len(result) for result in results] == [1] * 40


def test_poll_waits_for_its_turn_until_its_deadline() -> None:
    def send(seconds: float) -> Attempt:
        limits = {**httpx.Timeout(seconds).as_dict(), TOTAL: 60.0}
        return client._send(Send(Request(LIST, {}), limits, lambda sent: None))

    with (
        Wire([silence]) as wire,
        Client(CREDENTIALS, base_url=wire.url, concurrency=1) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        holding = pool.submit(send, 1)
        assert wait_until(lambda: bool(wire.requests))
        assert isinstance(send(0.01).error, httpx.PoolTimeout)

    assert isinstance(holding.result().error, httpx.ReadTimeout)
    assert len(wire.requests) == 1


def gathered(url: str, count: int, **options: Any) -> list[BaseException | None]:
    """What so many calls at once raise."""
    errors: list[BaseException | None] = []

    async def main() -> None:
        async with AsyncClient(CREDENTIALS, base_url=url, **options) as client:

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
@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_concurrency_that_makes_no_sense(client: Any, concurrency: Any) -> None:
    with pytest.raises(ValueError, match="concurrency must be a whole number from 1 to 1000"):
        client(CREDENTIALS, concurrency=concurrency)


def test_two_event_loops_at_once_are_refused_at_once() -> None:
    entered, released = threading.Event(), threading.Event()

    def reply(connection: socket.socket, received: Received) -> None:
        entered.set()
        released.wait(PATIENCE)
        accept(connection, received)

    with Wire([reply]) as wire:
        client = AsyncClient(CREDENTIALS, base_url=wire.url)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(lambda: anyio.run(client.reboot, "1"))
            assert entered.wait(PATIENCE)
            with pytest.raises(ClientClosedError, match="in use in another event loop: make one for each"):
                anyio.run(client.reboot, "2")
            released.set()
            assert len(first.result()) == 1
        # One after the other they may.
        assert len(anyio.run(client.reboot, "3")) == 1
        assert len(anyio.run(client.reboot, "4")) == 1
        anyio.run(client.aclose)
