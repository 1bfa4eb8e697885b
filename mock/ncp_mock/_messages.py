"""A request as it came over the wire, and an answer as it goes out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Request:
    """One request, with nothing decoded or normalised: signatures cover the bytes that were sent."""

    method: str
    target: str
    """Path and query, character for character."""
    headers: tuple[tuple[str, str], ...]
    """Names in lower case, in the order received; a name can stand there more than once."""
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    def header(self, name: str) -> list[str]:
        """All values of a header, by its name in lower case."""
        return [value for key, value in self.headers if key == name]


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

    @classmethod
    def of_json(cls, value: Any) -> "Answer":
        return cls(200, "application/json", json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


NO_ANSWER: Final = Answer(0, delivery=Delivery.RESET)
"""Stands for the answer of a request that is not carried out."""
