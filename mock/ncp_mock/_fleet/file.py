"""Reads descriptions of servers, and completes them."""

import contextlib
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import yaml

from ncp_mock._contract.document import NO_OPERATION, Contract
from ncp_mock._messages import meant

from .behaviour import OPTIONS, SHORT, Behaviour, BehaviourError, changed
from .fleet import Described

_NUMBER: Final = "serverInstanceNo"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# The status name follows from the operation in progress, if any, else from the status.
_STATUS_NAMES: Final = {
    "RESTA": "rebooting",
    "SETUP": "setting up",
    "START": "booting",
    "SHTDN": "shutting down",
    "TERMT": "terminating",
    "COPY": "copying",
    "CHNG": "changingSpec",
    "RUN": "running",
    "NSTOP": "stopped",
    "INIT": "init",
    "CREAT": "creating",
}
_CODE_NAMES: Final = {"RUN": "Server RUN state", "NSTOP": "Server NSTOP state", "NULL": NO_OPERATION["codeName"]}


class FleetError(ValueError):
    """A description of a fleet cannot be used. The text says why."""


def default_fleet(contract: Contract) -> list[Described]:
    """Return the servers in the contract's examples, all running, one that is stopped, and one that is being set up."""
    last = int(contract.server_numbers[-1])
    stopped = {_NUMBER: last + 1, "serverInstanceStatus": "NSTOP"}
    busy = {_NUMBER: last + 2, "serverInstanceStatus": "INIT", "serverInstanceOperation": "SETUP"}
    return complete_servers(contract, [*contract.server_numbers, stopped, busy])


def read_fleet(contract: Contract, file: Path) -> list[Described]:
    """Read servers from a file in JSON or YAML, or with the output of ``ncp-vserver list --json``.

    Raises:
        FleetError: The file cannot be read, or does not describe servers.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
        content = _listed(contract, text) or _parsed(text)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise FleetError(f"the fleet's file {file} cannot be read: {error}") from error
    if not isinstance(content, list):
        raise FleetError(f"the fleet's file {file} must hold a list of servers")
    return complete_servers(contract, content)  # pyright: ignore[reportUnknownArgumentType] - checked item by item


def _listed(contract: Contract, text: str) -> list[Any]:
    """Read the output of ``ncp-vserver list --json``: a server on each line, then a summary. Empty for any other text.

    Fields that the contract does not know, or that are null, are left out.
    """
    try:
        *servers, last = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        return []
    if not (isinstance(last, dict) and "summary" in last):
        return []
    known = contract.server_schema["properties"]
    return [
        {name: value for name, value in server.items() if name in known and value is not None} for server in servers
    ]


def _parsed(text: str) -> Any:
    with contextlib.suppress(ValueError):
        return json.loads(text)
    # Every scalar stays text, and the contract gives its type: YAML would make dates and octal numbers.
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506 - text only is safe


def complete_servers(contract: Contract, servers: Sequence[Any]) -> list[Described]:
    """Complete descriptions of servers from the vendor's published example.

    A description is a server instance number, or an object with ``serverInstanceNo``, any other fields of a server and
    options of its behaviour. A code such as RUN can stand without its name.

    Raises:
        FleetError: A description is wrong, or two have the same number.
    """
    complete = [_complete(contract, server) for server in servers]
    if not complete:
        raise FleetError("a fleet has at least one server")
    [(number, count)] = Counter(server.fields["serverInstanceNo"] for server in complete).most_common(1)
    if count > 1:
        raise FleetError(f"server {number} is in the fleet {count} times")
    return complete


def _complete(contract: Contract, description: Any) -> Described:
    is_object = isinstance(description, Mapping)
    described = dict(cast("Mapping[Any, Any]", description)) if is_object else {_NUMBER: description}
    options = {name: described.pop(name) for name in OPTIONS if name in described}
    fields = _complete_fields(contract, described)
    try:
        return Described(fields, changed(Behaviour(), options, contract.server_schema["properties"]))
    except BehaviourError as error:
        raise FleetError(f"server {fields[_NUMBER]} of the fleet: {error}") from None


def _complete_fields(contract: Contract, description: Mapping[Any, Any]) -> dict[str, Any]:
    given = _typed(contract, contract.server_schema, description, "a server", OPTIONS)
    number = given.get("serverInstanceNo", "")
    if not (number.isascii() and number.isdigit()):
        raise FleetError(f"a server of the fleet needs a serverInstanceNo of digits, not {number!r}")
    for field in ("serverInstanceStatus", "serverInstanceOperation"):
        if field in given and not given[field].get("code"):
            raise FleetError(f"{field} of server {number} of the fleet needs a code, such as RUN or NULL")
    published = contract.published_server
    status = given.get("serverInstanceStatus", {"code": "RUN", "codeName": _CODE_NAMES["RUN"]})
    operation = given.get("serverInstanceOperation", dict(NO_OPERATION))
    name = published["serverName"] if number == published["serverInstanceNo"] else f"test-{number[-3:]}"
    fields = {
        **published,
        "serverName": name,
        "serverInstanceStatus": status,
        "serverInstanceOperation": operation,
        "serverInstanceStatusName": _STATUS_NAMES.get(operation["code"]) or _STATUS_NAMES.get(status["code"], ""),
        **({"zoneCode": f"{given['regionCode']}-1"} if "regionCode" in given else {}),
        **given,
    }
    return {name: fields[name] for name in contract.server_schema["properties"] if name in fields}


def _typed(
    contract: Contract, schema: Mapping[str, Any], value: Any, where: str, known_besides: Collection[str] = ()
) -> Any:
    """Return a value of a description in the type that the contract gives it.

    An unknown name can be meant for one in ``known_besides``, too.
    """
    schema = contract.resolve(schema)
    properties = schema.get("properties", {})
    match schema["type"], value:  # pragma: no branch - the last case takes every pair
        case "object", Mapping():
            fields = cast("Mapping[str, Any]", value)
            if unknown := [str(name) for name in fields if name not in properties]:
                hint = meant(unknown[0], [*properties, *known_besides]) or ", which the contract does not know"
                raise FleetError(f"{where} of the fleet has a field {unknown[0]!r}{hint}")
            return {
                name: _typed(contract, properties[name], each, f"{name} of {where}") for name, each in fields.items()
            }
        case "object", str() if "code" in properties:
            return {"code": value, "codeName": _CODE_NAMES.get(value, f"Server {value}")}
        case "array", list():
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - whatever the file holds
            return [_typed(contract, schema["items"], each, f"an item of {where}") for each in items]
        case "boolean", bool() | "true" | "false":
            return value in (True, "true")
        case "integer", int() | str() if re.fullmatch("[0-9]{1,18}", str(value), re.ASCII):
            return int(value)
        case "string", str() | int() if not isinstance(value, bool) and not _SURROGATE.search(str(value)):
            return str(value)
        case expected, _:
            raise FleetError(f"{where} of the fleet must be of type {expected}, not {SHORT.repr(value)}")
