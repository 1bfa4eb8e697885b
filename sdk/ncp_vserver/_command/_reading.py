"""Listing and showing servers."""

from collections.abc import Callable, Sequence
from typing import Any

from ncp_signer import NcpError
from rich.text import Text

from ncp_vserver._gateway import region
from ncp_vserver._server import Server

from . import _exit_codes
from ._parameters import Options
from ._session import Session, open_session
from ._signals import Interrupts
from ._streams import report, report_json, say
from ._tables import listing, servers_table, table
from ._targets import given_numbers, named, text
from ._verdict import as_json, exit_code_of_read, explanation


def list_servers(interrupts: Interrupts, options: Options, patterns: Sequence[str], status: str | None) -> int:
    """Report the servers of a region, and return the exit code."""

    def read(session: Session) -> list[Server]:
        servers = list(session.servers())
        fitting = named(servers, patterns, session.region) if patterns else servers
        return [server for server in fitting if status in (None, server.status)]

    def show(servers: list[Server]) -> int:
        if servers:
            report(servers_table({server.number: server for server in servers}))
        else:
            where = region(options.region).place
            say(f"No server fits in {where}." if status else f"There is no server in {where}.")
        return _exit_codes.DONE

    return _read(interrupts, options, read, show)


def show_servers(interrupts: Interrupts, options: Options, numbers: tuple[str, ...]) -> int:
    """Report all that is known of some servers, and return the exit code."""
    wanted = given_numbers(numbers)

    def read(session: Session) -> list[Server]:
        found = {server.number: server for server in session.servers(wanted)}
        return [found[number] for number in wanted if number in found]

    def show(servers: list[Server]) -> int:
        for position, server in enumerate(servers):
            if position:
                report("")
            report(
                table(("field", "value"), [(name, Text(_value(value))) for name, value in server.raw.to_dict().items()])
            )
        return _exit_codes.DONE

    def missing(servers: list[Server]) -> int:
        found = {server.number for server in servers}
        if absent := [number for number in wanted if number not in found]:
            say(f"The service lists no server {listing(absent)} in {region(options.region).place}.")
            return _exit_codes.REJECTED
        return _exit_codes.DONE

    return _read(interrupts, options, read, show, missing)


def _read(
    interrupts: Interrupts,
    options: Options,
    read: Callable[[Session], list[Server]],
    show: Callable[[list[Server]], int],
    verdict: Callable[[list[Server]], int] = lambda servers: _exit_codes.DONE,
) -> int:
    servers: list[Server] = []
    failure: NcpError | None = None
    code = _exit_codes.DONE
    try:
        with interrupts.armed(), open_session(options) as session:
            servers = read(session)
    except NcpError as error:
        failure, code = error, exit_code_of_read(error)
    except KeyboardInterrupt:
        code = _exit_codes.INTERRUPTED
    else:
        code = verdict(servers)
    if options.json:
        summary = {"servers": len(servers), "error": as_json(failure), "exitCode": code}
        report_json([*(server.raw.to_dict() for server in servers), {"summary": summary}])
    elif code != _exit_codes.INTERRUPTED and failure is None:
        show(servers)
    if failure:
        say(f"Error: {explanation(failure)}")
    return code


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
