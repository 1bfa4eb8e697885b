"""A rolling restart as an object that people hold: its report is true at any moment, and after any end."""

import contextlib
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any, Final

from ._account import Account
from ._errors import CallbackError
from ._report import RollingReport
from ._steps import Ask, Send, Sleep, Steps, drive, drive_async

_LOG: Final = logging.getLogger("ncp_vserver")
_OVER: Final = object()

OnRolling = Callable[[RollingReport], None]
AsyncOnRolling = Callable[[RollingReport], Awaitable[None] | None]


class _Run:
    def __init__(self, account: Account) -> None:
        self._account = account
        self._is_busy = False

    @property
    def report(self) -> RollingReport:
        """What became of every server, as far as is known. It can be read at any moment, from any thread."""
        return self._account.report()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.report})"

    @contextlib.contextmanager
    def _in_progress(self) -> Generator[None]:
        if self._is_busy:
            raise RuntimeError("this rolling restart is being run already")
        self._is_busy = True
        try:
            yield
        except BaseException:  # Ctrl-C, a cancelled task: not ours to replace
            self._account.is_interrupted = True
            _LOG.warning("a rolling restart was interrupted: %s", self.report)
            raise
        finally:
            self._is_busy = False

    @contextlib.contextmanager
    def _calling_back(self) -> Generator[None]:
        """What ``progress`` raises must not pass for what the service said."""
        try:
            yield
        except AssertionError:  # a test's
            raise
        except Exception as error:
            self._account.is_interrupted = True
            raise self._account.complete(CallbackError.of(error)) from error


class RollingReboot(_Run):
    """A rolling restart. Nothing is sent before it is run.

    Run it to its end with :meth:`run`, or iterate over it: it goes on while the next report is asked for, and can be
    left and gone on with. Once it has ended, however it did, :meth:`run` returns the report and sends nothing.

    Attributes:
        report: What became of every server, as far as is known.
    """

    def __init__(self, account: Account, steps: Steps[None], perform: Callable[[Send | Sleep | Ask], Any]) -> None:
        super().__init__(account)
        self._driving = drive(steps, perform)

    def run(self, progress: OnRolling | None = None) -> RollingReport:
        """Restart the servers.

        Args:
            progress: Called with a report whenever something has happened.

        Raises:
            CallbackError: ``progress`` failed. The restart has stopped there.
        """
        while self._goes_on():
            if progress:
                with self._calling_back():
                    progress(self.report)
        return self.report

    def __iter__(self) -> Iterator[RollingReport]:
        return self

    def __next__(self) -> RollingReport:
        if not self._goes_on():
            raise StopIteration
        return self.report

    def _goes_on(self) -> bool:
        """Go on until something has happened; whether anything has."""
        with self._in_progress():
            return next(self._driving, _OVER) is not _OVER


class AsyncRollingReboot(_Run):
    """A :class:`RollingReboot` to be awaited, or iterated over with ``async for``.

    Attributes:
        report: What became of every server, as far as is known.
    """

    def __init__(
        self, account: Account, steps: Steps[None], perform: Callable[[Send | Sleep | Ask], Awaitable[Any]]
    ) -> None:
        super().__init__(account)
        self._driving = drive_async(steps, perform)

    async def run(self, progress: AsyncOnRolling | None = None) -> RollingReport:
        """Restart the servers, as :meth:`RollingReboot.run`."""
        while await self._goes_on():
            if progress:
                with self._calling_back():
                    result = progress(self.report)
                    if inspect.isawaitable(result):
                        await result
        return self.report

    def __await__(self) -> Generator[Any, Any, RollingReport]:
        return self.run().__await__()

    def __aiter__(self) -> AsyncIterator[RollingReport]:
        return self

    async def __anext__(self) -> RollingReport:
        if not await self._goes_on():
            raise StopAsyncIteration
        return self.report

    async def _goes_on(self) -> bool:
        with self._in_progress():
            return await anext(self._driving, _OVER) is not _OVER
