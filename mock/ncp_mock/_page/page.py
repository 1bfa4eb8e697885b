"""The page at ``/__mock__/``: the fleet and the latest requests with their verdicts.

It is complete without JavaScript. ``page.js`` only fetches the part that changes, ``live``, and replaces it.
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
"""Characters of a text that are shown; of a longer one, its two ends."""
_COMPARED: Final = 300
"""Tokens that are compared one by one: the work grows faster than their square."""

# The tokens of a string to sign: a newline, an escaped byte, a word or number, or any other character.
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
    """Return the whole page as UTF-8."""
    exports = [f"export NCLOUD_API_GW={shlex.quote(url)}", f"export NCLOUD_ACCESS_KEY_ID={shlex.quote(access_key)}"]
    of_the_head = {"url": url, "access_key": access_key, "exports": exports, "notes": notes}
    return _render("page.html", requests=records, servers=servers, behaviours=behaviours, **of_the_head)


def live(
    records: Sequence[Record], servers: Sequence[Mapping[str, Any]], behaviours: Mapping[str, Behaviour] = _NONE
) -> bytes:
    """Return the content of the page's ``<main id="live">`` as UTF-8."""
    return _render("live.html", requests=records, servers=servers, behaviours=behaviours)


def asset(name: str) -> tuple[str, bytes] | None:
    """Return content type and content of a file that the page refers to; None for any other name."""
    return (_ASSETS[name], (_FOLDER / name).read_bytes()) if name in _ASSETS else None


def _render(template: str, **values: Any) -> bytes:
    values["busy"] = sum(map(_is_busy, values["servers"]))
    values["refused"] = [_kind(each) for each in values["requests"]].count("refused")
    values |= {"shown": _shown, "code": _code, "is_busy": _is_busy}
    values |= {"pieces": _pieces, "kind_of": _kind, "strings_of": _strings}
    # A lone surrogate, which JSON can carry, has no UTF-8.
    return _environment().get_template(template).render(values).encode("utf-8", "backslashreplace")


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
    """A part of a text. If it is cut out, ``text`` says how long it is."""

    kind: Literal["same", "different", "cut"]
    text: str


def _shown(value: Any) -> str:
    """The text of a value; empty if it is missing."""
    text = "" if value is None else _visible(str(value))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _code(value: Any) -> Any:
    return cast("Mapping[str, Any]", value).get("code") if isinstance(value, Mapping) else None


def _is_busy(server: Mapping[str, Any]) -> bool:
    return _code(server.get("serverInstanceOperation")) not in (None, "", NO_OPERATION["code"])


def _kind(record: Record) -> Literal["accepted", "refused", "fault"]:
    if record.verdict == "accepted":
        return "accepted"
    return "fault" if record.verdict.startswith("fault ") else "refused"


@lru_cache(maxsize=KEPT)
def _strings(record: Record) -> tuple[list[_Piece], list[_Piece]]:
    """The expected and the received string to sign in pieces; none where they are not to be shown."""
    expected, received = record.expected_string_to_sign, record.received_string_to_sign
    # If the request was refused for another reason, the signature is right, and of no interest.
    is_of_interest = _kind(record) != "accepted" and (expected != received or record.status == HTTPStatus.UNAUTHORIZED)
    if not is_of_interest or expected is None:
        return [], []
    return (_pieces(expected), []) if received is None else _differences(expected, received)


def _differences(expected: str, received: str) -> tuple[list[_Piece], list[_Piece]]:
    """Both strings in pieces. Where one has nothing for a piece of the other, it has an empty piece: the gap."""
    ours, theirs = _TOKEN.findall(expected), _TOKEN.findall(received)
    head = _agreeing(ours, theirs)
    tail = _agreeing(ours[head:][::-1], theirs[head:][::-1])
    middles = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    sides = _pieces("".join(ours[:head])), _pieces("".join(ours[:head]))
    for tag, *places in _opcodes(*middles):
        for side, tokens, start, stop in zip(sides, middles, places[::2], places[1::2], strict=True):
            side.extend(_pieces("".join(tokens[start:stop]), "same" if tag == "equal" else "different"))
    for side in sides:
        side.extend(_pieces("".join(ours[len(ours) - tail :])))
    return sides


def _agreeing(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many tokens are the same, from the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False)))


def _opcodes(ours: list[str], theirs: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    # A few tokens can still be long, and all of them would be shown.
    if max(map(len, (ours, theirs))) > _COMPARED or max(len("".join(each)) for each in (ours, theirs)) > _SHOWN:
        return [("replace", 0, len(ours), 0, len(theirs))]
    return difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()


def _pieces(text: str, kind: Literal["same", "different"] = "same") -> list[_Piece]:
    """A text as one piece, or without its middle if it is too long."""
    if len(text) <= _SHOWN:
        return [_Piece(kind, _visible(text))]
    end = _SHOWN // 2
    cut = _Piece("cut", f"{len(text) - 2 * end:,} characters")
    return [_Piece(kind, _visible(text[:end])), cut, _Piece(kind, _visible(text[-end:]))]


def _visible(text: str) -> str:
    return text.translate(_CONTROL_PICTURES)
