"""The work of a command that changes servers: whatever happens to it, there is a report."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import replace

from ncp_signer import NcpError

from ncp_vserver._command.orders import Options, Order
from ncp_vserver._command.screen.display import display_for
from ncp_vserver._command.screen.ending import Ending
from ncp_vserver._command.screen.texts import name_of
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._values.errors import JournalError
from ncp_vserver._values.report import RollingReport
from ncp_vserver._values.server import Server

from .jobs import Job
from .targets import Targets


class Work:
    """The servers of the command line, or of a run that goes on, and what has become of them so far."""

    def __init__(
        self,
        interrupts: Interrupts,
        options: Options,
        order: Order,
        report: RollingReport,
        names: Mapping[str, str] | None = None,
        run: str | None = None,
    ) -> None:
        self._interrupts = interrupts
        self._options = options
        self._order = order
        self._failure: NcpError | None = None
        self._listed: Mapping[str, Server | None] = {}
        self._passed_over: Mapping[str, str] = {}
        self._report = report
        self._seconds: float | None = None
        self._run = run
        self._names = names or {}

    def fail(self, error: NcpError) -> None:
        """Account for a failure that came before the work."""
        self._failure = error
        errors = dict.fromkeys(self._report.having("not_sent"), error)
        self._report = replace(self._report, errors={**self._report.errors, **errors})

    def take(self, targets: Targets) -> None:
        """Go on with these servers."""
        self._listed, self._passed_over = targets.servers, targets.passed_over
        self._report = RollingReport(dict.fromkeys(targets.numbers, "not_sent"))
        self._names = {number: name_of(server) for number, server in self._listed.items()}

    def do(self, job: Job) -> None:
        """Do it."""
        numbers = tuple(self._report.outcomes)
        display = display_for(self._order, numbers, self._names, drawn=not self._options.verbose)
        begun = time.monotonic()
        try:
            with display, contextlib.suppress(KeyboardInterrupt), self._interrupts.armed():
                job.run(display.update)
        except JournalError as error:  # it could not begin
            self.fail(error)
            return
        except BaseException:  # a mistake of the command's own must not cost the report
            self._report = job.report
            self.report()
            raise
        self._seconds = time.monotonic() - begun
        self._report, self._run = job.report, job.id

    def report(self) -> int:
        """Write the report, and return the exit code."""
        return self.ending.tell()

    @property
    def ending(self) -> Ending:
        """What is known now."""
        return Ending(
            order=self._order,
            options=self._options,
            report=self._report,
            listed=self._listed,
            names=self._names,
            passed_over=self._passed_over,
            failure=self._failure,
            seconds=self._seconds,
            run=self._run,
            is_interrupted=self._interrupts.struck,
        )
