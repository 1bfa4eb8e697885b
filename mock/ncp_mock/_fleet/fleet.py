"""The servers that the mock pretends to have, and what happens to them."""

import contextlib
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, Final, NamedTuple

from ncp_mock._clock import seconds, wall_time
from ncp_mock._contract.document import Change
from ncp_mock._messages import Refusal

from .behaviour import SHORT, Behaviour, BehaviourError, changed
from .history import History, State

DEFAULT_REGION: Final = "KR"
"""The first region of the vendor's getRegionList, which the service takes when none is asked for."""

RUNNING: Final = "RUN"
_KOREA: Final = timezone(timedelta(hours=9))
_UPTIME: Final = "%Y-%m-%dT%H:%M:%S%z"


class Described(NamedTuple):
    """A server as a fleet has it at first."""

    fields: Mapping[str, Any]
    """In the vendor's form, with at least its number, region, status and operation."""
    behaviour: Behaviour = Behaviour()


class _InProgress(NamedTuple):
    """A change that is in progress."""

    change: Change
    ends_at: float
    """By the fleet's clock; infinite until it is told to end."""
    wall_end: float
    """The time of day then. It is settled with the other: the two clocks can differ when somebody polls."""


class _Server:
    def __init__(self, described: Described) -> None:
        self.fields = described.fields
        """In the vendor's form; replaced as a whole when something changes, so that nobody else sees half of it."""
        self.behaviour = described.behaviour
        self.is_gone = False
        """Whether it has vanished."""
        self.in_progress: _InProgress | None = None
        self._random = self._durations()
        self._history = History(self.behaviour.list_lag, self.fields)

    @property
    def number(self) -> str:
        return str(self.fields["serverInstanceNo"])

    @property
    def region(self) -> str:
        return str(self.fields["regionCode"])

    @property
    def state(self) -> State:
        return None if self.is_gone else self.fields

    def behave(self, behaviour: Behaviour) -> None:
        old, self.behaviour = self.behaviour, behaviour
        # Another option must not begin the durations, or what lists know, anew.
        if (old.restart_seconds, old.seed) != (behaviour.restart_seconds, behaviour.seed):
            self._random = self._durations()
        if old.list_lag != behaviour.list_lag:
            self._history = History(behaviour.list_lag, self.state)

    def seconds_of_a_change(self, seconds_of_others: float) -> float:
        if self.behaviour.restart_seconds is None:
            return seconds_of_others
        return self._random.uniform(*self.behaviour.restart_seconds)

    def become(self, state: State, since: float) -> None:
        """Have another state, or vanish, which lists show later if they lag."""
        self.is_gone = state is None
        self.fields = state or self.fields
        self._history.add(state, since)

    def poll(self, now: float) -> State:
        return self._history.poll(now)

    def _durations(self) -> Random:
        # Servers with the same seed would else all take equally long.
        return Random(f"{self.behaviour.seed} {self.number}")  # noqa: S311 - how long a restart takes is no secret


