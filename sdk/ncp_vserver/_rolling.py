"""Changing servers in batches, each over before the next, with an account that holds at every moment."""

import copy
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from ncp_signer import NcpError
from ncp_vserver_api.models import ServerInstance

from ._arguments import checked_numbers, checked_region
from ._change import ChangeJob
from ._errors import WaitTimeoutError
from ._operations import Change
from ._retry import Policy
from ._settle import Settlement, settle
from ._states import RUNNING
from ._steps import Ask, Sleep, Steps
from ._wait import RefusedLookError, Waiting, WaitProgress, is_on_the_way

Outcome = Literal["not_sent", "rejected", "untouched", "unknown", "accepted", "check_failed", "back"]
"""What became of a server.

- ``not_sent``: it was not asked for. Its turn did not come, or the request did not reach the service.
- ``rejected``: the gateway or the service said no.
- ``untouched``: no answer came, and the server, read back afterwards, had not changed.
- ``unknown``: no answer came, and it could not be told afterwards whether it changes.
- ``accepted``: it is restarting, and was not seen to be back.
- ``check_failed``: it is back, and the caller's check was not happy with it.
- ``back``: it is back, and the check, if there is one, was happy.

The command rolls through stops, too: ``back`` is then a server that is down.
"""

OUTCOMES: Final[tuple[Outcome, ...]] = (
    "back",
    "check_failed",
    "accepted",
    "unknown",
    "untouched",
    "rejected",
    "not_sent",
)

Check = Callable[[ServerInstance], bool]
AsyncCheck = Callable[[ServerInstance], Awaitable[bool] | bool]


@dataclass(frozen=True, slots=True)
class RollingReport:
    """What became of every server. True at any moment; what is still under way counts as not yet known or not yet back.

    Attributes:
        outcomes: One outcome for each number, in the order asked for.
        errors: Why, by number: the error of the request, of the wait, or of the check.
        servers: Each server as it was last seen, by its number; None for one that was never seen.
        request_ids: The vendor's ids of the requests that were accepted.
        interrupted: Whether the restart was ended from outside, as by Ctrl-C.
    """

    outcomes: Mapping[str, Outcome]
    errors: Mapping[str, BaseException] = field(default_factory=dict[str, BaseException])
    servers: Mapping[str, ServerInstance | None] = field(default_factory=dict[str, ServerInstance | None])
    request_ids: tuple[str, ...] = ()
    interrupted: bool = False

    def having(self, *outcomes: Outcome) -> tuple[str, ...]:
        """The numbers with one of these outcomes, in the order asked for."""
        return tuple(number for number, outcome in self.outcomes.items() if outcome in outcomes)

    @property
    def ok(self) -> bool:
        """Whether every server is back, and the check happy."""
        return self.having("back") == tuple(self.outcomes)

    @property
    def back(self) -> tuple[str, ...]:
        """The numbers of the servers that are back."""
        return self.having("back")

    def __str__(self) -> str:
        groups = ((outcome, self.having(outcome)) for outcome in OUTCOMES)
        account = "; ".join(
            f"{outcome.replace('_', ' ')}: {', '.join(numbers)}" for outcome, numbers in groups if numbers
        )
        return f"interrupted. {account}" if self.interrupted else account


OnRolling = Callable[[RollingReport], Awaitable[None] | None]


