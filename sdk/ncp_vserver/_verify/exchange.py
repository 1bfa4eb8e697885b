"""A call and its answer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from .calls import Call
from .contract import Contract

Format = Literal["json", "xml"]

_ENVELOPE: Final = re.compile("error|responseError|[a-z][A-Za-z]*Response")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent, and what came back.

    Attributes:
        call: The call.
        target: Path and query as they were sent.
        form: The body as it was sent, if there was one.
        sent_at: When, in seconds since 1970-01-01 UTC.
        seconds: How long it took.
        problem: Why no answer came, if none did.
        status: HTTP status.
        headers: Of the answer, names in lower case.
        body: As it came, decoded.
        format: What the body can be read as.
        value: The body, in the form that JSON has.
    """

    call: Call
    target: str
    form: str | None
    sent_at: float
    seconds: float = 0.0
    problem: str | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    format: Format | None = None
    value: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        return self.call.name

    def asked(self, name: str) -> str:
        """The value of a parameter of the query."""
        return parse_qs(urlsplit(self.target).query)[name][0]

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in lower case."""
        return next((value for each, value in self.headers if each == name), None)

    @property
    def envelope(self) -> str | None:
        """The one key of the answer, or its root element; None if it is no answer of NCP's."""
        keys = [] if self.value is None else list(self.value)
        return keys[0] if len(keys) == 1 and _ENVELOPE.fullmatch(keys[0]) else None

    @property
    def content(self) -> Mapping[str, Any]:
        """What is in the envelope."""
        found = (self.value or {}).get(self.envelope or "")
        return cast(Mapping[str, Any], found) if isinstance(found, dict) else {}

    @property
    def code(self) -> str | None:
        """The vendor's code, of an error or of a success."""
        found = self.content.get("errorCode" if self.envelope == "error" else "returnCode")
        return None if found is None else str(found)

    @property
    def is_success(self) -> bool:
        return self.status == 200 and self.envelope == f"{self.call.operation}Response" and self.code == "0"

    @property
    def is_refusal(self) -> bool:
        """Whether it is a refusal of NCP's."""
        return self.status is not None and 400 <= self.status < 500 and self.envelope is not None

    @property
    def servers(self) -> list[Mapping[str, Any]]:
        """The servers of the answer."""
        found: Any = self.content.get("serverInstanceList")
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []  # pyright: ignore[reportUnknownVariableType]  # whatever JSON holds

    def __str__(self) -> str:
        """In a few words, for people."""
        if self.status is None:
            return f"no answer ({self.problem})"
        if self.envelope is None:
            return f"{self.status}, {self.header('content-type') or 'no content type'}"
        if self.envelope.endswith("Response"):
            servers = "1 server" if len(self.servers) == 1 else f"{len(self.servers)} servers"
            return f"{self.status}, code {self.code}, {servers}"
        said = [self.content.get(name) for name in ("message", "returnMessage", "details")]
        return f"{self.status}, code {self.code}, {' / '.join(str(text) for text in said if text)}"


def read(body: bytes, contract: Contract) -> tuple[Format | None, Mapping[str, Any] | None]:
    """What a body is, and what stands in it; nothing for HTML and whatever else is neither an object nor XML."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        pass
    else:
        return ("json", cast(Mapping[str, Any], value)) if isinstance(value, dict) else (None, None)
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - expat limits entities, and the size is limited before
        content = contract.from_xml(root, contract.roots.get(root.tag, {}))
    except (ElementTree.ParseError, LookupError, ValueError, RecursionError):  # LookupError: of an unknown encoding
        return None, None
    is_page = root.tag.rpartition("}")[2].lower() == "html"
    return (None, None) if is_page else ("xml", {root.tag: content})
