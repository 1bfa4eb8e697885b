"""The contract: what responses are compared with."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element

import ncp_vserver_api
import yaml

_IN_WHEEL: Final = Path(str(ncp_vserver_api.__file__)).parent
_CHECKOUT: Final = Path(__file__).parents[3] / "openapi"
_PYTHON: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list,
    "object": dict,
}


@cache
def document(name: str) -> Any:
    """Read a YAML file of the contract's folder. A wheel has it in the folder of the generated client."""
    bundled = _IN_WHEEL / name
    path = bundled if bundled.exists() else _CHECKOUT / name
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a PyYAML without libyaml is slower, not less able
    return yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506 - both are safe


class Deviation(NamedTuple):
    """A deviation of a response from the contract."""

    kind: str
    """``new``, ``null`` or ``type``."""
    path: str
    """The field, without positions in lists."""
    text: str
    """What is there instead."""


@cache
def roots() -> Mapping[str, Mapping[str, Any]]:
    """Schema by the name of the envelope's key in JSON, which is the root element in XML."""
    schemas = document("vserver.yaml")["components"]["schemas"].values()
    return {schema["xml"]["name"]: schema for schema in schemas if "name" in schema.get("xml", {})}


def server_fields() -> Mapping[str, Any]:
    """The fields of a server, in the contract's order."""
    fields: Mapping[str, Any] = roots()["serverInstance"]["properties"]
    return fields


def deviations(envelope: str, content: Any) -> Iterator[Deviation]:
    """Where the content of an envelope deviates from the contract. An envelope that the contract lacks never does."""
    if envelope in roots():
        yield from _deviations(content, roots()[envelope], envelope)


def _deviations(value: Any, node: Mapping[str, Any], path: str) -> Iterator[Deviation]:
    schema = resolved(node)
    types: Any = schema["type"]
    expected = [types] if isinstance(types, str) else types
    if value is None:
        yield Deviation("null", path, "null")
    elif not any(_is(value, name) for name in expected):
        yield Deviation("type", path, f"{_type(value)} instead of {' or '.join(expected)}")
    elif isinstance(value, list):
        for each in value:  # pyright: ignore[reportUnknownVariableType]  # whatever JSON holds
            yield from _deviations(each, schema["items"], f"{path}[]")
    elif isinstance(value, dict):
        for name, each in value.items():  # pyright: ignore[reportUnknownVariableType]  # likewise
            known = schema["properties"].get(name)
            if known is None:
                yield Deviation("new", f"{path}.{name}", _type(each))
            else:
                yield from _deviations(each, known, f"{path}.{name}")


def from_xml(element: Element, node: Mapping[str, Any]) -> Any:
    """An element in the form that JSON has. What the contract does not know stays text."""
    schema = resolved(node)
    kind = schema.get("type")
    if kind == "array":
        return [from_xml(child, schema["items"]) for child in element]
    if kind == "object" or len(element):
        known = schema.get("properties", {})
        return {child.tag: from_xml(child, known.get(child.tag, {})) for child in element}
    text = element.text or ""
    if kind == "integer" and text.removeprefix("-").isdecimal():
        return int(text)
    return text == "true" if kind == "boolean" and text in ("true", "false") else text


def resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a local reference points to. A lone ``allOf`` counts as one."""
    while True:
        if "$ref" in node:
            found: Any = document("vserver.yaml")
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        elif "allOf" in node:
            node = node["allOf"][0]
        else:
            return node


def _is(value: Any, name: str) -> bool:
    """Whether a value is of a type of JSON schema. In Python a truth value is an integer, too."""
    return isinstance(value, _PYTHON[name]) and isinstance(value, bool) == (name == "boolean")


def _type(value: Any) -> str:
    return "null" if value is None else next(name for name in _PYTHON if _is(value, name))
