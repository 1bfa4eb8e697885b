"""What a string to sign may hold by mistake, path, query and time left aside: method, access key, and layout."""

from collections.abc import Iterator
from itertools import permutations
from typing import Final

from .table import Variant
from .times import UNSET

METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
LONGEST_BODY: Final = 100_000

# A layout is a string to sign with the names of its parts in braces.
_LAYOUTS: Final = (
    ("literal-backslash-n", r"{method} {target}\n{timestamp}\n{access_key}"),
    ("carriage-return", "{method} {target}\r\n{timestamp}\r\n{access_key}"),
    ("echoed-string", r"{method} {target}\n{timestamp}\n{access_key}" + "\n"),
    ("crlf-line-ends", "{method} {target}\r\n{timestamp}\r\n{access_key}\r\n"),
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
    ("carriage-return", "{method} {target}\r\n{timestamp}\n{access_key}"),
    ("carriage-return", "{method} {target}\n{timestamp}\r\n{access_key}"),
    ("literal-backslash-n", "{method} {target}\\n{timestamp}\n{access_key}"),
    ("literal-backslash-n", "{method} {target}\n{timestamp}\\n{access_key}"),
    ("slash-n", "{method} {target}/n{timestamp}/n{access_key}"),
    ("blank-line", "{method} {target}\n\n{timestamp}\n\n{access_key}"),
    ("blank-line", "{method} {target}\n\n{timestamp}\n{access_key}"),
    ("blank-line", "{method} {target}\n{timestamp}\n\n{access_key}"),
    ("tab-for-space", "{method}\t{target}\n{timestamp}\n{access_key}"),
    ("http-version-signed", "{method} {target} HTTP/1.1\n{timestamp}\n{access_key}"),
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


def rare_access_keys(sent: str) -> Iterator[Variant[str]]:
    for quote in "\"'":
        yield Variant("part-in-quotes", quote + sent + quote)
    for unset in UNSET:
        yield Variant("part-unset", unset)


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
