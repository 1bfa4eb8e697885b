"""How the gateway asks Prism: over connections that are kept, and that Prism can end at any time."""

import asyncio

import pytest
from ncp_mock._service.backend import Backend, BackendError
from support.wire import Reply, Wire, answer, raw

KEPT = answer(200, b"{}")
LONE = answer(200, b"{}", "application/json", "connection: close")
ENDED = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
HINTED = raw(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", close=False)


@pytest.mark.parametrize(
    ("reply", "connections"),
    [(KEPT, 1), (LONE, 3), (ENDED, 3), (HINTED, 1)],
    ids=["kept", "closed as announced", "closed without a word", "after an interim response"],
)
def test_three_requests(reply: Reply, connections: int) -> None:
    async def bodies() -> list[bytes]:
        backend = Backend(wire.port)
        answers = [await backend.ask("GET", "/", {}, b"") for _ in range(3)]
        backend.close()
        return [each.body for each in answers]

    with Wire([reply]) as wire:
        assert asyncio.run(bodies()) == [b"{}"] * 3
        assert len(wire.connections) == connections


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nsl-violations: " + b"x" * 1024 * 1024 + b"\r\n",
    ],
    ids=["nothing", "no HTTP", "no length", "too little", "too large a head"],
)
def test_what_prism_never_sends(sent: bytes) -> None:
    async def ask() -> None:
        backend = Backend(wire.port)
        await backend.ask("GET", "/", {}, b"")

    with Wire([raw(sent)]) as wire, pytest.raises(BackendError):
        asyncio.run(ask())
