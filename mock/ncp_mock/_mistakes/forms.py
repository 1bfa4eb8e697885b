"""What a mistake makes of a text: the functions that the table names, each from what belongs there to what is there."""

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
from itertools import chain, combinations, islice, permutations, product, starmap
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus, unquote, unquote_plus

Value = str | bytes
Change = Callable[[str], Value | Iterable[Value]]

HOUR_MS: Final = 60 * 60 * 1000
KOREA_MS: Final = 9 * HOUR_MS
"""Korean time is ahead of UTC by this."""
_KOREA: Final = timezone(timedelta(milliseconds=KOREA_MS), "KST")
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


Form = str | Change
"""A template, whose names stand for some values each, or a function of what belongs there."""
LONGEST: Final = 2_048
"""Of a longer text, only what templates make of it is looked for."""


class Line(NamedTuple):
    name: str
    likely: tuple[Form, ...]
    """Tried alone and together with another mistake."""
    rare: tuple[Form, ...]
    """Tried alone."""
    hint: str
    """What the name does not say."""


def line(name: str, *likely: Form, rare: Iterable[Form] = (), hint: str = "") -> Line:
    return Line(name, likely, tuple(rare), hint)


def values(forms: Iterable[Form], text: str, fields: Mapping[str, Iterable[str]] | None = None) -> Iterator[Value]:
    """Every value that the forms have for what belongs there and for what the other names stand for."""
    for form in forms:
        if isinstance(form, str):
            names = _names(form)
            for choice in product(*([text] if name == "text" else (fields or {})[name] for name in names)):
                yield form.format(**dict(zip(names, choice, strict=True)))
        elif len(text) <= LONGEST:
            with suppress(ValueError, OverflowError):  # not of that kind, or a lone surrogate, which has no encoding
                made = form(text)
                yield from (made,) if isinstance(made, str | bytes) else made


@cache
def _names(template: str) -> list[str]:
    return list(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(template) if name))


def to_bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def sub(pattern: str, *replacements: str | Callable[[re.Match[str]], str]) -> Change:
    return lambda text: (re.sub(pattern, replacement, text) for replacement in replacements)


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
    """With another character that looks alike, or with two that changed their places."""
    for place, character in enumerate(text[: max(_CUTS)]):
        yield text[:place] + text[place + 1 : place + 2] + character + text[place + 2 :]
        yield from (text[:place] + other + text[place + 1 :] for other in _LOOKS_LIKE.get(character, ""))


def decoded_base64(text: str) -> bytes:
    """The bytes, of either alphabet and with or without padding."""
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def leniently_from_base64(text: str) -> Iterator[bytes]:
    """As Node.js, as PHP and Python, and as CryptoJS, which takes unknown characters for zeros."""
    for unknown, new in (("[^A-Za-z0-9+/_-]", ""), ("[^A-Za-z0-9+/]", ""), ("[^A-Za-z0-9+/]", "A")):
        known = re.sub(unknown, new, text.partition("=")[0])
        # Without a last character that is less than a byte.
        yield decoded_base64(known[:-1] if len(known) % 4 == 1 else known)


