"""Tables of servers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from ncp_vserver._server import Server, describe

from ._targets import name_of, text
from ._verdict import style

_NEVER_CUT: Final = ("name", "outcome")


def servers_table(servers: Mapping[str, Server | None], outcomes: Mapping[str, str] | None = None) -> Table:
    """A line for each server: what it is, its state, and its outcome where it has one."""
    headings = ["number", "name", "zone", "status", "operation", "state" if outcomes is None else "outcome"]
    rows: list[list[Text | str]] = []
    for number, server in servers.items():
        if outcomes is None:
            last = Text(describe(server))
        else:
            last = Text(outcomes[number].replace("_", " "), style(outcomes[number]))
        rows.append(
            [
                text(number),
                name_of(server),
                text(server and server.zone),
                text(server and server.status),
                text(server and not server.is_idle and server.operation),
                last,
            ]
        )
    return table(headings, rows)


def table(headings: Sequence[str], rows: Iterable[Sequence[Text | str]]) -> Table:
    """A table without lines. What does not fit goes on below."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for position, heading in enumerate(headings):
        is_whole = position == 0 or heading in _NEVER_CUT
        made.add_column(heading.upper(), overflow="fold", no_wrap=is_whole)
    for row in rows:
        made.add_row(*row)
    return made


def listing(numbers: Sequence[str], most: int = 20) -> str:
    """Numbers in a line, which may have to end early."""
    rest = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    return ", ".join(numbers[:most]) + rest
