"""The process of a run, and whether it still exists."""

import getpass
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_STARTED: Final = 19  # field of /proc/PID/stat behind the name in parentheses: ticks from the machine's start


@dataclass(frozen=True, slots=True)
class Process:
    """A process on a machine.

    Attributes:
        user: Name of the user.
        host: Name of the machine.
        pid: Its process id.
        identity: Unique: the machine's boot, the PID namespace, and when the process began. None if the system does not
            tell.
    """

    user: str
    host: str
    pid: int
    identity: str | None

    @classmethod
    def this(cls) -> "Process":
        """The current process."""
        try:
            user = getpass.getuser()
        except (ImportError, KeyError, OSError):  # a user without a name, as in a container
            user = "?"
        pid = os.getpid()
        return cls(user, socket.gethostname(), pid, _identity(pid))

    @property
    def is_gone(self) -> bool:
        """Whether it has provably ended: it began on this machine, since the last boot, and does not exist any more."""
        namespace = _namespace()
        if self.identity is None or namespace is None or not self.identity.startswith(f"{namespace} "):
            return False
        return _identity(self.pid) != self.identity and not _is_hidden(self.pid)


def _namespace() -> str | None:
    """The machine's boot and the PID namespace, which each container has of its own."""
    try:
        started = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{started} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return None


def _is_hidden(pid: int) -> bool:
    """Whether there is a process that /proc does not show, as that of another user where it has ``hidepid``."""
    if (_PROC / str(pid)).exists():
        return False
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def _identity(pid: int) -> str | None:
    namespace = _namespace()
    try:
        status = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = status.rpartition(")")[2].split()
    has_ended = fields[0] in ("Z", "X")  # and its parent has not asked yet
    return None if namespace is None or has_ended else f"{namespace} {fields[_STARTED]}"