class RollingJob:
    """The batches, and the report.

    Args:
        change: What is done to the servers; None for nothing but to wait for them.
        numbers: The servers.
        region_code: Their region; the service's default when None.
        batch_size: How many at a time.
        on_failure: What is done after a batch that is not over.
        check: Asked about each server that is back.
        waiting: How to wait for a batch; None for not to.
        poll: Seconds to wait before a batch of which no answer came is read back.
        progress: Called whenever something has happened.

    Raises:
        ValueError: A number is malformed or given twice, or an argument is none of those that are possible.
    """

    def __init__(
        self,
        change: Change | None,
        numbers: str | int | Iterable[str | int],
        *,
        region_code: str | None,
        batch_size: int,
        on_failure: Literal["stop", "continue"],
        check: AsyncCheck | None,
        waiting: Waiting | None,
        poll: float,
        progress: OnRolling | None,
    ) -> None:
        self._change = change
        self._numbers = checked_numbers(numbers)
        self._region = checked_region(region_code)
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size < 1:  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
            raise ValueError("batch_size must be a whole number above 0")
        if on_failure not in ("stop", "continue"):
            raise ValueError("on_failure must be 'stop' or 'continue'")
        self._batch_size = batch_size
        self._continues = on_failure == "continue"
        self._check = check
        self._waiting = waiting
        self._goal: Outcome = "back" if waiting else "accepted"
        self._poll = poll
        self._progress = progress
        self._outcomes: dict[str, Outcome] = dict.fromkeys(self._numbers, "not_sent" if change else "accepted")
        self._errors: dict[str, BaseException] = {}
        self._servers: dict[str, ServerInstance | None] = dict.fromkeys(self._numbers)
        self._request_ids: dict[str, None] = {}
        self._job: ChangeJob | None = None

    def steps(self, policy: Policy) -> Steps[RollingReport]:
        """Go through batch after batch.

        Whatever ends it from outside, such as KeyboardInterrupt, is raised on with the report as its ``report``.
        """
        try:
            for start in range(0, len(self._numbers), self._batch_size):
                batch = self._numbers[start : start + self._batch_size]
                if self._change:
                    yield from self._send(self._change, batch, policy)
                yield from self._wait(batch, policy)
                if not self._continues and any(self._outcomes[number] != self._goal for number in batch):
                    break
            return self.report()
        except BaseException as error:
            self._note_job()
            report = self.report(interrupted=True)
            error.report = report  # type: ignore[attr-defined]  # exceptions take attributes; this one is documented
            error.add_note(str(report))
            raise

    def report(self, *, interrupted: bool = False) -> RollingReport:
        """The account, as of now."""
        return RollingReport(
            dict(self._outcomes), dict(self._errors), dict(self._servers), tuple(self._request_ids), interrupted
        )

    def _send(self, change: Change, batch: tuple[str, ...], policy: Policy) -> Steps[None]:
        self._job = ChangeJob(change, batch, self._region)
        try:
            yield from self._job.steps(policy)
        except NcpError as error:
            self._servers |= self._job.servers
            self._note(error)
            self._job = None
            yield from self._settle(error, policy)
        else:
            self._note_job()
        yield from self._tell()

    def _note_job(self) -> None:
        """Take over the account of a job, if one is under way."""
        if self._job:
            self._servers |= self._job.servers
            self._note(self._job.account())
            self._job = None

    def _note(self, account: NcpError) -> None:
        self._request_ids |= dict.fromkeys(account.request_ids)
        groups: tuple[tuple[Outcome, tuple[str, ...]], ...] = (
            ("accepted", account.accepted),
            ("rejected", account.rejected),
            ("unknown", account.unknown),
            ("not_sent", account.not_sent),
        )
        for outcome, numbers in groups:
            self._outcomes |= dict.fromkeys(numbers, outcome)
            if outcome != "accepted":
                self._errors |= dict.fromkeys(numbers, account)

    def _settle(self, error: NcpError, policy: Policy) -> Steps[None]:
        """Read back the servers of which nothing is known. What has happened after all is waited for as usual.

        None is asked for again: a request that is late would restart it twice.
        """
        deadline = time.monotonic() + (self._waiting.timeout if self._waiting else 0.0)
        patient = policy.until(deadline) if self._waiting else policy
        while error.unknown:
            yield from self._tell()
            # What was accepted shows then, and what is on its way arrives.
            yield Sleep(min(self._poll, max(0.0, deadline - time.monotonic())) if self._waiting else self._poll)
            try:
                settlement = yield from settle(error, patient)
            except NcpError as problem:
                if not (self._continues or is_on_the_way(problem)):
                    return  # it would be refused again
                settlement = Settlement(unknown=error.unknown)  # as unknown as before
            self._servers |= settlement.servers or {}
            for number in settlement.executed:
                self._outcomes[number] = "accepted"
                del self._errors[number]
            self._outcomes |= dict.fromkeys(settlement.untouched, "untouched")
            if not settlement.unknown or time.monotonic() >= deadline:
                return
            error = copy.copy(error)
            error.unknown = settlement.unknown

    def _wait(self, batch: tuple[str, ...], policy: Policy) -> Steps[None]:
        numbers = tuple(number for number in batch if self._outcomes[number] == "accepted")
        if self._waiting is None or not numbers:
            return
        # Who goes on with the next batch gives this one its time, whatever becomes of the looks at it. Else the batches
        # would follow one another with none of them seen to be back.
        waiting = replace(self._waiting, seen=self._seen, passes_over_refusals=self._continues)
        status = self._change.status_after if self._change else RUNNING
        try:
            yield from waiting.until(numbers, status, self._region, policy, look_at_once=self._change is None)
        except (WaitTimeoutError, RefusedLookError) as failure:
            error = failure.error if isinstance(failure, RefusedLookError) else failure
            missing = (number for number in numbers if self._outcomes[number] == "accepted")
            self._errors |= dict.fromkeys(missing, error)
            yield from self._tell()

    def _seen(self, progress: WaitProgress) -> Steps[None]:
        self._servers |= progress.servers
        for number in progress.back:
            if self._outcomes[number] == "accepted":
                yield from self._judge(number, progress.servers[number])
        yield from self._tell()

    def _judge(self, number: str, server: ServerInstance | None) -> Steps[None]:
        try:
            is_happy = self._check is None or (yield Ask(self._check, server))
        except Exception as error:
            self._outcomes[number], self._errors[number] = "check_failed", error
        else:
            self._outcomes[number] = "back" if is_happy else "check_failed"

    def _tell(self) -> Steps[None]:
        if self._progress:
            yield Ask(self._progress, self.report())
