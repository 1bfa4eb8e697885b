"""The servers that the mock has, and what happens to them."""

import contextlib
import math
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, Final, NamedTuple

from ncp_mock._clock import seconds, wall_time
from ncp_mock._contract.document import Change
from ncp_mock._messages import Refusal

from .behaviour import SHORT, Behaviour, BehaviourError, Lag, changed

DEFAULT_REGION: Final = "KR"
"""The first region of the vendor's getRegionList, which the service takes when a request names none."""

_RUNNING: Final = "RUN"
_KOREA: Final = timezone(timedelta(hours=9))
_UPTIME: Final = "%Y-%m-%dT%H:%M:%S%z"

State = Mapping[str, Any] | None
"""A server in the vendor's form; None once it has vanished."""


class Described(NamedTuple):
    """A server at first."""

    fields: Mapping[str, Any]
    """In the vendor's form, with at least its number, region, status and operation."""
    behaviour: Behaviour = Behaviour()


class _InProgress(NamedTuple):
    change: Change
    ends_at: float
    """By the fleet's clock; infinite until it is told to end."""
    wall_end: float
    """The time of day then. It is fixed with the other: the two clocks can differ when somebody polls."""


class _History:
    """The states of one server, as far back as lists and details lag."""

    def __init__(self, lag: Lag, state: State) -> None:
        self._seconds: Final = lag.seconds
        self._states = deque([(-math.inf, state)])
        """Each state and when it began, oldest first."""
        self._next_polls = deque([state] * lag.polls)

    def add(self, state: State, since: float) -> None:
        self._states.append((since, state))
        self._forget(since)

    def poll(self, now: float) -> State:
        """Return what this poll shows; the next one may show something else."""
        self._forget(now)
        self._next_polls.append(self._states[0][1])
        return self._next_polls.popleft()

    def _forget(self, now: float) -> None:
        """Drop the states that no poll will show any more."""
        while len(self._states) > 1 and self._states[1][0] <= now - self._seconds:
            self._states.popleft()


class _Server:
    def __init__(self, described: Described) -> None:
        self.fields, self.behaviour = described
        # The fields are replaced as a whole when one changes, so that other threads never see half of a change.
        self.number, self.region = str(self.fields["serverInstanceNo"]), str(self.fields["regionCode"])
        self.is_gone = False
        self.in_progress: _InProgress | None = None
        self._random = self._durations()
        self.history = _History(self.behaviour.list_lag, self.fields)

    @property
    def state(self) -> State:
        return None if self.is_gone else self.fields

    def behave(self, behaviour: Behaviour) -> None:
        old, self.behaviour = self.behaviour, behaviour
        # A change of another option does not restart the durations, or what lists show.
        if (old.restart_seconds, old.seed) != (behaviour.restart_seconds, behaviour.seed):
            self._random = self._durations()
        if old.list_lag != behaviour.list_lag:
            self.history = _History(behaviour.list_lag, self.state)

    def seconds_of_a_change(self, seconds_of_others: float) -> float:
        given = self.behaviour.restart_seconds
        return seconds_of_others if given is None else self._random.uniform(*given)

    def become(self, state: State, since: float) -> None:
        self.is_gone = state is None
        self.fields = state or self.fields
        self.history.add(state, since)

    def _durations(self) -> Random:
        # The number is a part, or all servers with the same seed would take equally long.
        return Random(f"{self.behaviour.seed} {self.number}")  # noqa: S311 - how long a restart takes is no secret


