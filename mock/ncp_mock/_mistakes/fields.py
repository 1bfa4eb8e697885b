"""What the names in the table's templates stand for: each for some values, the likelier first."""

import base64
import hashlib
import html
import json
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import Final, Generic, NamedTuple, TypeVar
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from ncp_mock._messages import Request

from .table import Line

T = TypeVar("T")
Value = str | bytes
Makers = Mapping[str, Callable[[T], Iterable[Value]]]

LONGEST: Final = 2_048
"""Of a longer text, only what costs little is looked for."""
UNSET: Final = ("undefined", "null", "None", "nil", "NaN", "[object Object]", "...", "\u2026", "0")
"""What stands in a text for a variable that was not set."""

_CUTS: Final = (32, 40, 16, 64, 20, 24, 30, 36, 48, 50, 60, 8, 12)
_LOOKS_LIKE: Final = {"0": "O", "O": "0", "o": "0", "1": "lI", "l": "1I", "I": "l1", "5": "S", "S": "5"}
_PLACEHOLDERS: Final = ("{}", "${}", "${{{}}}", "{{{}}}", "{{{{{}}}}}", "<{}>", "%{}%", ":{}", "#{{{}}}", "YOUR_{}")


class Claim(NamedTuple):
    """A signed request, and what its signature has to be checked with."""

    request: Request
    timestamp: str
    access_key: str
    """The one in the request's header."""
    signature: str
    own_access_key: str
    secret_key: str

    @property
    def target(self) -> str:
        return self.request.target

    @property
    def path(self) -> str:
        return self.request.path

    @property
    def query(self) -> str:
        return self.request.query


class Text(NamedTuple):
    """A text that something may have happened to, and what people call it."""

    text: str
    names: tuple[str, ...]


class Fields(Generic[T]):
    """Fills templates with what is made of a source; each thing is made once, when it is needed."""

    def __init__(self, source: T, makers: Makers[T]) -> None:
        self._source = source
        self._makers = makers
        self._made: dict[str, list[Value]] = {}

    def filled(self, template: str) -> Iterator[Value]:
        """With every choice of values. A template that is one name alone can also stand for bytes."""
        names = _names(template)
        choices = [self._values(name) for name in names]
        if template == "{" + "".join(names) + "}":
            yield from choices[0]
            return
        for values in product(*choices):
            yield template.format(**dict(zip(names, values, strict=True)))

    def of(self, line: Line) -> Iterator[Value]:
        for template in line.templates:
            yield from self.filled(template)

    def _values(self, name: str) -> list[Value]:
        if name not in self._made:
            base, _, way = name.partition("|")
            self._made[name] = [*self._changed(base, way)] if way else [*self._makers[name](self._source)]
        return self._made[name]

    def _changed(self, name: str, way: str) -> Iterator[Value]:
        for value in self._values(name):
            if isinstance(value, str) and len(value) <= LONGEST:
                yield from WAYS[way](value)


@cache
def _names(template: str) -> list[str]:
    return list(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(template) if name))


def _base64(text: str) -> Iterator[str]:
    for raw in (to_bytes(text), to_bytes(text + "\n")):
        yield (encoded := base64.b64encode(raw).decode())
        yield base64.urlsafe_b64encode(raw).decode()
        yield encoded.rstrip("=")


def _hashed(text: str) -> Iterator[Value]:
    for algorithm in ("sha256", "md5", "sha1", "sha512"):
        digest = hashlib.new(algorithm, to_bytes(text), usedforsecurity=False)
        yield digest.hexdigest()
        yield digest.digest()
        yield digest.hexdigest().upper()
        yield base64.b64encode(digest.digest()).decode()


def _incomplete(text: str) -> Iterator[str]:
    pieces = [text[:-1], text[1:], *(text[:cut] for cut in _CUTS), text[: len(text) // 2], text[:-2], text[2:]]
    if len(text) <= max(_CUTS):
        pieces += [text[:place] + text[place + 1 :] for place in range(len(text))]
    return (piece for piece in pieces if piece)


def _misread(text: str) -> Iterator[str]:
    for place, character in enumerate(text[: max(_CUTS)]):
        for other in _LOOKS_LIKE.get(character, ""):
            yield text[:place] + other + text[place + 1 :]


def _nothing(text: Text) -> Iterator[str]:
    yield from (*UNSET, "")
    for name, form in product(text.names, _PLACEHOLDERS):
        yield form.format(name)


WAYS: Final[Mapping[str, Callable[[str], Iterable[Value]]]] = {
    "lower": lambda text: [text.lower()],
    "upper": lambda text: [text.upper()],
    "capital": lambda text: [text.capitalize()],
    "odd_case": lambda text: [text.swapcase(), text[:1].lower() + text[1:]],
    "base64": _base64,
    "utf_16": lambda text: (text.encode(f"utf-16{order}", "surrogatepass") for order in ("-le", "-be", "")),
    "hashed": _hashed,
    "incomplete": _incomplete,
    "misread": _misread,
    "percent": lambda text: [quote(to_bytes(text), safe=""), quote(to_bytes(text)), quote_plus(to_bytes(text))],
    "escaped": lambda text: [json.dumps(text), json.dumps(text)[1:-1], text.replace("/", r"\/"), html.escape(text)],
    "decoded": lambda text: [unquote(text), unquote_plus(text), html.unescape(text)],
    "hex": lambda text: [to_bytes(text).hex(), to_bytes(text).hex().upper()],
}
"""What can happen to any value, by what a template has behind a stroke: {path|lower}."""
TEXT: Final[Makers[Text]] = {
    "text": lambda t: [t.text],
    "name": lambda t: t.names,
    "quote": lambda _: ['"', "'", "`", r"\"", "\u201d"],
    "blank": lambda _: [
        "\n",
        " ",
        "\t",
        "\n\n",
        "\ufeff",
        "\u00a0",
        "\u200b",
        "\u3000",
        "\u200e",
        "\u2028",
        r"\n",
        r"\r\n",
    ],
    "mark": lambda _: [*";,:.=\\&", "..."],
    "equals": lambda _: ["=", ":", ": ", " = ", "."],
    "nothing": _nothing,
}


def to_bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
