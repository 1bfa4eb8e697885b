"""What proves that an operation has happened to a server.

Waiting, rolling, settling and the command decide by this module alone. It is pure: polls go in, outcomes come out. A
poll is one reading of a server: a ``Server``, or None where the service lists none.

One poll proves little, since a list may lag, or have two copies of which one is behind. So:

- ``done``, for a restart: ``RUN``, no operation, and an ``uptime`` later than the one before. Without a later uptime,
  the operation must have been seen in progress, and two polls in a row since must show it over. For a start or a stop:
  the status that it leads to, and no operation.
- ``failed``: two polls in a row show a status that the operation does not lead to, with no operation in progress, or do
  not list the server. For a start or a stop also: it was seen in progress, and two polls in a row show it over with the
  status from before.
- Everything else leaves it open. A server on which nothing of the operation was seen shows no sign of it, and is never
  called back.

What this assumes of NCP: status-stays-run, start-stop, uptime-renewed, failure-statuses, terminated-server,
back-to-the-old-status, two-copies in openapi/assumptions.yaml.
"""

import math
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, NamedTuple

from ncp_vserver._values.server import NO_OPERATION, Server

from .operations import Change

OperationOutcome = Literal["open", "done", "failed"]

# Two, because a list may have two copies.
POLLS_IN_A_ROW: Final = 2
# The documented codes of a server that does not run, or on which something failed.
# https://api.ncloud-docs.com/docs/en/common-vapidatatype-fabricclusterserverinstance
_FAILURES: Final = frozenset({"RS_FL", "SD_FL", "ST_FL", "FSTOP", "NSTOP", "TERMT"})

# A Date header and an uptime have whole seconds, without what is left of them.
_ROUNDING: Final = 1.0
# The gateway refuses a timestamp that is five minutes from its clock. https://api.ncloud-docs.com/docs/en/common-ncpapi
_REFUSED_AFTER: Final = 300.0
# What the gateway took in time shows in a list within another minute: late-effect in openapi/assumptions.yaml.
_MARGIN: Final = 60.0
# More than this between the wall clock and the monotonic one, and one of them was set or stood still.
_CLOCKS_AGREE: Final = 5.0


class Interval(NamedTuple):
    """A moment by the gateway's clock, as closely as it is known, in seconds since 1970-01-01 UTC."""

    earliest: float = -math.inf
    latest: float = math.inf


_AT_ANY_TIME: Final = Interval()


@dataclass(frozen=True, slots=True)
class Sent:
    """When a request was sent."""

    wall: float
    """By this machine's clock, which also dates the signature, in seconds since 1970-01-01 UTC."""
    monotonic: float | None = None
    """By ``time.monotonic()``, which nobody can set; None if it was not recorded."""
    signed_at: float | None = None
    """The timestamp of the signature, which differs where the signer corrects the clock; None if not signed."""

    @classmethod
    def now(cls) -> "Sent":
        """This moment."""
        return cls(time.time(), time.monotonic())

    def seconds_until(self, now: "Sent") -> float:
        """Seconds since then, by the monotonic clock if both have it."""
        if self.monotonic is None or now.monotonic is None:
            return now.wall - self.wall
        return now.monotonic - self.monotonic

    def elapsed(self, now: "Sent") -> float | None:
        """Seconds since then; None if the two clocks disagree, so that neither proves anything."""
        elapsed = self.seconds_until(now)
        return elapsed if abs(elapsed - (now.wall - self.wall)) <= _CLOCKS_AGREE else None

    def by_gateway(self, clock_offset: float | None) -> Interval:
        """The same moment by the gateway's clock; ``clock_offset`` is its skew from this machine's, in seconds."""
        # The gateway took, or would have taken, the signature. What another process sent, another clock has dated.
        if clock_offset is None or self.monotonic is None:
            return Interval(self.wall - _REFUSED_AFTER, self.wall + _REFUSED_AFTER)
        # Either clock may be wrong: what is concluded must hold by both.
        moments = self.wall, self.wall + clock_offset
        return Interval(min(moments) - _ROUNDING, max(moments) + _ROUNDING)

    @staticmethod
    def lifetime(clock_offset: float | None) -> float:
        """Seconds after which the gateway refuses the request, and what it took before shows in a list.

        Where this machine's clock is ahead of the gateway's, a signature lasts longer.
        """
        return _REFUSED_AFTER + _MARGIN + (_REFUSED_AFTER if clock_offset is None else max(0.0, -clock_offset))


