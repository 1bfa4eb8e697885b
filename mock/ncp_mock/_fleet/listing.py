"""Which servers a request asks to read, told by the names of its parameters.

A parameter is about the field of a server with the same name, as ``serverName`` is. With ``Code`` behind it, it is
about that field's code; as a numbered list, ``serverInstanceNoList.1`` and so on, it gives all values that will do.
What is about no field of a server, such as ``responseFormatType``, does not narrow anything down.
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
    """The servers that match every parameter, in the order that is asked for.

    Args:
        servers: All there are.
        given: The parameters of the request.
        fields: The fields of a server.
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
    """The page that is asked for, of which 0 and 1 are both the first; all servers if none is."""
    if "pageSize" not in given:
        return servers
    size = int(given["pageSize"])
    start = max(int(given.get("pageNo", 0)) - 1, 0) * size
    return servers[start : start + size]


def _field(parameter: str, fields: Collection[str]) -> str | None:
    """The field that a parameter is about."""
    name = _OTHER_NAMES.get(parameter, parameter)
    return next((each for each in (name, name.removesuffix("Code")) if each in fields), None)


def _rank(value: str) -> tuple[bool, int, str]:
    """Whole numbers come by their size, and before everything else."""
    is_number = value.isdecimal()
    return not is_number, len(value) if is_number else 0, value


def _value(server: Mapping[str, Any], field: str) -> str:
    value: Any = server.get(field, "")
    return str(cast("Mapping[str, Any]", value).get("code", "") if isinstance(value, Mapping) else value)
