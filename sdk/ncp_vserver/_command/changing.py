"""Rebooting, starting, stopping and waiting: find the servers, ask, do it, and report whatever happened."""

import contextlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from ncp_signer import NcpError

from ncp_vserver._requests.operations import NUMBERS_PER_REQUEST
from ncp_vserver._values.errors import (
    JournalError,
    OutcomeUnknownError,
    RejectedError,
    RunTakenOverError,
    WaitTimeoutError,
)
from ncp_vserver._values.explanations import duration
from ncp_vserver._values.reasons import as_json
from ncp_vserver._values.report import RollingReport
from ncp_vserver._values.server import Server

from . import exit_codes, question
from .advice import after_failure, next_commands
from .display import display_for
from .jobs import Job, change_of, job_for
from .orders import Options, Order
from .session import Session, open_session
from .signals import Interrupts
from .streams import UnwrittenError, report, report_json, say, say_unbroken
from .tables import listing, outcomes_table
from .targets import Targets, called, given_numbers, name_of, resolve
from .verdict import by_reason, exit_code, exit_code_of_read, explanation, outcomes

if TYPE_CHECKING:  # at run time, only those who use a journal import it
    from ncp_vserver._journal import Journal


def carry_out(interrupts: Interrupts, options: Options, order: Order) -> int:
    """Do what the command line says, and return the exit code. Whatever happens after the arguments, there is a report.

    Raises:
        click.UsageError: An argument makes no sense, or nobody can be asked. Nothing was sent.
    """
    asks = not (order.yes or order.dry_run or order.verb == "wait")
    numbers = given_numbers(order.numbers)
    if asks and not question.can_ask():
        raise click.UsageError(
            f"There is no terminal to ask on. To {order.verb} without being asked say --yes;"
            " --dry-run shows what would be sent."
        )
    work = Work(interrupts, options, order, RollingReport(dict.fromkeys(numbers, "not_sent")))
    with contextlib.ExitStack() as stack:
        try:
            with interrupts.armed():
                journal = None
                if not (order.no_journal or order.dry_run or order.verb == "wait"):
                    journal = stack.enter_context(_open_journal(order))
                session = stack.enter_context(open_session(options, order.retry_throttled))
                targets = resolve(session, order, is_shown=asks or order.dry_run)
                work.take(targets)
                if asks or order.dry_run or order.patterns or order.names:
                    question.announce(session, order, targets)
                goes_ahead = not asks or question.agrees()
        except KeyboardInterrupt:
            say("", "Nothing was sent.")  # the first ends the line of a question
            return work.report()
        except NcpError as error:
            work.fail(error)
            return work.report()
        if order.dry_run:
            return _show_requests(session, options, order, targets)
        if goes_ahead:
            work.do(job_for(session, order, targets.numbers, journal))
        else:
            say("Nothing was sent.")
        return work.report()


