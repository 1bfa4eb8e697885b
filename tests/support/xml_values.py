"""Reads an XML answer as the value that the contract's schema describes, and takes nothing but what it describes.

What an element is called, and whether a list has an element around it, is said by the contract's ``xml`` annotations.
The order of elements means nothing. Nothing here knows how the mock writes XML.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from support.contract import resolve

Schema = Mapping[str, Any]

_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_BOOLEANS = {"true": True, "false": False}
_KNOWN_ANNOTATIONS = {"name", "wrapped"}


class XmlValueError(ValueError):
    """The document is not as described. The text says where, as a path of elements."""


@dataclass
class _Element:
    name: str
    path: str
    children: list["_Element"] = field(default_factory=list["_Element"])
    text: str = ""


def xml_value(document: bytes, schema: Schema) -> Any:
    """The value of a document.

    Args:
        document: XML 1.0 in UTF-8, with an XML declaration that says so.
        schema: The contract's schema of the root element, or a ``oneOf`` of such: the root element's name chooses.

    Raises:
        XmlValueError: The document is not well-formed, or not what the schema describes.
    """
    root = _parse(document)
    described = {name: option for option in _options(schema) if (name := _annotation(option).get("name"))}
    if root.name not in described:
        raise XmlValueError(f"the root element is <{root.name}>, not {_listed(described)}")
    return _value(root, described[root.name])


def _options(schema: Schema) -> list[Schema]:
    schema = _resolved(schema)
    return [_resolved(option) for option in schema["oneOf"]] if "oneOf" in schema else [schema]


def _resolved(node: Schema) -> Schema:
    """A schema without its reference, and in place of an ``allOf`` around a single one that one.

    What stands beside the ``allOf`` (a description, ``xml``) stays.
    """
    node = resolve(dict(node))
    if "allOf" not in node:
        return node
    [inner] = node["allOf"]
    return {**_resolved(inner), **{key: value for key, value in node.items() if key != "allOf"}}


def _annotation(schema: Schema) -> Mapping[str, Any]:
    annotation: Mapping[str, Any] = schema.get("xml", {})
    if unknown := annotation.keys() - _KNOWN_ANNOTATIONS:
        raise XmlValueError(f"the contract says xml.{min(unknown)}, which means nothing here")
    return annotation


def _value(element: _Element, schema: Schema) -> Any:
    types = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
    if types == ["object"]:
        return _object(element, schema)
    if types == ["array"]:
        return _items(element, schema)
    if element.children:
        raise XmlValueError(f"{element.path} has elements in it, where only text belongs")
    # XML has no types: where several are allowed, the text is what each can be read as, and always a string.
    if "string" in types:
        return element.text
    if types == ["integer"]:
        if not _INTEGER.fullmatch(element.text):
            raise XmlValueError(f"{element.path} is no integer: {element.text!r}")
        return int(element.text)
    if types == ["boolean"]:
        if element.text not in _BOOLEANS:
            raise XmlValueError(f"{element.path} is neither true nor false: {element.text!r}")
        return _BOOLEANS[element.text]
    raise XmlValueError(f"{element.path}: the contract's schema is of no kind that is known here: {schema!r}")


def _object(element: _Element, schema: Schema) -> dict[str, Any]:
    _demand_no_text(element)
    found: dict[str, Any] = {}
    properties = {name: _resolved(node) for name, node in schema.get("properties", {}).items()}
    by_element = {_element_name(name, described): name for name, described in properties.items()}
    for child in element.children:
        if child.name not in by_element:
            raise XmlValueError(f"{child.path} is not described: there are {_listed(by_element)}")
        name = by_element[child.name]
        described = properties[name]
        if _is_bare_list(described):
            found.setdefault(name, []).append(_value(child, _resolved(described["items"])))
        elif name in found:
            raise XmlValueError(f"{child.path} is there twice")
        else:
            found[name] = _value(child, described)
    return found


def _items(element: _Element, schema: Schema) -> list[Any]:
    """The items of a list that has an element around it."""
    _demand_no_text(element)
    item = _resolved(schema["items"])
    # OpenAPI: items without a name of their own are called as the list is.
    name = _annotation(item).get("name", element.name)
    for child in element.children:
        if child.name != name:
            raise XmlValueError(f"{child.path} is not described: the items are called <{name}>")
    return [_value(child, item) for child in element.children]


def _element_name(name: str, schema: Schema) -> str:
    """The element that a property is written as; for a list without an element around it, each of its items."""
    if _is_bare_list(schema):
        return str(_annotation(_resolved(schema["items"])).get("name", name))
    return str(_annotation(schema).get("name", name))


def _is_bare_list(schema: Schema) -> bool:
    return schema.get("type") == "array" and not _annotation(schema).get("wrapped", False)


def _demand_no_text(element: _Element) -> None:
    # White space between elements is layout.
    if text := element.text.strip(" \t\r\n"):
        raise XmlValueError(f"{element.path} has text in it, where only elements belong: {text!r}")


def _listed(names: Mapping[str, Any] | Sequence[str]) -> str:
    return ", ".join(f"<{name}>" for name in names) or "no elements"


class _Builder:
    """What expat tells, as elements. Refuses all of XML that an answer has no use for."""

    def __init__(self) -> None:
        self.root: _Element | None = None
        self._open: list[_Element] = []

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        del standalone
        if version != "1.0":
            raise XmlValueError(f"the XML declaration says version {version}, not 1.0")
        if (encoding or "").upper() != "UTF-8":
            raise XmlValueError(f"the XML declaration says that the encoding is {encoding}, not UTF-8")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        path = f"{self._open[-1].path}/{name}" if self._open else name
        if attributes:
            raise XmlValueError(f"{path} has attributes, and none are described: {', '.join(attributes)}")
        element = _Element(name, path)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, name: str) -> None:
        del name  # expat sees to it that it is the right one
        self._open.pop()

    def text(self, data: str) -> None:
        self._open[-1].text += data

    def refuse(self, *what: object) -> None:
        raise XmlValueError(f"the document has something beside elements and text: {what[0]!r}")


def _parse(document: bytes) -> _Element:
    """The root element. A document type, and with it every entity of one's own, is refused."""
    if not document.startswith(b"<?xml "):
        raise XmlValueError(f"the document does not begin with an XML declaration but with {document[:20]!r}")
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.XmlDeclHandler = builder.declaration
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.CommentHandler = builder.refuse
    parser.ProcessingInstructionHandler = builder.refuse
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise XmlValueError(f"the document is not well-formed: {error}") from error
    assert builder.root is not None  # a document without a root element is not well-formed
    return builder.root


def as_xml(name: str, value: Any) -> str:
    """A value as an element, as another service might write it."""
    if isinstance(value, dict):
        inner = "".join(as_xml(html.escape(child).replace(" ", ""), each) for child, each in value.items())
    elif isinstance(value, list):
        inner = "".join(as_xml("item", each) for each in value)
    else:
        inner = html.escape(str(value))
    return f"<{name}>{inner}</{name}>"
