"""The plan in words, and the question whether to go ahead."""

import sys

from rich.console import RenderableType
from rich.text import Text

from ncp_vserver._command.orders import Order
from ncp_vserver._command.screen.streams import is_terminal, say
from ncp_vserver._command.screen.tables import listing, table
from ncp_vserver._command.screen.terminal import forget_typed
from ncp_vserver._command.screen.texts import called, name_of
from ncp_vserver._requests.operations import NUMBERS_PER_REQUEST
from ncp_vserver._runs.rolling import number_of
from ncp_vserver._steps.change import obstacle
from ncp_vserver._values.explanations import duration
from ncp_vserver._values.server import describe

from .session import Session
from .targets import Targets


def can_ask() -> bool:
    """Whether there is a terminal to ask on."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def announce(session: Session, order: Order, targets: Targets) -> None:
    """Say what is planned, for which servers, and as which account."""
    parts: list[RenderableType] = [_sentence(order, len(targets.numbers)), *who(session)]
    if targets.servers:
        rows = [(number, Text(name_of(server)), Text(describe(server))) for number, server in targets.servers.items()]
        parts.append(table(("number", "name", "state"), rows))
    else:
        parts.append("  servers  " + ", ".join(targets.numbers))
    say(*parts, *_forecast(order, targets))


def who(session: Session) -> list[str]:
    """Gateway, account and region, a line each."""
    return [
        f"  gateway  {session.settings.gateway}",
        f"  account  {session.keys.masked_access_key} ({session.keys.source})",
        f"  region   {session.settings.region}",
    ]


def _sentence(order: Order, count: int) -> str:
    servers = "1 server" if count == 1 else f"{count} servers"
    text = f"{order.verb.capitalize()} {'for ' if order.verb == 'wait' else ''}{servers}"
    if order.rolling:
        end = "stop at the first batch that is not" if order.on_failure == "stop" else "go on after one that is not"
        at_a_time = f"{'up to ' if order.ramp else ''}{_batch_size(order, count)} at a time"
        return f"{text}, {at_a_time}, each batch back within {duration(order.wait or 0)}; {end}."
    return f"{text}, and wait up to {duration(order.wait)}." if order.wait is not None else f"{text}."


def obstacles(order: Order, targets: Targets) -> dict[str, str]:
    """The servers that would be rejected in the state in which they were listed, and why."""
    change = order.change
    return {number: why for number, server in targets.servers.items() if change and (why := obstacle(change, server))}


def in_parts(numbers: tuple[str, ...], size: int) -> list[tuple[str, ...]]:
    """Split servers into parts of at most ``size``."""
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]


def batches(order: Order, numbers: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The batches of a rolling restart; else the servers of each request."""
    if not order.rolling:
        return in_parts(numbers, NUMBERS_PER_REQUEST)
    most = _batch_size(order, len(numbers))
    parts: list[tuple[str, ...]] = []
    size = 1 if order.ramp else most
    while numbers:
        parts.append(numbers[:size])
        numbers, size = numbers[size:], min(size * 2, most)
    return parts


def _batch_size(order: Order, servers: int) -> int:
    return max(1, number_of("--rolling", order.rolling or servers, servers, least=1))


def _forecast(order: Order, targets: Targets) -> list[str]:
    """Say which servers would be rejected, and the consequence for the others."""
    if not (rejected := obstacles(order, targets)):
        return []
    servers = [f"{called(number, targets.servers[number])} ({why})" for number, why in rejected.items()]
    parts = batches(order, targets.numbers)
    first = next(position for position, part in enumerate(parts, start=1) if not rejected.keys().isdisjoint(part))
    others = [called(number, targets.servers[number]) for number in parts[first - 1] if number not in rejected]
    lines = [f"Would be rejected: {listing(servers)}."]
    if order.rolling and order.on_failure == "stop":
        lines.append(f"The rolling restart would stop after batch {first} of {len(parts)}.")
    elif not order.rolling:
        if others:
            lines.append(f"The service would refuse the whole request, also for {listing(others)}.")
        if first < len(parts):
            lines.append(f"Only {first} of {len(parts)} requests would be sent.")
    return lines


def agrees() -> bool:
    """Ask, and return whether the answer is yes."""
    try:
        forget_typed()
        sys.stderr.write("Go ahead? [y/N] ")
        sys.stderr.flush()
        return sys.stdin.buffer.readline().strip().lower() in (b"y", b"yes")  # bytes: what is typed may be no text
    except OSError as error:
        say(f"The question could not be asked: {error}.")
        return False
