"""This machine's clock, and its skew from a server's, by the ``Date`` of a response."""

import time
from typing import Final

# Seconds. A gateway refuses a timestamp five minutes or more from its clock; the response took time to arrive, too.
# https://api.ncloud-docs.com/docs/en/common-ncpapi
_MOST: Final = 240.0

_HALF_A_SECOND: Final = 0.5  # a Date has whole seconds: on average, so much of one has passed


def wall_time() -> float:
    """This machine's time, in seconds since 1970-01-01 UTC, by the clock that a test may have set by now."""
    return time.time()


def clock_offset(date: str | None, received_at: float) -> float | None:
    """Compute the clock skew in seconds, server minus this machine; None without a valid ``Date``.

    Args:
        date: Value of the ``Date`` header.
        received_at: When it came, in seconds since 1970-01-01 UTC by this machine's clock.
    """
    from datetime import UTC  # these two take longer to import than the rest of the package
    from email.utils import parsedate_to_datetime

    try:
        stated = parsedate_to_datetime(date or "")
        if stated.tzinfo is None:  # a Date is in GMT, said or not, and never in this machine's zone
            stated = stated.replace(tzinfo=UTC)
        return stated.timestamp() + _HALF_A_SECOND - received_at
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def is_skewed(offset: float | None) -> bool:
    """Whether the skew is so large that a gateway may have refused a timestamp of this clock."""
    return offset is not None and abs(offset) > _MOST
