"""The probes that take a restart. They look at the exchanges of a run that restarts one server."""

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

import httpx

from ncp_vserver._requests.operations import REBOOT

from .calls import JSON, Call
from .exchange import Exchange, exchange
from .facts import value_at
from .probes.probing import Probe, refused
from .seen import CannotTellError, Seen

AGAIN: Final = Call(
    name="restart-again",
    topic="restart",
    operation=REBOOT.name,
    query=f"serverInstanceNoList.1={{serverInstanceNo}}&{JSON}",
    changes=True,
)
"""A second restart, while the first one is in progress."""

_BEFORE: Final = "restart-before"
_RESTART: Final = "restart"
_OPERATION: Final = "serverInstanceOperation.code"
_STATUS: Final = "serverInstanceStatus.code"
_NAMES: Final = ("rebooting", "running")


class Tap(httpx.BaseTransport):
    """A transport that keeps the exchanges of one restart."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport
        self.exchanges: dict[str, Exchange] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        call = Call(name=self._name(name), topic="restart", operation=name, changes=name == REBOOT.name)
        found = exchange(self._transport, request, call, request.url.raw_path.decode("ascii"))
        self.exchanges[call.name] = found
        if found.error:
            raise found.error
        headers = [header for header in found.headers if header[0] != "content-encoding"]  # the body is decoded
        return httpx.Response(cast(int, found.status), headers=headers, content=found.body)

    def _name(self, operation: str) -> str:
        if operation == REBOOT.name:
            return _RESTART
        if _RESTART not in self.exchanges:
            return _BEFORE
        return f"poll-{sum(name.startswith('poll-') for name in self.exchanges) + 1}"


def _state(seen: Seen, name: str) -> Mapping[str, Any]:
    """The server in a response."""
    return seen.servers(name)[0]


def _polls(seen: Seen) -> list[tuple[float, Mapping[str, Any]]]:
    """The server in each poll after the restart was accepted, and how many seconds after that."""
    accepted = seen.success(_RESTART)
    begun = accepted.sent_at + accepted.seconds
    polls = [answer for answer in seen.all_with(_RESTART) if answer.name.startswith("poll-") and answer.servers]
    if not polls:
        raise CannotTellError("no poll succeeded")
    return [(poll.sent_at + poll.seconds - begun, poll.servers[0]) for poll in polls]


def _in_progress(server: Mapping[str, Any]) -> bool:
    return value_at(server, _OPERATION) == REBOOT.in_progress


def _described(server: Mapping[str, Any]) -> str:
    fields = (_STATUS, _OPERATION, "serverInstanceStatusName", "uptime")
    return ", ".join(value_at(server, field) or "nothing" for field in fields)


def _shows_restart(seen: Seen) -> str | None:
    server = _state(seen, _RESTART)
    is_shown = _in_progress(server) and value_at(server, _STATUS) == REBOOT.status_before
    return None if is_shown else _described(server)


def _status_stays(seen: Seen) -> str | None:
    others = [server for _, server in _polls(seen) if value_at(server, _STATUS) != REBOOT.status_before]
    return _described(others[0]) if others else None


def _list_shows_it_at_once(seen: Seen) -> str | None:
    before = value_at(_state(seen, _BEFORE), "uptime")
    polls = _polls(seen)
    for number, (seconds, server) in enumerate(polls, start=1):
        if _in_progress(server) or value_at(server, "uptime") != before:
            return f"first in poll {number}, {seconds:.1f} s after the response" if number > 1 else None
    return f"none of {len(polls)} polls showed the restart"


def _uptime_renewed(seen: Seen) -> str | None:
    before, (_, last) = _state(seen, _BEFORE), _polls(seen)[-1]
    if value_at(last, _OPERATION) != "NULL":
        raise CannotTellError(f"the restart was not over: {_described(last)}")
    times = [_time(value_at(server, "uptime")) for server in (before, last)]
    return None if times[0] < times[1] else f"{_described(last)}; before: {_described(before)}"


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise CannotTellError(f"uptime is {text!r}") from None


def _names_in_progress(seen: Seen) -> str | None:
    servers = [_state(seen, _RESTART), *(server for _, server in _polls(seen))]
    others = {value_at(server, "serverInstanceStatusName") for server in servers}.difference(_NAMES)
    return ", ".join(sorted(others)) or None


RESTART_PROBES: Final[Mapping[str, Probe]] = {
    "restart-shows-resta": _shows_restart,
    "status-stays-run": _status_stays,
    "list-shows-restart-at-once": _list_shows_it_at_once,
    "uptime-renewed": _uptime_renewed,
    "restart-status-names": _names_in_progress,
    "busy-server-refused": refused(AGAIN.name, code="1100031"),
}


def timeline(seen: Seen) -> list[str]:
    """The server's states that polls showed, each with the seconds after the response when it was first seen."""
    try:
        polls = _polls(seen)
    except CannotTellError:
        return []
    states = [(f"{seconds:.1f} s", _described(server)) for seconds, server in polls]
    firsts = [next(group) for _, group in itertools.groupby(states, key=lambda state: state[1])]
    return [f"{when}: {state}" for when, state in firsts]
