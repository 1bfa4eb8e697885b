"""Finding out afterwards what became of servers for which no one can tell."""

import math
from dataclasses import dataclass
from typing import Final

from ncp_signer import NcpError
from ncp_vserver_api.models import ServerInstance

from ._operations import CHANGES, Change
from ._reads import look
from ._retry import Policy
from ._states import NO_OPERATION, operation_of, started_at, status_of
from ._steps import Steps

# A Date header and an uptime have whole seconds each. No server was ready for a restart that soon after another.
_ROUNDING: Final = 2.0
# Without a Date, only this is known of this machine's clock: the gateway would refuse it at five minutes.
_CLOCKS_APART: Final = 300.0


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of the servers whose outcome was unknown, as they were read back.

    Attributes:
        under_way: The operation is under way: it did happen, or somebody else asked for the same.
        done: It is over: the server has started since the call, or has the status that was asked for.
        untouched: Nothing has happened to it. A request that is still on its way could arrive yet: this is certain only
            some time after the call, and no time is documented after which it is.
        unknown: It still cannot be told: the server is not listed, does another thing, or does not say enough.
        servers: Each server as it was read, by its number; None for one that is not listed.
    """

    under_way: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    servers: dict[str, ServerInstance | None] | None = None

    @property
    def executed(self) -> tuple[str, ...]:
        """Those that it has happened to: under way or done."""
        return self.under_way + self.done

    def __str__(self) -> str:
        groups = (
            ("under way", self.under_way),
            ("done", self.done),
            ("untouched", self.untouched),
            ("unknown", self.unknown),
        )
        return "; ".join(f"{name}: {', '.join(numbers)}" for name, numbers in groups if numbers) or "nothing to settle"


def settle(error: NcpError, policy: Policy) -> Steps[Settlement]:
    """Read back the servers in ``error.unknown`` and say what became of each."""
    change = CHANGES.get(error.operation or "")
    if not error.unknown:
        return Settlement(servers={})
    if change is None or error.sent_at is None:
        raise ValueError("the error does not say what was asked for, and when: it is none of this client's")
    seen = yield from look(error.unknown, error.region_code, policy)
    groups: dict[str, list[str]] = {"under_way": [], "done": [], "untouched": [], "unknown": []}
    for number in error.unknown:
        groups[_group(change, seen.servers[number], error.sent_at, seen.clock_offset)].append(number)
    return Settlement(**{name: tuple(numbers) for name, numbers in groups.items()}, servers=dict(seen.servers))


def _group(change: Change, server: ServerInstance | None, sent_at: float, clock_offset: float | None) -> str:
    if server is None:
        return "unknown"
    if operation_of(server) == change.under_way:
        return "under_way"
    if operation_of(server) != NO_OPERATION:
        return "unknown"
    if change.status_before != change.status_after:
        return {change.status_after: "done", change.status_before: "untouched"}.get(status_of(server), "unknown")
    return _group_by_start(change, server, sent_at, clock_offset)


def _group_by_start(change: Change, server: ServerInstance, sent_at: float, clock_offset: float | None) -> str:
    """A restart leaves its mark only in the time of the last start, which is by the vendor's clock."""
    started = started_at(server)
    if started is None:
        return "unknown"
    earliest, latest = (
        (sent_at - _CLOCKS_APART, sent_at + _CLOCKS_APART)
        if clock_offset is None
        else (math.floor(sent_at + clock_offset) - _ROUNDING,) * 2
    )
    if started >= latest:
        return "done"
    return "untouched" if started < earliest and status_of(server) == change.status_before else "unknown"
