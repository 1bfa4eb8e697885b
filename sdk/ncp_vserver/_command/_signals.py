"""Ctrl-C and the signals that mean the same, so that none of them costs the report."""

import contextlib
import signal
from collections.abc import Generator
from types import FrameType


class Interrupts:
    """SIGINT, SIGTERM and SIGHUP as one ``KeyboardInterrupt``, and only while work is under way.

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
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._strike)

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
