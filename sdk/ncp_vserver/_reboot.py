"""One reboot job, without I/O: which requests to send, and what their answers and failures mean.

``Client`` and ``AsyncClient`` send the same job, each in its own way.
"""

import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from ncp_signer import SigningRefusedError
from ncp_vserver_api.errors import UnexpectedResponse
from ncp_vserver_api.models import RebootServerInstancesEnvelope, ServerInstance
from ncp_vserver_api.types import Response, Unset

from ._answers import NO_STATEMENT, Statement, printable, read_statement
from ._errors import NcpError, NotSentError, OutcomeUnknownError, RejectedError

# The contract writes out this many parameters. NCP documents no limit.
BATCH_SIZE: Final = 20


class ClosedError(RuntimeError):
    """The client was closed before this request."""


# Failures that prove that no request was on the wire. A ReadError or a closed connection prove nothing.
_NOT_SENT: Final = (
    ClosedError,
    SigningRefusedError,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)

# Statuses that mean that nothing was done. Proxies use 408 and 499 for a request that was under way.
_REFUSALS: Final = {*range(300, 500)} - {408, 499}

_STATUS: Final = "ncp_vserver.status"


def note_status(response: httpx.Response) -> None:
    """Keep the status where it can be found if the rest of the answer never comes. A response hook of the client."""
    response.request.extensions = {**response.request.extensions, _STATUS: response.status_code}


async def note_status_async(response: httpx.Response) -> None:
    """:func:`note_status` for an asynchronous client."""
    note_status(response)


@dataclass(frozen=True, slots=True)
class RebootResult:
    """Servers whose restart was accepted. Iterates over them in the order asked for.

    Attributes:
        servers: Each server in its state when the service answered: status RUN, operation RESTA, and not yet back.
        request_ids: The vendor's ids of the requests that were sent, for its support.
    """

    servers: tuple[ServerInstance, ...]
    request_ids: tuple[str, ...]

    def __iter__(self) -> Iterator[ServerInstance]:
        return iter(self.servers)

    def __len__(self) -> int:
        return len(self.servers)


