"""Run ``python like_windows.py -m MODULE …`` or ``-c CODE`` in an interpreter that lacks what Windows lacks.

Only this project's packages see it so: the standard library is the one of this system, and needs the rest.
What Windows has instead is played: msvcrt, SIGBREAK, EINVAL for a pipe that nobody reads, commands that end in ".cmd",
and click's command line.
"""

import asyncio
import errno
import io
import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from sys import _getframe
from types import ModuleType
from typing import Any

OURS = ("ncp_mock", "ncp_signer", "ncp_vserver", "ncp_vserver_api")
MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")
SIGNALS = {"SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM", "SIG_DFL", "SIG_IGN"}
SIGBREAK: Any = getattr(signal, "CTRL_BREAK_EVENT", None) or signal.SIGUSR2
"""What sends it to a process. Here another signal stands for it, since its number, 21, is one of this system's."""

LACKING: dict[ModuleType, set[str]] = {
    signal: {name for name in dir(signal) if name.startswith("SIG") and name not in SIGNALS}
    | {"alarm", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "siginterrupt", "sigpending", "sigwait"},
    os: {
        *("fork", "forkpty", "killpg", "mkfifo", "openpty", "setsid", "statvfs", "sync", "sysconf", "ttyname", "uname"),
        *("chown", "chroot", "fchmod", "fchown", "lchown", "nice", "pread", "pwrite", "register_at_fork"),
        *(name for name in dir(os) if name.startswith(("get", "set", "tcget", "tcset")) and "id" in name),
        *("getpgrp", "getgroups", "getloadavg", "tcgetpgrp", "tcsetpgrp", "posix_spawn", "sched_getaffinity"),
        *("O_CLOEXEC", "O_DIRECTORY", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK", "O_SYNC", "SIGKILL", "WNOHANG"),
    }
    - {"getpid", "getppid"},
    socket: {"AF_UNIX", "SO_REUSEPORT", "socketpair", "CMSG_LEN", "send_fds", "recv_fds"},
    time: {"clock_gettime", "clock_settime", "clock_getres", "tzset", "CLOCK_MONOTONIC", "CLOCK_REALTIME"},
}


def _which(command: str) -> str | None:
    return shutil.which(command) or shutil.which(f"{command}.cmd")


DIFFERING: dict[ModuleType, dict[str, Any]] = {
    signal: {"SIGBREAK": SIGBREAK, "CTRL_BREAK_EVENT": 1, "CTRL_C_EVENT": 0},
    os: {"name": "nt"},
    shutil: {"which": _which},
    subprocess: {"CREATE_NEW_PROCESS_GROUP": 0x200},
}
ELSEWHERE = {"click.core.name": "nt"}
"""What a single module sees of os.name. All others have to decide by what there is."""


class _AsOnWindows(ModuleType):
    """A module that differs for those who are to see it so."""

    def __getattribute__(self, name: str) -> Any:
        reader = _getframe(1).f_globals
        place = f"{reader.get('__name__')}.{name}"
        if place in ELSEWHERE:
            return ELSEWHERE[place]
        if (reader.get("__package__") or "").partition(".")[0] in OURS:
            if name in DIFFERING.get(self, {}):
                return DIFFERING[self][name]
            if name in LACKING.get(self, ()):
                raise AttributeError(f"module has no attribute {name!r}")
        return super().__getattribute__(name)


class _Msvcrt(ModuleType):
    """The console: a line that was typed is there key by key."""

    @staticmethod
    def kbhit() -> bool:
        return bool(select.select([0], [], [], 0)[0])

    @staticmethod
    def getwch() -> str:
        return os.read(0, 1).decode("latin-1")


class _Pipe(io.FileIO):
    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None


class _Process(subprocess.Popen[Any]):
    """Windows ignores one of the two, and this system refuses the other."""

    def __init__(self, *arguments: Any, creationflags: int = 0, start_new_session: bool = False, **more: Any) -> None:
        is_apart = bool(creationflags & 0x200)
        super().__init__(*arguments, start_new_session=is_apart, **more)


def _no_signal_handler(*arguments: object) -> None:
    raise NotImplementedError


def become() -> None:
    """Change this interpreter for good."""
    for module in {*LACKING, *DIFFERING, sys}:
        module.__class__ = _AsOnWindows
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]  # that is how an import is made to fail
    sys.modules["msvcrt"] = _Msvcrt("msvcrt")
    subprocess.Popen = _Process  # type: ignore[misc]  # a stand-in
    asyncio.SelectorEventLoop.add_signal_handler = _no_signal_handler  # type: ignore[assignment]  # a stand-in
    sys.stdout.flush()
    encoding, line_by_line = sys.stdout.encoding, sys.stdout.isatty()
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Pipe(1, "w", closefd=False)), encoding=encoding, line_buffering=line_by_line
    )


LIKE_WINDOWS = (sys.executable,) if sys.platform == "win32" else (sys.executable, __file__)
"""What runs a module like Windows: on Windows, Python itself."""

if __name__ == "__main__":
    how, what, *arguments = sys.argv[1:]
    become()
    sys.argv = [what, *arguments]
    sys.path[0] = ""
    if how == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(what, {"__name__": "__main__"})  # noqa: S102 - the code of a test
