"""What a server's fields say about it."""

import re
from datetime import datetime
from typing import Final

from ncp_vserver_api.models import CommonCode, ServerInstance
from ncp_vserver_api.types import Unset

from ._answers import printable

NO_OPERATION: Final = "NULL"
"""The code, a string, of a server on which no operation is under way."""
RUNNING: Final = "RUN"
STOPPED: Final = "NSTOP"

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d")


def number_of(server: ServerInstance) -> str:
    """The server instance number; empty where the server has none. Numbers may come as JSON numbers."""
    return "" if isinstance(server.server_instance_no, Unset) else str(server.server_instance_no)


def status_of(server: ServerInstance) -> str:
    """The status code, such as RUN; empty where the server has none."""
    return _code(server.server_instance_status)


def operation_of(server: ServerInstance) -> str:
    """The code of the operation under way, NULL for none; empty where the server does not say."""
    return _code(server.server_instance_operation)


def is_settled(server: ServerInstance | None, status: str) -> bool:
    """Whether a server has a status, and no operation is under way that would change it.

    Status RUN alone says nothing: a server keeps it all through a restart.
    """
    return server is not None and status_of(server) == status and operation_of(server) == NO_OPERATION


def started_at(server: ServerInstance) -> float | None:
    """When the server last started, in seconds since the epoch by the vendor's clock; None where it does not say."""
    text = server.uptime
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None


def describe(server: ServerInstance | None) -> str:
    """Status and operation in one or two words, such as ``rebooting`` or ``RUN/RESTA``."""
    if server is None:
        return "not listed"
    if isinstance(server.server_instance_status_name, str) and server.server_instance_status_name:
        return printable(server.server_instance_status_name) or ""
    return printable(f"{status_of(server) or '?'}/{operation_of(server) or '?'}") or ""


def _code(value: CommonCode | Unset) -> str:
    return str(value.code) if isinstance(value, CommonCode) and not isinstance(value.code, Unset) else ""
