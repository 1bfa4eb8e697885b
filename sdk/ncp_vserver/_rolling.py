"""Changing servers in batches, each over before the next."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal, cast

from ncp_signer import NcpError, name_of

from ._account import Account
from ._arguments import place
from ._change import ask_for, obstacle
from ._errors import (
    CheckFailedError,
    NotFoundError,
    OperationFailedError,
    OutcomeUnknownError,
    ServerBusyError,
    text_of,
)
from ._reads import Poll, poll
from ._report import Outcome
from ._retry import Policy
from ._server import Server
from ._settle import Settlement, Settling, sent_of
from ._steps import TELL, Ask, Sleep, Steps
from ._wait import Waited, Waiting, WaitProgress, delays_from, may_pass_once_accepted

Check = Callable[[Server], bool]
AsyncCheck = Callable[[Server], Awaitable[bool] | bool]


@dataclass(frozen=True, slots=True)
class Rolling:
    """How to go through servers in batches.

    Attributes:
        waiting: How to wait for each batch; None for not to.
        poll: Seconds to wait before a batch to which no response came is read back.
        batch_size: How many servers at a time.
        on_failure: What is done after a batch that is not over.
        polls_first: Whether each batch is polled before it is asked for, and servers on which the operation is not
            possible are left out.
        repeats_untouched: Whether a server that is untouched for certain is asked for once more.
        check: Asked about each server that is back, again and again until it passes.

    Raises:
        ValueError: ``batch_size`` or ``on_failure`` is none.
    """

    waiting: Waiting | None
    poll: float
    batch_size: int = 1
    on_failure: Literal["stop", "continue"] = "stop"
    polls_first: bool = True
    repeats_untouched: bool = False
    check: AsyncCheck | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.batch_size, int) or isinstance(self.batch_size, bool) or self.batch_size < 1:  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
            raise ValueError("batch_size must be a whole number above 0")
        if self.on_failure not in ("stop", "continue"):
            raise ValueError("on_failure must be 'stop' or 'continue'")

    def steps(self, account: Account, policy: Policy) -> Steps[None]:
        """Go through the servers of an account, batch after batch."""
        goal: Outcome = "back" if self.waiting else "accepted"
        for start in range(0, len(account.numbers), self.batch_size):
            batch = account.numbers[start : start + self.batch_size]
            yield from _Batch(self, account, policy, batch).steps()
            if self.on_failure == "stop" and any(account.outcome(number) != goal for number in batch):
                return


class _Batch:
    """Servers that are asked for together."""

    def __init__(self, how: Rolling, account: Account, policy: Policy, numbers: tuple[str, ...]) -> None:
        self._how = how
        self._account = account
        self._policy = policy
        self._numbers = numbers
        self._spent: dict[str, float] = {}
        """Seconds that the check has taken for each server."""

    def steps(self) -> Steps[None]:
        """Ask for the servers on which the operation is possible, and wait for them."""
        numbers = self._numbers
        if self._how.polls_first:
            numbers = yield from self._possible()
        if numbers:
            yield from self._send(numbers)
        untouched = tuple(number for number in numbers if self._account.outcome(number) == "untouched")
        if self._how.repeats_untouched and untouched:
            yield from self._send(untouched)
        if self._how.waiting:
            yield from self._wait(self._how.waiting)

    def _possible(self) -> Steps[tuple[str, ...]]:
        """Poll the batch before it is asked for. One server that is stopped would make the service refuse them all."""
        try:
            seen = yield from self._first_poll()
        except NcpError as error:
            self._account.blame(self._numbers, error)
            yield TELL
            return ()
        self._account.saw(seen.servers)
        change = self._account.change
        obstacles = {number: text for number in self._numbers if (text := obstacle(change, seen.servers[number]))}
        for number, text in obstacles.items():
            kind = NotFoundError if seen.servers[number] is None else ServerBusyError
            where = f" in {place(self._account.region)}" if kind is NotFoundError else ""
            left_out = kind(
                f"server {number} was left out: it is {text}{where}",
                operation=change.name,
                server_instance_nos=(number,),
            )
            self._account.note("rejected", (number,), left_out)
        if obstacles:
            yield TELL
        return tuple(number for number in self._numbers if number not in obstacles)

    def _first_poll(self) -> Steps[Poll]:
        """A poll of the batch. In the middle of a run, the network and the keys have the batch's time to come back."""
        is_first = self._numbers[0] == self._account.numbers[0]
        deadline = time.monotonic() + (self._how.waiting.timeout if self._how.waiting and not is_first else 0.0)
        delays = delays_from(self._how.poll)
        while True:
            try:
                return (yield from poll(self._numbers, self._account.region, self._policy))
            except NcpError as error:
                if not may_pass_once_accepted(error) or time.monotonic() >= deadline:
                    raise
            yield Sleep(min(next(delays), max(0.0, deadline - time.monotonic())))

    def _send(self, numbers: tuple[str, ...]) -> Steps[None]:
        try:
            yield from ask_for(self._account, numbers, self._policy)
        except NcpError as error:
            turns_to_come = (number for number in numbers if self._account.outcome(number) == "not_sent")
            self._account.blame(tuple(turns_to_come), error)
            if isinstance(error, OutcomeUnknownError):
                yield from self._settle(error)
        yield TELL

    def _settle(self, error: OutcomeUnknownError) -> Steps[None]:
        """Poll the servers of which nothing is known, for as long as their batch has time.

        What has happened after all is waited for as usual. None is asked for again here: a request that is late would
        restart it twice.
        """
        waiting, account = self._how.waiting, self._account
        deadline = time.monotonic() + (waiting.timeout if waiting else 0.0)
        patient = self._policy.until(deadline) if waiting else self._policy
        before = {number: account.uptime(number) for number in error.unknown}
        settling = Settling(account.change, error.unknown, account.region, sent_of(error), before)
        while True:
            yield TELL
            # What was accepted shows then, and what is in flight arrives.
            yield Sleep(min(self._how.poll, max(0.0, deadline - time.monotonic())) if waiting else self._how.poll)
            is_over = False
            try:
                settlement = yield from settling.poll(patient)
            except NcpError as problem:
                settlement, is_over = settling.settlement(), not self._passes(problem)
            self._take(settlement, settling, error)
            if is_over or not settlement.unknown or time.monotonic() >= deadline:
                error.known_at = settlement.known_at
                return

    def _take(self, settlement: Settlement, settling: Settling, error: NcpError) -> None:
        self._account.saw(settlement.servers or {})
        for number in settlement.executed:
            self._account.prove(number, settling.proofs[number])
        self._account.note("untouched", settlement.untouched, error)
        self._fail(settlement.failed)

    def _passes(self, error: NcpError) -> bool:
        """Whether a poll that failed so is followed by another.

        Who goes on with the next batch gives this one its time, whatever becomes of the polls. Else the batches would
        follow one another with none of them seen to be back.
        """
        return self._how.on_failure == "continue" or may_pass_once_accepted(error)

    def _wait(self, waiting: Waiting) -> Steps[None]:
        account = self._account
        proofs = account.proofs(self._numbers)
        if not proofs:
            return
        how = replace(waiting, seen=self._seen, passes=self._passes)
        waited = yield from how.until(proofs, account.region, self._policy)
        last = waited.last
        if waited.refusal:
            account.blame(last.waiting, waited.refusal)
        else:
            signs = set(last.waiting) - set(last.no_sign)
            others = tuple(number for number in last.waiting if number in signs)
            for numbers, no_sign in ((last.no_sign, last.no_sign), (others, ())):  # each error says what is true of all
                part = replace(last, failed=(), waiting=numbers, no_sign=no_sign)
                if error := Waited(part).error(account.change, account.region):
                    error.accepted, error.operation = numbers, account.change.name
                    account.blame(numbers, error)
        if last.waiting:
            yield TELL

    def _seen(self, progress: WaitProgress) -> Steps[bool]:
        """Ask the check about servers that are back. Gives whether it is to be asked again."""
        account = self._account
        if progress.problem is None:
            account.saw(progress.servers)
        self._fail(tuple(number for number in progress.failed if account.outcome(number) == "accepted"))
        elapsed = progress.elapsed - sum(self._spent.values())
        goes_on = False
        for number in progress.back:
            if account.outcome(number) in ("accepted", "check_failed"):
                begun = time.monotonic()
                has_passed = yield from self._has_passed(number, cast(Server, progress.servers[number]))
                # The time that a check takes is that of its own server alone.
                is_late = elapsed + self._spent.get(number, 0.0) >= progress.timeout
                self._spent[number] = self._spent.get(number, 0.0) + time.monotonic() - begun
                goes_on = goes_on or not (has_passed or is_late)
        yield TELL
        return goes_on

    def _has_passed(self, number: str, server: Server) -> Steps[bool]:
        cause: Exception | None = None
        try:
            said: object = self._how.check is None or (yield Ask(self._how.check, server))
            has_passed = bool(said)
        except Exception as error:
            said, has_passed, cause = False, False, error
        if has_passed:
            self._account.note("back", (number,))
            return True
        returned = said if said is None or said is False else f"a false {name_of(type(said))}"
        why = text_of(cause) if cause else f"it returned {returned}"
        failure = CheckFailedError(f"the check of server {number} failed: {why}", server_instance_nos=(number,))
        failure.__cause__ = cause
        self._account.note("check_failed", (number,), failure)
        return False

    def _fail(self, numbers: tuple[str, ...]) -> None:
        if numbers:
            servers = {number: self._account.server(number) for number in numbers}
            change = self._account.change
            error = OperationFailedError(
                failed=numbers,
                servers=servers,
                noun=change.noun,
                server_instance_nos=numbers,
                accepted=numbers,
                operation=change.name,
            )
            self._account.note("failed", numbers, error)
