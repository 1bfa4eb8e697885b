"""What a string to sign may hold by mistake in place of the timestamp that was sent."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from .clock import KOREA_MS, is_timestamp
from .table import Variant

UNSET: Final = ("undefined", "null", "None", "NaN", "[object Object]")
"""What stands in a text for a variable that was not set."""

_NEAR_MS: Final = 5_000
_NEAR_S: Final = 300
_NEAREST_MS: Final = 20
_KOREA: Final = timezone(timedelta(milliseconds=KOREA_MS))


def timestamps(sent: str) -> Iterator[Variant[str]]:
    """Other forms of the timestamp in the header."""
    if is_timestamp(sent):
        seconds, rest = sent[:-3], sent[-3:]
        yield Variant("seconds-in-signature", seconds)
        for fraction in (f"{sent}.0", f"{seconds}.{rest}", f"{seconds}.{rest}000", f"{seconds}.0"):
            yield Variant("timestamp-as-float", fraction)
    elif _is_seconds(sent):
        yield Variant("seconds-in-header", sent + "000")
    else:
        bare = sent.strip("\"' \t\r\n")
        for other in (bare, bare.partition(".")[0], bare[:13], bare.rstrip("Lnms")):
            yield Variant("timestamp-reformatted", other)


def rare_timestamps(sent: str) -> Iterator[Variant[str]]:
    for quote in "\"'":
        yield Variant("part-in-quotes", quote + sent + quote)
    for unset in UNSET:
        yield Variant("part-unset", unset)
    if not is_timestamp(sent):
        return
    for suffix in ("L", "n", "ms"):
        yield Variant("timestamp-with-suffix", sent + suffix)
    for zeros in ("000", "000000"):
        yield Variant("timestamp-in-other-unit", sent + zeros)
    for shift in (KOREA_MS, -KOREA_MS):
        yield Variant("timestamp-in-other-zone", str(int(sent) + shift))
    for fraction in (f"{sent}.000", f"{sent}.00", f"{sent},0"):
        yield Variant("timestamp-as-float", fraction)
    for date in _dates(int(sent)):
        yield Variant("timestamp-as-date", date)


def _dates(milliseconds: int) -> Iterator[str]:
    utc = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
    for moment in (utc, utc.astimezone(_KOREA)):
        for precision in ("milliseconds", "seconds", "microseconds"):
            zoned = moment.isoformat(timespec=precision)
            bare = zoned.removesuffix("+00:00").removesuffix("+09:00")
            yield zoned
            yield bare + "Z"
            yield bare
            yield bare.replace("T", " ")
        yield f"{moment:%Y%m%d%H%M%S}"
    yield f"{utc:%Y%m%dT%H%M%SZ}"
    yield format_datetime(utc, usegmt=True)


def times_nearby(sent: str, share: int = 1) -> Iterator[str]:
    """Timestamps that a second look at the clock could have given, the nearest first; ``share``: one in so many."""
    near_ms, near_s = _NEAR_MS // share, _NEAR_S // share
    if is_timestamp(sent):
        now = int(sent)
        yield from _around(now, 1, near_ms)
        yield from _around(now // 1000, 1, near_s)
        yield from _around(now, 1000, near_s)
        yield from _around(now // 1000 * 1000, 1000, near_s)
    elif _is_seconds(sent):
        now = int(sent)
        yield from _around(now, 1, near_s)
        yield from _around(now * 1000, 1, near_ms)
    else:
        for moment in _moments(sent):
            yield str(moment // 1000)
            yield from map(str, range(moment, moment + 1000))


def nearest_times(sent: str) -> list[str]:
    """So near that both readings of the clock belong to one request, made in haste."""
    return [*_around(int(sent), 1, _NEAREST_MS)][1:] if is_timestamp(sent) else []


def mistake_in_time(sent: str, signed: str) -> str:
    if len(sent) == len(signed):
        return "two-timestamps"
    if not is_timestamp(sent) and not _is_seconds(sent):
        return "timestamp-reformatted"
    return "seconds-in-signature" if len(signed) == 10 else "seconds-in-header"


def _moments(sent: str) -> Iterator[int]:
    """The milliseconds that a date stands for: one without a zone can be meant in UTC and in Korea."""
    text = sent.strip("\"' ")[:40]
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
            for zone in (UTC, _KOREA):
                zoned = moment if moment.tzinfo else moment.replace(tzinfo=zone)
                since = zoned - datetime.fromtimestamp(0, UTC)
                yield since // timedelta(milliseconds=1)
                if moment.tzinfo:
                    break
        except (ValueError, OverflowError):
            continue
        return


def _around(now: int, step: int, steps: int) -> Iterator[str]:
    yield str(now)
    for distance in range(step, step * steps + 1, step):
        yield str(now + distance)
        yield str(now - distance)


def _is_seconds(text: str) -> bool:
    return re.fullmatch("[0-9]{10}", text) is not None
