"""What is wrong with a timestamp as such, whatever the signature covers."""

import re
from collections.abc import Iterator
from typing import Final

from .table import MISTAKES
from .wording import Wording

WINDOW_MS: Final = 5 * 60 * 1000
"""A clock that differs by this or more is refused."""

_UNITS: Final = {16: "microseconds", 19: "nanoseconds"}
HOUR_MS: Final = 60 * 60 * 1000
KOREA_MS: Final = 9 * HOUR_MS
"""Korean time is ahead of UTC by this."""


def is_timestamp(text: str) -> bool:
    return re.fullmatch("[0-9]{13}", text) is not None


def is_current(text: str, now_ms: int) -> bool:
    return is_timestamp(text) and abs(now_ms - int(text)) < WINDOW_MS


def mistakes_of_clock(timestamp: str, now_ms: int, wording: Wording) -> Iterator[tuple[str, str]]:
    """The name and the explanation of what is wrong with a timestamp, if anything is."""
    if re.fullmatch("[0-9]{10}", timestamp):
        yield "seconds-instead-of-milliseconds", MISTAKES["seconds-instead-of-milliseconds"]
    elif not is_timestamp(timestamp):
        unit = _UNITS.get(len(timestamp)) if re.fullmatch("[0-9]+", timestamp) else None
        yield (
            "malformed-timestamp",
            (
                f"the timestamp is {wording.excerpt(timestamp, 40)}{f', in {unit}' if unit else ''}:"
                " send milliseconds since 1970-01-01 UTC, in 13 digits"
            ),
        )
    elif abs(late_ms := now_ms - int(timestamp)) >= WINDOW_MS:
        name, side = ("stale-timestamp", "behind") if late_ms > 0 else ("future-timestamp", "ahead of")
        yield (
            name,
            (
                f"the timestamp is {_duration(abs(late_ms))} {side} the gateway's clock, and 5 minutes"
                " or more are refused:"
                f" {_remedy(late_ms)}"
            ),
        )


def _remedy(late_ms: int) -> str:
    if abs(abs(late_ms) - KOREA_MS) < WINDOW_MS:
        return "nine hours are the difference between Korean time and UTC, count from 1970-01-01 UTC"
    if 0 < round(abs(late_ms) / HOUR_MS) <= 14 and abs(late_ms + WINDOW_MS) % HOUR_MS < 2 * WINDOW_MS:
        return "whole hours are the difference between two time zones, count from 1970-01-01 UTC"
    return "set the clock, and make a new timestamp for every request"


def _duration(milliseconds: int) -> str:
    """The two largest units that are not zero."""
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    counts = {"day": days, "hour": hours, "minute": minutes, "second": seconds, "millisecond": rest}
    return " ".join([f"{count} {unit}{'s' * (count != 1)}" for unit, count in counts.items() if count][:2])
