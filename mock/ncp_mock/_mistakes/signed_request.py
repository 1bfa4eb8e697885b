"""A signed request as the search sees it: which of the table's lines apply, and what the names in them stand for."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from ncp_mock._installation import contract
from ncp_mock._messages import Request

from . import table
from .forms import LONGEST, Line
from .redaction import Redaction

METHOD, TARGET, TIME, ACCESS, LAYOUT, SPACE, NEWLINE, WHOLE, KEY = range(9)
"""The places of the values that a signature depends on."""
_LONGEST_BODY: Final = 100_000

_NAMES: Final = (
    ["method", "httpMethod", "HttpMethod", "Method"],
    ["url", "uri", "path", "target"],
    ["timestamp", "ts", "time", "x-ncp-apigw-timestamp"],
    ["accessKey", "access_key", "ACCESS_KEY", "NCP_ACCESS_KEY", "NCLOUD_ACCESS_KEY_ID", "x-ncp-iam-access-key"],
)
"""What people call method, target, timestamp and access key."""
_SECRET_NAMES: Final = [
    *("SECRET_KEY", "NCP_SECRET_KEY", "NCLOUD_SECRET_KEY", "NCLOUD_SECRET_ACCESS_KEY", "secretKey", "secret_key"),
    *("ncloud_secret_access_key", "secret", "SecretKey", "YOUR_SECRET_KEY"),
]
_PUBLIC: Final = ("ncloud.apigw.ntruss.com", "ncloud.apigw.gov-ntruss.com", "fin-ncloud.apigw.fin-ntruss.com")
_IN_LAYOUTS: Final = ("method", "target", "path", "query", "timestamp", "access_key", "s", "n")
_EXTRA: Final = ("responseFormatType=json", "responseFormatType=xml", "regionCode=KR", "_=")
_SIGNED_HEADERS: Final = ("host", "content-type", "accept", "user-agent", "date", "content-md5", "accept-language")


class SignedRequest(NamedTuple):
    """A signed request, and what its signature has to be checked with."""

    request: Request
    timestamp: str
    access_key: str
    """The one in the request's header."""
    signature: str
    own_access_key: str
    secret_key: str


class Source(NamedTuple):
    """Some lines, the place that they are about, and what their forms are made of."""

    place: int
    lines: Iterable[Line]
    text: str = ""
    fields: Mapping[str, list[str]] | None = None
    """Without them, a form is made into values when it is tried: there are thousands, or they depend on the rest."""
    before: str = ""


def sources(signed: SignedRequest, redaction: Redaction) -> Iterator[Source]:
    """Whatever is about one place only comes before what can happen to every text."""
    request = signed.request
    fields = _fields(signed)
    kept = {name: ["{" + name + "}"] for name in _IN_LAYOUTS}
    yield Source(METHOD, table.METHODS, request.method, fields)
    yield Source(TARGET, table.TARGETS, request.target, fields)
    if request.query:
        yield Source(TARGET, table.QUERIES, request.query, fields, request.path + "?")
    yield Source(TIME, table.TIMESTAMPS, signed.timestamp, fields)
    yield Source(ACCESS, table.ACCESS_KEYS, signed.access_key, fields)
    yield Source(
        LAYOUT, table.LAYOUTS, table.STRING, {name: [*map(_literal, of)] for name, of in fields.items()} | kept
    )
    yield Source(SPACE, table.SPACES, " ", fields)
    yield Source(NEWLINE, table.NEWLINES, "\n", fields)
    if len(request.target) <= LONGEST:
        yield Source(WHOLE, table.STRING_SLIPS)
    yield Source(KEY, table.KEYS, signed.secret_key, fields)
    yield Source(KEY, table.SECRET_SLIPS, signed.secret_key, fields | {"name": _SECRET_NAMES})
    parts = (request.method, request.target, signed.timestamp, signed.access_key)
    for place, (text, names) in enumerate(zip(parts, _NAMES, strict=True)):
        # Of what has to be hidden no other form may be shown.
        if len(text) <= LONGEST and redaction.redacted(text) == text:
            yield Source(place, table.PART_SLIPS, text, fields | {"name": names})
    yield Source(TIME, table.READINGS)


def _literal(text: str) -> str:
    """As a part of a layout that stands for itself."""
    return text.replace("{", "{{").replace("}", "}}")


def _fields(signed: SignedRequest) -> dict[str, list[str]]:
    """What the names in the table's templates stand for."""
    request = signed.request
    path, query = request.path, request.query
    hosts = [name for host in request.header("host")[:1] for name in dict.fromkeys((host, host.partition(":")[0]))]
    ports = [f":{port}" for port in (443, 4010, 8080, 3000, 8000)] + [host[len(hosts[-1]) :] for host in hosts[:1]]
    body = request.body.decode("utf-8", "replace") if len(request.body) <= _LONGEST_BODY else ""
    digests = [hashlib.new(name, request.body, usedforsecurity=False).digest() for name in ("sha256", "md5")]
    headers = [(name, value) for name in _SIGNED_HEADERS for value in request.header(name)[:1]]
    return table.FIELDS | {
        "method": [request.method],
        "target": [request.target],
        "path": [path],
        "query": [query] if query else [],
        "tail": [request.target[len(path) :]],
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
        "timestamp": [signed.timestamp],
        "own": [signed.own_access_key],
        "small_own": [signed.own_access_key.lower(), signed.own_access_key.upper()],
        "swapped": [signed.own_access_key] if signed.access_key.strip("\"' \n") == signed.secret_key else [],
        "secret": [signed.secret_key],
        "api_key": request.header("x-ncp-apigw-api-key"),
    }


@cache
def _operations() -> list[str]:
    # Reading the YAML takes longer than a search.
    return re.findall("^  (/[^ ]+):$", contract().read_text(encoding="utf-8"), re.MULTILINE)
