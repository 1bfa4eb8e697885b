"""The values that a signature depends on, each with the right one and those that a mistake puts in its place."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import chain, islice, product
from typing import Any, Final, NamedTuple

from . import table
from .fields import LONGEST, TEXT, Claim, Fields, Makers, Text
from .layouts import LAYOUT, arrangements
from .lenient import base64_forms, hex_forms
from .table import Line
from .targets import TARGET
from .times import TIME
from .wording import Wording

METHOD_AXIS, TARGET_AXIS, TIME_AXIS, ACCESS_AXIS, LAYOUT_AXIS, GAPS_AXIS, WHOLE_AXIS, KEY_AXIS = range(8)
BY_LIKELIHOOD: Final = (GAPS_AXIS, LAYOUT_AXIS, WHOLE_AXIS, METHOD_AXIS, TARGET_AXIS, TIME_AXIS, ACCESS_AXIS, KEY_AXIS)
"""Of two mistakes that give the same string the first is named: an empty line, and not a timestamp with a newline."""
RIGHT_GAPS: Final = (" ", "\n", "\n")
"""What stands for the space and for the two newlines."""
AS_IT_IS: Final = "{text}"
"""Nothing is done to the whole string."""

_VERBS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_SIGNS: Final = (":", ": ", ",", ", ", ";", "|", "&", ".", "-", "_", "/", "+", "\t", "\v", "\u2028")
_SECRET_NAMES: Final = (
    *("SECRET_KEY", "NCP_SECRET_KEY", "NCLOUD_SECRET_KEY", "NCLOUD_SECRET_ACCESS_KEY", "secretKey", "secret_key"),
    *("ncloud_secret_access_key", "secret", "SecretKey", "YOUR_SECRET_KEY"),
)
_NAMES: Final = (
    ("method", "httpMethod", "HttpMethod", "Method"),
    ("url", "uri", "path", "target"),
    ("timestamp", "ts", "time", "x-ncp-apigw-timestamp"),
    ("accessKey", "access_key", "ACCESS_KEY", "NCP_ACCESS_KEY", "NCLOUD_ACCESS_KEY_ID", "x-ncp-iam-access-key"),
)
"""What people call method, target, timestamp and access key."""
STRING_NAMES: Final = ("message", "stringToSign", "string_to_sign", "signature")

KEY: Final[Makers[Claim]] = {
    "method": lambda c: [c.request.method],
    "verb": lambda _: _VERBS,
    "own": lambda c: [c.own_access_key],
    "secret": lambda c: [c.secret_key],
    "swapped": lambda c: [c.own_access_key] if c.access_key.strip("\"' \n") == c.secret_key else [],
    "joint": lambda _: ["", ":", "&", "\n"],
    "from_base64": lambda c: base64_forms(c.secret_key),
    "from_hex": lambda c: hex_forms(c.secret_key),
    "sent_value": lambda c: [c.timestamp, c.request.method, c.target],
}


class Variant(NamedTuple):
    """A value that a signer may have used in place of the right one."""

    mistake: str
    """Several names are joined by " + "."""
    value: Any


_ARRANGED: Final = [Variant(names, layout) for names, layout in arrangements() if names]
Source = Callable[[bool], Iterable[Variant]]
"""Gives the likely variants, or the others."""


class Axis:
    """A value that the signature depends on, and what a mistake may put in its place: each once, by its first name."""

    def __init__(self, right: Any, *sources: Source) -> None:
        self.right = right
        self._sources = sources
        self._seen = {right}

    @cached_property
    def likely(self) -> list[Variant]:
        """Those that may come together with another mistake."""
        return self._new(likely=True)

    @cached_property
    def rare(self) -> list[Variant]:
        """The others. The likely ones have to be known before."""
        return self._new(likely=False)

    def called(self, mistake: str) -> list[Variant]:
        return [variant for variant in self.likely + self.rare if variant.mistake == mistake]

    def _new(self, *, likely: bool) -> list[Variant]:
        found: list[Variant] = []
        for variant in chain.from_iterable(source(likely) for source in self._sources):
            if variant.value not in self._seen:
                self._seen.add(variant.value)
                found.append(variant)
        return found


def axes(claim: Claim, wording: Wording) -> tuple[Axis, ...]:
    """In the order of their names above."""
    sent = (claim.request.method, claim.target, claim.timestamp, claim.access_key)
    slips = [_slips(part, names, wording) for part, names in zip(sent, _NAMES, strict=True)]
    secret = Fields(Text(claim.secret_key, _SECRET_NAMES), TEXT)
    whole = table.STRING_SLIPS if len(claim.target) <= LONGEST else ()
    return (
        Axis(sent[0], _lines(table.METHODS, Fields(claim, KEY).of), slips[0]),
        Axis(sent[1], _lines(_targets(), Fields(claim, TARGET).of), slips[1]),
        Axis(sent[2], _lines(table.TIMESTAMPS, Fields(claim, TIME).of), slips[2]),
        Axis(sent[3], _lines(table.ACCESS_KEYS, Fields(claim, KEY).of), slips[3]),
        Axis(table.STRING, _lines(table.LAYOUTS, Fields(claim, LAYOUT).of), lambda likely: () if likely else _ARRANGED),
        Axis(RIGHT_GAPS, _gaps),
        Axis(AS_IT_IS, _lines(whole, lambda line: line.templates)),
        Axis(claim.secret_key, _lines(table.KEYS, Fields(claim, KEY).of), _lines(table.SECRET_SLIPS, secret.of)),
    )


def _lines(lines: Sequence[Line], values: Callable[[Line], Iterable[Any]]) -> Source:
    def variants(likely: bool) -> Iterator[Variant]:
        for line in lines:
            kept = islice(values(line), line.likely) if likely else islice(values(line), line.likely, None)
            yield from (Variant(line.name, value) for value in kept)

    return variants


def _slips(part: str, names: tuple[str, ...], wording: Wording) -> Source:
    # Of what has to be hidden no other form may be shown.
    fit = len(part) <= LONGEST and wording.redacted(part) == part
    source = _lines(table.PART_SLIPS if fit else (), Fields(Text(part, names), TEXT).of)
    return lambda likely: (variant for variant in source(likely) if isinstance(variant.value, str))


@cache
def _targets() -> list[Line]:
    """Those of the table, then each mistake in the path together with each in the query."""
    paths = [line for line in table.TARGETS if line.templates[0].endswith("{tail}")]
    queries = [
        line for line in table.TARGETS if line.likely and line.templates[0].startswith("{path}") and line not in paths
    ]
    both = (
        Line(f"{one.name} + {other.name}", "", tuple(_composed(one, other)), 0)
        for one, other in product(paths, queries)
    )
    return [*table.TARGETS, *both]


def _composed(one: Line, other: Line) -> Iterator[str]:
    for path, query in product(one.templates, other.templates):
        if path.endswith("{tail}"):
            yield path.replace("{tail}", query.removeprefix("{path}"))


def _gaps(likely: bool) -> Iterator[Variant]:
    """Another sign for both newlines, for one of them, and for the space."""
    signs = Fields(None, {"separator": lambda _: _SIGNS}).of
    space, newline, _ = RIGHT_GAPS
    for name, sign in _lines(table.NEWLINES, signs)(likely):
        yield Variant(name, (space, sign, sign))
    for name, sign in _lines(table.SPACES, signs)(likely):
        yield Variant(name, (sign, newline, newline))
    if not likely:
        for name, sign in chain(*(_lines(table.NEWLINES, signs)(kind) for kind in (True, False))):
            yield Variant(name, (space, sign, newline))
            yield Variant(name, (space, newline, sign))
