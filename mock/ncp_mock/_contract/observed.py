"""What a gateway was seen to answer: a file of ``ncp-vserver verify --save``."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncp_mock._messages import Format

_FORMAT: Final = 1
_LARGEST: Final = 16 * 1024 * 1024
_LONGEST: Final = 2000
_SITES: Final = ("public", "gov", "fin", "another")

_SEEN_IN: Final[Mapping[str, str]] = {
    "authenticationFailed": "signature-wrong",
    "authenticationMissing": "headers-none",
    "notFound": "path-unknown",
    "methodNotAllowed": "method-put",
    "badRequest": "encoded-badly",
    "invalidServerInstanceNo": "detail-absent",
    "requiredFieldMissing": "detail-without-number",
    "invalidParameter": "parameter-unknown",
    "serverNotControllable": "restart-again",
}
"""The exchange that shows an error of the contract, requested in JSON."""
_IN_XML: Final[Mapping[str, str]] = {"error": "signature-wrong-xml", "responseError": "detail-absent-xml"}
"""The exchange that shows how errors in an envelope look when XML is requested."""
_LISTS: Final = ("list", "list-xml")
_CODES: Final[Mapping[str, str]] = {"error": "errorCode", "responseError": "returnCode"}
_NO_PERMISSION: Final = ((401, "210"), (403, "230"))
_FAILURES: Final = ("500", "510", "900")
_HEADERS: Final = re.compile(
    "allow|cache-control|content-type|expires|pragma|server|strict-transport-security|vary"
    "|x-(content-type-options|frame-options|xss-protection)"
)
"""The headers that the mock can repeat, because they are not about one response alone."""
_PRINTABLE: Final = re.compile("[\x20-\x7e]{1,200}")
_LAYOUT: Final = re.compile(r'(\s{,80})\{(\s{,80})"\w+"(\s{,80}):(\s{,80})\{…(\s{,80})\}(\s{,80})\}(\s{,80})')


class ObservedError(ValueError):
    """A file of observations cannot be used. The text says why."""


@dataclass(frozen=True, slots=True)
class Style:
    """How responses look on the wire, where that differs from the mock's own way."""

    formats: Mapping[str, Format] = field(default_factory=dict[str, Format])
    """The format of the response, by the format requested."""
    content_types: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    layout: tuple[str, ...] = ("", "", "", " ", "", "", "")
    """White space in JSON: before the outer brace, the key, the colon, the inner brace and both closing braces, and
    at the end. The vendor's Go SDK can read only what has some before the inner brace and none at the end."""

    def format(self, requested: Format) -> Format:
        return self.formats.get(requested, requested)


class ErrorExample(NamedTuple):
    """An error of the contract, or as it was observed."""

    status: int
    value: Mapping[str, Any]
    style: Style = Style()


@dataclass(frozen=True, slots=True)
class Observed:
    """What replaces the contract's errors and the mock's own style."""

    errors: Mapping[str, ErrorExample] = field(default_factory=dict[str, ErrorExample])
    """By the name of the contract's example."""
    success: Style = field(default_factory=Style)
    notes: tuple[str, ...] = ()
    """What was taken, and what was not and why, for people."""


class _Response(NamedTuple):
    status: int
    format: Format | None
    content_type: str | None
    headers: Mapping[str, str]
    layout: tuple[str, ...] | None
    envelope: str
    error: Mapping[str, str | int | None]
    """The content of the envelope."""
    is_signed_right: bool

    @property
    def is_success(self) -> bool:
        return self.status == 200 and self.envelope.endswith("Response")

    @property
    def why_not(self) -> str:
        """Why the mock cannot answer with this error; empty if it can."""
        code = str(self.error.get(_CODES.get(self.envelope, ""), ""))
        if self.status < 400 or not code:
            return f"status {self.status}, which is no refusal of NCP's"
        if self.is_signed_right and (self.status, code) in _NO_PERMISSION:
            return f"status {self.status}, code {code}: the keys had no permission"
        if self.status == 429 or (self.envelope == "error" and code in _FAILURES):
            return f"status {self.status}, code {code}: a failure, which says nothing about the request"
        return ""


