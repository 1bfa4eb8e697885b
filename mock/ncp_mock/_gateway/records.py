"""The records of requests, and their log."""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ncp_mock._clock import wall_time
from ncp_mock._messages import Answer, Delivery, Request, camel_case
from ncp_mock._mistakes.redaction import Redaction

KEPT: Final = 200
_LONGEST: Final = 4000
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ACCEPTED: Final = "accepted"
_LOG: Final = logging.getLogger("ncp_mock")
_LOG.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, and what is recorded about it."""

    answer: Answer
    verdict: str = _ACCEPTED
    explanation: str = ""
    expected: str | None = None
    """The string to sign, as the gateway computes it."""
    received: str | None = None
    """The string that the signature covers."""


@dataclass(frozen=True, slots=True)
class Record:
    """A request and its outcome."""

    number: int
    """The position among all requests since the mock started, from 1."""
    time: str
    """When it was received, such as 2026-11-23T05:12:45.123Z."""
    method: str
    target: str
    status: int | None
    """Status of the response; None if the connection was reset instead."""
    verdict: str
    """"accepted", "fault" and its name, or the names of what is wrong, joined by " + "."""
    explanation: str
    """The verdict in a sentence, and what it assumes, on one line; empty if accepted without an assumption."""
    expected_string_to_sign: str | None
    """What the signature must cover, with ``\\n`` for a newline; None if no signature was checked."""
    received_string_to_sign: str | None
    """What the signature does cover, in the same form; None if unknown."""

    def as_json(self) -> dict[str, Any]:
        """Return the record with names in the style of the vendor's API."""
        return {camel_case(name): value for name, value in asdict(self).items()}


class Records:
    """The latest requests, without the secret key: clients do send it by mistake."""

    def __init__(self, secret_key: str) -> None:
        self._redaction = Redaction(secret_key)
        self._records: deque[Record] = deque(maxlen=KEPT)
        self.count = 0
        """The number of requests since the start."""
        self.version = 0
        """Different after each change."""

    def add(self, request: Request, outcome: Outcome) -> Record:
        """Record a request, and return what may be shown of it."""
        self.count += 1
        self.version += 1
        texts = request.method, request.target, outcome.explanation, outcome.expected, outcome.received
        shown = self._shown({text for text in texts if text})
        record = Record(
            number=self.count,
            time=datetime.fromtimestamp(wall_time(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            method=shown[request.method],
            target=shown[request.target],
            status=None if outcome.answer.delivery is Delivery.RESET else outcome.answer.status,
            verdict=outcome.verdict,
            explanation=shown.get(outcome.explanation, ""),
            expected_string_to_sign=shown[outcome.expected] if outcome.expected else None,
            received_string_to_sign=shown[outcome.received] if outcome.received else None,
        )
        self._records.append(record)
        return record

    def latest(self) -> Sequence[Record]:
        """Return the latest records, oldest first."""
        return list(self._records)

    def clear(self) -> None:
        """Forget the records. Numbers are not used again."""
        self._records.clear()
        self.version += 1

    def _shown(self, texts: set[str]) -> dict[str, str]:
        # The secret is removed before texts are cut to what is kept: half a secret would not be found. They are cut
        # before that, too, because the search takes time; half a secret at that end is cut off afterwards.
        starts = {text: text[: 5 * _LONGEST] for text in texts}
        if self._redaction.holds_secret("\n".join(starts.values())):  # one search is faster, and most texts hold none
            starts = {text: self._redaction.redacted(start) for text, start in starts.items()}
        return {text: _CONTROL.sub(_escaped, start[:_LONGEST]) for text, start in starts.items()}


def _escaped(control: re.Match[str]) -> str:
    return _ESCAPES.get(control[0], f"\\x{ord(control[0]):02x}")


class Log:
    """Writes records to the logger ``ncp_mock`` in another thread: a handler can be slow, or ask the mock.

    Records that come while that thread is busy are logged together: handing one over costs more than logging it.
    """

    def __init__(self) -> None:
        self._pending: list[Record] = []
        self._writing = asyncio.Lock()

    async def write(self, record: Record) -> None:
        """Log a record, and return when it is logged."""
        if _LOG.isEnabledFor(_level(record)):
            self._pending.append(record)
            async with self._writing:
                if self._pending:
                    records, self._pending = self._pending, []
                    await asyncio.to_thread(_log, records)


def _level(record: Record) -> int:
    return logging.INFO if record.verdict == _ACCEPTED else logging.WARNING


def _log(records: Sequence[Record]) -> None:
    for record in records:
        status = "reset" if record.status is None else record.status
        reason = f": {record.explanation}" if record.explanation else ""
        facts = record.method, record.target, status, record.verdict, reason
        _LOG.log(_level(record), "%s %s %s %s%s", *facts, extra={"ncp_mock": record})
