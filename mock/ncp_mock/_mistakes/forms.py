"""The functions that the table names: each makes the value a mistaken signer uses from the right one."""

import base64
import hashlib
import json
import re
import string
from binascii import unhexlify
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from itertools import chain, combinations, islice, permutations, product
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus, unquote, unquote_plus

Value = str | bytes
Change = Callable[[str], Value | Iterable[Value]]
Form = str | Change
"""A template, whose names stand for one or more values each, or a function of the right value."""

HOUR_MS: Final = 60 * 60 * 1000
LONGEST: Final = 2_048
"""No function is applied to a longer text, only templates."""
KOREA: Final = (18, -18)
"""Korea's difference from UTC, in half hours."""
HALF_HOURS: Final = [sign * count for count in (18, 16, *range(1, 29), 48) for sign in (1, -1)]
"""The differences between two time zones, Korea's and its neighbour's first."""
YEAR_1: Final = 621_355_968 * 10**9
"""1970 in units of 100 nanoseconds since the year 1, as .NET counts."""
_KOREAN_TIME: Final = timezone(timedelta(hours=9), "KST")
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_CUTS: Final = (32, 40, 16, 64, 20, 24, 30, 36, 48, 50, 60, 8, 12)
_LOOKS_LIKE: Final = {"0": "O", "O": "0", "o": "0", "1": "lI", "l": "1I", "I": "l1", "5": "S", "S": "5"}
_Coder = Callable[[str], str]
_ENCODERS: Final[tuple[_Coder, ...]] = (
    lambda text: quote(text, safe=""),
    quote,
    quote_plus,
    lambda text: quote(text, safe="!*'()"),  # encodeURIComponent
    lambda text: quote(text, safe="/:?@!$'()*,;[]"),
    lambda text: quote_plus(text, safe="*").replace("~", "%7E"),  # java.net.URLEncoder
    lambda text: re.sub(r"[-._~]", lambda match: f"%{ord(match[0]):02X}", quote(text, safe="")),
)
_DATES: Final = (
    *("%Y%m%d%H%M%S", "%Y%m%dT%H%M%SZ", "%y%m%dT%H%M%SZ", "%Y-%m-%d", "%Y%m%d", "%a %b %d %H:%M:%S %Y"),
    *("%a %b %d %H:%M:%S %Z %Y", "%Y-%m-%d %H:%M:%S %z %Z", "%Y-%m-%dT%H:%M:%S%z", "%a, %d %b %Y %H:%M:%S %z"),
    *("%a %b %d %Y %H:%M:%S GMT%z" + zone for zone in ("", " (Coordinated Universal Time)")),  # JavaScript
    *("%a %b %d %Y %H:%M:%S GMT%z" + zone for zone in (" (Korean Standard Time)", " (GMT+09:00)")),
)


class Line(NamedTuple):
    """A mistake."""

    name: str
    likely: tuple[Form, ...]
    """Tried alone and together with another mistake."""
    rare: tuple[Form, ...]
    """Tried alone."""
    hint: str
    """Added to the name in the explanation."""


def line(name: str, *likely: Form, rare: Iterable[Form] = (), hint: str = "") -> Line:
    return Line(name, likely, tuple(rare), hint)


def rarely(one: Line) -> Line:
    return one._replace(likely=(), rare=one.likely + one.rare)


def values(forms: Iterable[Form], text: str, fields: Mapping[str, Iterable[str]]) -> Iterator[Value]:
    """Yield every value of the forms. ``text`` is the right value, ``fields`` has the values of the other names."""
    for form in forms:
        if isinstance(form, str):
            names = _names(form)
            for choice in product(*([text] if name == "text" else fields[name] for name in names)):
                yield form.format(**dict(zip(names, choice, strict=True)))
        elif len(text) <= LONGEST:
            with suppress(ValueError, OverflowError):  # wrong kind of text, or a lone surrogate, which has no encoding
                made = form(text)
                yield from (made,) if isinstance(made, str | bytes) else made


@cache
def _names(template: str) -> list[str]:
    return list(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(template) if name))