def _open_journal(order: Order) -> "Journal":
    from .journal import open_journal  # SQLAlchemy takes its time

    return open_journal(order.journal)


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
        is_interrupted = self._interrupts.struck
        names = outcomes(self._report, self._order)
        if is_interrupted:
            code = exit_codes.INTERRUPTED
        elif self._failure:
            code = _code_of_failure(self._failure)
        else:
            code = self._code_of_refused_poll() or exit_code(names.values())
            if self._report.journal_error and code == exit_codes.DONE:
                code = exit_codes.UNKNOWN
        servers = {number: self._report.servers.get(number) or self._listed.get(number) for number in names}
        try:
            if self._options.json:
                report_json(self._lines(servers, names, is_interrupted, code))
            elif names:
                report(outcomes_table(servers, names, self._names))
        except UnwrittenError as error:
            say(f"Error: {error}. It is:", error.report)
            if self._order.verb == "wait" and code == exit_codes.DONE:  # it has changed nothing: the report is all
                code = exit_codes.UNKNOWN
        self._explain(names, {number: called(number, server) for number, server in servers.items()}, is_interrupted)
        return code

    def _code_of_refused_poll(self) -> int | None:
        """The code of a wait alone whose poll was refused: it is not still waiting."""
        refusals = [error for error in self._report.errors.values() if not isinstance(error, WaitTimeoutError)]
        if self._order.verb != "wait" or not refusals:
            return None
        return max(map(exit_code_of_read, refusals))

    def _lines(
        self, servers: Mapping[str, Server | None], names: Mapping[str, str], is_interrupted: bool, code: int
    ) -> Iterator[dict[str, Any]]:
        for number, server in servers.items():
            yield {
                "serverInstanceNo": number,
                "serverName": name_of(server) or self._names.get(number),
                "outcome": names[number],
                "error": as_json(self._report.errors.get(number)),
                "server": server and server.raw.to_dict(),
            }
        change = change_of(self._order)
        yield {
            "summary": {
                "operation": change and change.name,
                "servers": len(names),
                "outcomes": dict(Counter(names.values())),
                "passedOver": dict(self._passed_over),
                "interrupted": is_interrupted,
                "requestIds": list(self._report.request_ids),
                "error": as_json(self._failure),
                "exitCode": code,
            }
        }

    def _explain(self, names: Mapping[str, str], servers: Mapping[str, str], is_interrupted: bool) -> None:
        """Say what there is to say beside the report: why, and what to do next."""
        if is_interrupted:
            say("Interrupted.")
        if self._seconds is not None:
            counts = Counter(name.replace("_", " ") for name in names.values())
            account = ", ".join(f"{count} {name}" for name, count in counts.items())
            say(f"{account} after {duration(self._seconds)}." if self._order.wait is not None else f"{account}.")
        if self._failure:
            say(f"Error: {explanation(self._failure)}", "No request that changes a server was sent.")
            for line in after_failure(self._failure, self._options):
                say_unbroken(line)
            return
        if self._report.journal_error:
            say(f"Error: {explanation(self._report.journal_error)}. No further request was sent.")
        errors = {
            number: error
            for number, error in self._report.errors.items()
            if not (names[number] == "not_sent" and _is_of_others(error, number))  # its turn did not come
        }
        if not is_interrupted or any(name in ("unknown", "untouched", "rejected") for name in names.values()):
            for text, concerned in by_reason(errors, servers).items():
                # An explanation has lines of its own, and in them what is to be copied.
                (say_unbroken if "\n" in text else say)(f"{listing(concerned)}: {text}")
        if isinstance(self._report.journal_error, RunTakenOverError):
            say_unbroken(f"To see how it goes: ncp-vserver report{self._options.for_another_command} {self._run}")
            return
        for command in next_commands(names, self._report.errors, self._order, self._options, self._run):
            say_unbroken(command)


def _is_of_others(error: BaseException, number: str) -> bool:
    """Whether an error is about the request for other servers, sent before this one's turn came."""
    is_own = number in getattr(error, "server_instance_nos", ())
    return isinstance(error, JournalError) or (isinstance(error, RejectedError | OutcomeUnknownError) and not is_own)


def _code_of_failure(error: NcpError) -> int:
    """The code for a failure before the work: whatever it was, no server was changed."""
    return exit_codes.REJECTED if isinstance(error, RejectedError) else exit_codes.NOT_SENT


def _show_requests(session: Session, options: Options, order: Order, targets: Targets) -> int:
    """Report the requests that would be sent, and what they would say."""
    change = change_of(order)
    assert change is not None  # waiting has no dry run
    rejected = question.obstacles(order, targets)
    requests = [(session.preview(change, part), part) for part in _parts(order, targets.numbers, rejected)]
    if options.json:
        lines: list[dict[str, Any]] = [
            {
                "method": request.method,
                "path": request.url.path,
                "query": request.url.query.decode("ascii"),
                "serverInstanceNos": list(part),
            }
            for request, part in requests
        ]
        counts = {"servers": len(targets.numbers), "requests": len(requests)}
        plan = {**counts, "wouldBeRejected": rejected, "passedOver": dict(targets.passed_over)}
        summary = {"operation": change.name, "dryRun": True, **plan, "exitCode": exit_codes.DONE}
        report_json([*lines, {"summary": summary}])
    else:
        for request, _ in requests:
            report(f"{request.method} {request.url.raw_path.decode('ascii')}")
    say("Nothing was sent that changes a server.")
    return exit_codes.DONE


def _parts(order: Order, numbers: tuple[str, ...], rejected: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The servers of each request that would be sent, one after the other."""
    parts: list[tuple[str, ...]] = []
    for batch in question.batches(order, numbers):
        possible = tuple(number for number in batch if number not in rejected)
        parts += question.in_parts(possible if order.rolling else batch, NUMBERS_PER_REQUEST)
        # A batch without one of its servers is not over; a request with one of them is refused, and is the last one.
        if len(possible) < len(batch) and not (order.rolling and order.on_failure == "continue"):
            break
    return parts
