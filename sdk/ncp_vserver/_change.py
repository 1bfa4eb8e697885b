"""Changing servers: which requests to send for many of them, and the account of what became of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ncp_signer import NcpError
from ncp_vserver_api.models import ServerInstance

from ._arguments import checked_numbers, checked_region
from ._errors import OutcomeUnknownError, WaitError, WaitTimeoutError
from ._exchange import Exchange
from ._operations import NUMBERS_PER_REQUEST, Change
from ._retry import Policy, call
from ._steps import Steps
from ._wait import RefusedLookError, Waiting

_Error = TypeVar("_Error", bound=NcpError)


@dataclass(frozen=True, slots=True)
class ActionResult:
    """Servers for which an operation was accepted. Iterates over them in the order asked for.

    Attributes:
        servers: Each server in its state when the service answered, with the operation under way and not over; or, for
            a call that waited, in its state when it was back.
        request_ids: The vendor's ids of the requests that were sent, for its support.
    """

    servers: tuple[ServerInstance, ...]
    request_ids: tuple[str, ...]

    def __iter__(self) -> Iterator[ServerInstance]:
        return iter(self.servers)

    def __len__(self) -> int:
        return len(self.servers)


class ChangeJob:
    """One operation on any number of servers, which takes a request for every twenty.

    Raises:
        ValueError: A number is not a string of digits or comes twice, there is none, or the region code is no code.
    """

    def __init__(self, change: Change, numbers: str | int | Iterable[str | int], region_code: str | None) -> None:
        self._numbers = checked_numbers(numbers)
        self._change = change
        self._region = checked_region(region_code)
        self._servers: dict[str, ServerInstance] = {}
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
        status = self._change.status_after
        try:
            self._servers = yield from waiting.until(self._numbers, status, self._region, policy, look_at_once=False)
        except WaitTimeoutError as error:
            raise self._complete(error)  # noqa: B904 - it has its cause
        except RefusedLookError as refused:  # which says nothing of the operation
            raise self._complete(WaitError(f"the wait was cut short: {refused.error}")) from refused.error

    @property
    def servers(self) -> dict[str, ServerInstance]:
        """The servers that were accepted so far, as the service answered about them."""
        return self._servers

    def account(self) -> OutcomeUnknownError:
        """What is known at this moment, which may be in the middle of a request."""
        unknown = self._exchange.numbers if self._exchange and self._exchange.in_flight else ()
        error = OutcomeUnknownError(
            "interrupted", unknown=unknown, sent_at=self._exchange.sent_at if self._exchange else None
        )
        return self._complete(error)

    def _batch(self, batch: tuple[str, ...], policy: Policy) -> Steps[None]:
        arguments = {"server_instance_no_list": batch} | ({"region_code": self._region} if self._region else {})
        self._exchange = Exchange(self._change, arguments, numbers=batch, region=self._region)
        try:
            answer = yield from call(self._exchange, policy)
        except NcpError as error:
            self._complete(error)
            raise
        servers = answer.by_number()
        self._servers |= {number: servers[number] for number in batch}
        if answer.request_id is not None:
            self._request_ids.append(answer.request_id)
        self._exchange.in_flight = False

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
