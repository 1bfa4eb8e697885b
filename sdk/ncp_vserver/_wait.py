"""Waiting until servers are back."""

import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from ncp_signer import NcpError
from ncp_vserver_api.models import ServerInstance

from ._errors import NotSentError, OutcomeUnknownError, ThrottledError, WaitTimeoutError
from ._reads import look
from ._retry import Policy
from ._states import STOPPED, is_settled
from ._steps import Sleep, Steps, ask

DEFAULT_WAIT: Final = 600.0
"""Seconds to wait for servers. How long a restart takes is not documented; NAVER's Terraform provider gives it 300."""
DEFAULT_POLL: Final = 2.0
"""Seconds between the first looks, as in NAVER's Terraform provider."""

_GROWTH: Final = 1.5
_LONGEST_POLL: Final = 15.0
_LONGEST_WAIT: Final = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class WaitProgress:
    """What one look at the servers has shown.

    Attributes:
        servers: Each server as it is now, by its number; None for one that is not listed. Before the first look that
            succeeds, None for all.
        back: The numbers of those that are back, in the order asked for.
        waiting: The numbers of the others.
        elapsed: Seconds since the wait began.
        timeout: Seconds that it may take.
        problem: Why this look failed, where it did; ``servers`` is then what the last one saw.
    """

    servers: Mapping[str, ServerInstance | None]
    back: tuple[str, ...]
    waiting: tuple[str, ...]
    elapsed: float
    timeout: float
    problem: NcpError | None


class RefusedLookError(Exception):
    """A look at the servers was refused. Not an NcpError itself: callbacks may raise those, and they are not this.

    Attributes:
        error: What was said.
    """

    def __init__(self, error: NcpError) -> None:
        super().__init__(error)
        self.error = error


def is_on_the_way(error: NcpError) -> bool:
    """Whether a look at the servers failed on the way, so that the next one may succeed."""
    return isinstance(error, NotSentError | OutcomeUnknownError | ThrottledError)


OnWait = Callable[[WaitProgress], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How to wait.

    Attributes:
        timeout: Seconds for the whole wait.
        poll: Seconds between the first looks. They grow to fifteen, and each is shortened by up to half at random, so
            that many programs do not ask in step.
        seen: What is done after each look.
        passes_over_refusals: Whether a look that is refused is followed by another, as one that fails on the way is.
    """

    timeout: float
    poll: float
    seen: Callable[[WaitProgress], Steps[Any]] | None
    passes_over_refusals: bool = False

    def until(
        self, numbers: tuple[str, ...], status: str, region: str | None, policy: Policy, *, look_at_once: bool
    ) -> Steps[dict[str, ServerInstance]]:
        """Look at the servers until each has the status and no operation under way.

        A look that fails on the way is followed by the next one. One that is refused ends the wait, unless such are
        passed over.

        Raises:
            WaitTimeoutError: The time is over.
            RefusedLookError: A look was refused.
        """
        started = time.monotonic()
        policy = policy.until(started + self.timeout)
        servers: dict[str, ServerInstance | None] = dict.fromkeys(numbers)
        delay = self.poll
        if not look_at_once:
            yield Sleep(min(self._jittered(delay), self.timeout))
        while True:
            problem: NcpError | None = None
            try:
                servers |= (yield from look(numbers, region, policy)).servers
            except NcpError as error:
                if not (self.passes_over_refusals or is_on_the_way(error)):
                    raise RefusedLookError(error) from error
                problem = error
            waiting = tuple(number for number in numbers if not is_settled(servers[number], status))
            back = tuple(number for number in numbers if number not in waiting)
            elapsed = time.monotonic() - started
            if self.seen:
                yield from self.seen(WaitProgress(dict(servers), back, waiting, elapsed, self.timeout, problem))
            if problem is None and not waiting:
                return {number: server for number, server in servers.items() if server is not None}
            if elapsed >= self.timeout:
                raise WaitTimeoutError(
                    back=back,
                    waiting=waiting,
                    servers=servers,
                    seconds=self.timeout,
                    goal="down" if status == STOPPED else "back",
                    server_instance_nos=numbers,
                    region_code=region,
                ) from problem
            # The last look is at the deadline, so that nothing that came back in time is missed.
            yield Sleep(min(self._jittered(delay), self.timeout - elapsed))
            delay = max(self.poll, min(delay * _GROWTH, _LONGEST_POLL))

    @staticmethod
    def _jittered(delay: float) -> float:
        return delay * random.uniform(0.5, 1)  # noqa: S311 - no secret


def waiting(name: str, timeout: float | timedelta, poll: float | timedelta, progress: OnWait | None) -> Waiting:
    """How to wait, from a caller's arguments, or a ValueError that says what is wrong with them."""
    seen = None if progress is None else partial(ask, progress)
    return Waiting(seconds(name, timeout), seconds("poll", poll), seen)


def seconds(name: str, value: float | timedelta) -> float:
    """A time that a caller gave."""
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST_WAIT:  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
        raise ValueError(f"{name} must be a timedelta or a number of seconds, above 0 and at most {_LONGEST_WAIT:g}")
    return float(value)
