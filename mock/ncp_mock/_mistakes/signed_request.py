"""A signed request as the search sees it: the values that its signature depends on, and those that templates name."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from ncp_mock._installation import contract
from ncp_mock._messages import Request

from . import table
from .forms import LONGEST, Line, to_bytes
from .redaction import Redaction

_LONGEST_BODY: Final = 100_000
_PUBLIC: Final = ("ncloud.apigw.ntruss.com", "ncloud.apigw.gov-ntruss.com", "fin-ncloud.apigw.fin-ntruss.com")
_EXTRA: Final = ("responseFormatType=json", "responseFormatType=xml", "regionCode=KR", "_=")
_SIGNED_HEADERS: Final = ("host", "content-type", "accept", "user-agent", "date", "content-md5", "accept-language")

FIELDS: Final[dict[str, list[str]]] = {
    "quote": ['"', "'", "`", r"\"", "\u201d"],
    "blank": ["\n", " ", "\t", "\n\n", *"\ufeff\u00a0\u200b\u3000\u200e\u2028", r"\n", r"\r\n"],
    "mark": [*";,:.=\\&", "..."],
    "equals": ["=", ":", ": ", " = ", "."],
    "joint": ["", ":", "&", "\n"],
    "fraction": [f"{number:0{places}d}" for places in (1, 2, 3) for number in range(10**places)],
    "name": ["message", "stringToSign", "string_to_sign", "signature"],
}
"""The values of the names in templates that do not depend on the request."""
_NAMES: Final[dict[str, list[str]]] = {
    "method": ["method", "httpMethod", "HttpMethod", "Method"],
    "target": ["url", "uri", "path", "target"],
    "timestamp": ["timestamp", "ts", "time", "x-ncp-apigw-timestamp"],
    "access_key": [
        *("accessKey", "access_key", "ACCESS_KEY", "NCP_ACCESS_KEY", "NCLOUD_ACCESS_KEY_ID", "x-ncp-iam-access-key"),
    ],
    "key": [
        *("SECRET_KEY", "NCP_SECRET_KEY", "NCLOUD_SECRET_KEY", "NCLOUD_SECRET_ACCESS_KEY", "secretKey", "secret_key"),
        *("ncloud_secret_access_key", "secret", "SecretKey", "YOUR_SECRET_KEY"),
    ],
}
"""What people call these values: ``{name}`` in templates."""


class SignedRequest(NamedTuple):
    """A signed request, and the keys to check its signature with."""

    request: Request
    timestamp: str
    access_key: str
    """The one in the request's header."""
    signature: str
    own_access_key: str
    secret_key: str


def right_values(signed: SignedRequest) -> dict[str, Any]:
    """The values that the signature depends on: the parts of the string to sign come last, in their order."""
    path = signed.request.path
    return {
        "key": to_bytes(signed.secret_key),
        "whole": table.AS_IT_IS,
        "layout": table.STRING,
        "method": signed.request.method,
        "s": " ",
        "path": path,
        "tail": signed.request.target[len(path) :],
        "n": "\n",
        "timestamp": signed.timestamp,
        "m": "\n",
        "access_key": signed.access_key,
    }


Changes = Callable[[Any], dict[str, Any]]
"""Which values are changed where another value is used on an axis."""


def _changes(axis: str, path: str, tail: str) -> Changes:
    def target(value: str) -> dict[str, Any]:
        if value.startswith(path) and not (tail and value.endswith(tail)):
            return {"tail": value.removeprefix(path)}
        if value.endswith(tail):
            return {"path": value.removesuffix(tail)}
        return {"path": value, "tail": ""}

    known: dict[str, Changes] = {
        "key": lambda value: {"key": to_bytes(value)},
        "newlines": lambda value: {"n": value, "m": value},
        "query": lambda value: {"tail": f"?{value}"},
        "target": lambda value: target(str(value)),
        "whole": lambda value: {"whole": value},
    }
    return known.get(axis, lambda value: {axis: str(value)})


Source = tuple[Changes, tuple[Line, ...], str, Mapping[str, list[str]]]
"""An axis: what it changes, its lines, the right value, and what the names in templates stand for."""


def sources(signed: SignedRequest, redaction: Redaction) -> Iterator[Source]:
    """The axes of a request, in the order of the table."""
    fields = _fields(signed)
    for axis, lines, _ in table.AXES:
        changes = _changes(axis, *fields["path"], *fields["tail"])
        text = fields[axis][0] if fields[axis] else ""
        # No other form of a secret may be shown.
        if lines is table.PART_SLIPS and redaction.redacted(text) != text:
            continue
        if axis == "layout":
            kept = {name: ["{" + name + "}"] for name in right_values(signed)}
            yield changes, lines, text, {name: [*map(_literal, of)] for name, of in fields.items()} | kept
        else:
            yield changes, lines, text, fields | {"name": _NAMES.get(axis, fields["name"])}


def _literal(text: str) -> str:
    """Escape a text that stands for itself in a layout."""
    return text.replace("{", "{{").replace("}", "}}")


def _fields(signed: SignedRequest) -> dict[str, list[str]]:
    """What the names in the table's templates stand for."""
    request = signed.request
    hosts = [name for host in request.header("host")[:1] for name in dict.fromkeys((host, host.partition(":")[0]))]
    ports = [f":{port}" for port in (443, 4010, 8080, 3000, 8000)] + [host[len(hosts[-1]) :] for host in hosts[:1]]
    body = request.body.decode("utf-8", "replace") if len(request.body) <= _LONGEST_BODY else ""
    digests = [hashlib.new(name, request.body, usedforsecurity=False).digest() for name in ("sha256", "md5")]
    headers = [(name, value) for name in _SIGNED_HEADERS for value in request.header(name)[:1]]
    return (
        {name: [value] for name, value in right_values(signed).items()}
        | FIELDS
        | {
            "newlines": ["\n"],
            "key": [signed.secret_key],
            "target": [request.target],
            "query": [request.query] if request.query else [],
            "form": [body] if 0 < len(body) <= LONGEST else [],
            "body": [body] if body else [],
            "content": [
                *([body] if body else [] if request.body else ["{}"]),
                *(form for digest in digests for form in (digest.hex(), base64.b64encode(digest).decode())),
            ],
            "header": [
                *(form for name, value in headers for form in (value, f"{name}:{value}", f"{name}: {value}")),
                *("application/json", "application/x-www-form-urlencoded", "ncloud.apigw.ntruss.com", "v2"),
            ],
            "host": hosts,
            "public": [*_PUBLIC, *(host + port for host in ("localhost", "127.0.0.1", *hosts[-1:]) for port in ports)],
            "operation": _operations(),
            "extra": [*_EXTRA, f"_={signed.timestamp}", f"timestamp={signed.timestamp}"],
            "own": [signed.own_access_key],
            "small_own": [signed.own_access_key.lower(), signed.own_access_key.upper()],
            "swapped": [signed.own_access_key] if signed.access_key.strip("\"' \n") == signed.secret_key else [],
            "api_key": request.header("x-ncp-apigw-api-key"),
        }
    )


@cache
def _operations() -> list[str]:
    # Reading the YAML takes longer than a search.
    return re.findall("^  (/[^ ]+):$", contract().read_text(encoding="utf-8"), re.MULTILINE)
