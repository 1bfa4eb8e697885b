"""What may have been signed in place of the timestamp that was sent: names in the table's templates, other readings."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from .clock import HOUR_MS, KOREA_MS, is_timestamp
from .fields import Claim, Makers

_NEAR_MS: Final = 5_000
_NEAR_S: Final = 300
_NEAREST_MS: Final = 20
_KOREA: Final = timezone(timedelta(milliseconds=KOREA_MS), "KST")
_ZONES: Final = [sign * half * HOUR_MS // 2 for half in (18, 16, *range(1, 29)) for sign in (1, -1)]
"""Differences between two zones: Korea's and its neighbour's first."""


def _if_timestamp(make: Callable[[str], Iterable[str]]) -> Callable[[Claim], Iterable[str]]:
    return lambda c: make(c.timestamp) if is_timestamp(c.timestamp) else ()


def _is_seconds(text: str) -> bool:
    return re.fullmatch("[0-9]{10}", text) is not None


def _bare(claim: Claim) -> Iterator[str]:
    """The digits in a header that holds more, or others, than a timestamp."""
    if not is_timestamp(claim.timestamp) and not _is_seconds(claim.timestamp):
        bare = claim.timestamp.strip("\"' \t\r\n")
        yield from (bare, bare.partition(".")[0], bare[:13], bare.rstrip("Lnms"))


def _numbers(digits: str) -> Iterator[str]:
    number = int(digits)
    yield from (hex(number), f"{number:x}", f"{number:,}", f"0{number}", f"-{number}", f"+{number}", f"{number:.0f}.")
    for exponent in ("E12", "e+12", "E+12", "e12"):
        yield from (f"{digits[0]}.{digits[1:].rstrip('0')}{exponent}", f"{number / 10**12:.5g}{exponent}")
    yield str((number + 2**31) % 2**32 - 2**31)  # as an int of 32 bits


def _dates(digits: str) -> Iterator[str]:
    utc = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(digits))
    for moment in (utc, utc.astimezone(_KOREA)):
        for precision in ("milliseconds", "seconds", "microseconds"):
            zoned = moment.isoformat(timespec=precision)
            bare = zoned.removesuffix("+00:00").removesuffix("+09:00")
            yield from (zoned, bare + "Z", bare, bare.replace("T", " "))
        for form in (
            *("%Y%m%d%H%M%S", "%Y%m%dT%H%M%SZ", "%y%m%dT%H%M%SZ", "%Y-%m-%d", "%Y%m%d", "%a %b %d %H:%M:%S %Y"),
            *("%a %b %d %H:%M:%S %Z %Y", "%Y-%m-%d %H:%M:%S %z %Z", "%Y-%m-%dT%H:%M:%S%z", "%a, %d %b %Y %H:%M:%S %z"),
        ):
            yield moment.strftime(form)
        for zone in ("", " (Coordinated Universal Time)", " (Korean Standard Time)", " (GMT+09:00)"):
            yield moment.strftime("%a %b %d %Y %H:%M:%S GMT%z") + zone  # JavaScript
    yield format_datetime(utc, usegmt=True)


def _zones(digits: str) -> Iterator[str]:
    for shift in _ZONES:
        yield str(int(digits) + shift)
        yield str((int(digits) + shift) // 1000)


TIME: Final[Makers[Claim]] = {
    "ms": _if_timestamp(lambda digits: [digits]),
    "seconds": _if_timestamp(lambda digits: [digits[:-3]]),
    "thousandths": _if_timestamp(lambda digits: [digits[-3:]]),
    "ten_digits": lambda c: [c.timestamp] if _is_seconds(c.timestamp) else [],
    "bare_time": _bare,
    "units": _if_timestamp(lambda digits: [str(int(digits) * 10_000 + 621_355_968 * 10**9)]),
    "zone": _if_timestamp(_zones),
    "date": _if_timestamp(_dates),
    "number": _if_timestamp(_numbers),
}


def times_nearby(sent: str, share: int = 1) -> Iterator[str]:
    """Timestamps that a second look at the clock could have given, the nearest first; ``share``: one in so many."""
    near_ms, near_s = _NEAR_MS // share, _NEAR_S // share
    if is_timestamp(sent):
        now = int(sent)
        yield from _around(now, 1, near_ms)
        yield from _around(now // 1000, 1, near_s)
        yield from _around(now, 1000, near_s)
        yield from _around(now // 1000 * 1000, 1000, near_s)
        for shift in _ZONES[::share]:
            yield from _around(now + shift, 1, _NEAREST_MS)
        for places in (1, 2, 3):  # a number that was not cut to whole milliseconds
            yield from (f"{now}.{fraction:0{places}d}" for fraction in range(0, 10**places, share))
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
    if not is_timestamp(sent) and not _is_seconds(sent):
        return "timestamp-reformatted"
    if "." in signed:
        return "timestamp-as-float"
    if len(sent) != len(signed):
        return "seconds-in-signature" if len(signed) == 10 else "seconds-in-header"
    is_shifted = is_timestamp(sent) and abs(int(sent) - int(signed)) > HOUR_MS // 4
    return "timestamp-in-other-zone + two-timestamps" if is_shifted else "two-timestamps"


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
