"""What polls may show of a server after its restart was accepted, and what that proves."""

from typing import NamedTuple

from support.wire import server

OLD = "2025-06-26T09:54:55+0900"
NEW = "2026-11-27T20:45:10+0900"

Poll = tuple[str, ...] | None
"""Status, operation and, where there is one, uptime; None for a server that is not listed."""

BUSY: Poll = ("RUN", "RESTA", OLD)
STALE: Poll = ("RUN", "NULL", OLD)
BACK: Poll = ("RUN", "NULL", NEW)


class Case(NamedTuple):
    """Polls, the last of which is repeated for ever, and what they prove: at which poll, counted from 1."""

    polls: list[Poll]
    expected: str
    at: int = 0
    accepted: Poll = BUSY


# The first thirteen are a set of cases that the project was given; the others are its own.
CASES: dict[str, Case] = {
    "plain": Case([BUSY, BUSY, BACK], "done", 3),
    "over before the first poll": Case([BACK], "done", 1),
    "the list lags by one poll": Case([STALE, BUSY, BACK], "done", 3),
    "the list lags by four polls": Case([STALE, STALE, STALE, STALE, BUSY, BACK], "done", 6),
    "accepted and never done": Case([STALE], "no sign"),
    "two copies of the list, one behind": Case([BUSY, STALE, BUSY, STALE, BUSY, BACK], "done", 6),
    "no uptime, the restart was seen": Case([("RUN", "RESTA"), ("RUN", "NULL"), ("RUN", "NULL")], "done", 3),
    "uptime is not renewed, the restart was seen": Case([BUSY, STALE, STALE], "done", 3),
    "uptime in another offset": Case([BUSY, ("RUN", "NULL", "2025-06-26T01:24:55+0000")], "done", 2),
    "the restart fails": Case([BUSY, ("RS_FL", "NULL", OLD), ("RS_FL", "NULL", OLD)], "failed", 3),
    "somebody stops it": Case([BUSY, ("NSTOP", "NULL", OLD), ("NSTOP", "NULL", OLD)], "failed", 3),
    "somebody terminates it": Case([BUSY, None, None], "failed", 3),
    "missing from one response only": Case([BUSY, None, BUSY, BACK], "done", 4),
    "it fails before it is seen": Case([("RS_FL", "NULL", OLD)], "failed", 2),
    "never listed": Case([None], "failed", 2),
    "it fails, and is gone": Case([BUSY, ("ST_FL", "NULL"), None], "failed", 3),
    "every status of a failure": Case([("SD_FL", "NULL"), BUSY, ("FSTOP", "NULL"), ("TERMT", "NULL")], "failed", 4),
    "a failure without an operation": Case([BUSY, ("RS_FL", ""), ("RS_FL", "")], "failed", 3),
    "one copy shows a failure": Case([("RS_FL", "NULL", OLD), BUSY, ("RS_FL", "NULL", OLD), BACK], "done", 4),
    "stopped, and somebody starts it": Case([("NSTOP", "START"), ("NSTOP", "START"), BACK], "done", 3),
    "another operation": Case([("RUN", "MIGRA", OLD), STALE], "no sign"),
    "a new status": Case([("SLEEP", "NULL", OLD), ("SLEEP", "NULL", OLD), BACK], "done", 3),
    "over in one copy, missing in the other": Case([BUSY, STALE, None, STALE, STALE], "done", 5),
    "renewed while in progress": Case([("RUN", "RESTA", NEW), BACK], "done", 2),
    "uptime of an earlier poll": Case([BUSY, BACK], "done", 2, ("RUN", "RESTA")),
    "an earlier poll, and no restart": Case([STALE], "no sign", 0, ("RUN", "RESTA")),
    "no uptime and no operation": Case([("RUN", "NULL")], "no sign", 0, ("RUN", "RESTA")),
    "no uptime, one poll shows it over": Case([("RUN", "RESTA"), ("RUN", "NULL"), ("RUN", "RESTA")], "open"),
    "a poll that says less": Case([BUSY, STALE, ("RUN", ""), STALE, ("RUN", "")], "open"),
    "uptime that is no date": Case([("RUN", "NULL", "soon")], "no sign"),
    "earlier uptime": Case([("RUN", "NULL", "2020-01-01T00:00:00+0900")], "no sign"),
}


def listed(number: str, poll: Poll) -> list[dict[str, object]]:
    """The list with what a poll shows of a server."""
    if poll is None:
        return []
    status, operation, *uptime = poll
    return [server(number, operation, status, **({"uptime": uptime[0]} if uptime else {}))]
