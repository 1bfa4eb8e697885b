"""A server, as people read it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ncp_vserver_api.models import CommonCode, ServerInstance
from ncp_vserver_api.types import Unset

from .explanations import printable

NO_OPERATION: Final = "NULL"
"""The code, a string, of a server on which no operation is in progress."""
RUNNING: Final = "RUN"
STOPPED: Final = "NSTOP"

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d")


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """One server in one response. Immutable: read it again to see what has changed.

    A text that the response lacks is empty; anything else that it lacks is None.

    Attributes:
        number: Server instance number.
        name: The name that its owner gave it.
        status: Status code, such as ``RUN`` or ``NSTOP``. It stays ``RUN`` all through a restart.
        operation: Code of the operation in progress, such as ``RESTA``; the text ``NULL`` if there is none.
        status_name: What the console shows, such as ``running`` or ``rebooting``.
        uptime: When it last started, by the vendor's clock.
        created: When it was created.
        zone: Zone code, such as ``KR-1``.
        region: Region code, such as ``KR``.
        public_ip: Public IP address; None if it has none.
        cpu_count: Number of virtual CPUs.
        memory_size: Memory in bytes.
        raw: The generated model, with all other fields.

    https://api.ncloud-docs.com/docs/en/common-vapidatatype-serverinstance
    """

    number: str
    name: str
    status: str
    operation: str
    status_name: str
    uptime: datetime | None
    created: datetime | None
    zone: str
    region: str
    public_ip: str | None
    cpu_count: int | None
    memory_size: int | None
    raw: ServerInstance = field(hash=False)

    @classmethod
    def of(cls, raw: ServerInstance) -> "Server":
        """Read a generated model. Numbers may come as JSON numbers, and any field may be missing."""
        return cls(
            number=_text(raw.server_instance_no),
            name=_text(raw.server_name),
            status=_code(raw.server_instance_status),
            operation=_code(raw.server_instance_operation),
            status_name=_text(raw.server_instance_status_name),
            uptime=_time(raw.uptime),
            created=_time(raw.create_date),
            zone=_text(raw.zone_code),
            region=_text(raw.region_code),
            public_ip=_text(raw.public_ip).strip() or None,  # one space was seen in place of none
            cpu_count=_whole(raw.cpu_count),
            memory_size=_whole(raw.memory_size),
            raw=raw,
        )

    @property
    def is_idle(self) -> bool:
        """Whether it says that no operation is in progress."""
        return self.operation == NO_OPERATION

    @property
    def state(self) -> str:
        """Status and operation in one or two words for people, such as ``rebooting`` or ``RUN/RESTA``."""
        return printable(self.status_name) or printable(f"{self.status or '?'}/{self.operation or '?'}") or ""

    def __str__(self) -> str:
        return f"{printable(f'{self.number} {self.name}') or 'a server without a number'} ({self.state})"

    def __repr__(self) -> str:
        names = ("number", "name", "status", "operation", "status_name")
        return f"Server({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


def describe(server: Server | None) -> str:
    """The state of a server, or that it is not listed."""
    return "not listed" if server is None else server.state


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _code(value: CommonCode | Unset) -> str:
    return _text(value.code) if isinstance(value, CommonCode) else ""


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _time(value: object) -> datetime | None:
    """A date in the vendor's form, whose offset has no colon."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
