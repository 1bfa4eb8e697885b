"""How long the tests wait for what takes a moment, and moments that come when they should, not by the clock."""

import contextlib
import threading
from collections.abc import AsyncIterator
from typing import Final

import anyio

PATIENCE: Final = 180
"""Seconds for a process, a thread or a connection; only a failing test waits so long. Busy machines have taken 30."""


class Moment:
    """When a task is to be cut short, however slow the machine is. A server's thread says that it has come."""

    def __init__(self) -> None:
        self._came = threading.Event()

    def comes(self) -> None:
        self._came.set()

    async def wait(self) -> None:
        await anyio.to_thread.run_sync(self._came.wait, PATIENCE)

    @contextlib.asynccontextmanager
    async def moves_on(self) -> AsyncIterator[None]:
        """``anyio.move_on_after`` with a deadline that is over then."""
        async with anyio.create_task_group() as group:
            with anyio.CancelScope() as scope:

                async def come() -> None:
                    await self.wait()
                    scope.deadline = 0

                group.start_soon(come)
                yield
