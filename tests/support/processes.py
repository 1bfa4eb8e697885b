"""Whether processes and ports are gone."""

import socket
import subprocess
import threading

import httpx


def is_free(url: str) -> bool:
    """Whether nothing listens at ``url`` any more."""
    address = httpx.URL(url)
    try:
        socket.create_connection((address.host, address.port or 80), timeout=5).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # about to be gone
        return False
    return False


def wait_until_free(url: str) -> bool:
    """Whether ``url`` is free within ten seconds; asks again and again."""
    ended = threading.Event()
    timer = threading.Timer(10, ended.set)
    timer.start()
    try:
        while not ended.is_set():
            if is_free(url):
                return True
        return False
    finally:
        timer.cancel()


def running(group: int) -> list[str]:
    """The commands of a process group's members that have not ended."""
    listing = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = (line.split(None, 2) for line in listing.splitlines())
    return [row[2] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]


def children(parent: int) -> list[int]:
    """The ids of a process's children."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = (line.split() for line in listing.splitlines())
    return [int(row[0]) for row in rows if int(row[1]) == parent]
