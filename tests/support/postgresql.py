"""A PostgreSQL server for tests, run by a plain user, on a socket of its own."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

_USERS = ("postgres", "nobody")


def programs() -> Path | None:
    """The folder of its programs, if it is installed. Debian has it outside the PATH."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve())
    return found[0].parent if found else None


class PostgreSQL:
    """A server that can be stopped and started.

    Attributes:
        url: Of its database.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs
        self._as: dict[str, Any] = {"user": _plain_user()} if os.geteuid() == 0 else {}  # it refuses to run as root
        self.url = f"postgresql://tester@/postgres?host={folder}"
        if self._as:
            shutil.chown(folder, self._as["user"])
        self._run("initdb", "--auth=trust", "--username=tester", "--no-sync", "--pgdata", str(folder / "data"))

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "start", "--wait", "-D", str(self._folder / "data"), "-l", log, "-o", options)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate", "-D", str(self._folder / "data"))

    @contextlib.contextmanager
    def ends_with_this_process(self) -> Generator[None]:
        """Stop it in the end; also where this process is killed, which a process of its own sees at its input."""
        stop = 'read _; exec "$0" stop --wait --mode=immediate -D "$1"'
        command = ["sh", "-c", stop, str(self._programs / "pg_ctl"), str(self._folder / "data")]
        quiet = subprocess.DEVNULL
        watch = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=quiet,
            stderr=quiet,
            cwd=self._folder,
            start_new_session=True,
            **self._as,
        )
        try:
            yield
        finally:
            watch.communicate()  # ends its input, and waits

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=self._folder,
            **self._as,
        )


@contextlib.contextmanager
def postgresql(programs: Path) -> Generator[PostgreSQL]:
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:  # a socket's path must be short
        server = PostgreSQL(Path(folder), programs)
        with server.ends_with_this_process():
            server.start()
            yield server


def _plain_user() -> str:
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _USERS if name in names)
