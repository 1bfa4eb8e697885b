"""The account of a run: what became of each server."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from ncp_signer import NcpError

from ncp_vserver._requests.evidence import Success
from ncp_vserver._requests.operations import Change
from ncp_vserver._requests.proof import Proof, Sent, later
from ncp_vserver._values.errors import CallbackError, OutcomeUnknownError
from ncp_vserver._values.report import Outcome, RollingReport
from ncp_vserver._values.server import Server

from .steps import TELL, Record, Steps

_Error = TypeVar("_Error", bound=NcpError)


class Recording(Protocol):
    """Where a run is written down. Each method raises JournalError if that fails: then nothing more may be sent."""

    run: str
    """Its name there."""
    has_begun: bool
    """Whether it stands there, and holds its servers."""

    def begin(self, account: "Account") -> None:
        """Claim all servers of the run, or none. When this returns, that is durable."""

    def intend(self, account: "Account", numbers: tuple[str, ...], sent: Sent) -> None:
        """A request that changes servers is about to be sent. When this returns, that is durable."""

    def write(self, account: "Account") -> None:
        """Write what has changed. When this returns, that is durable."""

    def end(self, account: "Account", *, is_interrupted: bool) -> None:
        """The run is over."""


class Account:
    """What became of each server of a run, as far as is known. True at any moment, and readable from any thread.

    Args:
        change: What is done to them.
        numbers: The servers, in the order asked for.
        region: Their region; the service's default when None.
    """

    def __init__(self, change: Change, numbers: tuple[str, ...], region: str | None) -> None:
        self.change = change
        self.numbers = numbers
        self.region = region
        self.is_interrupted = False
        """Whether the run was ended from outside."""
        self.journal_error: NcpError | None = None
        """Why the run could not be written down any more, which ended it."""
        self.recording: Recording | None = None
        """Where the run is written down; nowhere when None."""
        self.outcomes: dict[str, Outcome] = dict.fromkeys(numbers, "not_sent")
        self.errors: dict[str, NcpError] = {}
        """Why a server has its outcome."""
        self.servers: dict[str, Server | None] = dict.fromkeys(numbers)
        """Each server as it was last seen."""
        self.request_id_of: dict[str, str | None] = {}
        """The vendor's id of the last request for each server, if there was one."""
        self._proofs: dict[str, Proof] = {}
        self._request_ids: dict[str, None] = {}
        self._uptimes: dict[str, datetime | None] = {}
        """``uptime`` of each server before it was asked for. What is seen later may be due to that."""
        self._changed: dict[str, None] = {}

    def restore(
        self, report: RollingReport, requested_at: Mapping[str, float], uptimes: Mapping[str, datetime]
    ) -> None:
        """Go on from what a journal says.

        Args:
            report: What became of the servers.
            requested_at: When the request for each was signed, by number.
            uptimes: ``uptime`` of each before that, where it was known.
        """
        self._uptimes = dict(uptimes)
        self._request_ids = dict.fromkeys(report.request_ids)
        in_flight: dict[float, list[str]] = {}
        for number, outcome in report.outcomes.items():
            requested = requested_at.get(number, 0.0)
            if outcome == "unknown":
                in_flight.setdefault(requested, []).append(number)
            elif outcome == "accepted":
                self.prove(number, Proof(self.change, uptimes.get(number), Sent(requested).by_gateway(None)))
            else:
                self.note(outcome, (number,), report.errors.get(number))
        for requested, numbers in in_flight.items():
            self._lose(tuple(numbers), Sent(requested))
        self._changed.clear()

    def having(self, *outcomes: Outcome) -> tuple[str, ...]:
        """The numbers with one of these outcomes."""
        return tuple(number for number, outcome in self.outcomes.items() if outcome in outcomes)

    def uptime_before(self, number: str) -> datetime | None:
        """``uptime`` before the server was asked for, as far as known."""
        proof = self._proofs.get(number)
        return proof.before if proof else self._uptimes.get(number)

    def changed(self) -> tuple[str, ...]:
        """The servers whose outcome or reason has changed since the last call."""
        changed = tuple(self._changed)
        self._changed.clear()
        return changed

    def recorded(self) -> Steps[None]:
        """Write changes to the journal, if there is one. They are durable when this ends."""
        if self.recording is not None:
            yield Record(partial(self.recording.write, self))

    def told(self) -> Steps[None]:
        """Write changes to the journal, then report progress."""
        yield from self.recorded()
        yield TELL

    def _uptime(self, number: str) -> datetime | None:
        """``uptime`` as it was last seen."""
        server = self.servers[number]
        return server.uptime if server else None

    def proofs(self, numbers: tuple[str, ...]) -> dict[str, Proof]:
        """What is known of those of the servers that were accepted."""
        return {number: self._proofs[number] for number in numbers if self.outcomes[number] == "accepted"}

    def report(self) -> RollingReport:
        """A snapshot."""
        return RollingReport(
            dict(self.outcomes),
            dict(self.errors),
            dict(self.servers),
            tuple(self._request_ids),
            self.is_interrupted,
            self.journal_error,
        )

    def note(self, outcome: Outcome, numbers: tuple[str, ...], error: NcpError | None = None) -> None:
        """Set the outcome of servers, and why."""
        self.outcomes |= dict.fromkeys(numbers, outcome)
        self._changed |= dict.fromkeys(numbers)
        for number in numbers:
            self.errors.pop(number, None)
        if error is not None:
            self.blame(numbers, error)

    def blame(self, numbers: tuple[str, ...], error: NcpError) -> None:
        """Set why servers have their outcome."""
        self.errors |= dict.fromkeys(numbers, error)
        self._changed |= dict.fromkeys(numbers)

    def in_flight(self, numbers: tuple[str, ...], sent: Sent) -> None:
        """Note a request in flight: the outcome of its servers is unknown until there is a response.

        Raises:
            JournalError: That cannot be written down. It must not be sent.
        """
        self._uptimes |= {number: later(self._uptimes.get(number), self._uptime(number)) for number in numbers}
        if self.recording is not None:
            self.recording.intend(self, numbers, sent)
        self._lose(numbers, sent)

    def _lose(self, numbers: tuple[str, ...], sent: Sent) -> None:
        """Set the outcome of servers to unknown: their request has no response."""
        error = OutcomeUnknownError(
            "no response was received",
            unknown=numbers,
            server_instance_nos=numbers,
            operation=self.change.name,
            region_code=self.region,
            sent_at=sent.wall,
            sent_monotonic=sent.monotonic,
        )
        self.note("unknown", numbers, error)

    def fail(self, error: NcpError) -> None:
        """Note an attempt that failed."""
        requested = Sent(error.sent_at or 0.0).by_gateway(None)
        self._proofs |= {number: Proof(self.change, self.uptime_before(number), requested) for number in error.accepted}
        self.note("accepted", error.accepted)
        self.note("rejected", error.rejected, error)
        self.note("unknown", error.unknown, error)
        self.note("not_sent", error.not_sent, error)
        self.request_id_of |= dict.fromkeys(error.server_instance_nos, error.request_id)

    def accept(self, numbers: tuple[str, ...], success: Success) -> None:
        """Note that the service has accepted the request for some servers."""
        servers = success.by_number()
        for number in numbers:
            before, self.servers[number] = self._uptime(number), servers[number]
            self._proofs[number] = Proof(self.change, later(before, self._uptime(number)), success.requested)
        self.note("accepted", numbers)
        self.request_id_of |= dict.fromkeys(numbers, success.request_id)
        if success.request_id is not None:
            self._request_ids[success.request_id] = None

    def prove(self, number: str, proof: Proof) -> None:
        """Set the outcome of a server to accepted: it is known to be changing."""
        self._proofs[number] = proof
        self.note("accepted", (number,))

    def complete(self, error: _Error) -> _Error:
        """Make the error of one request, or of a wait, account for every server of the run."""
        error.accepted = self.having("accepted", "back", "check_failed", "failed")
        error.rejected = self.having("rejected")
        error.unknown = self.having("unknown")
        error.not_sent = self.having("not_sent", "untouched")
        error.server_instance_nos = self.numbers
        error.operation = self.change.name
        error.region_code = self.region
        error.request_ids = tuple(self._request_ids)
        if isinstance(error, CallbackError):  # of no request itself, and can be settled if it is about one
            reasons = filter(None, map(self.errors.get, error.unknown))
            times = {(reason.sent_at, reason.sent_monotonic) for reason in reasons}
            if len(times) == 1:
                [(error.sent_at, error.sent_monotonic)] = times
        return error
