"""Find the servers of the command line: numbers as they are, names in the list of all servers."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import click

from ncp_vserver._command.orders import Choice, Order
from ncp_vserver._command.patterns import matches
from ncp_vserver._command.screen.streams import say
from ncp_vserver._command.screen.texts import called, name_of, text
from ncp_vserver._values.arguments import checked_numbers, place
from ncp_vserver._values.errors import OutcomeUnknownError, PermissionDeniedError
from ncp_vserver._values.reasons import reason
from ncp_vserver._values.server import Server

from .session import Session

# As the service writes it: a response with a number in another form would not be recognized.
_NUMBER: Final = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Targets:
    """The servers that are meant.

    Attributes:
        numbers: Their numbers: those given first, in that order, then those found by name, by name.
        servers: Each as it was listed; None for one that is not listed. Empty where no list was read.
        passed_over: Those that were given or have such a name, but are excluded or have another status; and why.
    """

    numbers: tuple[str, ...]
    servers: Mapping[str, Server | None] = field(default_factory=dict[str, Server | None])
    passed_over: Mapping[str, str] = field(default_factory=dict[str, str])


def given_numbers(numbers: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers of the command line, or a UsageError that says what is wrong with them."""
    try:
        checked = checked_numbers(numbers) if numbers else ()
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    if malformed := [number for number in checked if not _NUMBER.fullmatch(number)]:
        raise click.UsageError(
            "not a server instance number, which has no leading zero and at most 19 digits:"
            f" {', '.join(map(repr, malformed))}."
        )
    return checked


def resolve(session: Session, order: Order, *, is_shown: bool) -> Targets:
    """Find the servers of an order. Reads one list where names, exclusions, a status or a display need it.

    Raises:
        NcpError: The list could not be read or may be incomplete, or a server that was found by name has no usable
            number.
        click.UsageError: A pattern fits no server, a number has no status to choose by, or all are passed over.
    """
    region = session.settings.region.code
    reads_all = bool(order.patterns or order.excluded)
    if not (reads_all or is_shown or order.status):
        return Targets(order.numbers)
    try:
        listed = {server.number: server for server in session.servers(None if reads_all else order.numbers)}
    except PermissionDeniedError as error:
        if reads_all or order.status:
            raise
        say(f"What state the servers are in is not known: {reason(error)}.")
        return Targets(order.numbers)  # who may restart servers may not always list them
    by_name = named(listed.values(), order.patterns, region)
    by_name.sort(key=lambda server: (name_of(server), server.number))
    try:
        numbers = checked_numbers(dict.fromkeys((*order.numbers, *(server.number for server in by_name))))
    except ValueError as error:
        raise OutcomeUnknownError(f"the list of servers cannot be used: {error}") from None
    if order.status and (unknown := [number for number in order.numbers if number not in listed]):
        raise click.UsageError(f"There is no server {', '.join(unknown)} in {place(region)}.")
    unfit = left_out(listed.values(), order, region)
    targets = Targets(
        tuple(number for number in numbers if number not in unfit),
        {number: listed.get(number) for number in numbers if number not in unfit},
        {number: why for number, why in unfit.items() if number in numbers},
    )
    passed_over = [f"{called(number, listed[number])} ({why})" for number, why in targets.passed_over.items()]
    if not targets.numbers:
        raise click.UsageError(f"No server is left: {', '.join(passed_over)}.")
    if passed_over:
        say(f"Passed over: {', '.join(passed_over)}.")
    return targets


def named(servers: Collection[Server], patterns: Sequence[str], region: str | None) -> list[Server]:
    """The servers whose name fits one of the patterns.

    Raises:
        click.UsageError: A pattern fits no name.
    """
    for pattern in patterns:
        if not any(matches(pattern, name_of(server)) for server in servers):
            raise click.UsageError(f"No server in {place(region)} has a name that fits {pattern!r}.")
    return [server for server in servers if any(matches(pattern, name_of(server)) for pattern in patterns)]


def left_out(servers: Collection[Server], choice: Choice, region: str | None) -> dict[str, str]:
    """Why servers are left out, by number: ``excluded``, or the status that they have instead.

    Raises:
        click.UsageError: An exclusion matches no server. It may be a typing error, and the server would be changed.
    """
    found: dict[str, str] = {}
    for server in servers:
        if choice.status not in (None, server.status):
            found[server.number] = text(server.status) or "no status"
    for pattern in choice.excluded:
        fitting = [server for server in servers if pattern == server.number or matches(pattern, name_of(server))]
        if not fitting:
            raise click.UsageError(f"No server in {place(region)} has a name, or the number, to --exclude {pattern!r}.")
        found |= {server.number: "excluded" for server in fitting}
    return found