class Fleet:
    """Servers by number.

    Args:
        servers: The servers at first.
        change_seconds: How long a change takes; None for until :meth:`finish`.
        fields: The names of all fields of a server.
        clock: Monotonic seconds.
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
        """Different after each change."""
        self.reset()

    def reset(self) -> None:
        """Restore the first state and behaviour of every server."""
        self._servers = {server.number: server for server in map(_Server, self._initial)}
        self._change_seconds = self._initial_seconds
        self.version += 1

    def hold(self) -> None:
        """Let every change that begins from now on last until :meth:`finish`."""
        self._change_seconds = math.inf

    def servers(self) -> list[Mapping[str, Any]]:
        """Return the true state of every server, whatever lists show."""
        self._finish_what_is_due()
        return [server.fields for server in self._servers.values() if not server.is_gone]

    def finish(self) -> None:
        """End every change that is in progress."""
        self._finish_what_is_due()
        for server in self._servers.values():
            if server.in_progress:
                self._end(server, _InProgress(server.in_progress.change, self._clock(), self._wall_clock()))

    def behaviours(self) -> Mapping[str, Behaviour]:
        """Return the behaviour of each server by its number."""
        return {number: server.behaviour for number, server in self._servers.items()}

    def behave(self, number: str, options: Mapping[str, Any]) -> None:
        """Change some options of a server's behaviour.

        A change that is in progress ends when it would have ended, in the way of the new behaviour.

        Args:
            number: The server's number.
            options: See :func:`.behaviour.changed`.

        Raises:
            BehaviourError: There is no such server, or no such behaviour.
        """
        self._finish_what_is_due()  # in the way of the old behaviour
        server = self._servers.get(number)
        if server is None:
            raise BehaviourError(f"the fleet has no server {SHORT.repr(number)}: it has {self._numbers()}")
        server.behave(changed(server.behaviour, options, self.fields))
        self.version += 1

    def change(self, change: Change, numbers: Sequence[str], region: str | None) -> list[Mapping[str, Any]]:
        """Begin a change of all these servers, and return what the response shows of them, in order.

        Raises:
            Refusal: It cannot begin on one of them, and so begins on none.
        """
        self._finish_what_is_due()
        for position, number in enumerate(numbers):
            if number in numbers[:position]:
                raise _bad_number("server-given-twice", f"server {number} is given twice")
            server = self._servers.get(number)
            _check(number, change, self._found(number, region, None if server is None else server.state))
        self.version += 1
        return [self._begin(self._servers[number], change) for number in numbers]

    def poll(self, numbers: Sequence[str], region: str | None) -> dict[str, Mapping[str, Any]]:
        """Return what lists and details show of these servers, or of all without numbers, by number.

        Each server of the region counts this as a poll.
        """
        self._finish_what_is_due()
        now = self._clock()
        polled = {
            number: server.history.poll(now)
            for number, server in self._servers.items()
            if server.region == (region or DEFAULT_REGION) and (not numbers or number in numbers)
        }
        return {number: state for number, state in polled.items() if state is not None}

    def find(self, numbers: Sequence[str], region: str | None) -> list[Mapping[str, Any]]:
        """Return what a detail shows of these servers.

        Raises:
            Refusal: One of them cannot be found.
        """
        shown = self.poll(numbers, region)
        return [self._found(number, region, shown.get(number)) for number in numbers]

    def as_sent(self, servers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return servers as a response shows them, with null where their behaviour says so."""
        return [self._servers[server["serverInstanceNo"]].behaviour.as_sent(server) for server in servers]

    def _found(self, number: str, region: str | None, state: State) -> Mapping[str, Any]:
        """Return the state, or refuse a server that does not exist there."""
        server = self._servers.get(number)
        if server is None:
            raise _bad_number("unknown-server", f"the fleet has no server {number}: it has {self._numbers()}")
        if server.region != (region or DEFAULT_REGION):
            asked = f"asks for {region}" if region else f"names no regionCode, which means {DEFAULT_REGION}"
            raise _bad_number("other-region", f"server {number} is in region {server.region}, and the request {asked}")
        if state is None:
            raise _bad_number("unknown-server", f"server {number} has vanished")
        return state

    def _begin(self, server: _Server, change: Change) -> Mapping[str, Any]:
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
        if server.behaviour.vanishes:
            state = None
        elif server.behaviour.restart_fails:
            state = {**server.fields, **ended.change.on_failure}
        else:
            state = {**server.fields, **ended.change.after}
            if state["serverInstanceStatus"]["code"] == _RUNNING:
                state["uptime"] = _uptime(ended.wall_end, state.get("uptime"))
        server.become(state, ended.ends_at)

    def _numbers(self) -> str:
        first, *rest = self._servers
        return f"{first} … {rest[-1]}" if rest else first


def _check(number: str, change: Change, fields: Mapping[str, Any]) -> None:
    """Refuse a change for which a server has the wrong status or operation."""
    operation, status = (fields[f"serverInstance{name}"]["code"] for name in ("Operation", "Status"))
    if operation != "NULL":
        state = f"its operation is {operation} ({fields['serverInstanceStatusName']})"
        explanation = f"server {number} is busy: {state}, and must be NULL first"
        raise Refusal("serverNotControllable", "busy-server", explanation)
    if status != change.needs_status:
        explanation = f"the status of server {number} is {status}: this operation needs {change.needs_status}"
        raise Refusal("serverNotRunning", "wrong-status", explanation)


def _bad_number(verdict: str, explanation: str) -> Refusal:
    return Refusal("invalidServerInstanceNo", verdict, explanation)


def _uptime(started_at: float, before: Any) -> str:
    """Return the uptime of a server that has started, at least a second after the last: starts can be closer."""
    started = datetime.fromtimestamp(started_at, _KOREA)
    with contextlib.suppress(ValueError, TypeError, OverflowError):  # a fleet's file may have any text there
        next_second = datetime.strptime(before, _UPTIME).astimezone(_KOREA) + timedelta(seconds=1)
        started = max(started, next_second)
    return started.strftime(_UPTIME)
