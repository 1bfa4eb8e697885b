"""The mock's two clocks: the time of day, which a test can set, and seconds that pass all the same."""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Final


def wall_time() -> float:
    """Return the time of day, in seconds since 1970-01-01 UTC.

    ``time.time`` is looked up at each call, as the signer does: a test that sets it sets it for both.
    """
    return time.time()


def _unstoppable() -> Callable[[], float]:
    """A clock for durations.

    Not what the name ``time.monotonic`` stands for later: freezegun stops that, also where a module has it under a name
    of its own, and what is in progress has to end in a frozen test, too.
    """
    if sys.platform != "win32" and hasattr(time, "clock_gettime"):
        return partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    return partial(time.monotonic)


seconds: Final = _unstoppable()
"""Returns the seconds since some moment, for durations."""
