"""The list of what is assumed about NCP: ``openapi/assumptions.yaml``."""

from dataclasses import dataclass
from typing import Literal

from .contract import document


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A statement about NCP that no page and no capture confirms."""

    id: str
    statement: str
    source: str
    date: str
    """The source's date."""
    relied_on_by: tuple[str, ...]
    """Some of ``contract``, ``front`` and ``mock``."""
    probe: Literal["reads", "restart"] | None = None
    """Which probe tests it: one that only reads, or one that takes a restart."""
    no_probe: str | None = None
    """Why there is no probe."""
    seen: str | None = None
    """The day on which the live service was seen to conform."""


def assumptions() -> list[Assumption]:
    """All of them, in the list's order."""
    return [Assumption(**entry) for entry in document("assumptions.yaml")]
