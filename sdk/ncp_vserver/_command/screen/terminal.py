"""The terminal, by what the system has: POSIX has termios and job control, Windows has msvcrt."""

import contextlib
import os
import sys
from importlib import import_module


def forget_typed() -> None:
    """Drop what was typed before now: it answers no question that is asked later.

    Raises:
        OSError: The terminal is gone.
    """
    # By name: to a type checker, each of the modules is empty on the other system.
    try:
        termios = import_module("termios")
    except ImportError:
        _forget_typed_on_windows()
        return
    try:
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
    except termios.error as error:
        raise OSError(*error.args) from error


def _forget_typed_on_windows() -> None:
    with contextlib.suppress(ImportError):
        msvcrt = import_module("msvcrt")
        while msvcrt.kbhit():
            msvcrt.getwch()


def is_in_foreground() -> bool:
    """Whether the terminal is this process's, and not a shell's that runs it in the background."""
    if sys.platform == "win32" or not hasattr(os, "tcgetpgrp"):
        return True  # there is no job control
    try:
        return os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp()
    except (OSError, ValueError):  # it is a terminal of another session
        return True
