"""An exchange ends at its deadline, however slowly bytes come, and takes no more memory than an answer needs.

No test measures time: what drips would be whole in the end, so a success would show that nobody ended it.
"""

import gzip
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
from ncp_vserver import NcpError, NotSentError, OutcomeUnknownError, WaitTimeoutError
from ncp_vserver._requests.attempt import LARGEST_RESPONSE
from support.calls import BOTH, EVERY, Call, Reboot
from support.wire import Received, Reply, Wire, answer, list_answer, reboot_answer, server

both = pytest.mark.parametrize("reboot", BOTH.values(), ids=BOTH)
each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)


def drips(part: str, *, body: Callable[[Received], str], seconds: float = 1.5) -> Reply:
    """An answer whose head or body takes that long, bit by bit, so that no single read takes long."""

    def reply(connection: socket.socket, received: Received) -> None:
        content = body(received).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n"
        slow, rest = (f"{head}x-slow: {'x' * 100}".encode(), b"\r\n\r\n" + content)
        if part == "body":
            connection.sendall(f"{head}\r\n".encode())
            slow, rest = content, b""
        size = len(slow) // 100 + 1
        for start in range(0, len(slow), size):
            connection.sendall(slow[start : start + size])  # raises once the client has gone
            over.wait(seconds / 100)
        connection.sendall(rest)

    over = threading.Event()
    return reply


def rebooted(received: Received) -> str:
    return reboot_answer(received.numbers)


def listed(received: Received) -> str:
    return list_answer([server("7")])


@both
@pytest.mark.parametrize("part", ["head", "body"])
def test_restart_whose_response_drips(reboot: Reboot, part: str) -> None:
    with Wire([drips(part, body=rebooted)]) as wire:
        assert len(reboot(wire.url, "7")) == 1
        with pytest.raises(OutcomeUnknownError, match="ReadTimeout") as caught:
            reboot(wire.url, "7", total_timeout=0.3)

    assert caught.value.unknown == ("7",)
    assert len(wire.requests) == 2


@each
@pytest.mark.parametrize("part", ["head", "body"])
def test_wait_whose_poll_drips(call: Call, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncp_vserver._steps.retry._LAST_POLL", 0.3)

    with Wire([drips(part, body=listed)]) as wire, pytest.raises(WaitTimeoutError):
        call(wire.url, "wait_until_running", "7", timeout=0.5)


@each
def test_connection_that_takes_long(call: Call) -> None:
    # A listener whose queue is full: connections are neither accepted nor refused.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for connection in waiting:
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", port))
        with pytest.raises(NotSentError, match="ConnectTimeout"):
            call(f"http://127.0.0.1:{port}", "reboot", "7", client={"total_timeout": 0.2, "retries": 0})
        for connection in waiting:
            connection.close()


@each
@pytest.mark.parametrize("method", ["reboot", "servers"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_response_that_is_too_large(call: Call, method: str, encoding: str) -> None:
    content = b" " * (LARGEST_RESPONSE + 1)
    body = gzip.compress(content, 1) if encoding == "gzip" else content
    arguments: list[Any] = ["7"] if method == "reboot" else []

    with (
        Wire([answer(200, body, "application/json", f"content-encoding: {encoding}")]) as wire,
        pytest.raises(NcpError, match="ReadError: the response is larger than 32 MiB"),
    ):
        call(wire.url, method, *arguments, client={"retries": 0})


@each
def test_response_that_is_compressed(call: Call) -> None:
    body = gzip.compress(list_answer([server(str(number)) for number in range(1, 1000)]).encode())

    with Wire([answer(200, body, "application/json", "content-encoding: gzip")]) as wire:
        assert len(call(wire.url, "servers")) == 999
