"""Tables of servers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import click
from rich.table import Table
from rich.text import Text

from ncp_vserver._values.server import Server, describe

from .outcomes import spelled, style
from .texts import name_of, text

_NEVER_CUT: Final = ("number", "name", "outcome")
_COLUMNS: Final[Mapping[str, Callable[[Server], object]]] = {
    "number": lambda server: server.number,
    "name": name_of,
    "zone": lambda server: server.zone,
    "region": lambda server: server.region,
    "status": lambda server: server.status,
    "operation": lambda server: "" if server.is_idle else server.operation,
    "state": describe,
    "public_ip": lambda server: server.public_ip,
    "uptime": lambda server: server.uptime and server.uptime.isoformat(),
    "created": lambda server: server.created and server.created.isoformat(),
    "cpu_count": lambda server: server.cpu_count,
    "memory_size": lambda server: server.memory_size,
}
_USUAL: Final = ("name", "zone", "status", "operation")


def chosen_columns(given: str) -> list[str]:
    """The names of columns in a text, separated by commas, or a UsageError that says which there are."""
    names = [name.strip() for name in given.split(",")]
    if unknown := [name for name in names if name not in _COLUMNS]:
        raise click.UsageError(f"There is no column {unknown[0]!r}; there are {', '.join(_COLUMNS)}.")
    return names


def list_table(servers: Iterable[Server], columns: Sequence[str] = (), *, header: bool = True) -> Table:
    """A line for each server of a list. In columns that were chosen, what a server lacks is a dash."""
    missing = "-" if columns else ""
    shown = columns or ("number", *_USUAL, "state")
    made = table(shown, [[_cell(server, name) or missing for name in shown] for server in servers])
    made.show_header = header
    return made


def recorded_table(outcomes: Mapping[str, str], names: Mapping[str, str]) -> Table:
    """A line for each server of a journal, which has only its name and its outcome."""
    rows = [(text(number), text(names.get(number)), _outcome(outcome)) for number, outcome in outcomes.items()]
    return table(("number", "name", "outcome"), rows)


def outcomes_table(
    servers: Mapping[str, Server | None], outcomes: Mapping[str, str], names: Mapping[str, str]
) -> Table:
    """A line for each server: its state, or at least its name, and its outcome."""
    rows: list[list[Text | str]] = []
    for number, server in servers.items():
        name, *others = (_cell(server, column) for column in _USUAL)
        rows.append([text(number), name or text(names.get(number)), *others, _outcome(outcomes[number])])
    return table(("number", *_USUAL, "outcome"), rows)


def _outcome(outcome: str) -> Text:
    return Text(spelled(outcome), style(outcome))


def _cell(server: Server | None, column: str) -> str:
    value = server and _COLUMNS[column](server)
    return "" if value is None else text(str(value))


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
    """Numbers in a line, shortened after ``most``."""
    rest = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    return ", ".join(numbers[:most]) + rest
