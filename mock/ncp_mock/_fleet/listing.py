"""Which servers a request reads, by the names of its parameters.

A parameter filters by the field of a server with the same name, such as ``serverName``; with ``Code`` at the end, by
the code of that field; as a numbered list such as ``serverInstanceNoList.1``, by any of its values. A parameter
without such a field, such as ``responseFormatType``, filters nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

from ncp_mock._contract.judge import numbered_lists

from .fleet import DEFAULT_REGION

_OTHER_NAMES: Final = {"ip": "publicIp"}
_DESCENDING: Final = "DESC"


def matching(
    servers: Sequence[Mapping[str, Any]], given: Mapping[str, str], fields: Collection[str]
) -> list[Mapping[str, Any]]:
    """Return the servers that match every parameter, in the order asked for.

    Args:
        servers: All servers.
        given: The parameters of the request.
        fields: The names of all fields of a server.
    """
    single = {name: [value] for name, value in given.items() if "." not in name}
    lists = {name.removesuffix("List"): values for name, values in numbered_lists(given).items()}
    wanted = {"regionCode": [DEFAULT_REGION]} | single | lists
    filters = {field: values for name, values in wanted.items() if (field := _field(name, fields))}
    found = [server for server in servers if all(_value(server, field) in filters[field] for field in filters)]
    if sorted_by := _field(given.get("sortedBy", ""), fields):
        found.sort(key=lambda server: _rank(_value(server, sorted_by)))
    return found[::-1] if given.get("sortingOrder", "").upper() == _DESCENDING else found


def page(servers: Sequence[Mapping[str, Any]], given: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """Return the page asked for: 0 and 1 are both the first. Without a page size, return all servers."""
    if "pageSize" not in given:
        return servers
    size = int(given["pageSize"])
    start = max(int(given.get("pageNo", 0)) - 1, 0) * size
    return servers[start : start + size]


def _field(parameter: str, fields: Collection[str]) -> str | None:
    name = _OTHER_NAMES.get(parameter, parameter)
    return next((each for each in (name, name.removesuffix("Code")) if each in fields), None)


def _rank(value: str) -> tuple[bool, int, str]:
    """Sort whole numbers by size, before everything else."""
    is_number = value.isdecimal()
    return not is_number, len(value) if is_number else 0, value


def _value(server: Mapping[str, Any], field: str) -> str:
    value: Any = server.get(field, "")
    return str(cast("Mapping[str, Any]", value).get("code", "") if isinstance(value, Mapping) else value)
