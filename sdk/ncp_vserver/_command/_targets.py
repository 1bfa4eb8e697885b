"""Which servers are meant: numbers as they are, names through the list of all servers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import click

from ncp_vserver._answers import printable
from ncp_vserver._arguments import checked_numbers
from ncp_vserver._errors import PermissionDeniedError
from ncp_vserver._server import Server

from ._parameters import Order
from ._session import Session


@dataclass(frozen=True, slots=True)
class Targets:
    """The servers that are meant.

    Attributes:
        numbers: Their numbers: those given first, in that order, then those found by name, by name.
        servers: Each as it was listed; None for one that is not listed. Empty where no list was read.
    """

    numbers: tuple[str, ...]
    servers: Mapping[str, Server | None] = field(default_factory=dict[str, Server | None])


def given_numbers(numbers: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers of the command line, or a UsageError that says what is wrong with them."""
    try:
        return checked_numbers(numbers) if numbers else ()
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None


def resolve(session: Session, order: Order, *, is_shown: bool) -> Targets:
    """Find the servers. One list call, if any: for names, or because they are to be shown.

    Raises:
        NcpError: The list could not be read.
        click.UsageError: A pattern fits no name.
    """
    if order.patterns:
        return _by_name(session, order)
    if not is_shown:
        return Targets(order.numbers)
    try:
        listed = {server.number: server for server in session.servers(order.numbers, region_code=session.region)}
    except PermissionDeniedError:
        return Targets(order.numbers)  # who may restart servers may not always list them
    return Targets(order.numbers, {number: listed.get(number) for number in order.numbers})


def _by_name(session: Session, order: Order) -> Targets:
    listed = {server.number: server for server in session.servers(region_code=session.region)}
    by_name = sorted(listed.values(), key=lambda server: (name_of(server), server.number))
    fitting = [server for server in by_name if fits(server, order.patterns)]
    for pattern in order.patterns:
        if not any(fits(server, (pattern,)) for server in fitting):
            where = f"region {session.region}" if session.region else "the service's default region"
            raise click.UsageError(f"No server in {where} has a name that fits {pattern!r}. Nothing was sent.")
    numbers = tuple(dict.fromkeys((*order.numbers, *(server.number for server in fitting))))
    return Targets(numbers, {number: listed.get(number) for number in numbers})


def fits(server: Server, patterns: tuple[str, ...]) -> bool:
    """Whether a server's name fits one of the patterns, letter case included."""
    return any(fnmatchcase(name_of(server), pattern) for pattern in patterns)


def name_of(server: Server | None) -> str:
    """The name of a server; empty where it has none, or nobody knows the server."""
    return text(None if server is None else server.name)


def text(value: object) -> str:
    """A text of the service's as it can be shown: without control characters, empty where it is missing."""
    return printable(value) or "" if isinstance(value, str) else ""
