"""Starting and ending Prism."""

import os
import re
import subprocess
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Final, Self

from ncp_mock._installation import contract, prism_home

_LISTENING: Final = re.compile(r"listening on port (\d+)")
_PRELOAD: Final = Path(__file__).with_name("preload.cjs")
_SCRIPT: Final = Path("node_modules", "@stoplight", "prism-cli", "dist", "index.js")
_LOG_LINES_KEPT: Final = 200
_DEADLINE: Final = 30.0
"""Seconds until it must be listening."""
_SECONDS_TO_END: Final = 5.0
_SECONDS_UNHEARD: Final = 0.2
"""How long a signal is not handled on Windows, where it does not interrupt a wait."""
_FLAGS: Final[int] = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows's


class PrismError(RuntimeError):
    """Prism did not come up. The text has its log."""


class Prism:
    """Prism, serving the contract on a free port of 127.0.0.1 for as long as the ``with`` block lasts.

    The block is entered at once; :attr:`port` waits until Prism is listening. Prism ends with the block, and also if
    this process is killed: then a pipe closes that Prism reads. (A process forked inside the block has the pipe, too:
    then Prism ends with the last of the two.)

    Raises (on entering the block):
        InstallationError: Prism is not installed and cannot be.
    """

    def __enter__(self) -> Self:
        self._lines: list[str] = []
        self._listening: Future[int] = Future()
        # Not npx, which is slow and starts a shell and a second node process; nor the command in .bin, which needs a
        # shell on Windows. node must not refuse the size of a head that the gateway accepts.
        node = ["node", "--max-http-header-size=131072", "--require", str(_PRELOAD)]
        prism = [*node, str(prism_home() / _SCRIPT), "mock", "--multiprocess", "false"]
        listen = ["--host", "127.0.0.1", "--port", "0", "--cors", "false", "--verboseLevel", "fatal"]
        self._process = subprocess.Popen(
            [*prism, *listen, str(contract())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.startswith("NODE_")},
            text=True,
            encoding="utf-8",
            errors="replace",
            # The launcher handles Ctrl-C. Each system uses one of these two.
            start_new_session=True,
            creationflags=_FLAGS,
        )
        self._reader = threading.Thread(target=self._read_log, name="prism-log", daemon=True)
        self._reader.start()
        return self

    @property
    def port(self) -> int:
        """The port that Prism listens on.

        Raises:
            PrismError: It ended, or was not listening in time.
        """
        try:
            return self._listening.result(_DEADLINE)
        except TimeoutError:
            raise self._failed(f"was not listening after {_DEADLINE:g} seconds") from None

    def wait(self) -> str:
        """Wait until Prism ends by itself, and return its log."""
        while self._reader.is_alive():  # it ends with Prism
            self._reader.join(_SECONDS_UNHEARD)
        return str(self._failed(f"ended by itself with exit code {self._process.wait()}"))

    def _failed(self, how: str) -> PrismError:
        return PrismError(f"Prism {how}. Its log:\n{''.join(self._lines) or '(empty)'}")

    def _read_log(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines = [*self._lines[-_LOG_LINES_KEPT:], line]
            if not self._listening.done() and (match := _LISTENING.search(line)):
                self._listening.set_result(int(match[1]))
        if not self._listening.done():
            self._listening.set_exception(self._failed("ended"))

    def __exit__(self, *exception: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(_SECONDS_TO_END)
        except BaseException as error:  # another Ctrl-C, too: nothing may be left running
            self._process.kill()
            self._process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
        finally:
            self._reader.join()
            self._process.stdout.close()