@dataclass(frozen=True, slots=True)
class Proof:
    """What polls have shown of one server since an operation was asked for. :meth:`after` adds a poll."""

    change: Change
    before: datetime | None = None
    """``uptime`` before the operation, from a poll before the request or from the response that accepted it."""
    requested: Interval = _AT_ANY_TIME
    """When the operation was asked for."""
    outcome: OperationOutcome = "open"
    """``done`` and ``failed`` are final."""
    in_progress: bool = False
    """Whether a poll has seen the operation in progress. The response that accepted it is no poll."""
    _renewed: bool = False
    _earlier: datetime | None = None
    _over: int = 0
    _failing: int = 0
    _quiet: int = 0
    last: Server | None = None
    """The server in the last poll; None if it was not listed, or before any poll."""

    @property
    def is_final(self) -> bool:
        """Whether no poll can change the outcome any more."""
        return self.outcome != "open"

    @property
    def has_happened(self) -> bool:
        """Whether the operation, or the same one that somebody else asked for, has begun on the server."""
        return self.in_progress or self.outcome == "done"

    @property
    def is_untouched(self) -> bool:
        """Whether two polls in a row, made when the request could not be accepted any more, showed no sign of it."""
        return self.outcome == "open" and self._quiet >= POLLS_IN_A_ROW

    @property
    def shows_no_sign(self) -> bool:
        """Whether the server was seen, as it was before the operation, and never otherwise."""
        return self.last is not None and not self.in_progress and self._is_as_before(self.last) and not self._renewed

    def after(self, server: Server | None, *, is_expired: bool = False) -> "Proof":
        """Add a poll.

        Args:
            server: What it showed.
            is_expired: Whether the request could not be accepted any more when the poll was made.
        """
        if self.is_final:
            return self
        if server is None:
            return replace(self, _quiet=0)._concluded(failing=True, last=None)
        uptime = server.uptime
        in_progress = self.in_progress or server.operation == self.change.in_progress
        renewed = self._is_renewed(uptime)
        seen = replace(
            self,
            in_progress=in_progress,
            _renewed=self._renewed or renewed,
            _earlier=self._earlier or uptime,
            _quiet=self._quiet + 1 if is_expired and self._is_quiet(server) else 0,
        )
        leaves_status = self.change.leaves_status
        is_as_after = server.is_idle and server.status == self.change.status_after
        has_come_to_nothing = in_progress and self._is_as_before(server) and not leaves_status
        return seen._concluded(
            done=is_as_after and (renewed or not leaves_status),
            over=is_as_after and in_progress,
            failing=has_come_to_nothing or self._is_failure(server),
            last=server,
        )

    def _concluded(
        self, *, last: Server | None, done: bool = False, over: bool = False, failing: bool = False
    ) -> "Proof":
        polls_over = self._over + 1 if over else 0
        polls_failing = self._failing + 1 if failing else 0
        outcome: OperationOutcome = "failed" if polls_failing >= POLLS_IN_A_ROW else "open"
        if done or polls_over >= POLLS_IN_A_ROW:
            outcome = "done"
        return replace(self, outcome=outcome, _over=polls_over, _failing=polls_failing, last=last)

    def _is_renewed(self, uptime: datetime | None) -> bool:
        if uptime is None:
            return False
        before = self.before or self._earlier
        if before is not None and uptime > before:
            return True
        return self.before is None and uptime.timestamp() >= self.requested.latest

    def _is_failure(self, server: Server) -> bool:
        expected = {self.change.status_before, self.change.status_after}
        return server.operation in ("", NO_OPERATION) and server.status in _FAILURES - expected

    def _is_as_before(self, server: Server) -> bool:
        return server.is_idle and server.status == self.change.status_before

    def _is_quiet(self, server: Server) -> bool:
        """Whether a poll shows the server untouched: as before and, for a restart, not started since."""
        if not self._is_as_before(server) or self.in_progress:
            return False
        if not self.change.leaves_status:
            return True
        if server.uptime is None:  # a restart may have come and gone
            return False
        if self.before is not None:
            return server.uptime <= self.before
        return server.uptime.timestamp() < self.requested.earliest


def later(*uptimes: datetime | None) -> datetime | None:
    """The latest of some uptimes: a copy of the list that is behind shows an earlier one."""
    return max(filter(None, uptimes), default=None)


@dataclass(frozen=True, slots=True)
class Steady:
    """The proof for a wait without an operation: the last poll, which may not show an earlier operation yet."""

    status: str
    """The status that a server is to have, with no operation in progress."""
    outcome: OperationOutcome = "open"
    is_final: Literal[False] = False
    shows_no_sign: Literal[False] = False
    last: None = None

    def after(self, server: Server | None) -> "Steady":
        """Replace the last poll."""
        is_so = server is not None and server.status == self.status and server.is_idle
        return Steady(self.status, "done" if is_so else "open")
