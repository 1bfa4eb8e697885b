"""A batch of a run: asked for together, and over before the next."""

import time
from dataclasses import replace
from typing import Final, cast

from ncp_signer import NcpError, name_of

from ncp_vserver._requests.proof import Proof
from ncp_vserver._steps.account import Account
from ncp_vserver._steps.change import ask_for, obstacle
from ncp_vserver._steps.reads import Poll, poll
from ncp_vserver._steps.retry import Policy
from ncp_vserver._steps.settle import Settlement, Settling
from ncp_vserver._steps.steps import Ask, Sleep, Steps
from ncp_vserver._steps.wait import Waited, Waiting, WaitProgress, delays_from, may_pass_once_accepted
from ncp_vserver._values.arguments import place
from ncp_vserver._values.errors import (
    CheckFailedError,
    HookFailedError,
    JournalError,
    NotFoundError,
    OperationFailedError,
    OutcomeUnknownError,
    ServerBusyError,
    text_of,
)
from ncp_vserver._values.server import Server

from .rolling import AsyncCheck, Rolling

_TO_TELL: Final = 60.0
"""Seconds for the polls that show that nothing has happened, once nothing can happen any more."""


class Batch:
    """Servers that are asked for together."""

    def __init__(self, how: Rolling, account: Account, policy: Policy, numbers: tuple[str, ...]) -> None:
        self._how = how
        self._account = account
        self._policy = policy
        self.numbers = numbers
        self._spent: dict[str, float] = {}
        """Seconds that the check has taken for each server."""
        self._back_since: dict[str, float] = {}
        """When each server was first asked about, by ``time.monotonic()``."""

    def steps(self) -> Steps[None]:
        """Ask for the servers on which the operation is possible, and wait for them."""
        numbers = self.numbers
        if self._how.polls_first:
            numbers = yield from self._possible()
        if self._how.before:
            numbers = yield from self._prepared(numbers, self._how.before)
        if numbers:
            yield from self._send(numbers)
        yield from self._repeat_untouched(numbers)
        if self._how.waiting:
            yield from self._wait(self._how.waiting)

    def _repeat_untouched(self, numbers: tuple[str, ...]) -> Steps[None]:
        untouched = tuple(number for number in numbers if self._account.outcomes[number] == "untouched")
        if self._how.repeat_untouched and untouched:
            yield from self._send(untouched)

    def reconcile(self) -> Steps[None]:
        """Read back servers that were asked for by a process that is gone, and wait for those that are changing."""
        account = self._account
        checked = tuple(number for number in self.numbers if account.outcomes[number] == "check_failed")
        unknown = tuple(number for number in self.numbers if account.outcomes[number] == "unknown")
        for error in dict.fromkeys(map(account.errors.get, unknown)):
            assert isinstance(error, OutcomeUnknownError)
            yield from self._settle(error, until_told=True)
        yield from self._repeat_untouched(unknown)
        if checked:
            yield from self._seen_again(checked)
        if self._how.waiting:
            yield from self._wait(self._how.waiting)

    def _seen_again(self, numbers: tuple[str, ...]) -> Steps[None]:
        """Servers that were back, and did not pass their check: if they still run, they are to be checked anew."""
        account = self._account
        try:
            seen = yield from poll(numbers, account.region, self._policy)
        except NcpError as error:
            account.blame(numbers, error)
            return
        account.servers |= seen.servers
        for number, server in seen.servers.items():
            if server and server.is_idle and server.status == account.change.status_after:
                account.prove(number, Proof(account.change, outcome="done", last=server))

    def _prepared(self, numbers: tuple[str, ...], before: AsyncCheck) -> Steps[tuple[str, ...]]:
        """Those that are ready to be asked for: the others are left alone."""
        ready: list[str] = []
        for number in numbers:
            server = self._account.servers[number]
            passes, why, cause = yield from _asked(before, cast(Server, server))
            if passes:
                ready.append(number)
                continue
            error = HookFailedError(
                f"server {number} was left alone: its before hook failed: {why}",
                server_instance_nos=(number,),
            )
            error.__cause__ = cause
            self._account.note("not_sent", (number,), error)
            yield from self._account.told()
        return tuple(ready)

    def _possible(self) -> Steps[tuple[str, ...]]:
        """Poll the batch before it is asked for. One server that is stopped would make the service refuse them all."""
        try:
            seen = yield from self._first_poll()
        except NcpError as error:
            self._account.blame(self.numbers, error)
            yield from self._account.told()
            return ()
        self._account.servers |= seen.servers
        change = self._account.change
        obstacles = {number: text for number in self.numbers if (text := obstacle(change, seen.servers[number]))}
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
            yield from self._account.told()
        return tuple(number for number in self.numbers if number not in obstacles)

    def _first_poll(self) -> Steps[Poll]:
        """A poll of the batch. In the middle of a run, the network and the keys have the batch's time to come back."""
        is_first = self.numbers[0] == self._account.numbers[0]
        deadline = time.monotonic() + (self._how.waiting.timeout if self._how.waiting and not is_first else 0.0)
        delays = delays_from(self._how.poll)
        while True:
            try:
                return (yield from poll(self.numbers, self._account.region, self._policy))
            except NcpError as error:
                if not may_pass_once_accepted(error) or time.monotonic() >= deadline:
                    raise
            yield Sleep(min(next(delays), max(0.0, deadline - time.monotonic())))

    def _send(self, numbers: tuple[str, ...]) -> Steps[None]:
        try:
            yield from ask_for(self._account, numbers, self._policy)
        except JournalError:  # nothing can be written down, and so nothing may be sent
            raise
        except NcpError as error:
            turns_to_come = (number for number in numbers if self._account.outcomes[number] == "not_sent")
            self._account.blame(tuple(turns_to_come), error)
            if isinstance(error, OutcomeUnknownError):
                yield from self._settle(error)
        yield from self._account.told()

    def _settle(self, error: OutcomeUnknownError, *, until_told: bool = False) -> Steps[None]:
        """Poll the servers of which nothing is known, for as long as their batch has time.

        What has happened after all is waited for as usual. None is asked for again here: a request that is late would
        restart it twice.
        """
        waiting, account = self._how.waiting, self._account
        before = {number: account.uptime_before(number) for number in error.unknown}
        settling = Settling(account.change, error, before)
        deadline = time.monotonic() + (waiting.timeout if waiting else 0.0)
        if until_told:
            deadline = max(deadline, time.monotonic() + settling.seconds_left + _TO_TELL)
        patient = replace(self._policy, deadline=deadline) if waiting else self._policy
        delay, delays = self._how.poll, delays_from(self._how.poll)
        while True:
            yield from self._account.told()
            # What was accepted shows then, and what is in flight arrives.
            yield Sleep(min(delay, max(0.0, deadline - time.monotonic())) if waiting else delay)
            is_over = False
            try:
                settlement = yield from settling.poll(patient)
            except NcpError as problem:
                settlement, is_over = settling.settlement(), not self._passes(problem)
            self._take(settlement, settling, error)
            if is_over or not settlement.unknown or time.monotonic() >= deadline:
                error.known_at = settlement.known_at
                return
            delay = next(delays)

    def _take(self, settlement: Settlement, settling: Settling, error: NcpError) -> None:
        self._account.servers |= settlement.servers or {}
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
        proofs = account.proofs(self.numbers)
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
            yield from self._account.told()

    def _seen(self, progress: WaitProgress) -> Steps[bool]:
        """Ask the check about servers that are back. Gives whether it is to be asked again."""
        account = self._account
        if progress.problem is None:
            account.servers |= progress.servers
        self._fail(tuple(number for number in progress.failed if account.outcomes[number] == "accepted"))
        elapsed = progress.elapsed - sum(self._spent.values())
        goes_on = False
        for number in progress.back:
            if account.outcomes[number] in ("accepted", "check_failed"):
                begun = time.monotonic()
                has_passed = yield from self._has_passed(number, cast(Server, progress.servers[number]))
                # The time that a check takes is that of its own server alone.
                is_late = elapsed + self._spent.get(number, 0.0) >= progress.timeout
                if self._how.check_timeout is not None:
                    is_late = begun - self._back_since.setdefault(number, begun) >= self._how.check_timeout
                self._spent[number] = self._spent.get(number, 0.0) + time.monotonic() - begun
                goes_on = goes_on or not (has_passed or is_late)
        yield from self._account.told()
        return goes_on

    def _has_passed(self, number: str, server: Server) -> Steps[bool]:
        for what, function in (("the check of", self._how.check), ("the after hook of", self._how.after)):
            if function is None:
                continue
            passes, why, cause = yield from _asked(function, server)
            if not passes:
                failure = CheckFailedError(f"{what} server {number} failed: {why}", server_instance_nos=(number,))
                failure.__cause__ = cause
                self._account.note("check_failed", (number,), failure)
                return False
        self._account.note("back", (number,))
        return True

    def _fail(self, numbers: tuple[str, ...]) -> None:
        if numbers:
            servers = {number: self._account.servers[number] for number in numbers}
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


def _asked(function: AsyncCheck, server: Server) -> Steps[tuple[bool, str, Exception | None]]:
    """Whether a function of the caller's says yes; else why not, and what it raised, if it did."""
    try:
        said: object = yield Ask(function, server)
        if said:
            return True, "", None
    except Exception as error:
        return False, str(error) if isinstance(error, NcpError) else text_of(error), error
    returned = said if said is None or said is False else f"a false {name_of(type(said))}"
    return False, f"it returned {returned}", None
