"""How the parts may have been put together by mistake: in another order, with another sign between, with more lines."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import Final

from .fields import Claim, Makers

_PARTS: Final = {
    "{method}": "method-not-signed",
    "{target}": "target-not-signed",
    "{timestamp}": "timestamp-not-signed",
    "{access_key}": "access-key-not-signed",
}
_FIRST_TWO: Final = ("{method}", "{target}")
_SIGNS: Final = ("", "\n", " ", ":", ",", ", ", ";", "|", "&", ".", "-", "_", "\t")
_NAMES_OF_SIGNS: Final = {"": "newlines-missing", " ": "spaces-for-newlines", "\n": "newline-for-space"}
_SIGNED_HEADERS: Final = ("host", "content-type", "accept", "user-agent", "date", "content-md5", "accept-language")
_LONGEST_BODY: Final = 100_000


def _literal(text: str) -> str:
    """As a part of a layout that stands for itself."""
    return text.replace("{", "{{").replace("}", "}}")


def _bodies(claim: Claim) -> Iterator[str]:
    body = claim.request.body
    if 0 < len(body) <= _LONGEST_BODY:
        yield _literal(body.decode("utf-8", "replace"))
    elif not body:
        yield "{{}}"
    for algorithm in ("sha256", "md5"):
        digest = hashlib.new(algorithm, body, usedforsecurity=False).digest()
        yield from (digest.hex(), base64.b64encode(digest).decode())


def _headers(claim: Claim) -> Iterator[str]:
    for name in _SIGNED_HEADERS:
        for value in map(_literal, claim.request.header(name)[:1]):
            yield from (value, f"{name}:{value}", f"{name}: {value}")
    yield from ("application/json", "application/x-www-form-urlencoded", "ncloud.apigw.ntruss.com", "v2")


def _kept(name: str) -> Callable[[Claim], list[str]]:
    """A name that is filled in later, with what a search tries."""
    return lambda _: ["{" + name + "}"]


LAYOUT: Final[Makers[Claim]] = {
    **{name: _kept(name) for name in ("method", "target", "path", "query", "timestamp", "access_key", *"snm")},
    "api_key": lambda c: map(_literal, c.request.header("x-ncp-apigw-api-key")),
    "secret": lambda c: [_literal(c.secret_key)],
    "body": _bodies,
    "header": _headers,
    "host": lambda c: map(_literal, c.request.header("host")[:1]),
}


def arrangements() -> Iterator[tuple[str, str]]:
    """Names and layouts: the lines in any order, then some or all parts in any order, with one sign between them."""
    for lines in _orders("{method}{s}{target}", "{timestamp}", "{access_key}"):
        yield " + ".join(_missing_or_moved("{s}".join(lines).split("{s}"))), "{n}".join(lines)
    for parts in _orders(*_PARTS):
        names = _missing_or_moved(parts)
        yield " + ".join(names), "{n}".join(["{s}".join(parts[:2]), *parts[2:]])
        for sign in _SIGNS if len(parts) > 1 else ():
            more = () if sign == "\n" and parts[:2] != _FIRST_TWO else (_NAMES_OF_SIGNS.get(sign, "other-separator"),)
            yield " + ".join((*names, *more)), sign.join(parts)


def _orders(*parts: str) -> Iterator[tuple[str, ...]]:
    for size in range(len(parts), 0, -1):
        yield from permutations(parts, size)


def _missing_or_moved(parts: Sequence[str]) -> list[str]:
    kept = [part for part in _PARTS if part in parts]
    return [name for part, name in _PARTS.items() if part not in parts] + ["parts-reordered"] * (kept != [*parts])
