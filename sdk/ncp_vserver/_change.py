"""Changing servers: which requests to send for many of them, and the account of what became of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from ncp_signer import NcpError

from ._arguments import checked_numbers, checked_region
from ._errors import (
    OutcomeUnknownError,
    RejectedError,
)
from ._evidence import Answer
from ._exchange import Exchange
from ._operations import NUMBERS_PER_REQUEST, Change
from ._proof import Proof, Sent, later
from ._reads import poll
from ._retry import Policy, call
from ._server import Server, describe
from ._steps import Steps
from ._wait import Waiting

_Error = TypeVar("_Error", bound=NcpError)


@dataclass(frozen=True, slots=True)
class ActionResult:
    """Servers for which an operation was accepted. Iterates over them in the order asked for.

    Attributes:
        servers: Each server in its state when the service answered, with the operation in progress; or, for a call that
            waited, in its state when it was back.
        request_ids: The vendor's ids of the requests that were sent, for its support.
    """

    servers: tuple[Server, ...]
    request_ids: tuple[str, ...]

    def __iter__(self) -> Iterator[Server]:
        return iter(self.servers)

    def __len__(self) -> int:
        return len(self.servers)


class ChangeJob:
    """One operation on any number of servers, which takes a request for every twenty.

    Args:
        change: The operation.
        numbers: The servers.
        region_code: Their region; the service's default when None.
        before: The servers' ``uptime`` before it, as far as known.

    Raises:
        ValueError: A number is not a string of digits or comes twice, there is none, or the region code is no code.
    """

    def __init__(
        self,
        change: Change,
        numbers: str | int | Iterable[str | int],
        region_code: str | None,
        before: Mapping[str, datetime | None] | None = None,
    ) -> None:
        self._numbers = checked_numbers(numbers)
        self._change = change
        self._region = checked_region(region_code)
        self._before = before or {}
        self._servers: dict[str, Server] = {}
        self._proofs: dict[str, Proof] = {}
        self._request_ids: list[str] = []
        self._exchange: Exchange | None = None
        self._own: NcpError | None = None
        """The error of this job's own, which has the account in it."""

    def steps(self, policy: Policy, waiting: Waiting | None = None) -> Steps[ActionResult]:
        """Send the requests, in order, until one fails; then wait, if that is wanted.

        Raises:
            NcpError: A request failed, or the wait. It accounts for every number.
        """
        try:
            for start in range(0, len(self._numbers), NUMBERS_PER_REQUEST):
                yield from self._batch(self._numbers[start : start + NUMBERS_PER_REQUEST], policy)
            if waiting:
                yield from self._wait(waiting, policy)
        except BaseException as error:
            # Ctrl-C, a cancelled task, or a callback's error: not ours to replace, but ours to account for.
            if error is not self._own:
                error.add_note(str(self.account()))
            raise
        return ActionResult(tuple(self._servers[number] for number in self._numbers), tuple(self._request_ids))

    def _wait(self, waiting: Waiting, policy: Policy) -> Steps[None]:
        waited = yield from waiting.until(self._proofs, self._region, policy)
        self._servers |= {number: server for number, server in waited.last.servers.items() if server}
        if error := waited.error(self._change, self._region):
            raise self._complete(error)

    @property
    def servers(self) -> Mapping[str, Server]:
        """The servers that were accepted so far, as the service answered about them."""
        return self._servers

    @property
    def proofs(self) -> Mapping[str, Proof]:
        """What is known of each of them before the first poll."""
        return self._proofs

    def account(self) -> OutcomeUnknownError:
        """What is known at this moment, which may be in the middle of a request."""
        unknown = self._exchange.numbers if self._exchange and self._exchange.in_flight else ()
        error = OutcomeUnknownError(
            "interrupted",
            rejected=self._own.rejected if self._own else (),
            unknown=unknown,
            sent_at=self._exchange.sent_at if self._exchange else None,
            sent_monotonic=self._exchange.sent_monotonic if self._exchange else None,
        )
        return self._complete(error)

    def _batch(self, batch: tuple[str, ...], policy: Policy) -> Steps[None]:
        arguments = {"server_instance_no_list": batch} | ({"region_code": self._region} if self._region else {})
        self._exchange = Exchange(self._change, arguments, numbers=batch, region=self._region)
        try:
            answer = yield from call(self._exchange, policy)
        except NcpError as error:
            self._complete(error)
            if isinstance(error, RejectedError) and error.by_service and len(batch) > 1:
                error.at_fault = yield from self._at_fault(batch, policy)
            raise
        self._accept(answer, self._exchange)
        self._exchange.in_flight = False

    def _accept(self, answer: Answer, exchange: Exchange) -> None:
        servers = answer.by_number()
        requested = Sent(exchange.sent_at or 0.0).by_gateway(answer.clock_offset)
        for number in exchange.numbers:
            before = later(self._before.get(number), servers[number].uptime)
            self._servers[number] = servers[number]
            self._proofs[number] = Proof(self._change, before, requested)
        if answer.request_id is not None:
            self._request_ids.append(answer.request_id)

    def _at_fault(self, batch: tuple[str, ...], policy: Policy) -> Steps[dict[str, str]]:
        """Poll the servers of a refused request once, for those that the operation is not possible on."""
        try:
            seen = yield from poll(batch, self._region, policy)
        except NcpError:
            return {}  # the refusal is what matters
        return {number: state for number, server in seen.servers.items() if (state := obstacle(self._change, server))}

    def _complete(self, error: _Error) -> _Error:
        """Make an error about one request account for every number once: first the accepted, last the not sent."""
        self._own = error
        groups = {
            "accepted": (*self._servers, *error.accepted),
            "rejected": error.rejected,
            "unknown": error.unknown,
            "not_sent": self._numbers,
        }
        seen: set[str] = set()
        for name, numbers in groups.items():
            setattr(error, name, tuple(dict.fromkeys(number for number in numbers if number not in seen)))
            seen.update(numbers)
        error.server_instance_nos = self._numbers
        error.operation = self._change.name
        error.region_code = self._region
        error.request_ids = tuple(self._request_ids)
        return error


def obstacle(change: Change, server: Server | None) -> str:
    """Why the operation is not possible on a server now, for people; empty where nothing is known against it."""
    if server is None:
        return describe(server)
    is_busy = bool(server.operation) and not server.is_idle
    if is_busy or (server.status and server.status != change.status_before):
        return f"{'busy' if is_busy else 'not ready'}: {describe(server)}"
    return ""