class RebootJob:
    """The requests of one call of ``reboot``, and the account of what became of each number."""

    def __init__(self, server_instance_nos: str | int | Iterable[str | int]) -> None:
        self._numbers = _checked(server_instance_nos)
        self._servers: dict[str, ServerInstance] = {}
        self._request_ids: list[str] = []

    def batches(self) -> Iterator[tuple[str, ...]]:
        """The numbers of each request, in order."""
        for start in range(0, len(self._numbers), BATCH_SIZE):
            yield self._numbers[start : start + BATCH_SIZE]

    @contextmanager
    def accounting(self, batch: tuple[str, ...]) -> Generator[None]:
        """Turn whatever goes wrong with ``batch``, sent or answered, into the error that says what is known."""
        try:
            yield
        except NcpError:
            raise
        except UnexpectedResponse as error:
            raise self._failure(batch, error.response.status_code, read_statement(error.response.content)) from error
        except _NOT_SENT as error:
            raise self._error(NotSentError, f"the request was not sent: {_describe(error)}") from error
        except httpx.RequestError as error:
            status = _status_of(error)
            if status is not None:  # the answer broke off behind its status line
                raise self._failure(batch, status, NO_STATEMENT) from error
            raise self._error(OutcomeUnknownError, f"no answer: {_describe(error)}", unknown=batch) from error
        except Exception as error:
            raise self._error(OutcomeUnknownError, f"no usable answer: {_describe(error)}", unknown=batch) from error
        except BaseException as error:  # Ctrl-C or a cancelled task: not ours to replace, but ours to account for
            error.add_note(str(self._error(OutcomeUnknownError, "interrupted", unknown=batch)))
            raise

    def answered(self, batch: tuple[str, ...], response: Response[Any]) -> None:
        """Record the answer to ``batch``, or raise what it means if it is not a readable success for all of it."""
        statement = read_statement(response.content)
        if not isinstance(response.parsed, RebootServerInstancesEnvelope):
            raise self._failure(batch, response.status_code, statement)
        answer = response.parsed.reboot_server_instances_response
        if str(answer.return_code) != "0":
            raise self._failure(batch, response.status_code, statement)
        listed = [] if isinstance(answer.server_instance_list, Unset) else answer.server_instance_list
        # Numbers may come as JSON numbers; a server without one is a foreign one.
        servers = {printable(str(server.server_instance_no or "without a number")) or "": server for server in listed}
        self._servers |= {number: servers[number] for number in batch if number in servers}
        if isinstance(answer.request_id, str):
            self._request_ids.append(answer.request_id)
        foreign = [number for number in servers if number not in batch]
        if any(number not in servers for number in batch):
            text = "the service reports success, but not for all servers"
            if foreign:
                text += f", and names others: {printable(', '.join(foreign))}"
            raise self._error(OutcomeUnknownError, text, response.status_code, statement, unknown=batch)

    def result(self) -> RebootResult:
        """What to return once every batch was answered."""
        return RebootResult(tuple(self._servers[number] for number in self._numbers), tuple(self._request_ids))

    def _failure(self, batch: tuple[str, ...], status: int, statement: Statement) -> NcpError:
        """The error for an answer that is no readable success."""
        if 200 <= status <= 299 and statement.says_no:
            return self._error(RejectedError, "the service refused", status, statement, rejected=batch)
        if 200 <= status <= 299:
            return self._error(OutcomeUnknownError, "the answer cannot be read", status, statement, unknown=batch)
        if status in _REFUSALS and not statement.says_yes:
            text = "redirects are not followed" if status <= 399 else "the request was refused"
            return self._error(RejectedError, text, status, statement, rejected=batch)
        return self._error(
            OutcomeUnknownError, "the request failed on the way or in the service", status, statement, unknown=batch
        )

    def _error(
        self,
        kind: type[NcpError],
        text: str,
        status: int | None = None,
        statement: Statement = NO_STATEMENT,
        *,
        rejected: tuple[str, ...] = (),
        unknown: tuple[str, ...] = (),
    ) -> NcpError:
        """An error that accounts for every number once: first the accepted, last those that were never sent."""
        groups = {"accepted": tuple(self._servers), "rejected": rejected, "unknown": unknown, "not_sent": self._numbers}
        seen: set[str] = set()
        for name, numbers in groups.items():
            groups[name] = tuple(number for number in numbers if number not in seen)
            seen.update(numbers)
        return kind(
            text,
            status=None if status is None else int(status),  # not an HTTPStatus: it has no 520
            code=statement.code,
            message=statement.message,
            request_ids=tuple(self._request_ids),
            server_instance_nos=self._numbers,
            **groups,
        )


def _status_of(error: httpx.RequestError) -> int | None:
    try:
        return error.request.extensions.get(_STATUS)
    except RuntimeError:  # httpx did not say which request
        return None


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _checked(server_instance_nos: str | int | Iterable[str | int]) -> tuple[str, ...]:
    """The numbers as strings, or a ValueError that says what is wrong with them."""
    # bytes is no type for a number, but it is a sequence of integers: never take those for numbers
    given = (
        (server_instance_nos,)
        if isinstance(server_instance_nos, str | int | bytes | bytearray)
        else tuple(server_instance_nos)
    )
    numbers = tuple(str(number) for number in given)
    if not numbers:
        raise ValueError("no server instance number was given")
    if malformed := [number for number in given if not _is_number(number)]:
        raise ValueError(
            f"not a server instance number, which is a string of digits: {', '.join(map(repr, malformed))}"
        )
    if duplicates := [number for number, count in Counter(numbers).items() if count > 1]:
        raise ValueError(f"server instance numbers given more than once: {', '.join(duplicates)}")
    return numbers


def _is_number(value: object) -> bool:
    return (
        isinstance(value, str | int) and not isinstance(value, bool) and re.fullmatch("[0-9]+", str(value)) is not None
    )
