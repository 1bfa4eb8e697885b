"""Signals: an interrupted command still reports, and the terminal always gets its cursor back."""

import contextlib
import signal
import sys
from collections.abc import Callable, Generator
from types import FrameType
from typing import Final


def _those_of(*names: str) -> tuple[signal.Signals, ...]:
    """The signals that this system has: Windows lacks most of them."""
    return tuple(getattr(signal, name) for name in names if hasattr(signal, name))


_OF_THE_SESSION: Final = _those_of("SIGHUP", "SIGBREAK")
"""Sent when the terminal is closed; SIGBREAK, which is Windows's, also by Ctrl-Break."""

_LEAVING: Final = _those_of("SIGTSTP", "SIGQUIT")
"""The signals, of Ctrl-Z and Ctrl-\\, that give the terminal back to the shell."""


class Interrupts:
    """SIGINT, SIGTERM, SIGHUP and SIGBREAK as one ``KeyboardInterrupt``, and only while work is in progress.

    The first one ends the work. All others, and any that come while nothing can be interrupted, are only remembered:
    the account of the work, and the report, are short, and must be whole.

    Attributes:
        struck: Whether one of them has come.
    """

    def __init__(self) -> None:
        self.struck = False
        self._is_armed = False

    def install(self) -> None:
        """Take over the signals. Only SIGHUP stays ignored where it is: that is what nohup is for.

        A shell ignores SIGINT for what it runs in the background, where nothing else could end it either.
        """
        signal.signal(signal.SIGINT, self._strike)
        signal.signal(signal.SIGTERM, self._strike)
        for number in _OF_THE_SESSION:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._strike)

    @contextlib.contextmanager
    def armed(self) -> Generator[None]:
        """Let the first signal raise ``KeyboardInterrupt`` in here; at once, if it has come already."""
        self._is_armed = True
        try:
            if self.struck:
                raise KeyboardInterrupt
            yield
        finally:
            self._is_armed = False

    def _strike(self, number: int, frame: FrameType | None) -> None:
        self.struck = True
        if self._is_armed:
            self._is_armed = False
            raise KeyboardInterrupt


@contextlib.contextmanager
def drawing(show: Callable[[], None], hide: Callable[[], None]) -> Generator[None]:
    """Draw on the terminal, but not while the process is stopped (Ctrl-Z), nor after SIGQUIT has ended it.

    Args:
        show: Starts to draw.
        hide: Leaves the terminal as it was.
    """

    def leave(number: int, frame: FrameType | None) -> None:
        with _held():
            hide()
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        # Here it has stopped the process, or ended it.
        with _held():
            signal.signal(number, leave)
            show()

    with _held():
        former = {number: signal.getsignal(number) for number in _LEAVING}
        for number in _LEAVING:
            if former[number] != signal.SIG_IGN:
                signal.signal(number, leave)
        show()
    try:
        yield
    finally:
        with _held():
            hide()
            for number in _LEAVING:
                signal.signal(number, former[number])


@contextlib.contextmanager
def _held() -> Generator[None]:
    """Put these signals off. Threads that are started in here never take them, so that this works again."""
    if sys.platform == "win32" or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    former = signal.pthread_sigmask(signal.SIG_BLOCK, _LEAVING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)
