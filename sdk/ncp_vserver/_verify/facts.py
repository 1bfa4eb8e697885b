"""What is known of an account: values that its servers have, for calls that ask for them."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from .calls import FILTERS

Facts = Mapping[str, str]
NUMBER: Final = "serverInstanceNo"
_STATUS: Final = "serverInstanceStatus.code"
_STATUSES: Final = ("NSTOP", "RUN", "NONE")
_REASONS: Final = {
    NUMBER: "there is no server",
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
    numbers = {value_at(server, NUMBER) for server in servers}
    yield "absent", next(number for each in itertools.count(999_999_991) if (number := str(each)) not in numbers)
    facts = {field: value for field in FILTERS.values() if (value := _rarest(servers, field))}
    yield from facts.items()
    name = facts.get("serverName", "")
    if part := name[:-1].strip():
        yield "partOfName", part
    if name:
        statuses = {value_at(server, _STATUS) for server in servers if value_at(server, "serverName") == name}
        yield "otherStatus", next(code for code in _STATUSES if code not in statuses)


def _rarest(servers: Sequence[Mapping[str, Any]], field: str) -> str | None:
    """The value of a field that the fewest servers have: a filter that lets others through shows best with it."""
    counts = Counter(value for server in servers if (value := value_at(server, field)).strip() and _is_text(value))
    return min(counts, key=lambda value: counts[value], default=None)


def _is_text(value: str) -> bool:
    """Whether a request can carry it: JSON can hold half a character, which has no UTF-8."""
    return value.encode(errors="ignore").decode() == value
