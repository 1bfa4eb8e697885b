"""A request and its response."""

import contextlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import httpx

from ncp_vserver._requests.attempt import LARGEST_RESPONSE

from .calls import Call
from .contract import from_xml, roots

Format = Literal["json", "xml"]

_ENVELOPE: Final = re.compile("error|responseError|[a-z][A-Za-z]*Response")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that was sent, and its response."""

    call: Call
    target: str
    """Path and query as they were sent."""
    form: str | None
    """The body as it was sent."""
    sent_at: float
    """In seconds since 1970-01-01 UTC."""
    seconds: float = 0.0
    """How long it took."""
    error: httpx.HTTPError | None = None
    """Why no response came, if none did."""
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case."""
    body: bytes = b""
    """As it came, decoded."""
    format: Format | None = None
    """What the body can be read as."""
    value: Mapping[str, Any] | None = None
    """The body, in the form that JSON has."""

    @property
    def name(self) -> str:
        return self.call.name

    @property
    def problem(self) -> str | None:
        """Why no response came, in words."""
        return None if self.error is None else f"{type(self.error).__name__}: {self.error}"

    def asked(self, name: str) -> str:
        """The value of a parameter of the query."""
        return parse_qs(urlsplit(self.target).query)[name][0]

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in lower case."""
        return next((value for each, value in self.headers if each == name), None)

    @property
    def envelope(self) -> str | None:
        """The one key of the response, or its root element; None if it is no response of NCP's."""
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
        """The servers of the response."""
        found: Any = self.content.get("serverInstanceList")
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []  # pyright: ignore[reportUnknownVariableType]  # whatever JSON holds

    def __str__(self) -> str:
        """In a few words, for people."""
        if self.status is None:
            return f"no response ({self.problem})"
        if self.envelope is None:
            return f"{self.status}, {self.header('content-type') or 'no content type'}"
        if self.envelope.endswith("Response"):
            servers = "1 server" if len(self.servers) == 1 else f"{len(self.servers)} servers"
            return f"{self.status}, code {self.code}, {servers}"
        said = [self.content.get(name) for name in ("message", "returnMessage", "details")]
        return f"{self.status}, code {self.code}, {' / '.join(str(text) for text in said if text)}"


def exchange(
    transport: httpx.BaseTransport, request: httpx.Request, call: Call, target: str, form: str | None = None
) -> Exchange:
    """Send a request, and read the response. A response that is too large counts as none."""
    unanswered, begun = Exchange(call, target, form, time.time()), time.monotonic()
    body = bytearray()
    try:
        with contextlib.closing(transport.handle_request(request)) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST_RESPONSE:
                    raise httpx.ReadError(f"the response is larger than {LARGEST_RESPONSE >> 20} MiB")
    except httpx.HTTPError as error:
        return replace(unanswered, seconds=time.monotonic() - begun, error=error)
    seconds = time.monotonic() - begun
    headers = tuple((name.lower(), value) for name, value in response.headers.multi_items())
    kind, value = read(bytes(body))
    return replace(
        unanswered,
        seconds=seconds,
        status=response.status_code,
        headers=headers,
        body=bytes(body),
        format=kind,
        value=value,
    )


def read(body: bytes) -> tuple[Format | None, Mapping[str, Any] | None]:
    """The format of a body, and its content; None for HTML, and for all else that is neither a JSON object nor XML."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        pass
    else:
        return ("json", cast(Mapping[str, Any], value)) if isinstance(value, dict) else (None, None)
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - expat limits entities, and the size is limited before
        content = from_xml(root, roots().get(root.tag, {}))
    except (ElementTree.ParseError, LookupError, ValueError, RecursionError):  # LookupError: of an unknown encoding
        return None, None
    is_page = root.tag.rpartition("}")[2].lower() == "html"
    return (None, None) if is_page else ("xml", {root.tag: content})
