"""The contract, as answers are held against it."""

from collections.abc import Iterator, Mapping
from functools import cached_property
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


def document(name: str) -> Any:
    """A YAML file of the contract's folder. A wheel has them beside the generated client."""
    bundled = _IN_WHEEL / name
    path = bundled if bundled.exists() else _CHECKOUT / name
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a PyYAML without libyaml is slower, not less able
    return yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506 - both are safe


class Deviation(NamedTuple):
    """Where an answer is not as the contract has it."""

    kind: str
    """``new``, ``null`` or ``type``."""
    path: str
    """Of the field, without positions in lists."""
    text: str
    """What is there instead."""


class Contract:
    """What the contract says about answers."""

    def __init__(self) -> None:
        self._document: dict[str, Any] = document("vserver.yaml")

    @cached_property
    def roots(self) -> Mapping[str, Mapping[str, Any]]:
        """Schema by the name of the envelope's key in JSON, which is the root element in XML."""
        schemas = self._document["components"]["schemas"].values()
        return {schema["xml"]["name"]: schema for schema in schemas if "name" in schema.get("xml", {})}

    @cached_property
    def server_fields(self) -> Mapping[str, Any]:
        """The fields of a server, in the contract's order."""
        fields: Mapping[str, Any] = self.roots["serverInstance"]["properties"]
        return fields

    def deviations(self, envelope: str, content: Any) -> Iterator[Deviation]:
        """Where the content of an envelope is not as the contract has it. Of an envelope that it lacks, nothing is."""
        if envelope in self.roots:
            yield from self._deviations(content, self.roots[envelope], envelope)

    def _deviations(self, value: Any, node: Mapping[str, Any], path: str) -> Iterator[Deviation]:
        schema = self._resolved(node)
        types: Any = schema["type"]
        expected = [types] if isinstance(types, str) else types
        if value is None:
            yield Deviation("null", path, "null")
        elif not any(_is(value, name) for name in expected):
            yield Deviation("type", path, f"{_type(value)} instead of {' or '.join(expected)}")
        elif isinstance(value, list):
            for each in value:  # pyright: ignore[reportUnknownVariableType]  # whatever JSON holds
                yield from self._deviations(each, schema["items"], f"{path}[]")
        elif isinstance(value, dict):
            for name, each in value.items():  # pyright: ignore[reportUnknownVariableType]  # likewise
                known = schema["properties"].get(name)
                if known is None:
                    yield Deviation("new", f"{path}.{name}", _type(each))
                else:
                    yield from self._deviations(each, known, f"{path}.{name}")

    def from_xml(self, element: Element, node: Mapping[str, Any]) -> Any:
        """An element in the form that JSON has. What the contract does not know stays text."""
        schema = self._resolved(node)
        kind = schema.get("type")
        if kind == "array":
            return [self.from_xml(child, schema["items"]) for child in element]
        if kind == "object" or len(element):
            known = schema.get("properties", {})
            return {child.tag: self.from_xml(child, known.get(child.tag, {})) for child in element}
        text = element.text or ""
        if kind == "integer" and text.removeprefix("-").isdecimal():
            return int(text)
        return text == "true" if kind == "boolean" and text in ("true", "false") else text

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a local reference points to. A lone ``allOf`` counts as one."""
        while True:
            if "$ref" in node:
                found: Any = self._document
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