def read_observed(file: Path) -> Observed:
    """Read a file of ``ncp-vserver verify --save``.

    Raises:
        ObservedError: It cannot be read, or that command has not written it.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ValueError(f"it is larger than {_LARGEST >> 20} MiB")
        return _observed(file, json.loads(content))
    except (OSError, ValueError, RecursionError) as error:
        raise ObservedError(f"the observations in {file} cannot be used: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        text = f"the observations in {file} are not as ncp-vserver verify --save writes them: {error!r}"
        raise ObservedError(text) from error


def _observed(file: Path, saved: Mapping[str, Any]) -> Observed:
    if saved["format"] != _FORMAT:
        raise ValueError(f"it has format {saved['format']!r:.20}, and this mock reads format {_FORMAT}")
    if saved["site"] not in _SITES:
        raise ValueError(f"its site is none of {', '.join(_SITES)}")
    wanted = {*_SEEN_IN.values(), *_IN_XML.values(), *_LISTS}
    found = {each["name"]: _response(each) for each in saved["exchanges"] if each["name"] in wanted and each["answer"]}
    usable = {name: each for name, each in found.items() if not each.why_not}
    errors: dict[str, ErrorExample] = {}
    for example, name in _SEEN_IN.items():
        if seen := usable.get(name):
            style = _style(seen, usable.get(_IN_XML[seen.envelope]))
            errors[example] = ErrorExample(seen.status, {seen.envelope: seen.error}, style)
    in_json, in_xml = (each if each and each.is_success else None for each in map(found.get, _LISTS))
    taken = ", ".join([*(f"{name} ({seen.status})" for name, seen in errors.items()), *(["lists"] if in_json else [])])
    not_taken = [
        f"{example} ({name}: {found[name].why_not if name in found else 'no response'})"
        for example, name in _SEEN_IN.items()
        if example not in errors
    ]
    begin = f"As observed ({file}, {date.fromisoformat(saved['date'])}, site {saved['site']})"
    notes = f"{begin}: {taken or 'nothing'}.", f"Not as observed: {', '.join(not_taken)}."
    return Observed(errors, _style(in_json, in_xml), notes if not_taken else notes[:1])


def _response(exchange: Mapping[str, Any]) -> _Response:
    answer: Mapping[str, Any] = exchange["answer"]
    status, form = answer["status"], answer["format"]
    if type(status) is not int or not 100 <= status <= 599 or form not in ("json", "xml", None):
        raise ValueError(f"{exchange['name']} has no status or no format")
    headers: dict[str, str] = {}
    for name, value in answer["headers"]:
        if _HEADERS.fullmatch(name) and _PRINTABLE.fullmatch(value):
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    layout = answer["layout"] and _LAYOUT.fullmatch(answer["layout"])
    [(envelope, fields)] = answer["body"].items() if answer["body"] and len(answer["body"]) == 1 else [("", None)]
    return _Response(
        status,
        form,
        headers.pop("content-type", None),
        headers,
        layout.groups() if layout else None,
        envelope,
        {name: each for name, each in fields.items() if _is_plain(each)} if isinstance(fields, dict) else {},  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportUnknownMemberType]  # whatever JSON holds
        exchange["request"]["signing"] == "right",
    )


def _is_plain(value: Any) -> bool:
    return value is None or (isinstance(value, str | int) and len(str(value)) <= _LONGEST)


def _style(in_json: _Response | None, in_xml: _Response | None) -> Style:
    """The style of two responses, one requested in JSON and one in XML."""
    seen = {"json": in_json, "xml": in_xml}
    known = {asked: each for asked, each in seen.items() if each and each.format}
    return Style(
        {asked: each.format for asked, each in known.items() if each.format},
        {each.format: each.content_type for each in known.values() if each.format and each.content_type},
        in_json.headers if in_json else {},
        next((each.layout for each in known.values() if each.layout), Style().layout),
    )
