"""The list of what is assumed about NCP: ``openapi/assumptions.yaml``."""

from dataclasses import dataclass
from typing import Literal

from .contract import document


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """What no page and no capture confirms.

    Attributes:
        id: Its name.
        statement: What is assumed.
        source: Where that comes from.
        date: Of the source.
        relied_on_by: Who relies on it: ``contract``, ``front``, ``mock``.
        probe: Which probe tests it: one that only reads, or one that takes a restart.
        no_probe: Why there is none.
        seen: The day on which the live service was seen to hold to it.
    """

    id: str
    statement: str
    source: str
    date: str
    relied_on_by: tuple[str, ...]
    probe: Literal["reads", "restart"] | None = None
    no_probe: str | None = None
    seen: str | None = None


def assumptions() -> list[Assumption]:
    """All of them, in the list's order."""
    return [Assumption(**entry) for entry in document("assumptions.yaml")]
