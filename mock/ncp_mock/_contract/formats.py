"""The two formats of a response: JSON, and XML by the contract's ``xml`` annotations."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from ncp_mock._messages import Answer, Format, Request

from .document import Contract
from .observed import Style

FORMAT_PARAMETER: Final = "responseFormatType"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def requested_format(request: Request) -> Format:
    """Return the format that the query or the form asks for: XML unless it says json, as the service does."""
    found = (value for name, value in (*request.in_query, *request.in_form) if name == FORMAT_PARAMETER)
    return "json" if next(found, "") == "json" else "xml"


class Renderer:
    """Turns values into answers."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def answer(
        self, status: int, envelope: Mapping[str, Any], form: Format, headers: Mapping[str, str], style: Style
    ) -> Answer:
        """Render an object with one key, which is the name of the root element in XML."""
        body = _json(envelope, style.layout) if form == "json" else self.xml(envelope)
        content_type = style.content_types.get(form, f"application/{form};charset=UTF-8")
        return Answer(status, content_type, body.encode("utf-8", "replace"), {**style.headers, **headers})

    def error(self, name: str, form: Format | None, requested: Format, headers: Mapping[str, str]) -> Answer:
        """Render an error of the contract, in the format that was requested unless another one is given."""
        error = self._contract.errors[name]
        form = form or error.style.format(requested)
        return self.answer(error.status, error.value, form, headers, error.style)

    def xml(self, envelope: Mapping[str, Any]) -> str:
        [(root, value)] = envelope.items()
        lines = self._element(root, self._contract.xml_roots[root], value, "")
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines)

    def _element(self, name: str, schema: Mapping[str, Any], value: Any, indent: str) -> Iterator[str]:
        """The lines of an element."""
        if not isinstance(value, dict | list):
            yield f"{indent}<{name}>{_text(value)}</{name}>"
            return
        children = list(self._children(name, schema, value, indent + "  "))
        if children:
            yield from (f"{indent}<{name}>", *children, f"{indent}</{name}>")
        else:
            yield f"{indent}<{name}></{name}>"

    def _children(self, name: str, schema: Mapping[str, Any], value: Any, indent: str) -> Iterator[str]:
        if isinstance(value, list):
            item = self._contract.resolve(schema["items"])
            item_name = item.get("xml", {}).get("name", name)
            for each in value:  # pyright: ignore[reportUnknownVariableType] - whatever JSON holds
                yield from self._element(item_name, item, each, indent)
            return
        # The order of the contract's properties is the order of the elements.
        for child, node in schema["properties"].items():
            if child not in value:
                continue
            described = self._contract.resolve(node)
            if isinstance(value[child], list) and not described.get("xml", {}).get("wrapped"):
                yield from self._children(child, described, value[child], indent)
            else:
                yield from self._element(child, described, value[child], indent)


def _json(envelope: Mapping[str, Any], layout: Sequence[str]) -> str:
    begin, key, colon, inner, inner_end, outer_end, end = layout
    separators = (", ", ": ") if inner else (",", ":")
    [(name, value)] = envelope.items()
    content = json.dumps(value, ensure_ascii=False, separators=separators).removesuffix("}")
    return f'{begin}{{{key}"{name}"{colon}:{inner}{content}{inner_end}}}{outer_end}}}{end}'


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(_NOT_IN_XML.sub("\ufffd", str(value)))
