"""Whether processes and ports are gone."""

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from support.patience import PATIENCE


def is_free(url: str) -> bool:
    """Whether nothing listens at ``url`` any more."""
    address = httpx.URL(url)
    try:
        socket.create_connection((address.host, address.port or 80), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # about to be gone
        return False
    return False


def wait_until_free(url: str) -> bool:
    """Whether ``url`` is free soon."""
    return wait_until(lambda: is_free(url))


def wait_until_ended(group: int) -> bool:
    """Whether no process of a group is running soon."""
    return wait_until(lambda: not running(group))


def wait_until(condition: Callable[[], bool]) -> bool:
    """Whether a condition holds soon; asks again and again."""
    ended = threading.Event()
    timer = threading.Timer(PATIENCE, ended.set)
    timer.start()
    try:
        while not ended.is_set():
            if condition():
                return True
            ended.wait(0.005)
        return False
    finally:
        timer.cancel()


def running(group: int) -> list[str]:
    """The names of a process group's members that have not ended."""
    return [name for _, _, pgid, state, name in _processes() if pgid == group and state not in "ZX"]


def children(parent: int) -> list[int]:
    """The ids of a process's children."""
    return [pid for pid, ppid, _, _, _ in _processes() if ppid == parent]


def _processes() -> Iterator[tuple[int, int, int, str, str]]:
    """Id, parent, group, state and name of every process: from /proc, since "ps" is not on every machine."""
    if not Path("/proc/self/stat").exists():
        yield from _processes_by_ps()
        return
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = stat.read_text().partition(" (")
        except OSError:  # ended meanwhile
            continue
        name, _, rest = rest.rpartition(") ")
        state, ppid, pgid, *_ = rest.split(" ")
        yield int(pid), int(ppid), int(pgid), state, name


def _processes_by_ps() -> Iterator[tuple[int, int, int, str, str]]:
    """Likewise where there is no /proc, as on macOS."""
    with subprocess.Popen(
        ["ps", "-A", "-o", "pid=,ppid=,pgid=,stat=,comm="], stdout=subprocess.PIPE, text=True
    ) as process:
        lines = process.communicate()[0].splitlines()
    for line in lines:
        pid, ppid, pgid, state, command = line.split(None, 4)
        if int(pid) != process.pid:
            yield int(pid), int(ppid), int(pgid), state[0], Path(command).name
