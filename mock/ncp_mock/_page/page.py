"""The page at ``/__mock__/``: the fleet and the latest requests with their verdicts.

It is whole without JavaScript. ``page.js`` only asks for the part that changes, ``live``, and puts it in place.
"""

import difflib
import re
import shlex
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from http import HTTPStatus
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

from ncp_mock._contract.document import NO_OPERATION
from ncp_mock._fleet.behaviour import Behaviour
from ncp_mock._gateway.records import KEPT, Record

if TYPE_CHECKING:
    from jinja2 import Environment

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_FOLDER: Final = Path(__file__).parent
_ASSETS: Final[Mapping[str, str]] = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
}

_NONE: Final[Mapping[str, Behaviour]] = {}
_SHOWN: Final = 2000
"""Characters of one stretch of text that are shown; of a longer one, its two ends."""
_COMPARED: Final = 300
"""Tokens that are compared one by one: the work grows with their square, and worse."""

# What is told apart in a string to sign: a newline, an escaped byte, a word or number, or any other character.
_TOKEN: Final = re.compile(r"\\n|%[0-9A-Fa-f]{2}|\w+|.", re.DOTALL)

# A stray control character is a likely mistake in a signature, and would be invisible.
_CONTROL_PICTURES: Final = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}


def page(
    records: Sequence[Record],
    servers: Sequence[Mapping[str, Any]],
    url: str,
    access_key: str,
    behaviours: Mapping[str, Behaviour] = _NONE,
    notes: Sequence[str] = (),
) -> bytes:
    """The whole page, as UTF-8."""
    exports = [f"export NCLOUD_API_GW={shlex.quote(url)}", f"export NCLOUD_ACCESS_KEY_ID={shlex.quote(access_key)}"]
    return _render(
        "page.html", records, servers, behaviours, url=url, access_key=access_key, exports=exports, notes=notes
    )


def live(
    records: Sequence[Record], servers: Sequence[Mapping[str, Any]], behaviours: Mapping[str, Behaviour] = _NONE
) -> bytes:
    """The content of the page's ``<main id="live">``, as UTF-8."""
    return _render("live.html", records, servers, behaviours)


def asset(name: str) -> tuple[str, bytes] | None:
    """Content type and content of a file that the page refers to; None if it refers to no such file."""
    return (_ASSETS[name], (_FOLDER / name).read_bytes()) if name in _ASSETS else None


def _render(
    template: str,
    records: Sequence[Record],
    servers: Sequence[Mapping[str, Any]],
    behaviours: Mapping[str, Behaviour],
    **more: Any,
) -> bytes:
    newest_first = sorted(records, key=lambda record: record.number, reverse=True)
    rows = {
        "servers": [_server_row(server, behaviours) for server in servers],
        "requests": [_request_row(record) for record in newest_first],
    }
    # A lone surrogate, which JSON can carry, has no UTF-8.
    return _environment().get_template(template).render(rows | more).encode("utf-8", "backslashreplace")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # late: a start that shows no page does without

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Piece(NamedTuple):
    """A stretch of text. Of one that is cut out, ``text`` says how long it is."""

    kind: Literal["same", "different", "cut"]
    text: str


def _server_row(server: Mapping[str, Any], behaviours: Mapping[str, Behaviour]) -> Mapping[str, Any]:
    """What the page says about a server. An empty text is a value that is missing."""
    number, operation = _text(server, "serverInstanceNo"), _code(server, "serverInstanceOperation")
    return {
        "number": number,
        "name": _text(server, "serverName"),
        "zone": _text(server, "zoneCode"),
        "status": _code(server, "serverInstanceStatus"),
        "operation": operation,
        "status_name": _text(server, "serverInstanceStatusName"),
        "uptime": _text(server, "uptime"),
        "busy": operation not in ("", NO_OPERATION["code"]),
        "behaviour": behaviours.get(number, Behaviour()).in_short(),
    }


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    text = "" if value is None else _visible(str(value))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _code(server: Mapping[str, Any], name: str) -> str:
    value = server.get(name)
    return _text(cast("Mapping[str, Any]", value), "code") if isinstance(value, Mapping) else ""


@lru_cache(maxsize=KEPT)
def _request_row(record: Record) -> Mapping[str, Any]:
    """What the page says about a request. Without strings to sign to be shown, there are no pieces of them."""
    kind = _kind(record)
    expected, received = record.expected_string_to_sign, record.received_string_to_sign
    strings: tuple[list[_Piece], list[_Piece]] = [], []
    # Of a request that was refused for something else, the signature is right, and of no interest.
    is_of_interest = kind != "accepted" and (expected != received or record.status == HTTPStatus.UNAUTHORIZED)
    if is_of_interest and expected is not None:
        strings = (_pieces("same", expected), []) if received is None else _differences(expected, received)
    texts = {name: _pieces("same", getattr(record, name)) for name in ("method", "target", "verdict", "explanation")}
    return texts | {
        "number": record.number,
        "time": record.time,
        "time_of_day": record.time.rpartition("T")[2],
        "status": record.status,
        "kind": kind,
        "expected": strings[0],
        "received": strings[1],
        "strings_agree": expected == received,
    }


def _kind(record: Record) -> Literal["accepted", "refused", "fault"]:
    if record.verdict == "accepted":
        return "accepted"
    return "fault" if record.verdict.startswith("fault ") else "refused"


def _differences(expected: str, received: str) -> tuple[list[_Piece], list[_Piece]]:
    """Both strings in pieces, with those marked that the other one does not have.

    Where one has something that the other lacks, the other gets an empty piece: the place of the gap.
    """
    ours, theirs = _TOKEN.findall(expected), _TOKEN.findall(received)
    head = _agreeing(ours, theirs)
    tail = _agreeing(ours[head:][::-1], theirs[head:][::-1])
    middles = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    pieces = _pieces("same", "".join(ours[:head])), _pieces("same", "".join(theirs[:head]))
    for tag, *places in _opcodes(*middles):
        kind: Literal["same", "different"] = "same" if tag == "equal" else "different"
        for side, tokens, start, stop in zip(pieces, middles, places[::2], places[1::2], strict=True):
            side.extend(_pieces(kind, "".join(tokens[start:stop])))
    for side in pieces:
        side.extend(_pieces("same", "".join(ours[len(ours) - tail :])))
    return pieces


def _agreeing(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens are the same, from the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _opcodes(ours: list[str], theirs: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    lengths = len(ours), len(theirs)
    if lengths == (0, 0):
        return []
    # Few tokens can still be long ones, each of which would be shown.
    if max(lengths) > _COMPARED or max(len("".join(ours)), len("".join(theirs))) > _SHOWN:
        return [("replace", 0, lengths[0], 0, lengths[1])]
    return difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()


def _pieces(kind: Literal["same", "different"], text: str) -> list[_Piece]:
    """A text as one piece, or without its middle where it is too long to be shown."""
    if len(text) <= _SHOWN:
        return [_Piece(kind, _visible(text))]
    end = _SHOWN // 2
    cut = _Piece("cut", f"{len(text) - 2 * end:,} characters")
    return [_Piece(kind, _visible(text[:end])), cut, _Piece(kind, _visible(text[-end:]))]


def _visible(text: str) -> str:
    return text.translate(_CONTROL_PICTURES)
