"""Waiting until servers are back."""

import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, cast

from ncp_signer import CredentialsError, NcpError

from ncp_vserver._requests.operations import Change, Goal
from ncp_vserver._requests.proof import OperationOutcome, Proof, Steady
from ncp_vserver._values.errors import (
    NotSentError,
    OperationFailedError,
    OutcomeUnknownError,
    ThrottledError,
    WaitError,
    WaitTimeoutError,
)
from ncp_vserver._values.server import RUNNING, Server

from .reads import poll
from .retry import Policy
from .steps import Sleep, Steps, ask

DEFAULT_WAIT: Final = 600.0
"""Seconds to wait for servers. How long a restart takes is not documented; NAVER's Terraform provider gives it 300."""
DEFAULT_POLL: Final = 2.0
"""Seconds between the first polls, as in NAVER's Terraform provider."""

_GROWTH: Final = 1.5
_LONGEST_POLL: Final = 15.0
_LONGEST_WAIT: Final = 7 * 86_400.0

Duration = float | timedelta


@dataclass(frozen=True, slots=True)
class WaitProgress:
    """What is known after a poll.

    Attributes:
        servers: Each server as it was last seen, by its number; None for one that was not listed then. Before the first
            poll that succeeds, None for all.
        back: The numbers of those that are back or, after a stop, down, in the order asked for.
        failed: The numbers of those on which the operation failed.
        waiting: The numbers of the others.
        no_sign: Those of ``waiting`` that have shown no sign of the operation yet.
        elapsed: Seconds since the wait began.
        timeout: Seconds that it may take.
        problem: Why this poll failed, where it did; ``servers`` is then what the last one saw.
    """

    servers: Mapping[str, Server | None]
    back: tuple[str, ...]
    failed: tuple[str, ...]
    waiting: tuple[str, ...]
    no_sign: tuple[str, ...]
    elapsed: float
    timeout: float
    problem: NcpError | None


def may_pass(error: NcpError) -> bool:
    """Whether a poll failed in a way that the next one may not."""
    return isinstance(error, NotSentError | OutcomeUnknownError | ThrottledError)


def may_pass_once_accepted(error: NcpError) -> bool:
    """The same where servers are changing: there were keys for that, so there may be keys again."""
    return may_pass(error) or isinstance(error, CredentialsError)


OnWait = Callable[[WaitProgress], None]
AsyncOnWait = Callable[[WaitProgress], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How to wait."""

    timeout: float
    """Seconds for the whole wait."""
    poll: float
    """Seconds between the first polls; later ones are further apart."""
    seen: Callable[[WaitProgress], Steps[bool]] | None = None
    """Steps after each poll, in time that is no server's. Gives whether to go on although no server is waited for."""
    passes: Callable[[NcpError], bool] = may_pass_once_accepted
    """Whether a poll that failed so is followed by another. All others end the wait."""

    def until(
        self, proofs: Mapping[str, Proof | Steady], region: str | None, policy: Policy, *, polls_at_once: bool = False
    ) -> Steps["Waited"]:
        """Poll until every proof is done or failed, the deadline has passed, or a poll fails for good.

        A server is not polled any more once its proof is done or failed. One that fails does not end the wait for the
        others.
        """
        known = dict(proofs)
        servers: dict[str, Server | None] = {number: proof.last for number, proof in proofs.items()}

        def having(outcome: OperationOutcome) -> tuple[str, ...]:
            return tuple(number for number, proof in known.items() if proof.outcome == outcome)

        started = time.monotonic()
        deadline = started + self.timeout
        delays = delays_from(self.poll)
        if not polls_at_once and not all(proof.is_final for proof in known.values()):
            yield Sleep(min(next(delays), self.timeout))
        while True:
            problem: NcpError | None = None
            try:
                if pending := [number for number, proof in known.items() if not proof.is_final]:
                    polled = yield from poll(pending, region, replace(policy, deadline=deadline))
                    servers |= polled.servers
                    known |= {number: known[number].after(server) for number, server in polled.servers.items()}
            except NcpError as error:
                problem = error
            polled_at = time.monotonic()
            waiting = having("open")
            progress = WaitProgress(
                servers=dict(servers),
                back=having("done"),
                failed=having("failed"),
                waiting=waiting,
                no_sign=tuple(number for number in waiting if known[number].shows_no_sign),
                elapsed=polled_at - started,
                timeout=self.timeout,
                problem=problem,
            )
            left = deadline - polled_at
            goes_on = False
            if self.seen:
                goes_on = yield from self.seen(progress)
                deadline += time.monotonic() - polled_at
            if problem and not self.passes(problem):
                return Waited(progress, problem)
            if not (goes_on or (waiting and left > 0)):
                return Waited(progress)
            # The last poll is at the deadline, so that nothing that came back in time is missed.
            yield Sleep(min(next(delays), max(0.0, left)))


@dataclass(frozen=True, slots=True)
class Waited:
    """How a wait ended."""

    last: WaitProgress
    """What was known after the last poll."""
    refusal: NcpError | None = None
    """Why that poll failed, where this ended the wait early."""

    def error(self, change: Change | None, region: str | None, goal: Goal = "back") -> WaitError | None:
        """The error to raise, its cause set; None if all servers are back."""
        last = self.last
        kind, text = WaitError, ""
        if self.refusal:
            text = f"the wait was cut short: {self.refusal}"
        elif last.failed:
            kind = OperationFailedError
        elif last.waiting:
            kind = WaitTimeoutError
        else:
            return None
        error = kind(
            text,
            back=last.back,
            failed=last.failed,
            waiting=last.waiting,
            no_sign=last.no_sign if change else (),
            servers=last.servers,
            seconds=last.timeout,
            goal=change.goal if change else goal,
            noun=change.noun if change else None,
            server_instance_nos=tuple(last.servers),
            region_code=region,
        )
        error.__cause__ = last.problem
        return error


def wait_for(
    status: str, numbers: tuple[str, ...], region: str | None, how: Waiting, policy: Policy
) -> Steps[tuple[Server, ...]]:
    """Wait until servers have a status, and no operation in progress.

    Raises:
        NcpError: A poll was refused, or the time is over.
    """
    proofs = {number: Steady(status) for number in numbers}
    goal: Goal = "back" if status == RUNNING else "down"
    waited = yield from replace(how, passes=may_pass).until(proofs, region, policy, polls_at_once=True)
    if waited.refusal:
        raise waited.refusal
    if error := waited.error(None, region, goal):
        raise error
    return tuple(server for server in waited.last.servers.values() if server)


def waiting(name: str, timeout: Duration, poll: Duration, progress: AsyncOnWait | None = None) -> Waiting:
    """Build a ``Waiting`` from a caller's arguments. Raises ValueError if one is invalid."""

    def seen(now: WaitProgress) -> Steps[bool]:
        yield from ask(cast(AsyncOnWait, progress), now)
        return False

    return Waiting(seconds(name, timeout), seconds("poll", poll), seen if progress else None)


def delays_from(first: float) -> Iterator[float]:
    """Seconds between polls: up to fifteen, each shortened at random so that many programs do not ask in step."""
    delay = first
    while True:
        yield delay * random.uniform(0.5, 1)  # noqa: S311 - no secret
        delay = max(first, min(delay * _GROWTH, _LONGEST_POLL))


def seconds(name: str, value: Duration) -> float:
    """A time that a caller gave."""
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST_WAIT:  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
        raise ValueError(f"{name} must be a timedelta or a number of seconds, above 0 and at most {_LONGEST_WAIT:g}")
    return float(value)
