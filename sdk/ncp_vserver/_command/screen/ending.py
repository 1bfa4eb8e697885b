"""How a command that changes servers has ended: its exit code, its report, and what is said beside it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ncp_signer import NcpError

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Options, Order, change_of
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

from .advice import after_failure, next_commands
from .outcomes import by_reason, exit_code, exit_code_of_read, explanation, outcomes
from .streams import UnwrittenError, report, report_json, say, say_unbroken
from .tables import listing, outcomes_table
from .texts import called, name_of


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What is known at the end.

    Attributes:
        order: What was to be done.
        options: What it was done with.
        report: What became of every server.
        listed: The servers as they were listed beforehand, if they were.
        names: Their names.
        passed_over: Servers that were left out beforehand, and why.
        failure: What kept the work from beginning.
        seconds: How long it took; None if it did not begin.
        run: Its name in the journal, if it stands there.
        is_interrupted: Whether somebody ended it.
    """

    order: Order
    options: Options
    report: RollingReport
    listed: Mapping[str, Server | None]
    names: Mapping[str, str]
    passed_over: Mapping[str, str]
    failure: NcpError | None
    seconds: float | None
    run: str | None
    is_interrupted: bool

    @cached_property
    def outcomes(self) -> Mapping[str, str]:
        """What became of every server, by the command's names."""
        return outcomes(self.report, self.order)

    @cached_property
    def servers(self) -> Mapping[str, Server | None]:
        """Each server as it was seen last."""
        return {number: self.report.servers.get(number) or self.listed.get(number) for number in self.outcomes}

    @cached_property
    def code(self) -> int:
        """The exit code."""
        if self.is_interrupted:
            return exit_codes.INTERRUPTED
        if self.failure:  # before the work: whatever it was, no server was changed
            return exit_codes.REJECTED if isinstance(self.failure, RejectedError) else exit_codes.NOT_SENT
        refusals = [error for error in self.report.errors.values() if not isinstance(error, WaitTimeoutError)]
        if self.order.verb == "wait" and refusals:  # it is not still waiting
            return max(map(exit_code_of_read, refusals))
        code = exit_code(self.outcomes.values())
        return exit_codes.UNKNOWN if self.report.journal_error and code == exit_codes.DONE else code

    def tell(self) -> int:
        """Write the report, explain it, and return the exit code."""
        code = self.code
        try:
            if self.options.json:
                report_json(self._lines())
            elif self.outcomes:
                report(outcomes_table(self.servers, self.outcomes, self.names))
        except UnwrittenError as error:
            say(f"Error: {error}. It is:", error.report)
            if self.order.verb == "wait" and code == exit_codes.DONE:  # it has changed nothing: the report is all
                code = exit_codes.UNKNOWN
        self.explain()
        return code

    def explain(self) -> None:
        """Say what there is to say beside the report: why, and what to do next."""
        if self.is_interrupted:
            say("Interrupted.")
        if self.seconds is not None:
            self._say_counts(duration(self.seconds))
        if self.failure:
            self._say_why_not(self.failure)
        else:
            self._say_reasons()
            self._say_what_to_do()

    def _lines(self) -> Iterator[dict[str, Any]]:
        for number, server in self.servers.items():
            yield {
                "serverInstanceNo": number,
                "serverName": name_of(server) or self.names.get(number),
                "outcome": self.outcomes[number],
                "error": as_json(self.report.errors.get(number)),
                "server": server and server.raw.to_dict(),
            }
        change = change_of(self.order)
        yield {
            "summary": {
                "operation": change and change.name,
                "servers": len(self.outcomes),
                "outcomes": dict(Counter(self.outcomes.values())),
                "passedOver": dict(self.passed_over),
                "interrupted": self.is_interrupted,
                "requestIds": list(self.report.request_ids),
                "error": as_json(self.failure),
                "exitCode": self.code,
            }
        }

    def _say_counts(self, time: str) -> None:
        counts = Counter(outcome.replace("_", " ") for outcome in self.outcomes.values())
        account = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        say(f"{account} after {time}." if self.order.wait is not None else f"{account}.")

    def _say_why_not(self, failure: NcpError) -> None:
        say(f"Error: {explanation(failure)}", "No request that changes a server was sent.")
        for line in after_failure(failure, self.options):
            say_unbroken(line)

    def _say_reasons(self) -> None:
        if self.report.journal_error:
            say(f"Error: {explanation(self.report.journal_error)}. No further request was sent.")
        if self.is_interrupted and {"unknown", "untouched", "rejected"}.isdisjoint(self.outcomes.values()):
            return
        errors = {
            number: error
            for number, error in self.report.errors.items()
            if not (self.outcomes[number] == "not_sent" and _is_of_others(error, number))  # its turn did not come
        }
        names = {number: called(number, server) for number, server in self.servers.items()}
        for text, concerned in by_reason(errors, names).items():
            # An explanation has lines of its own, and in them what is to be copied.
            (say_unbroken if "\n" in text else say)(f"{listing(concerned)}: {text}")

    def _say_what_to_do(self) -> None:
        if isinstance(self.report.journal_error, RunTakenOverError):
            say_unbroken(f"To see how it goes: ncp-vserver report{self.options.for_another_command} {self.run}")
            return
        for command in next_commands(self.outcomes, self.report.errors, self.order, self.options, self.run):
            say_unbroken(command)


def _is_of_others(error: BaseException, number: str) -> bool:
    """Whether an error is about the request for other servers, sent before this one's turn came."""
    is_own = number in getattr(error, "server_instance_nos", ())
    return isinstance(error, JournalError) or (isinstance(error, RejectedError | OutcomeUnknownError) and not is_own)
