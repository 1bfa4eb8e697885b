"""Mistakes in the headers themselves: a wrong timestamp, and other headers in place of missing ones."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote_plus

from ncp_mock._messages import Request

from .forms import HOUR_MS
from .redaction import Redaction
from .table import MISTAKES

WINDOW_MS: Final = 5 * 60 * 1000
"""The smallest clock skew that is refused."""
_DURATIONS: Final = {"day": 24 * HOUR_MS, "hour": HOUR_MS, "minute": 60_000, "second": 1000, "millisecond": 1}
_UNITS: Final = {16: ", in microseconds", 19: ", in nanoseconds"}
_ALIKE: Final = 0.7
_MOST_NAMES: Final = 50
_NAME: Final = re.compile("[a-z0-9_.-]{1,60}")
_OTHER_APIS: Final[dict[tuple[str, ...], str]] = {
    ("authorization",): "an Authorization header (Bearer, Basic or other) means nothing to NCP",
    ("x-api-key", "x-signature"): "X-API-KEY and X-Signature are the headers of NAVER's Search Ad API",
    **{
        (name,): f"an {name} is how NAVER's AI, Maps and Search APIs are called, not this one"
        for name in ("x-ncp-apigw-api-key-id", "x-ncp-apigw-api-key", "x-naver-client-id")
    },
}


def is_timestamp(text: str) -> bool:
    return re.fullmatch("[0-9]{13}", text) is not None


def is_current(text: str, now_ms: int) -> bool:
    return is_timestamp(text) and abs(now_ms - int(text)) < WINDOW_MS


def mistakes_of_clock(timestamp: str, now_ms: int, redaction: Redaction) -> dict[str, str]:
    """Name and explanation of the mistake in a timestamp, if there is one."""
    if re.fullmatch("[0-9]{10}", timestamp):
        name = "seconds-instead-of-milliseconds"
        return {name: MISTAKES[name]}
    if not is_timestamp(timestamp):
        unit = _UNITS.get(len(timestamp), "") if re.fullmatch("[0-9]+", timestamp) else ""
        shown = redaction.excerpt(timestamp, 40) + unit
        needed = "send milliseconds since 1970-01-01 UTC, in 13 digits"
        return {"malformed-timestamp": f"the timestamp is {shown}: {needed}"}
    late_ms = now_ms - int(timestamp)
    if abs(late_ms) < WINDOW_MS:
        return {}
    name, side = ("stale-timestamp", "behind") if late_ms > 0 else ("future-timestamp", "ahead of")
    said = f"the timestamp is {_duration(abs(late_ms))} {side} the gateway's clock, and 5 minutes or more are refused"
    return {name: f"{said}: {_remedy(abs(late_ms))}"}


def _remedy(off_ms: int) -> str:
    hours = round(off_ms / HOUR_MS)
    if not 0 < hours <= 14 or abs(off_ms - hours * HOUR_MS) >= WINDOW_MS:
        return "set the clock, and make a new timestamp for every request"
    zones = "nine hours are the difference between Korean time and UTC"
    if hours != 9:
        zones = "whole hours are the difference between two time zones"
    return f"{zones}, count from 1970-01-01 UTC"


def _duration(milliseconds: int) -> str:
    """The two largest units that are not zero."""
    counts: list[str] = []
    for unit, size in _DURATIONS.items():
        count, milliseconds = divmod(milliseconds, size)
        counts += [f"{count} {unit}{'s' * (count != 1)}"] * (count > 0)
    return " ".join(counts[:2])


def found_instead(
    request: Request, missing: Sequence[str], signing: Sequence[str], redaction: Redaction
) -> Iterator[str]:
    """Hints at headers sent by mistake, without their values: of the ``signing`` headers, some are ``missing``."""
    names = list(dict.fromkeys(name for name, _ in request.headers if _NAME.fullmatch(name)))[:_MOST_NAMES]
    not_these = {*signing, *(name for needed in _OTHER_APIS for name in needed)}
    for name in names:
        if name in not_these or redaction.holds_secret(name):
            continue
        meant = difflib.get_close_matches(_folded(name), signing, 1, _ALIKE)
        if meant and meant[0] in missing:
            yield f"{name} is there: is {meant[0]} meant?"
    parameters = {_folded(unquote_plus(part.partition("=")[0])) for part in request.query[:10_000].split("&")}
    if given := [name for name in missing if name in parameters]:
        yield f"{' and '.join(given)} in the query mean{'s' * (len(given) == 1)} nothing: send headers"
    for needed, hint in _OTHER_APIS.items():
        if all(name in names for name in needed):
            yield hint
            return


def _folded(name: str) -> str:
    return re.sub("[_.]", "-", name.lower())
