"""The work that the command line asks for."""

from collections.abc import Callable
from dataclasses import replace

from ncp_signer import NcpError

from ncp_vserver._errors import WaitError
from ncp_vserver._operations import CHANGES, Change
from ncp_vserver._report import Outcome, RollingReport
from ncp_vserver._runs import RollingReboot
from ncp_vserver._wait import WaitProgress

from ._parameters import Order
from ._session import Session

Tell = Callable[[RollingReport], None]


def change_of(order: Order) -> Change | None:
    """The operation that is asked for, if any."""
    return next((change for change in CHANGES.values() if change.verb == order.verb), None)


class Job:
    """All servers at once, or so many at a time; then the wait for them, if it is wanted.

    Attributes:
        report: What became of every server, as far as is known. What was accepted is waited for also where something
            else has failed.
    """

    def __init__(self, session: Session, order: Order, numbers: tuple[str, ...]) -> None:
        change = change_of(order)
        self._run: RollingReboot | _Wait
        if change is None:
            self._run = _Wait(session, order, numbers)
            return
        self._run = session.prepare(
            change,
            numbers,
            timeout=False if order.wait is None else order.wait,
            poll=order.poll,
            batch_size=order.rolling or len(numbers),
            on_failure=order.on_failure,
            polls_first=order.rolling is not None,
            repeat_untouched=order.repeat_untouched,
        )

    @property
    def report(self) -> RollingReport:
        return self._run.report

    def run(self, tell: Tell) -> None:
        """Do it, and tell whenever something has happened."""
        self._run.run(tell)


class _Wait:
    """A wait alone."""

    def __init__(self, session: Session, order: Order, numbers: tuple[str, ...]) -> None:
        self._session = session
        self._order = order
        self.report = RollingReport(dict.fromkeys(numbers, "accepted"))

    def run(self, tell: Tell) -> None:
        def seen(progress: WaitProgress) -> None:
            back = set(progress.back)
            outcomes: dict[str, Outcome] = {
                number: "back" if number in back else "accepted" for number in progress.servers
            }
            self.report = replace(self.report, outcomes=outcomes, servers=progress.servers)
            tell(self.report)

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
