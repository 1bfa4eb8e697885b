"""Facts of an account: values that its servers have, for calls that ask for them."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from .calls import FILTERS

Facts = Mapping[str, str]
NUMBER: Final = "serverInstanceNo"
_STATUS: Final = "serverInstanceStatus.code"
_STATUSES: Final = ("NSTOP", "RUN", "NONE")
_NUMBERS: Final = ("vpcNo", "placementGroupNo", "fabricClusterPoolNo", "fabricClusterNo")
_CODES: Final[Mapping[str, Sequence[str]]] = {
    _STATUS: ("NSTOP", "RUN"),
    "baseBlockStorageDiskDetailType.code": ("HDD", "SSD"),
    "hypervisorType.code": ("XEN", "KVM"),
}
"""The codes that NCP's page names for a filter."""
_REASONS: Final = {
    NUMBER: "there is no server",
    "publicIp": "no server has a public IP address",
    "partOfName": "no server has a name of two characters or more",
}


def value_at(server: Mapping[str, Any], path: str) -> str:
    """A field of a server as text, empty if it has none. The path of a code ends in ``.code``."""
    value: Any = server
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # whatever JSON holds
    return value if isinstance(value, str) else ""


def facts_of(servers: Sequence[Mapping[str, Any]]) -> Facts:
    """The facts of an account with these servers. A fact that no server has is missing."""
    numbers = {value_at(server, NUMBER) for server in servers}
    absent = next(number for each in itertools.count(999_999_991) if (number := str(each)) not in numbers)
    facts = {field: value for field in FILTERS.values() if (value := _to_ask_for(servers, field, absent))}
    name = facts.get("serverName", "")
    if part := name[:-1].strip():
        facts["partOfName"] = part
    if name:
        statuses = {value_at(server, _STATUS) for server in servers if value_at(server, "serverName") == name}
        facts["otherStatus"] = next(code for code in _STATUSES if code not in statuses)
    return {"absent": absent, **facts}


def why_unknown(fact: str) -> str:
    """Why a fact is missing."""
    return _REASONS.get(fact, f"no server has a {fact}")


def _to_ask_for(servers: Sequence[Mapping[str, Any]], field: str, absent: str) -> str | None:
    """The value of a field that the fewest servers have; if all have the same, or none has any, one that none has.

    With a value that all servers have, a filter that is ignored would not show.
    """
    counts = Counter(value for server in servers if (value := value_at(server, field)).strip() and _is_text(value))
    rarest = min(counts, key=lambda value: counts[value], default=None)
    if rarest is not None and counts[rarest] < len(servers):
        return rarest
    if field in _NUMBERS:
        return absent
    return next((code for code in _CODES.get(field, ()) if code not in counts), rarest)


def _is_text(value: str) -> bool:
    """Whether a request can carry it: JSON can hold half a character, which has no UTF-8."""
    return value.encode(errors="ignore").decode() == value
