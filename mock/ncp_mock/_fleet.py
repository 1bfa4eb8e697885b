"""The servers that the mock pretends to have, and what happens to them."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from ._contract import Change
from ._judge import Violation

DEFAULT_REGION: Final = "KR"
"""The first region of the vendor's getRegionList, which the service takes when none is asked for."""

RUNNING: Final = "RUN"
_KOREA: Final = timezone(timedelta(hours=9))
NO_OPERATION: Final = {"code": "NULL", "codeName": "Server NULL OP"}


class _Server:
    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields
        """In the vendor's form; replaced as a whole when something changes, so that nobody else sees half of it."""
        self.change: Change | None = None
        self.done_at: float | None = None
        """By the fleet's clock; None while a change lasts until it is told to end."""

    @property
    def status(self) -> str:
        return str(self.fields["serverInstanceStatus"]["code"])

    @property
    def operation(self) -> str:
        return str(self.fields["serverInstanceOperation"]["code"])


class Fleet:
    """Servers by their number.

    Args:
        servers: Each one in the vendor's form, with at least its number, region, status and operation.
        change_seconds: How long a change takes; None for until :meth:`finish`.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        servers: Sequence[Mapping[str, Any]],
        change_seconds: float | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._initial = servers
        self._change_seconds = change_seconds
        self._clock = clock
        self.version = 0
        """Another one after each change."""
        self.reset()

    def reset(self) -> None:
        """Put every server back into the state that it had at first."""
        self._servers = {server["serverInstanceNo"]: _Server(server) for server in self._initial}
        self.version += 1

    def servers(self) -> list[Mapping[str, Any]]:
        """Every server as it is now."""
        self._finish_what_is_due()
        return [server.fields for server in self._servers.values()]

    def finish(self) -> None:
        """End every change that is under way."""
        for server in self._servers.values():
            if server.change:
                self._end_change(server)

    def change(self, change: Change, numbers: Sequence[str], region: str | None) -> list[Mapping[str, Any]] | Violation:
        """Begin a change of each of the servers, in order, or say why it can begin on none of them."""
        self._finish_what_is_due()
        for position, number in enumerate(numbers):
            if number in numbers[:position]:
                return Violation("invalidServerInstanceNo", "server-given-twice", f"server {number} is given twice")
            if refused := self._why_not(number, change, region):
                return refused
        self.version += 1
        servers = [self._servers[number] for number in numbers]
        for server in servers:
            server.change = change
            server.done_at = None if self._change_seconds is None else self._clock() + self._change_seconds
            state = {"serverInstanceOperation": change.operation, "serverInstanceStatusName": change.status_name}
            server.fields = {**server.fields, **state}
        return [server.fields for server in servers]

    def find(self, numbers: Sequence[str], region: str | None) -> list[Mapping[str, Any]] | Violation:
        """These servers, or why one of them cannot be found."""
        self._finish_what_is_due()
        for number in numbers:
            if missing := self._missing(number, region):
                return missing
        return [self._servers[number].fields for number in numbers]

    def _missing(self, number: str, region: str | None) -> Violation | None:
        server = self._servers.get(number)
        if server is None:
            return Violation(
                "invalidServerInstanceNo",
                "unknown-server",
                f"the fleet has no server {number}: it has {_shortened(self._servers)}",
            )
        if (home := server.fields["regionCode"]) != (region or DEFAULT_REGION):
            asked = f"asks for {region}" if region else f"names no regionCode, which means {DEFAULT_REGION}"
            return Violation(
                "invalidServerInstanceNo",
                "other-region",
                f"server {number} is in region {home}, and the request {asked}",
            )
        return None

    def _why_not(self, number: str, change: Change, region: str | None) -> Violation | None:
        if missing := self._missing(number, region):
            return missing
        server = self._servers[number]
        if server.operation != "NULL":
            return Violation(
                "serverNotControllable",
                "busy-server",
                f"server {number} is busy: its operation is {server.operation}"
                f" ({server.fields['serverInstanceStatusName']}), and must be NULL first",
            )
        if server.status != change.needs_status:
            return Violation(
                "serverNotRunning",
                "wrong-status",
                f"the status of server {number} is {server.status}: this operation needs {change.needs_status}",
            )
        return None

    def _finish_what_is_due(self) -> None:
        now = self._clock()
        for server in self._servers.values():
            if server.change and server.done_at is not None and server.done_at <= now:
                self._end_change(server)

    def _end_change(self, server: _Server) -> None:
        assert server.change is not None
        change = server.change
        started = {"uptime": datetime.now(_KOREA).strftime("%Y-%m-%dT%H:%M:%S%z")}
        server.fields = {
            **server.fields,
            "serverInstanceStatus": change.status_after,
            "serverInstanceOperation": NO_OPERATION,
            "serverInstanceStatusName": change.status_name_after,
            **(started if change.status_after["code"] == RUNNING else {}),
        }
        server.change = None
        self.version += 1


def _shortened(numbers: Iterable[str]) -> str:
    first, *rest = numbers
    return f"{first} … {rest[-1]}" if rest else first
