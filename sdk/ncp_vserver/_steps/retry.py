"""Which failures are retried, and when.

The HTTP method never decides. A mutating call is retried only if it provably was not sent or, where the caller wants
it, was throttled. A call that reads is retried after any network failure. Each attempt is signed anew.
"""

import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx
from ncp_signer import NcpError

from ncp_vserver._requests.attempt import Attempt, Request
from ncp_vserver._requests.evidence import Success, conclude
from ncp_vserver._requests.proof import Sent
from ncp_vserver._values.errors import NotSentError, OutcomeUnknownError, ThrottledError

from .account import Account
from .steps import Send, Sleep, Steps

_FIRST_DELAY: Final = 0.5  # seconds
_LONGEST_DELAY: Final = 20.0
_LAST_TURN: Final = 1.0  # what a poll at the deadline has to wait for its turn
_LAST_POLL: Final = 5.0  # and for the whole of its exchange
_LONGEST_RETRY_AFTER: Final = 60.0  # a server that wants more is not waited for
_NO_CONNECTION: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Budget:
    """A client's retry budget. A retry costs, a success gives back.

    When most calls fail, retries only add to the load: with an empty budget, calls fail at once.
    """

    FULL: Final = 500.0
    _COST: Final = 10.0
    _GAIN: Final = 1.0

    def __init__(self) -> None:
        self._left = self.FULL
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Pay for a retry, if there is enough left."""
        with self._lock:
            if self._left < self._COST:
                return False
            self._left -= self._COST
            return True

    def give(self, attempts: int) -> None:
        """Refund the retries of a call that has succeeded."""
        with self._lock:
            self._left = min(self.FULL, self._left + self._GAIN + (attempts - 1) * self._COST)


@dataclass(frozen=True, slots=True)
class Policy:
    """How often to try."""

    retries: int
    """Retries of a call that reads, or of one that was not sent."""
    throttled: int
    """Retries of a mutating call that was throttled."""
    timeout: Mapping[str, float]
    """Seconds for each step of an attempt, and for the whole, by name."""
    budget: Budget = field(default_factory=Budget)
    deadline: float | None = None
    """By ``time.monotonic()``: no attempt is begun after it."""

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def limits(self) -> dict[str, float | None]:
        """Seconds for each step of an attempt, which is not to end long after the deadline.

        Without a deadline, a turn (``pool``) is waited for as long as it takes.
        """
        if self.deadline is None:
            return {**self.timeout, "pool": None}
        left = self.deadline - time.monotonic()
        least = {"pool": _LAST_TURN}
        return {name: min(limit, max(left, least.get(name, _LAST_POLL))) for name, limit in self.timeout.items()}

    def delay(self, attempt: Attempt, error: NcpError, count: int) -> float | None:
        """Seconds before the next attempt, after ``count`` of them; None for no retry."""
        if count > self._most(attempt, error):
            return None
        # Full jitter: many clients that failed together do not come back together.
        delay = random.uniform(0, min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** (count - 1)))  # noqa: S311 - no secret
        asked = attempt.retry_after
        if asked is not None:
            if asked > _LONGEST_RETRY_AFTER:
                return None
            delay += asked
        if self.deadline is not None and time.monotonic() + delay >= self.deadline:
            return None
        return delay if self.budget.take() else None

    def _most(self, attempt: Attempt, error: NcpError) -> int:
        """How many retries a failure allows."""
        match error:
            case NotSentError():
                return self.retries if isinstance(error.__cause__, _NO_CONNECTION) else 0
            case ThrottledError():
                return self.throttled if attempt.request.operation.changes else self.retries
            case OutcomeUnknownError():
                return 0 if attempt.request.operation.changes else self.retries
            case _:
                return 0


def call(request: Request, policy: Policy, account: Account | None = None) -> Steps[Success]:
    """Send a request, with the retries of the policy, and note in the account what becomes of its servers.

    Raises:
        NcpError: No attempt was a success: the error of the last one.
    """

    def in_flight(sent: Sent) -> None:
        if account:
            account.in_flight(request.numbers, sent)

    count = 1
    while True:
        is_recorded = account is not None and account.recording is not None
        attempt: Attempt = yield Send(request, policy.limits(), in_flight, is_recorded)
        try:
            success = conclude(attempt)
        except NcpError as error:
            if account:
                account.fail(error)
                yield from account.recorded()
            delay = policy.delay(attempt, error, count)
            if delay is None:
                raise
        else:
            policy.budget.give(count)
            return success
        yield Sleep(delay)
        count += 1
