"""What is about to be done, in words, and whether it may be."""

import sys
import termios

from rich.console import RenderableType
from rich.text import Text

from ncp_vserver._explanations import duration
from ncp_vserver._server import describe

from ._parameters import Order
from ._session import Session
from ._streams import is_terminal, say
from ._tables import table
from ._targets import Targets, name_of


def can_ask() -> bool:
    """Whether somebody is there to answer."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def announce(session: Session, order: Order, targets: Targets) -> None:
    """Say what is about to be done, to what, and as whom."""
    parts: list[RenderableType] = [
        sentence(order, len(targets.numbers)),
        f"  gateway  {session.gateway}",
        f"  account  {session.keys.masked_access_key} ({session.keys.source})",
        f"  region   {session.region or 'the default of the service'}",
    ]
    if targets.servers:
        rows = [
            (number, Text(name_of(targets.servers[number])), Text(describe(targets.servers[number])))
            for number in targets.numbers
        ]
        parts.append(table(("number", "name", "state"), rows))
    else:
        parts.append("  servers  " + ", ".join(targets.numbers))
    say(*parts)


def sentence(order: Order, count: int) -> str:
    """What is about to be done."""
    servers = "1 server" if count == 1 else f"{count} servers"
    text = f"{order.verb.capitalize()} {'for ' if order.verb == 'wait' else ''}{servers}"
    if order.rolling:
        end = "stop at the first batch that is not" if order.on_failure == "stop" else "go on after one that is not"
        return f"{text}, {order.rolling} at a time, each batch back within {duration(order.wait or 0)}; {end}."
    return f"{text}, and wait up to {duration(order.wait)}." if order.wait is not None else f"{text}."


def agrees() -> bool:
    """Ask, and return whether the answer is yes."""
    termios.tcflush(sys.stdin, termios.TCIFLUSH)  # what was typed before is no answer
    sys.stderr.write("Go ahead? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.buffer.readline().strip().lower() in (b"y", b"yes")  # bytes: what is typed may be no text
