"""A service that restarts servers, for tests that need no more of one."""

from collections.abc import Collection, Mapping
from typing import Any

from support.wire import Received, Reply, accept, listing, reset, server


class Service:
    """Restarts servers, each back at the second poll after it, unless a restart's reply is another.

    Those in ``slow`` are back at the fifth.
    """

    def __init__(self, replies: Mapping[str, Reply] | None = None, slow: Collection[str] = ()) -> None:
        self._replies = replies or {}
        self._slow = slow
        self.restarted: list[str] = []
        self._polls: dict[str, int] = {}

    def __call__(self, connection: Any, received: Received) -> None:
        if received.operation == "rebootServerInstances":
            reply = next((self._replies[number] for number in received.numbers if number in self._replies), accept)
            if reply is accept or reply is lost:
                self.restarted += received.numbers
            reply(connection, received)
            return
        for number in set(received.numbers) & set(self.restarted):
            self._polls[number] = self._polls.get(number, 0) + 1
        listing(*map(self._server, received.numbers))(connection, received)

    def _server(self, number: str) -> dict[str, object]:
        if number not in self.restarted:
            return server(number, uptime="2020-01-01T00:00:00+0900")
        is_back = self._polls[number] > (4 if number in self._slow else 1)
        return server(number, "NULL" if is_back else "RESTA", uptime="2099-01-01T00:00:00+0900")


def lost(connection: Any, received: Received) -> None:
    """The restart is accepted, and the answer does not arrive."""
    reset(connection)
