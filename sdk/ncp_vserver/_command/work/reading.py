"""List and show servers."""

import contextlib
from collections.abc import Callable
from typing import Any

import click
from ncp_signer import NcpError
from rich.text import Text

from ncp_vserver._command import exit_codes
from ncp_vserver._command.orders import Choice, Options
from ncp_vserver._command.screen.outcomes import exit_code_of_read, explanation
from ncp_vserver._command.screen.streams import report, report_json, say
from ncp_vserver._command.screen.tables import chosen_columns, list_table, listing, table
from ncp_vserver._command.screen.texts import text
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._requests.gateway import region
from ncp_vserver._values.arguments import place
from ncp_vserver._values.errors import IncompleteListError
from ncp_vserver._values.reasons import as_json
from ncp_vserver._values.server import Server

from .session import open_session
from .targets import given_numbers, left_out, named


def list_servers(
    interrupts: Interrupts, options: Options, choice: Choice, columns: str | None = None, *, header: bool = True
) -> int:
    """Report the servers of a region, and return the exit code."""
    shown = chosen_columns(columns) if columns else []

    def choose(servers: list[Server]) -> list[Server]:
        fitting = named(servers, choice.patterns, _code(options)) if choice.patterns else servers
        unfit = left_out(servers, choice, _code(options))
        return [server for server in fitting if server.number not in unfit]

    def show(servers: list[Server]) -> None:
        if servers:
            report(list_table(servers, shown, header=header))
        else:
            where = place(_code(options))
            is_narrowed = choice.status or choice.excluded
            say(f"No server fits in {where}." if is_narrowed else f"There is no server in {where}.")

    return _read(interrupts, options, None, choose, show)


def show_servers(interrupts: Interrupts, options: Options, numbers: tuple[str, ...]) -> int:
    """Report all that is known of some servers, and return the exit code."""
    wanted = given_numbers(numbers)

    def choose(servers: list[Server]) -> list[Server]:
        return sorted(servers, key=lambda server: wanted.index(server.number))

    def show(servers: list[Server]) -> None:
        for position, server in enumerate(servers):
            if position:
                report("")
            report(
                table(("field", "value"), [(name, Text(_value(value))) for name, value in server.raw.to_dict().items()])
            )

    return _read(interrupts, options, wanted, choose, show)


def _read(
    interrupts: Interrupts,
    options: Options,
    numbers: tuple[str, ...] | None,
    choose: Callable[[list[Server]], list[Server]],
    show: Callable[[list[Server]], None],
) -> int:
    servers: list[Server] = []
    failure: NcpError | None = None
    code = exit_codes.DONE
    try:
        with interrupts.armed(), open_session(options) as session:
            for server in session.servers(numbers):
                servers.append(server)  # noqa: PERF402 - those before an error count
    except IncompleteListError as error:
        failure, code, incomplete, servers = error, exit_code_of_read(error), servers, []
        with contextlib.suppress(click.UsageError):  # that a pattern fits no server cannot be told of such a list
            servers = choose(incomplete)
    except NcpError as error:
        failure, code, servers = error, exit_code_of_read(error), []
    except KeyboardInterrupt:
        code, servers = exit_codes.INTERRUPTED, []
    else:
        servers = choose(servers)
        found = {server.number for server in servers}
        if absent := [number for number in numbers or () if number not in found]:
            say(f"There is no server {listing(absent)} in {place(_code(options))}.")
            code = exit_codes.REJECTED
    try:
        if options.json:
            summary = {"servers": len(servers), "error": as_json(failure), "exitCode": code}
            report_json([*(server.raw.to_dict() for server in servers), {"summary": summary}])
        elif servers or not (failure or code == exit_codes.INTERRUPTED):
            show(servers)
    finally:  # a report that cannot be written does not hide why
        if failure:
            say(f"Error: {explanation(failure)}")
    return code


def _code(options: Options) -> str | None:
    """The region that is read, once a session has checked its code."""
    return region(options.region).code


def _value(value: Any) -> str:
    """A field for people."""
    match value:
        case {"code": code, "codeName": name}:
            return text(f"{code} ({name})")
        case list():
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]  # of a dictionary of anything
            return ", ".join(map(_value, items))
        case dict():
            pairs: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]  # likewise
            return ", ".join(f"{name} {_value(each)}" for name, each in pairs.items())
        case bool():
            return "true" if value else "false"
        case _:
            return text(str(value))
