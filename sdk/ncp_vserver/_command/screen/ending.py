"""The end of a command that changes servers: its exit code, its report, and its messages."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ncp_signer import NcpError

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Options, Order
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
from .outcomes import by_reason, counted, exit_code, exit_code_of_read, explanation, outcomes
from .streams import UnwrittenError, report, report_json, say, say_unbroken
from .tables import listing, outcomes_table
from .texts import called, name_of


@dataclass(kw_only=True)
class Ending:
    """What is known at the end.

    Attributes:
        report: What became of every server.
        names: Their names.
        run: Its name in the journal, if it stands there.
        listed: The servers as they were listed beforehand, if they were.
        passed_over: Servers that were left out beforehand, and why.
        failure: What kept the work from beginning.
        seconds: How long it took; None if it did not begin.
        is_interrupted: Whether somebody ended it.
    """

    options: Options
    order: Order
    report: RollingReport
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    run: str | None = None
    listed: Mapping[str, Server | None] = field(default_factory=dict[str, Server | None])
    passed_over: Mapping[str, str] = field(default_factory=dict[str, str])
    failure: NcpError | None = None
    seconds: float | None = None
    is_interrupted: bool = False

    @property
    def outcomes(self) -> Mapping[str, str]:
        """What became of every server, by the command's names."""
        return outcomes(self.report, self.order)

    @property
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
        code, servers = self.code, self._servers()
        try:
            if self.options.json:
                report_json(self._lines(servers, code))
            elif servers:
                report(outcomes_table(servers, self.outcomes, self.names))
        except UnwrittenError as error:
            say(f"Error: {error}. It is:", error.report)
            if self.order.verb == "wait" and code == exit_codes.DONE:  # it has changed nothing: the report is all
                code = exit_codes.UNKNOWN
        self.explain()
        return code

    def explain(self) -> None:
        """Write the messages: what happened, why, and what to do next."""
        if self.is_interrupted:
            say("Interrupted.")
        if self.seconds is not None:
            account = counted(self.outcomes.values())
            say(f"{account} after {duration(self.seconds)}." if self.order.wait is not None else f"{account}.")
        if self.failure:
            say(f"Error: {explanation(self.failure)}", "No request that changes a server was sent.")
            say_unbroken(*after_failure(self.failure, self.options))
        else:
            self._say_reasons(self.outcomes)
            self._say_what_to_do()

    def _servers(self) -> Mapping[str, Server | None]:
        """Each server as it was seen last."""
        return {number: self.report.servers.get(number) or self.listed.get(number) for number in self.report.outcomes}

    def _lines(self, servers: Mapping[str, Server | None], code: int) -> Iterator[dict[str, Any]]:
        outcomes = self.outcomes
        for number, server in servers.items():
            yield {
                "serverInstanceNo": number,
                "serverName": name_of(server) or self.names.get(number),
                "outcome": outcomes[number],
                "error": as_json(self.report.errors.get(number)),
                "server": server and server.raw.to_dict(),
            }
        yield {
            "summary": {
                "operation": self.order.change and self.order.change.name,
                "servers": len(outcomes),
                "outcomes": dict(Counter(outcomes.values())),
                "passedOver": dict(self.passed_over),
                "interrupted": self.is_interrupted,
                "requestIds": list(self.report.request_ids),
                "error": as_json(self.failure),
                "exitCode": code,
            }
        }

    def _say_reasons(self, outcomes: Mapping[str, str]) -> None:
        if self.report.journal_error:
            say(f"Error: {explanation(self.report.journal_error)}. No further request was sent.")
        if self.is_interrupted and {"unknown", "untouched", "rejected"}.isdisjoint(outcomes.values()):
            return
        errors = {
            number: error
            for number, error in self.report.errors.items()
            if not (outcomes[number] == "not_sent" and _is_of_others(error, number))  # its turn did not come
        }
        names = {number: called(number, server) for number, server in self._servers().items()}
        for text, concerned in by_reason(errors, names).items():
            # An explanation has lines of its own, and in them what is to be copied.
            (say_unbroken if "\n" in text else say)(f"{listing(concerned)}: {text}")

    def _say_what_to_do(self) -> None:
        if isinstance(self.report.journal_error, RunTakenOverError):
            say_unbroken(f"To see how it goes: ncp-vserver report{self.options.shared.words} {self.run}")
            return
        say_unbroken(*next_commands(self.outcomes, self.report.errors, self.order, self.options, self.run))


def _is_of_others(error: BaseException, number: str) -> bool:
    """Whether an error is about the request for other servers, sent before this one's turn came."""
    is_own = number in getattr(error, "server_instance_nos", ())
    return isinstance(error, JournalError) or (isinstance(error, RejectedError | OutcomeUnknownError) and not is_own)