def leniently_from_hex(text: str) -> Iterator[bytes]:
    """As Node.js, which stops at what is not hexadecimal, and as CryptoJS, by parseInt of each pair."""
    leading = re.match("(?:[0-9A-Fa-f]{2})*", text)
    yield unhexlify(leading[0] if leading else "")
    numbers = (re.match(r"\s*([+-]?[0-9A-Fa-f]+)", pair) for pair in re.findall("(?s)..", text))
    words = [0] * (len(text) // 8 + 1)
    for place, number in enumerate(numbers):
        # What is no number is 0, and a negative number has its sign in all bits of the word before it.
        words[place // 4] |= int(number[1] if number else "0", 16) << (24 - place % 4 * 8) & 0xFFFFFFFF
    # HMAC fills its key up with zeros: a key of zeros is an empty one.
    yield b"".join(word.to_bytes(4, "big") for word in words)[: len(text) // 2].rstrip(b"\0")


def matched(change: _Coder) -> Callable[[re.Match[str]], str]:
    return lambda match: change(match[0])


def rewritten(*changes: _Coder) -> Change:
    """Every name and every value of a query, one by one."""
    return sub("(?<==)[^&]+|[^&=]+", *map(matched, changes))


def _recoder(decode: _Coder, encode: _Coder, case: _Coder) -> _Coder:
    return lambda text: re.sub("%..", matched(case), encode(decode(text)))


reencoded: Final = rewritten(*starmap(_recoder, product((unquote, unquote_plus), _ENCODERS, (str.upper, str.lower))))


def renumbered(form: str, by: int) -> Callable[[re.Match[str]], str]:
    """Another index in a list."""
    return lambda match: form.format(int(match[1]) + by)


def parameters(*changes: Callable[[list[str]], Iterable[str]]) -> Change:
    return lambda query: ("&".join(change(query.split("&"))) for change in changes)


def by_number(given: list[str]) -> list[str]:
    """Sorted with numbers in a name by their value: .2 before .10."""
    return sorted(given, key=lambda one: [(int(n or 0), text) for text, n in re.findall("([^0-9]*)([0-9]{0,9})", one)])


def any_order(query: str) -> Iterator[str]:
    """Of more than a few parameters, those that have one of them elsewhere, or begin in the middle."""
    given = query.split("&")
    if len(given) <= 5:
        yield from map("&".join, permutations(given))
    elif len(given) <= 40:
        for place, one in enumerate(given):
            others = given[:place] + given[place + 1 :]
            yield "&".join(given[place:] + given[:place])
            yield from ("&".join([*others[:to], one, *others[to:]]) for to in range(len(given)))


def subsets(query: str) -> Iterator[str]:
    """Fewer parameters in the same order: those that end early or begin late, then all choices, up to some hundreds."""
    given = query.split("&")
    cut = (part for place in range(1, len(given)) for part in (given[:place], given[place:]))
    chosen = (choice for size in range(len(given) - 1, 0, -1) for choice in combinations(given, size))
    return map("&".join, chain(cut, islice(chosen, 300)))


def objects(query: str) -> list[str]:
    given = {name: value for name, _, value in (parameter.partition("=") for parameter in query.split("&"))}
    return [json.dumps(given), json.dumps(given, separators=(",", ":")), str(given)]


def list_in_one(query: str) -> Iterator[str]:
    """With all values of a list after its name, where the first of them stood."""
    values: dict[str, list[str]] = {}
    for parameter in query.split("&"):
        name, equals, value = re.sub("(?<=List)[.][0-9]+(?==)", "", parameter).partition("=")
        values.setdefault(name + equals, []).append(value)
    return ("&".join(name + comma.join(given) for name, given in values.items()) for comma in (",", "%2C"))


def _number(digits: str, of: int = 13) -> int:
    if re.fullmatch("[0-9]+", digits) and len(digits) == of:
        return int(digits)
    raise ValueError(digits)


def near(reach: int, step: int = 1, per: int = 1, times: int = 1, of: int = 13) -> Change:
    """Other readings of a clock than that of so many digits, which counts in other units, the nearest first."""

    def change(digits: str) -> Iterator[str]:
        now = _number(digits, of) // per * times
        for distance in range(0, step * reach + 1, step):
            yield str(now + distance)
            yield str(now - distance)

    return change


def zones(*half_hours: int, reach: int = 0) -> Change:
    """Of all zones' differences, Korea's and its neighbour's first."""

    def change(digits: str) -> Iterator[str]:
        for shift in half_hours or (sign * count for count in (18, 16, *range(1, 29), 48) for sign in (1, -1)):
            moment = _number(digits) + shift * HOUR_MS // 2
            yield from map(str, range(moment - reach, moment + reach + 1))
            yield str(moment // 1000)

    return change


def fractions(digits: str) -> Iterator[str]:
    number = _number(digits)
    return (f"{number}.{fraction:0{places}d}" for places in (1, 2, 3) for fraction in range(10**places))


def ticks(digits: str) -> str:
    """As .NET counts: tenths of microseconds, from the year 1."""
    return str(_number(digits) * 10_000 + 621_355_968 * 10**9)


def numbers(digits: str) -> Iterator[str]:
    number = _number(digits)
    yield from (hex(number), f"{number:x}", f"{number:,}")
    for exponent in ("E12", "e+12", "E+12", "e12"):
        yield from (f"{digits[0]}.{digits[1:].rstrip('0')}{exponent}", f"{number / 10**12:.5g}{exponent}")
    yield str((number + 2**31) % 2**32 - 2**31)  # as an int of 32 bits


def dates(digits: str) -> Iterator[str]:
    utc = _EPOCH + timedelta(milliseconds=_number(digits))
    for moment in (utc, utc.astimezone(_KOREA)):
        for zoned in (
            moment.isoformat(timespec=precision) for precision in ("milliseconds", "seconds", "microseconds")
        ):
            yield from (zoned, zoned[:-6] + "Z", zoned[:-6], zoned[:-6].replace("T", " "))
        yield from map(moment.strftime, _DATES)
        yield moment.strftime("%Y%m%d%H%M%S") + digits[-3:]
    yield format_datetime(utc, usegmt=True)


def moments(date: str) -> Iterator[str]:
    """The timestamps that a date stands for: one without a zone can be meant in UTC and in Korea."""
    text = date.strip("\"' ")[:40]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = parsedate_to_datetime(text)
    for zone in (UTC, _KOREA):
        second = ((moment if moment.tzinfo else moment.replace(tzinfo=zone)) - _EPOCH) // timedelta(seconds=1)
        yield from (str(second), *map(str, range(second * 1000, second * 1000 + 2000)))
