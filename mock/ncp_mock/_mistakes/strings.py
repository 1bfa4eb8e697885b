"""What a string to sign may hold by mistake, its path and query left aside: method, time, access key, and layout."""

from collections.abc import Iterator
from itertools import permutations
from typing import Final

from .table import Variant

METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
LONGEST_BODY: Final = 100_000
_NEAR_MS: Final = 5_000
_NEAR_S: Final = 300

# A layout is a string to sign with the names of its parts in braces.
_LAYOUTS: Final = (
    ("literal-backslash-n", r"{method} {target}\n{timestamp}\n{access_key}"),
    ("carriage-return", "{method} {target}\r\n{timestamp}\r\n{access_key}"),
    ("spaces-for-newlines", "{method} {target} {timestamp} {access_key}"),
    ("newlines-missing", "{method} {target}{timestamp}{access_key}"),
    ("space-missing", "{method}{target}\n{timestamp}\n{access_key}"),
    ("space-doubled", "{method}  {target}\n{timestamp}\n{access_key}"),
    ("newline-for-space", "{method}\n{target}\n{timestamp}\n{access_key}"),
    ("method-not-signed", "{target}\n{timestamp}\n{access_key}"),
    ("method-not-signed", " {target}\n{timestamp}\n{access_key}"),
    ("target-not-signed", "{method}\n{timestamp}\n{access_key}"),
    ("timestamp-not-signed", "{method} {target}\n{access_key}"),
    ("timestamp-not-signed", "{method} {target}\n\n{access_key}"),
    ("access-key-not-signed", "{method} {target}\n{timestamp}"),
    ("search-ad-scheme", "{timestamp}.{method}.{target}"),
    ("search-ad-scheme", "{timestamp}.{method}.{path}"),
)
_RARE_LAYOUTS: Final = (
    ("newlines-missing", "{method}{target}{timestamp}{access_key}"),
    ("newlines-missing", "{method} {target}{timestamp}\n{access_key}"),
    ("newlines-missing", "{method} {target}\n{timestamp}{access_key}"),
    ("spaces-for-newlines", "{method} {target} {timestamp}\n{access_key}"),
    ("spaces-for-newlines", "{method} {target}\n{timestamp} {access_key}"),
    ("carriage-return", "{method} {target}\r{timestamp}\r{access_key}"),
)


def methods(sent: str) -> Iterator[Variant[str]]:
    for case in (str.upper, str.lower, str.capitalize):
        yield Variant("method-case", case(sent))
    for method in METHODS:
        yield Variant("other-method", method)


def rare_methods() -> Iterator[Variant[str]]:
    for method in METHODS:
        yield Variant("other-method", method.lower())
        yield Variant("other-method", method.capitalize())


def access_keys(sent: str, own: str, secret_key: str) -> Iterator[Variant[str]]:
    yield Variant("access-key-not-signed", "")
    yield Variant("secret-in-string", secret_key)
    for other in (own, sent.strip(), sent.upper(), sent.lower()):
        yield Variant("other-access-key-signed", other)


def timestamps(sent: str) -> Iterator[Variant[str]]:
    """Other forms of the timestamp in the header."""
    whole = sent.partition(".")[0]
    if _is_number(sent, 13):
        seconds, rest = sent[:-3], sent[-3:]
        yield Variant("seconds-in-signature", seconds)
        for fraction in (f"{sent}.0", f"{seconds}.{rest}", f"{seconds}.{rest}000", f"{seconds}.0"):
            yield Variant("timestamp-as-float", fraction)
    elif _is_number(sent, 10):
        yield Variant("seconds-in-header", sent + "000")
    else:
        yield Variant("two-timestamps", whole)
        yield Variant("two-timestamps", whole[:13])
        yield Variant("two-timestamps", sent.strip())


def times_nearby(sent: str) -> Iterator[str]:
    """Timestamps that a second look at the clock could have given, the nearest first."""
    if _is_number(sent, 13):
        now = int(sent)
        yield from _around(now, 1, _NEAR_MS)
        yield from _around(now // 1000, 1, _NEAR_S)
        yield from _around(now, 1000, _NEAR_S)
        yield from _around(now // 1000 * 1000, 1000, _NEAR_S)
    elif _is_number(sent, 10):
        now = int(sent)
        yield from _around(now, 1, _NEAR_S)
        yield from _around(now * 1000, 1, _NEAR_MS)


def mistake_in_time(sent: str, signed: str) -> str:
    if len(sent) == len(signed):
        return "two-timestamps"
    return "seconds-in-signature" if len(signed) == 10 else "seconds-in-header"


def _around(now: int, step: int, steps: int) -> Iterator[str]:
    yield str(now)
    for distance in range(step, step * steps + 1, step):
        yield str(now + distance)
        yield str(now - distance)


def _is_number(text: str, digits: int) -> bool:
    return len(text) == digits and text.isascii() and text.isdecimal()


def layouts(right: str, api_keys: list[str]) -> Iterator[Variant[str]]:
    """Strings to sign with slips in what stands between the parts, or with a part too few or too many."""
    for mistake, layout in _LAYOUTS:
        yield Variant(mistake, layout)
    for end in ("\n", "\r\n", " ", r"\n"):
        yield Variant("trailing-newline", right + end)
    yield Variant("leading-newline", "\n" + right)
    for api_key in map(_literal, api_keys):
        yield Variant("api-key-signed", f"{{method}} {{target}}\n{{timestamp}}\n{api_key}\n{{access_key}}")
        yield Variant("api-key-signed", f"{right}\n{api_key}")


def rare_layouts(right: str, body: bytes) -> Iterator[Variant[str]]:
    """With the body, with the parts in every other order, and with a slip in one place only."""
    if 0 < len(body) <= LONGEST_BODY:
        text = _literal(body.decode("utf-8", "replace"))
        yield Variant("body-signed", right + text)
        yield Variant("body-signed", f"{right}\n{text}")
        yield Variant("body-signed", f"{{method}} {{target}}\n{text}\n{{timestamp}}\n{{access_key}}")
    for first, second, third, fourth in permutations(("{method}", "{target}", "{timestamp}", "{access_key}")):
        for gap in (" ", "\n"):
            yield Variant("parts-reordered", f"{first}{gap}{second}\n{third}\n{fourth}")
    for mistake, layout in _RARE_LAYOUTS:
        yield Variant(mistake, layout)


def _literal(text: str) -> str:
    """As a part of a layout that stands for itself."""
    return text.replace("{", "{{").replace("}", "}}")
