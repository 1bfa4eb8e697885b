"""Changing servers in batches, each over before the next, with an account that holds at every moment."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from ncp_signer import NcpError

from ._arguments import checked_numbers, checked_region
from ._change import ChangeJob, obstacle
from ._errors import NotFoundError, OperationFailedError, OutcomeUnknownError, ServerBusyError
from ._operations import Change
from ._proof import Proof, Running
from ._reads import poll
from ._report import Outcome, RollingReport
from ._retry import Policy
from ._server import Server
from ._settle import Settlement, Settling, sent_of
from ._steps import Ask, Sleep, Steps
from ._wait import Waited, Waiting, WaitProgress, may_pass

Check = Callable[[Server], bool]
AsyncCheck = Callable[[Server], Awaitable[bool] | bool]


OnRolling = Callable[[RollingReport], Awaitable[None] | None]


class RollingJob:
    """The batches, and the report.

    Args:
        change: What is done to the servers; None for nothing but to wait for them.
        numbers: The servers.
        region_code: Their region; the service's default when None.
        batch_size: How many at a time.
        on_failure: What is done after a batch that is not over.
        polls_first: Whether each batch is polled before it is asked for, and servers on which the operation is not
            possible are left out.
        repeats_untouched: Whether a server that is untouched for certain is asked for once more.
        check: Asked about each server that is back.
        waiting: How to wait for a batch; None for not to.
        poll: Seconds to wait before a batch to which no response came is read back.
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
        polls_first: bool,
        repeats_untouched: bool,
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
        self._polls_first = polls_first
        self._repeats_untouched = repeats_untouched
        self._check = check
        self._waiting = waiting
        self._goal: Outcome = "back" if waiting else "accepted"
        self._poll = poll
        self._progress = progress
        self._outcomes: dict[str, Outcome] = dict.fromkeys(self._numbers, "not_sent" if change else "accepted")
        self._errors: dict[str, BaseException] = {}
        self._servers: dict[str, Server | None] = dict.fromkeys(self._numbers)
        self._request_ids: dict[str, None] = {}
        self._proofs: dict[str, Proof | Running] = {} if change else {number: Running() for number in self._numbers}
        self._job: ChangeJob | None = None

    def steps(self, policy: Policy) -> Steps[RollingReport]:
        """Go through batch after batch.

        Whatever ends it from outside, such as KeyboardInterrupt, is raised on with the report as its ``report``.
        """
        try:
            for start in range(0, len(self._numbers), self._batch_size):
                batch = self._numbers[start : start + self._batch_size]
                if self._change:
                    yield from self._begin(self._change, batch, policy)
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

    def _begin(self, change: Change, batch: tuple[str, ...], policy: Policy) -> Steps[None]:
        """Ask for the servers of a batch on which the operation is possible."""
        before: dict[str, datetime | None] = {}
        if self._polls_first:
            batch = yield from self._possible(change, batch, policy)
            before = {number: server.uptime for number in batch if (server := self._servers[number])}
        if batch:
            yield from self._send(change, batch, before, policy)
        untouched = tuple(number for number in batch if self._outcomes[number] == "untouched")
        if self._repeats_untouched and untouched:
            yield from self._send(change, untouched, before, policy)

    def _possible(self, change: Change, batch: tuple[str, ...], policy: Policy) -> Steps[tuple[str, ...]]:
        """Poll a batch before it is asked for. One server that is stopped would make the service refuse them all."""
        try:
            seen = yield from poll(batch, self._region, policy)
        except NcpError as error:
            self._errors |= dict.fromkeys(batch, error)
            yield from self._tell()
            return ()
        self._servers |= seen.servers
        obstacles = {number: text for number in batch if (text := obstacle(change, seen.servers[number]))}
        for number, text in obstacles.items():
            kind = NotFoundError if seen.servers[number] is None else ServerBusyError
            self._outcomes[number] = "rejected"
            self._errors[number] = kind(f"server {number} was left out: it is {text}", operation=change.name)
        if obstacles:
            yield from self._tell()
        return tuple(number for number in batch if number not in obstacles)

    def _send(
        self, change: Change, batch: tuple[str, ...], before: Mapping[str, datetime | None], policy: Policy
    ) -> Steps[None]:
        self._job = ChangeJob(change, batch, self._region, before)
        try:
            yield from self._job.steps(policy)
        except NcpError as error:
            self._note_accepted(self._job)
            self._note(error)
            self._job = None
            if error.unknown:
                yield from self._settle(change, error, before, policy)
        else:
            self._note_job()
        yield from self._tell()

    def _note_job(self) -> None:
        """Take over the account of a job, if one is under way."""
        if self._job:
            self._note_accepted(self._job)
            self._note(self._job.account())
            self._job = None

    def _note_accepted(self, job: ChangeJob) -> None:
        self._servers |= job.servers
        self._proofs |= job.proofs

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
            for number in numbers:
                self._errors.pop(number, None)  # of an earlier request
            if outcome != "accepted":
                self._errors |= dict.fromkeys(numbers, account)

    def _settle(
        self, change: Change, error: NcpError, before: Mapping[str, datetime | None], policy: Policy
    ) -> Steps[None]:
        """Poll the servers of which nothing is known, for as long as their batch has time.

        What has happened after all is waited for as usual. None is asked for again here: a request that is late would
        restart it twice.
        """
        deadline = time.monotonic() + (self._waiting.timeout if self._waiting else 0.0)
        patient = policy.until(deadline) if self._waiting else policy
        settling = Settling(change, error.unknown, self._region, sent_of(error), before)
        while True:
            yield from self._tell()
            # What was accepted shows then, and what is in flight arrives.
            yield Sleep(min(self._poll, max(0.0, deadline - time.monotonic())) if self._waiting else self._poll)
            try:
                settlement = yield from settling.poll(patient)
            except NcpError as problem:
                if not (self._continues or may_pass(problem)):
                    return  # it would be refused again
                settlement = settling.settlement()
            self._take(settlement, settling.proofs)
            if not settlement.unknown or time.monotonic() >= deadline:
                if isinstance(error, OutcomeUnknownError):
                    error.known_at = settlement.known_at
                return

    def _take(self, settlement: Settlement, proofs: Mapping[str, Proof]) -> None:
        self._servers |= settlement.servers or {}
        for number in settlement.executed:
            self._outcomes[number], self._proofs[number] = "accepted", proofs[number]
            self._errors.pop(number, None)
        self._outcomes |= dict.fromkeys(settlement.untouched, "untouched")
        self._fail(settlement.failed)

    def _wait(self, batch: tuple[str, ...], policy: Policy) -> Steps[None]:
        proofs = {number: self._proofs[number] for number in batch if self._outcomes[number] == "accepted"}
        if self._waiting is None or not proofs:
            return
        # Who goes on with the next batch gives this one its time, whatever becomes of the polls. Else the batches would
        # follow one another with none of them seen to be back.
        waiting = replace(self._waiting, seen=self._seen, passes_over_refusals=self._continues)
        waited = yield from waiting.until(proofs, self._region, policy, polls_at_once=self._change is None)
        last = waited.last
        if waited.is_refused and last.problem:
            self._errors |= dict.fromkeys(last.waiting, last.problem)
        else:
            others = tuple(number for number in last.waiting if number not in last.no_sign)
            for numbers, no_sign in ((last.no_sign, last.no_sign), (others, ())):  # each error says what is true of all
                part = replace(last, failed=(), waiting=numbers, no_sign=no_sign)
                if error := Waited(part).error(self._change, self._region):
                    self._errors |= dict.fromkeys(numbers, error)
        if last.waiting:
            yield from self._tell()

    def _seen(self, progress: WaitProgress) -> Steps[None]:
        self._servers |= progress.servers
        for number in progress.back:
            if self._outcomes[number] == "accepted":
                yield from self._judge(number, progress.servers[number])
        self._fail(tuple(number for number in progress.failed if self._outcomes[number] == "accepted"))
        yield from self._tell()

    def _fail(self, numbers: tuple[str, ...]) -> None:
        if numbers:
            servers = {number: self._servers[number] for number in numbers}
            noun = self._change.noun if self._change else None
            error = OperationFailedError(failed=numbers, servers=servers, noun=noun, server_instance_nos=numbers)
            self._outcomes |= dict.fromkeys(numbers, "failed")
            self._errors |= dict.fromkeys(numbers, error)

    def _judge(self, number: str, server: Server | None) -> Steps[None]:
        try:
            is_happy = self._check is None or (yield Ask(self._check, server))
        except Exception as error:
            self._outcomes[number], self._errors[number] = "check_failed", error
        else:
            self._outcomes[number] = "back" if is_happy else "check_failed"

    def _tell(self) -> Steps[None]:
        if self._progress:
            yield Ask(self._progress, self.report())
