"""The mock's two clocks: the time of day, which tests can set, and monotonic seconds, which they cannot."""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Final


def wall_time() -> float:
    """Return the time of day, in seconds since 1970-01-01 UTC."""
    return time.time()  # looked up at each call, as in the signer: a test that sets it sets it for both


def _unstoppable() -> Callable[[], float]:
    """Return a monotonic clock that freezegun does not stop, so that changes end in a frozen test, too.

    It stops ``time.monotonic``, also where a module has imported that by another name.
    """
    if sys.platform != "win32" and hasattr(time, "clock_gettime"):
        return partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    return partial(time.monotonic)


seconds: Final = _unstoppable()
"""Return the seconds since some moment, for durations."""