def to_bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def sub(pattern: str, *replacements: str | Callable[[re.Match[str]], str]) -> Change:
    return lambda text: (re.sub(pattern, replacement, text) for replacement in replacements)


def matched(change: _Coder) -> Callable[[re.Match[str]], str]:
    return lambda match: change(match[0])


def b64(text: str) -> str:
    return base64.b64encode(to_bytes(text)).decode()


def base64_variants(text: str) -> Iterator[str]:
    for encoded in (b64(text), b64(text + "\n"), b64(b64(text))):
        yield from (encoded, encoded.translate(str.maketrans("+/", "-_")), encoded.rstrip("="))


def hashed(*algorithms: str) -> Change:
    def change(text: str) -> Iterator[Value]:
        for algorithm in algorithms:
            digest = hashlib.new(algorithm, to_bytes(text), usedforsecurity=False).digest()
            yield from (digest.hex(), digest, digest.hex().upper(), base64.b64encode(digest).decode())

    return change


def incomplete(text: str) -> Iterator[str]:
    yield from (text[:cut] for cut in (*_CUTS, len(text) // 2, -2) if text[:cut])
    yield text[2:]
    yield from (text[:place] + text[place + 1 :] for place in range(min(len(text), max(_CUTS))))


def misread(text: str) -> Iterator[str]:
    """Replace one character by one that looks alike, or swap two neighbours."""
    for place, character in enumerate(text[: max(_CUTS)]):
        yield text[:place] + text[place + 1 : place + 2] + character + text[place + 2 :]
        yield from (text[:place] + other + text[place + 1 :] for other in _LOOKS_LIKE.get(character, ""))


def from_base64(text: str) -> Iterator[bytes]:
    """Decode as Node.js does, as PHP and Python do, and as CryptoJS does, which reads unknown characters as zeros."""
    for unknown, new in (("[^A-Za-z0-9+/]", ""), ("[^A-Za-z0-9+/]", "A")):
        for plain in (text.translate(str.maketrans("-_", "+/")), text):
            known = re.sub(unknown, new, plain.partition("=")[0])
            known = known[:-1] if len(known) % 4 == 1 else known  # six bits are no byte
            yield base64.b64decode(known + "=" * (-len(known) % 4))


def from_hex(text: str) -> Iterator[bytes]:
    """Decode as Node.js does, which stops at the first other character, and as CryptoJS does: parseInt of each pair."""
    yield from map(unhexlify, re.findall("^(?:[0-9A-Fa-f]{2})*", text))
    digits = (re.findall(r"^\s*[+]?([0-9A-Fa-f]+)", pair) for pair in re.findall("(?s)..", text))
    yield bytes(int(found[0], 16) if found else 0 for found in digits)


def rewritten(*changes: _Coder) -> Change:
    """Change each name and value of a query."""
    return sub("(?<==)[^&]+|[^&=]+", *map(matched, changes))


def _recoder(decode: _Coder, encode: _Coder, case: _Coder) -> _Coder:
    return lambda text: re.sub("%..", matched(case), encode(decode(text)))


reencoded: Final = rewritten(
    *(_recoder(*coders) for coders in product((unquote, unquote_plus), _ENCODERS, (str.upper, str.lower)))
)


def renumbered(form: str, by: int) -> Callable[[re.Match[str]], str]:
    return lambda match: form.format(int(match[1]) + by)


def parameters(*changes: Callable[[list[str]], Iterable[str]]) -> Change:
    return lambda query: ("&".join(change(query.split("&"))) for change in changes)


def by_number(given: list[str]) -> list[str]:
    """Sort with the numbers in a name by their value: .2 before .10."""
    return sorted(given, key=lambda one: [(int(n or 0), text) for text, n in re.findall("([^0-9]*)([0-9]{0,9})", one)])


def any_order(query: str) -> Iterator[str]:
    """Every order of up to five parameters; of more, those with one parameter moved, and the rotations."""
    given = query.split("&")
    if len(given) <= 5:
        yield from map("&".join, permutations(given))
    elif len(given) <= 40:
        for place, one in enumerate(given):
            others = given[:place] + given[place + 1 :]
            yield "&".join(given[place:] + given[:place])
            yield from ("&".join([*others[:to], one, *others[to:]]) for to in range(len(given)))


def subsets(query: str) -> Iterator[str]:
    """Fewer parameters in the same order: the first ones, the last ones, then any, up to 300."""
    given = query.split("&")
    cut = (part for place in range(1, len(given)) for part in (given[:place], given[place:]))
    chosen = (choice for size in range(len(given) - 1, 0, -1) for choice in combinations(given, size))
    return map("&".join, chain(cut, islice(chosen, 300)))


def objects(query: str) -> list[str]:
    given = {name: value for name, _, value in (parameter.partition("=") for parameter in query.split("&"))}
    return [json.dumps(given), json.dumps(given, separators=(",", ":")), str(given)]


def list_in_one(query: str) -> Iterator[str]:
    """All values of a list as one parameter, where its first one stood."""
    lists: dict[str, list[str]] = {}
    for parameter in query.split("&"):
        name, equals, value = re.sub("(?<=List)[.][0-9]+(?==)", "", parameter).partition("=")
        lists.setdefault(name + equals, []).append(value)
    return ("&".join(name + comma.join(given) for name, given in lists.items()) for comma in (",", "%2C"))


def _number(digits: str, of: int = 13) -> int:
    if re.fullmatch("[0-9]+", digits) and len(digits) == of:
        return int(digits)
    raise ValueError(digits)


def around(reach: int, step: int = 1) -> list[int]:
    """Offsets up to ``reach`` on both sides, the smallest first."""
    return sorted(range(-reach, reach + 1, step), key=abs)


def read(offsets: Iterable[int], per: int = 1, times: int = 1, of: int = 13) -> Change:
    """Other readings of a clock with ``of`` digits: in units of ``per / times``, then shifted by each offset."""

    def change(digits: str) -> Iterator[str]:
        now = _number(digits, of) // per * times
        return (str(now + offset) for offset in offsets)

    return change


def in_zones(half_hours: Iterable[int], reach: int = 0) -> list[Form]:
    """Readings of a clock of another zone, in milliseconds up to ``reach`` apart, and in seconds."""
    offsets = [half * HOUR_MS // 2 for half in half_hours]
    milliseconds = [offset + more for offset in offsets for more in around(reach)]
    return [read(milliseconds), read([offset // 1000 for offset in offsets], per=1000)]


def numbers(digits: str) -> Iterator[str]:
    number = _number(digits)
    yield from (hex(number), f"{number:x}", f"{number:,}")
    for exponent in ("E12", "e+12", "E+12", "e12"):
        yield from (f"{digits[0]}.{digits[1:].rstrip('0')}{exponent}", f"{number / 10**12:.5g}{exponent}")
    yield str((number + 2**31) % 2**32 - 2**31)  # as an int of 32 bits


def dates(digits: str) -> Iterator[str]:
    utc = _EPOCH + timedelta(milliseconds=_number(digits))
    for moment in (utc, utc.astimezone(_KOREAN_TIME)):
        for precision in ("milliseconds", "seconds", "microseconds"):
            zoned = moment.isoformat(timespec=precision)
            yield from (zoned, zoned[:-6] + "Z", zoned[:-6], zoned[:-6].replace("T", " "))
        yield from map(moment.strftime, _DATES)
        yield moment.strftime("%Y%m%d%H%M%S") + digits[-3:]
    yield format_datetime(utc, usegmt=True)


def moments(date: str) -> Iterator[str]:
    """The timestamps of a date; one without a zone is read as UTC and as Korean time."""
    text = date.strip("\"' ")[:40]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = parsedate_to_datetime(text)
    for zone in (UTC, _KOREAN_TIME):
        second = ((moment if moment.tzinfo else moment.replace(tzinfo=zone)) - _EPOCH) // timedelta(seconds=1)
        yield from (str(second), *map(str, range(second * 1000, second * 1000 + 2000)))
