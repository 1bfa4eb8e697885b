"""What the mock remembers of the requests that it got."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ._clock import wall_time
from ._mistakes.wording import Wording

KEPT: Final = 200
_LONGEST: Final = 4000
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


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
    """"accepted", "fault" and its name, or the names of what is wrong, joined by " + "."""
    explanation: str
    """The verdict in a sentence, and what it assumes, on one line; empty if accepted without an assumption."""
    expected_string_to_sign: str | None
    """What the signature must cover, with ``\\n`` for a newline; None where no signature was looked at."""
    received_string_to_sign: str | None
    """What the signature did cover, in the same form, where that could be worked out."""

    def as_json(self) -> dict[str, Any]:
        """The record with names in the style of the vendor's API."""
        return {_camel_case(name): value for name, value in asdict(self).items()}


class Records:
    """The latest requests, without the secret key: clients do send it by mistake."""

    def __init__(self, secret_key: str) -> None:
        self._wording = Wording(secret_key)
        self._records: deque[Record] = deque(maxlen=KEPT)
        self.count = 0
        """How many requests there were since the start."""
        self.version = 0
        """Another one after each change."""

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
        """Remember a request, and return what may be shown of it."""
        self.count += 1
        self.version += 1
        # Without the secret before they are cut, since half a secret would not be found; and cut before that to a
        # length that can be searched, much longer than what is kept: half a secret at its end is cut off afterwards.
        texts = {text: text[: 5 * _LONGEST] for text in (method, target, explanation, expected, received) if text}
        if self._wording.holds_secret("\n".join(texts.values())):  # to look once is faster, and most hold none
            texts = {text: self._wording.redacted(start) for text, start in texts.items()}
        shown = {text: _on_one_line(start[:_LONGEST]) for text, start in texts.items()}
        record = Record(
            number=self.count,
            time=datetime.fromtimestamp(wall_time(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            method=shown.get(method, ""),
            target=shown.get(target, ""),
            status=status,
            verdict=verdict,
            explanation=shown.get(explanation, ""),
            expected_string_to_sign=shown.get(expected or ""),
            received_string_to_sign=shown.get(received or ""),
        )
        self._records.append(record)
        return record

    def latest(self) -> Sequence[Record]:
        """What is kept, oldest first."""
        return list(self._records)

    def clear(self) -> None:
        """Forget the requests; their numbers go on."""
        self._records.clear()
        self.version += 1


def _on_one_line(text: str) -> str:
    return _CONTROL.sub(lambda found: _ESCAPES.get(found[0], f"\\x{ord(found[0]):02x}"), text)


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
