"""A clock for tests in which minutes pass: the process's own, set ahead by whatever is slept."""

import time
from typing import Any

import anyio.lowlevel
import pytest


class FastClock:
    """Lets the clients' sleeps pass at once, and wall and monotonic clock show them.

    Attributes:
        wall_step: Seconds by which somebody has set the wall clock.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.slept = 0.0
        self.wall_step = 0.0
        wall, monotonic, checkpoint = time.time, time.monotonic, anyio.lowlevel.checkpoint

        async def sleep_async(seconds: float) -> None:
            self.slept += seconds
            await checkpoint()

        monkeypatch.setattr(time, "time", lambda: wall() + self.slept + self.wall_step)
        for module in ("_requests.proof", "_requests.attempt", "_runs.batch", "_steps.wait", "_steps.retry"):
            monkeypatch.setattr(f"ncp_vserver.{module}.time", self)
        monkeypatch.setattr("ncp_vserver._performing.time.sleep", self.sleep)
        monkeypatch.setattr("ncp_vserver._performing.anyio.sleep", sleep_async)
        self._monotonic = monotonic

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def monotonic(self) -> float:
        return self._monotonic() + self.slept

    def time(self) -> Any:
        return time.time()