class Fleet:
    """Servers by their number.

    Args:
        servers: Each one as it is at first.
        change_seconds: How long a change takes; None for until :meth:`finish`.
        fields: What a server can have.
        clock: Seconds that nobody sets.
        wall_clock: The time of day, in seconds since 1970-01-01 UTC.
    """

    def __init__(
        self,
        servers: Sequence[Described],
        change_seconds: float | None,
        fields: Collection[str],
        clock: Callable[[], float] = seconds,
        wall_clock: Callable[[], float] = wall_time,
    ) -> None:
        self._initial = servers
        self._initial_seconds = math.inf if change_seconds is None else change_seconds
        self.fields = fields
        self._clock = clock
        self._wall_clock = wall_clock
        self.version = 0
        """Another one after each change."""
        self.reset()

    def reset(self) -> None:
        """Put every server back into the state and the behaviour that it had at first."""
        self._servers = {server.number: server for server in map(_Server, self._initial)}
        self._change_seconds = self._initial_seconds
        self.version += 1

    def hold(self) -> None:
        """Let every change that begins from now on last until :meth:`finish`."""
        self._change_seconds = math.inf

    def servers(self) -> list[Mapping[str, Any]]:
        """Every server as it is now, whatever lists show of it."""
        self._finish_what_is_due()
        return [server.fields for server in self._servers.values() if not server.is_gone]

    def finish(self) -> None:
        """End every change that is in progress."""
        self._finish_what_is_due()
        for server in self._servers.values():
            if server.in_progress:
                self._end(server, _InProgress(server.in_progress.change, self._clock(), self._wall_clock()))

    def behaviours(self) -> Mapping[str, Behaviour]:
        """The behaviour of each server by its number."""
        return {number: server.behaviour for number, server in self._servers.items()}

    def behave(self, number: str, options: Mapping[str, Any]) -> None:
        """Change some options of a server's behaviour.

        A change that is in progress ends as the new behaviour has it, when it would have ended with the old one.

        Args:
            number: The server's number.
            options: See :func:`.behaviour.changed`.

        Raises:
            BehaviourError: There is no such server, or no such behaviour.
        """
        self._finish_what_is_due()  # in what was to be its end until now
        server = self._servers.get(number)
        if server is None:
            raise BehaviourError(f"the fleet has no server {SHORT.repr(number)}: it has {_shortened(self._servers)}")
        server.behave(changed(server.behaviour, options, self.fields))
        self.version += 1

    def change(self, change: Change, numbers: Sequence[str], region: str | None) -> list[Mapping[str, Any]] | Refusal:
        """Begin a change of each of the servers, in order, or say why it can begin on none of them."""
        self._finish_what_is_due()
        for position, number in enumerate(numbers):
            if number in numbers[:position]:
                return _bad_number("server-given-twice", f"server {number} is given twice")
            if refused := self._why_not(number, change, region):
                return refused
        self.version += 1
        return [self._begin_change(self._servers[number], change) for number in numbers]

    def poll(self, numbers: Sequence[str], region: str | None) -> dict[str, Mapping[str, Any]]:
        """What lists and details show of these servers, or of all without numbers, by their number.

        Each server of the region counts this as a poll.
        """
        self._finish_what_is_due()
        now = self._clock()
        polled = {
            number: server.poll(now)
            for number, server in self._servers.items()
            if server.region == (region or DEFAULT_REGION) and (not numbers or number in numbers)
        }
        return {number: state for number, state in polled.items() if state is not None}

    def find(self, numbers: Sequence[str], region: str | None) -> list[Mapping[str, Any]] | Refusal:
        """What a detail shows of these servers, or why one of them cannot be found."""
        shown = self.poll(numbers, region)
        for number in numbers:
            if missing := self._missing(number, region, shown.get(number)):
                return missing
        return [shown[number] for number in numbers]

    def as_sent(self, servers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Servers as a response shows them, with null where their behaviour is to have it."""
        return [self._servers[server["serverInstanceNo"]].behaviour.as_sent(server) for server in servers]

    def _missing(self, number: str, region: str | None, state: State) -> Refusal | None:
        """Why a server in this state cannot be found, if it cannot."""
        server = self._servers.get(number)
        if server is None:
            problem = f"the fleet has no server {number}: it has {_shortened(self._servers)}"
            return _bad_number("unknown-server", problem)
        if server.region != (region or DEFAULT_REGION):
            asked = f"asks for {region}" if region else f"names no regionCode, which means {DEFAULT_REGION}"
            return _bad_number("other-region", f"server {number} is in region {server.region}, and the request {asked}")
        if state is None:
            return _bad_number("unknown-server", f"server {number} has vanished")
        return None

    def _why_not(self, number: str, change: Change, region: str | None) -> Refusal | None:
        server = self._servers.get(number)
        if missing := self._missing(number, region, None if server is None else server.state):
            return missing
        assert server is not None
        operation, status = (server.fields[f"serverInstance{name}"]["code"] for name in ("Operation", "Status"))
        if operation != "NULL":
            state = f"its operation is {operation} ({server.fields['serverInstanceStatusName']})"
            problem = f"server {number} is busy: {state}, and must be NULL first"
            return Refusal("serverNotControllable", "busy-server", problem)
        if status != change.needs_status:
            problem = f"the status of server {number} is {status}: this operation needs {change.needs_status}"
            return Refusal("serverNotRunning", "wrong-status", problem)
        return None

    def _begin_change(self, server: _Server, change: Change) -> Mapping[str, Any]:
        """Begin a change, and return what the response to it shows."""
        begun = {**server.fields, **change.meanwhile}
        if not server.behaviour.never_restarts:
            now = self._clock()
            takes = server.seconds_of_a_change(self._change_seconds)
            server.in_progress = _InProgress(change, now + takes, self._wall_clock() + takes)
            server.become(begun, now)
        return begun

    def _finish_what_is_due(self) -> None:
        now = self._clock()
        for server in self._servers.values():
            if server.in_progress and server.in_progress.ends_at <= now:
                self._end(server, server.in_progress)

    def _end(self, server: _Server, ended: _InProgress) -> None:
        """End a change at a time that may be in the past: it was due then, and nobody has polled since."""
        server.in_progress = None
        self.version += 1
        change, at = ended.change, ended.ends_at
        if server.behaviour.vanishes:
            server.become(None, at)
        elif server.behaviour.restart_fails:
            server.become({**server.fields, **change.on_failure}, at)
        else:
            fields = {**server.fields, **change.after}
            if fields["serverInstanceStatus"]["code"] == RUNNING:
                fields["uptime"] = _uptime(ended.wall_end, fields.get("uptime"))
            server.become(fields, at)


def _bad_number(verdict: str, explanation: str) -> Refusal:
    return Refusal("invalidServerInstanceNo", verdict, explanation)


def _uptime(started_at: float, before: Any) -> str:
    """The uptime of a server that has started, later than the one before: two starts can fall into one second."""
    started = datetime.fromtimestamp(started_at, _KOREA)
    with contextlib.suppress(ValueError, TypeError, OverflowError):  # a fleet's file may have any text there
        next_second = datetime.strptime(before, _UPTIME).astimezone(_KOREA) + timedelta(seconds=1)
        started = max(started, next_second)
    return started.strftime(_UPTIME)


def _shortened(numbers: Iterable[str]) -> str:
    first, *rest = numbers
    return f"{first} … {rest[-1]}" if rest else first
