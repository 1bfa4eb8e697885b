"""What is known of an account: values that its servers have, for calls that ask for them."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from .calls import FILTERS

Facts = Mapping[str, str]
_NOBODY: Final[Mapping[str, Any]] = {}
_NUMBER: Final = "serverInstanceNo"
_STATUS: Final = "serverInstanceStatus.code"
_REASONS: Final = {
    _NUMBER: "there is no server",
    "publicIp": "no server has a public IP address",
    "partOfName": "no server has a name of two characters or more",
}


def value_at(server: Mapping[str, Any], path: str) -> str:
    """A field of a server as text, empty where there is none. A code has the path of its object, and ``.code``."""
    value: Any = server
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # whatever JSON holds
    return value if isinstance(value, str) else ""


def facts_of(servers: Sequence[Mapping[str, Any]]) -> Facts:
    """The facts of an account with these servers. What no server has is missing."""
    return dict(_facts(servers))


def why_unknown(fact: str) -> str:
    """Why a fact is missing."""
    return _REASONS.get(fact, f"no server has a {fact}")


def _facts(servers: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    numbers = {value_at(server, _NUMBER) for server in servers}
    yield "absent", next(number for each in itertools.count(999_999_991) if (number := str(each)) not in numbers)
    for field in FILTERS.values():
        if value := next(filter(str.strip, (value_at(server, field) for server in servers)), ""):
            yield field, value
    named = next((server for server in servers if value_at(server, "serverName")), _NOBODY)
    if len(name := value_at(named, "serverName")) > 1:
        yield "partOfName", name[:-1]
    if status := value_at(named, _STATUS):
        yield "otherStatus", "NSTOP" if status == "RUN" else "RUN"
