"""One reboot job, without I/O: which requests to send, and what their answers and failures mean.

``Client`` and ``AsyncClient`` send the same job, each in its own way.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import httpx
from ncp_signer import SigningRefusedError
from ncp_vserver_api.errors import UnexpectedResponse
from ncp_vserver_api.models import RebootServerInstancesEnvelope, ServerInstance
from ncp_vserver_api.types import Response, Unset

from ._answers import NO_STATEMENT, Statement, read_statement
from ._errors import NcpError, NotSentError, OutcomeUnknownError, RejectedError

# The contract writes out this many parameters. NCP documents no limit.
BATCH_SIZE: Final = 20

# Failures that prove that no request was on the wire. A ReadError or a closed connection prove nothing.
_NOT_SENT: Final = (
    SigningRefusedError,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class RebootResult:
    """Servers whose restart was accepted. Iterates over them in the order asked for."""

    servers: tuple[ServerInstance, ...]
    """Each server in its state when the service answered: status RUN, operation RESTA, and not yet back."""
    request_ids: tuple[str, ...]
    """The vendor's id of each request that was sent, for its support."""

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
            raise self._error(NotSentError, f"nothing was sent: {_describe(error)}") from error
        except Exception as error:
            raise self._error(OutcomeUnknownError, f"no answer: {_describe(error)}", unknown=batch) from error
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
        servers = {str(server.server_instance_no): server for server in listed}
        self._servers |= {number: servers[number] for number in batch if number in servers}
        if not isinstance(answer.request_id, Unset):
            self._request_ids.append(str(answer.request_id))
        missing = [number for number in batch if number not in servers]
        foreign = [number for number in servers if number not in batch]
        if missing or foreign:
            text = "the service reports success"
            if missing:
                text += ", but not for all servers"
            if foreign:
                text += f", and names others: {', '.join(foreign)}"
            raise self._error(OutcomeUnknownError, text, response.status_code, statement, unknown=batch)

    def result(self) -> RebootResult:
        """What to return once every batch was answered."""
        return RebootResult(tuple(self._servers[number] for number in self._numbers), tuple(self._request_ids))

    def _failure(self, batch: tuple[str, ...], status: int, statement: Statement) -> NcpError:
        """The error for an answer that is no readable success."""
        said_no = statement.code not in (None, "0")
        if 200 <= status <= 299 and said_no:
            return self._error(RejectedError, "the service refused", status, statement, rejected=batch)
        if 200 <= status <= 299:
            return self._error(OutcomeUnknownError, "the answer cannot be read", status, statement, unknown=batch)
        if 300 <= status <= 399:
            return self._error(RejectedError, "redirects are not followed", status, statement, rejected=batch)
        if 400 <= status <= 499 and status != HTTPStatus.REQUEST_TIMEOUT:
            return self._error(RejectedError, "the request was refused", status, statement, rejected=batch)
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
            status=status,
            code=statement.code,
            message=statement.message,
            server_instance_nos=self._numbers,
            **groups,
        )


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
    if duplicates := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise ValueError(f"server instance numbers given more than once: {', '.join(duplicates)}")
    return numbers


def _is_number(value: object) -> bool:
    return (
        isinstance(value, str | int) and not isinstance(value, bool) and re.fullmatch("[0-9]+", str(value)) is not None
    )
