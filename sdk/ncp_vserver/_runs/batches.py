"""The batches of a run, each over before the next."""

from collections.abc import Iterator
from dataclasses import replace

from ncp_vserver._steps.account import Account
from ncp_vserver._steps.retry import Policy
from ncp_vserver._steps.steps import Sleep, Steps
from ncp_vserver._values.report import Outcome

from .batch import Batch
from .rolling import Rolling


def steps_of(how: Rolling, account: Account, policy: Policy) -> Steps[None]:
    """Go through the servers of an account: first those that were asked for already, then the rest in batches."""
    goal: Outcome = "back" if how.waiting else "accepted"
    if how.retry_throttled is not None:
        policy = replace(policy, throttled=how.retry_throttled)
    failures = 0
    is_first = True
    for numbers, steps in _batches(how, account, policy):
        if how.pause and not is_first:
            yield Sleep(how.pause)
        is_first = False
        yield from steps
        failures += sum(account.outcomes[number] != goal for number in numbers)
        if _stops_after(how, failures):
            return


def _batches(how: Rolling, account: Account, policy: Policy) -> Iterator[tuple[tuple[str, ...], Steps[None]]]:
    """The servers of each batch, and the steps that change them."""
    asked_for = account.having("unknown", "check_failed", *(("accepted",) if how.waiting else ()))
    left = account.having("not_sent")
    if asked_for:
        yield asked_for, Batch(how, account, policy, asked_for).reconcile()
    size = 1 if how.ramp else how.batch_size
    while left:
        batch = Batch(how, account, policy, left[:size])
        yield batch.numbers, batch.steps()
        left, size = left[size:], min(size * 2, how.batch_size)


def _stops_after(how: Rolling, failures: int) -> bool:
    if how.on_failure == "stop":
        return failures > 0
    return how.max_failures is not None and failures > how.max_failures
