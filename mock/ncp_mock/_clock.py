"""The mock's two clocks: the time of day, which a test can set, and seconds that pass all the same."""

import sys
import time


def wall_time() -> float:
    """Return the time of day, in seconds since 1970-01-01 UTC.

    ``time.time`` is looked up at each call, as the signer does: a test that sets it sets it for both.
    """
    return time.time()


def processor_seconds() -> float:
    """Return the time that this thread has been worked on: others on the machine do not count."""
    return time.thread_time()


def seconds() -> float:
    """Return the seconds since some moment, for durations.

    Not from ``time.monotonic`` where that can be helped: freezegun stops it, and what is in progress has to end in a
    frozen test, too.
    """
    return time.monotonic() if sys.platform == "win32" else time.clock_gettime(time.CLOCK_MONOTONIC)
