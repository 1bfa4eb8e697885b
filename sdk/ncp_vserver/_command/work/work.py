"""The work of a command that changes servers. However it ends, there is a report."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ncp_signer import NcpError

from ncp_vserver._command.screen.display import display
from ncp_vserver._command.screen.ending import Ending
from ncp_vserver._command.screen.texts import name_of
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._values.errors import JournalError
from ncp_vserver._values.report import RollingReport

from .session import Job
from .targets import Targets


@dataclass(kw_only=True)
class Work(Ending):
    """The outcomes so far, for the servers of the command line or of a run that is resumed."""

    interrupts: Interrupts

    def fail(self, error: NcpError) -> None:
        """Record an error that came before the first request."""
        self.failure = error
        errors = dict.fromkeys(self.report.having("not_sent"), error)
        self.report = replace(self.report, errors={**self.report.errors, **errors})

    def take(self, targets: Targets) -> None:
        """Set the servers, once they are found."""
        self.listed, self.passed_over = targets.servers, targets.passed_over
        self.report = RollingReport(dict.fromkeys(targets.numbers, "not_sent"))
        self.names = {number: name_of(server) for number, server in self.listed.items()}

    def do(self, job: Job, also: Callable[[RollingReport], None] | None = None) -> None:
        """Run a job and show its progress. ``also`` is called with each of its reports."""

        def update(report: RollingReport) -> None:
            if also:
                also(report)
            show(report)

        numbers = tuple(self.report.outcomes)
        begun = time.monotonic()
        try:
            with (
                display(self.order, numbers, self.names, drawn=not self.options.verbose) as show,
                contextlib.suppress(KeyboardInterrupt),
                self.interrupts.armed(),
            ):
                job.run(update)
        except JournalError as error:  # it could not begin
            self.fail(error)
            return
        except BaseException:  # a mistake of the command's own must not cost the report
            self.report = job.report
            self.ended().tell()
            raise
        self.seconds = time.monotonic() - begun
        self.report, self.run = job.report, job.id

    def ended(self) -> Ending:
        """Finish. Signals from now on change neither exit code nor report."""
        self.is_interrupted = self.interrupts.struck
        return self
