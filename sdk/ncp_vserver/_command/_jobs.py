"""The work that the command line asks for."""

from collections.abc import Callable

from ncp_vserver._operations import CHANGES, Change
from ncp_vserver._report import RollingReport
from ncp_vserver._rolling import RollingJob
from ncp_vserver._wait import waiting

from ._parameters import Order


def change_of(order: Order) -> Change | None:
    """The operation that is asked for, if any."""
    return next((change for change in CHANGES.values() if change.verb == order.verb), None)


def job_for(
    order: Order, numbers: tuple[str, ...], region: str | None, progress: Callable[[RollingReport], None]
) -> RollingJob:
    """All servers at once, or so many at a time; then the wait for them, if it is wanted.

    Its account can be read at any moment, and what was accepted is waited for also where something else has failed.
    """
    return RollingJob(
        change_of(order),
        numbers,
        region_code=region,
        batch_size=order.rolling or len(numbers),
        on_failure=order.on_failure,
        polls_first=order.rolling is not None,
        repeats_untouched=order.repeat_untouched,
        check=None,
        waiting=None if order.wait is None else waiting("wait", order.wait, order.poll, None),
        poll=order.poll,
        progress=progress,
    )
