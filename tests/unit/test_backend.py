"""How the gateway asks Prism: over connections that are kept, and that Prism can end at any time."""

import asyncio

import pytest
from ncp_mock._backend import Backend
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
