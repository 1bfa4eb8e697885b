"""What the mock remembers of the requests that it got."""

from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, quote_plus

KEPT: Final = 200
_LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class Record:
    """A request and what became of it."""

    number: int
    """Counts the requests since the mock started, from 1."""
    time: str
    """When it came, as 2026-11-23T05:12:45.123Z."""
    method: str
    target: str
    status: int | None
    """Status of the answer; None where the connection was reset instead."""
    verdict: str
    """"accepted", or the names of what is wrong with it, joined by " + "."""
    explanation: str
    """The verdict in a sentence, on one line; empty for an accepted request."""
    expected_string_to_sign: str | None
    """What the signature must cover, with ``\\n`` for a newline; None where signatures play no part."""
    received_string_to_sign: str | None
    """What the signature did cover, in the same form, where that could be worked out."""

    def as_json(self) -> dict[str, Any]:
        """The record with names in the style of the vendor's API."""
        return {_camel_case(name): value for name, value in asdict(self).items()}


class Records:
    """The latest requests, without the secret key: clients do send it by mistake."""

    def __init__(self, secret_key: str) -> None:
        self._secrets = sorted({secret_key, quote(secret_key, safe=""), quote_plus(secret_key)}, key=len, reverse=True)
        self._records: deque[Record] = deque(maxlen=KEPT)
        self.count = 0
        """How many requests there were since the start."""

    def add(
        self,
        *,
        method: str,
        target: str,
        status: int | None,
        verdict: str,
        explanation: str,
        expected: str | None = None,
        received: str | None = None,
    ) -> Record:
        self.count += 1
        record = Record(
            number=self.count,
            time=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            method=method,
            target=self.without_secrets(target)[:_LONGEST],
            status=status,
            verdict=verdict,
            explanation=self.without_secrets(explanation),
            expected_string_to_sign=None if expected is None else self._visible(expected),
            received_string_to_sign=None if received is None else self._visible(received),
        )
        self._records.append(record)
        return record

    def latest(self) -> Sequence[Record]:
        """What is kept, oldest first."""
        return list(self._records)

    def clear(self) -> None:
        """Forget the requests; their numbers go on."""
        self._records.clear()

    def without_secrets(self, text: str) -> str:
        for secret in filter(None, self._secrets):
            text = text.replace(secret, "<secret key>")
        return text

    def _visible(self, string_to_sign: str) -> str:
        return self.without_secrets(string_to_sign).replace("\n", "\\n").replace("\r", "\\r")[:_LONGEST]


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
