"""Requests and answers as they are on the wire."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Final, Literal
from urllib.parse import unquote

Format = Literal["json", "xml"]

MOST_PARAMETERS: Final = 1000


@dataclass(frozen=True)
class Request:
    """One request, with nothing decoded or normalised: signatures cover the bytes that were sent."""

    method: str
    target: str
    """Path and query, character for character."""
    headers: tuple[tuple[str, str], ...]
    """Names in lower case and values, in the order received; a name can occur more than once."""
    body: bytes = b""

    @cached_property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @cached_property
    def in_query(self) -> list[tuple[str, str]]:
        """Names and values of the query; none if there are more than :data:`MOST_PARAMETERS`."""
        return _pairs(self.query)

    @cached_property
    def in_form(self) -> list[tuple[str, str]]:
        """The same of the body, whatever its content type."""
        return _pairs(self.body.decode("utf-8", "replace"))

    def header(self, name: str) -> list[str]:
        """Return all values of a header. The name is in lower case."""
        return self._values.get(name, [])

    @cached_property
    def _values(self) -> Mapping[str, list[str]]:
        values: dict[str, list[str]] = {}
        for name, value in self.headers:
            values.setdefault(name, []).append(value)
        return values


def _pairs(encoded: str) -> list[tuple[str, str]]:
    if encoded.count("&") > MOST_PARAMETERS:
        return []
    parts = [part.partition("=") for part in encoded.split("&") if part]
    return [(unquote(name.replace("+", " ")), unquote(value.replace("+", " "))) for name, _, value in parts]


@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818 - no error of the mock's
    """Why a request gets an error of the contract. It holds neither the secret key nor a signature."""

    example: str
    """Name of the contract's example of the error."""
    verdict: str
    """The names of what is wrong, joined by " + "."""
    explanation: str
    """On one line."""
    expected: str | None = None
    """The string to sign, as the gateway computes it."""
    received: str | None = None
    """The string that the signature covers, if known."""
    status: int | None = None
    """Overrides the status of the error."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Delivery(Enum):
    """How the bytes of an answer go out."""

    WHOLE = auto()
    DRIP = auto()
    """A few bytes at a time, over ``Answer.seconds``."""
    TRUNCATED = auto()
    """The body stops half-way, and with it the connection."""
    RESET = auto()
    """Nothing goes out: the connection is reset."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    delivery: Delivery = Delivery.WHOLE
    seconds: float = 0.0
    """For a drip, how long it lasts."""


def meant(name: str, known: Iterable[str]) -> str:
    """Return a hint at the known name that is like an unknown one; empty if none is."""
    alike = difflib.get_close_matches(name[:100], known, 1)
    return f": is {alike[0]!r} meant?" if alike else ""


def camel_case(name: str) -> str:
    """Return a Python name in the style of the vendor's API."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


NO_ANSWER: Final = Answer(0, delivery=Delivery.RESET)
"""The answer to a request that is not carried out."""
