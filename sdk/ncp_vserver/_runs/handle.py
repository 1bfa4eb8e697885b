"""A rolling restart as an object that people hold: its report is true at any moment, and after any end."""

import contextlib
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from types import AsyncGeneratorType, GeneratorType
from typing import Any, Final, cast

from ncp_vserver._steps.account import Account
from ncp_vserver._steps.steps import Performed, Steps, blocking, called, drive, drive_async
from ncp_vserver._values.errors import CallbackError, JournalError
from ncp_vserver._values.report import RollingReport

_LOG: Final = logging.getLogger("ncp_vserver")
_OVER: Final = object()

OnRolling = Callable[[RollingReport], None]
AsyncOnRolling = Callable[[RollingReport], Awaitable[None] | None]


class _Run:
    def __init__(self, account: Account, steps: Steps[None]) -> None:
        self._account = account
        self._steps = steps
        self._has_ended = False

    @property
    def report(self) -> RollingReport:
        """What became of every server, as far as is known. It can be read at any moment, from any thread."""
        return self._account.report()

    @property
    def id(self) -> str | None:
        """Its name in the journal, once it stands there."""
        recording = self._account.recording
        return recording.run if recording and recording.has_begun else None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.report})"

    @contextlib.contextmanager
    def _ending(self, is_running: bool) -> Generator[None]:
        """What ends the run early, Ctrl-C or a cancelled task, is raised unchanged. Nothing is sent after it."""
        if is_running:
            raise RuntimeError("this rolling restart is being run already")
        try:
            yield
        except JournalError:  # of a run that could not begin
            self._has_ended = True
            raise
        except BaseException:
            self._has_ended = self._account.is_interrupted = True
            self._steps.close()  # what it writes last does not wait for whoever holds this
            _LOG.warning("a rolling restart was interrupted: %s", self.report)
            raise

    @contextlib.contextmanager
    def _calling_back(self) -> Generator[None]:
        """What ``progress`` raises must not pass for what the service said."""
        try:
            yield
        except AssertionError:  # a test's
            raise
        except Exception as error:
            raise self._account.complete(CallbackError.of(error)) from error

    def _is_over(self, is_driven_to_its_end: bool) -> bool:
        """Whether nothing more will happen. The steps of a run whose event loop has ended are left unfinished."""
        if is_driven_to_its_end and inspect.getgeneratorstate(self._steps) != inspect.GEN_CLOSED:
            self._account.is_interrupted = True
        self._has_ended = self._has_ended or is_driven_to_its_end
        return self._has_ended


class RollingReboot(_Run):
    """A rolling restart. Nothing is sent before it is run.

    Run it to its end with :meth:`run`, or iterate over it: it goes on while the next report is asked for, and can be
    left and gone on with. Once it has ended, however it did, :meth:`run` returns the report and sends nothing.

    Attributes:
        report: What became of every server, as far as is known.
    """

    def __init__(self, account: Account, steps: Steps[None], perform: Callable[[Performed], Any]) -> None:
        super().__init__(account, steps)
        self._driving = cast("GeneratorType[None, None, None]", drive(steps, perform))

    def run(self, progress: OnRolling | None = None) -> RollingReport:
        """Restart the servers.

        Args:
            progress: Called with a report whenever something has happened.

        Raises:
            CallbackError: ``progress`` failed. The restart has ended there.
            ValueError: ``progress`` is a coroutine function.
        """
        blocking("progress", progress)
        with self._ending(self._driving.gi_running):
            while self._goes_on():
                if progress:
                    with self._calling_back():
                        called(progress, self.report)
        return self.report

    def __iter__(self) -> Iterator[RollingReport]:
        return self

    def __next__(self) -> RollingReport:
        with self._ending(self._driving.gi_running):
            goes_on = self._goes_on()
        if not goes_on:
            raise StopIteration
        return self.report

    def _goes_on(self) -> bool:
        """Go on until something has happened; whether anything has."""
        return not self._has_ended and not self._is_over(next(self._driving, _OVER) is _OVER)


class AsyncRollingReboot(_Run):
    """A :class:`RollingReboot` to be awaited, or iterated over with ``async for``.

    Attributes:
        report: What became of every server, as far as is known.
    """

    def __init__(self, account: Account, steps: Steps[None], perform: Callable[[Performed], Awaitable[Any]]) -> None:
        super().__init__(account, steps)
        self._driving = cast("AsyncGeneratorType[None, None]", drive_async(steps, perform))

    async def run(self, progress: AsyncOnRolling | None = None) -> RollingReport:
        """Restart the servers, as :meth:`RollingReboot.run`."""
        with self._ending(self._driving.ag_running):
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
        with self._ending(self._driving.ag_running):
            goes_on = await self._goes_on()
        if not goes_on:
            raise StopAsyncIteration
        return self.report

    async def _goes_on(self) -> bool:
        return not self._has_ended and not self._is_over(await anext(self._driving, _OVER) is _OVER)
