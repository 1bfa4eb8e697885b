"""The work that the command line asks for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ncp_signer import NcpError

from ncp_vserver._command.orders import Order, change_of
from ncp_vserver._runs.handle import RollingReboot
from ncp_vserver._runs.rolling import Check
from ncp_vserver._steps.wait import WaitProgress
from ncp_vserver._values.errors import WaitError
from ncp_vserver._values.report import Outcome, RollingReport

from .hooks import hook
from .session import Session

if TYPE_CHECKING:  # at run time, only those who use a journal import it
    from ncp_vserver._journal import Journal

Tell = Callable[[RollingReport], None]


class Job(Protocol):
    """Work whose report can be read at any moment."""

    @property
    def report(self) -> RollingReport:
        """What became of every server, as far as is known."""
        ...

    @property
    def id(self) -> str | None:
        """Its run in the journal, if it has one."""
        ...

    def run(self, progress: Tell) -> object:
        """Do it, and tell whenever something has happened."""
        ...


def job_for(session: Session, order: Order, numbers: tuple[str, ...], journal: "Journal | None") -> Job:
    """All servers at once, or so many at a time; then the wait for them, if it is wanted.

    What was accepted is waited for also where something else has failed.
    """
    change = change_of(order)
    if change is None:
        return _Wait(session, order, numbers)
    runs: list[RollingReboot] = []
    job = session.prepare(
        change,
        numbers,
        timeout=False if order.wait is None else order.wait,
        poll=order.poll,
        batch_size=order.rolling or len(numbers),
        ramp=order.ramp,
        pause=order.pause,
        on_failure=order.on_failure,
        max_failures=order.max_failures,
        polls_first=order.rolling is not None,
        repeat_untouched=order.repeat_untouched,
        retry_throttled=order.retry_throttled,
        check_timeout=order.check_timeout,
        journal=journal,
        notes={"commands": dict(order.commands), "command_timeout": order.command_timeout},
        **hooks(order, runs),
    )
    runs.append(job)
    return job


def hooks(order: Order, runs: Sequence[RollingReboot]) -> dict[str, Check]:
    """The commands for each server, as functions. The run, whose id they are told, is there by then."""
    return {
        name: hook(command, order.command_timeout, lambda: runs[0].id or "") for name, command in order.commands.items()
    }


class _Wait:
    """A wait alone."""

    def __init__(self, session: Session, order: Order, numbers: tuple[str, ...]) -> None:
        self._session = session
        self._order = order
        self.report = RollingReport(dict.fromkeys(numbers, "accepted"))
        self.id: None = None

    def run(self, progress: Tell) -> None:
        def seen(now: WaitProgress) -> None:
            back = set(now.back)
            outcomes: dict[str, Outcome] = {number: "back" if number in back else "accepted" for number in now.servers}
            self.report = replace(self.report, outcomes=outcomes, servers=now.servers)
            progress(self.report)

        order, numbers = self._order, tuple(self.report.outcomes)
        try:
            self._session.wait_until_running(
                numbers,
                timeout=order.wait or 0.0,
                poll=order.poll,
                progress=seen,
            )
        except NcpError as error:
            waiting = error.waiting if isinstance(error, WaitError) else self.report.having("accepted")
            self.report = replace(self.report, errors=dict.fromkeys(waiting, error))
