"""Starting and ending Prism."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ._installation import contract, prism_home

_LISTENING: Final = re.compile(r"Prism is listening on (http://\S+)")
_LIFELINE: Final = Path(__file__).with_name("lifeline.cjs")
_LOG_LINES_KEPT: Final = 200
_SECONDS_TO_END: Final = 5.0


class PrismError(RuntimeError):
    """Prism did not come up. The text has its log."""


class Prism:
    """Prism, serving the contract on 127.0.0.1 for as long as the ``with`` block lasts.

    All its processes end with the block, and also when this process ends in any other way, killed included: they hold
    the reading end of a pipe that closes then. (A process forked inside the block has the pipe, too: then they end with
    the last of the two.)

    Args:
        port: Port to listen on; 0 for any free one.
        deadline: Seconds until it must be listening.
        log: Called with each line that Prism prints, from another thread.

    Raises (on entering the block):
        InstallationError: Prism is not installed and cannot be.
        PrismError: It ended, or was not listening in time.
    """

    url: str

    def __init__(self, *, port: int = 0, deadline: float = 30.0, log: Callable[[str], None] | None = None) -> None:
        self._port = port
        self._deadline = deadline
        self._log = log

    def __enter__(self) -> Self:
        self._lines: deque[str] = deque(maxlen=_LOG_LINES_KEPT)
        self._url: str | None = None
        self._settled = threading.Event()
        # "--no": never fetch anything. npx, a shell and node are three processes: one process group for all.
        command = ["npx", "--no", "prism", "mock", "--host", "127.0.0.1", "--port", str(self._port), str(contract())]
        self._process = subprocess.Popen(
            command,
            cwd=prism_home(),
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read_log, name="prism-log", daemon=True)
        try:
            self._reader.start()
            in_time = self._settled.wait(self._deadline)
            if self._url is None:
                raise PrismError(self._why(in_time))
        except BaseException:
            self._end()
            raise
        self.url = self._url
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    def wait(self) -> int:
        """Wait until Prism ends by itself, and return its exit code."""
        return self._process.wait()

    def _why(self, in_time: bool) -> str:
        log = "".join(self._lines)
        what = "ended" if in_time else f"was not listening after {self._deadline:g} seconds"
        reason = f": port {self._port} is in use, perhaps by another mock" if "EADDRINUSE" in log else ""
        return f"Prism {what}{reason}. Its log:\n{log or '(empty)'}"

    def _read_log(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            if self._log is not None:
                try:
                    self._log(line)
                except Exception:  # the log's reader is gone: no reason to stop reading
                    self._log = None
            if self._url is None and (match := _LISTENING.search(line)):
                self._url = match[1]
                self._settled.set()
        self._settled.set()

    def _end(self) -> None:
        """End every process of the group, and return when the log has ended and the port is free."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._signal(signal.SIGTERM)
        self._reader.join(_SECONDS_TO_END)  # the log ends when the last process that could write to it has ended
        if self._reader.is_alive():
            self._signal(signal.SIGKILL)
            self._reader.join()
        self._process.wait()
        self._process.stdout.close()
        # A process that ends closes its log before its listening socket, by some milliseconds.
        deadline = time.monotonic() + _SECONDS_TO_END
        while self._url is not None and _accepts(self._url) and time.monotonic() < deadline:
            time.sleep(0.001)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _accepts(url: str) -> bool:
    host, _, port = url.removeprefix("http://").partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=_SECONDS_TO_END).close()
    except OSError as error:
        return not isinstance(error, ConnectionRefusedError)
    return True


def _environment() -> dict[str, str]:
    """This process's environment, without what would change how Prism runs, and with the lifeline."""
    changes = ("NODE_ENV", "npm_config_workspace")  # production mode logs otherwise; a workspace is not ours
    environment = {name: value for name, value in os.environ.items() if not name.startswith(changes)}
    lifeline = str(_LIFELINE).replace("\\", "\\\\").replace('"', '\\"')
    environment["NODE_OPTIONS"] = f'{environment.get("NODE_OPTIONS", "")} --require "{lifeline}"'.strip()
    environment["npm_config_update_notifier"] = "false"
    return environment
