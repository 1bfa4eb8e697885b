"""The command on a terminal."""

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unittest.mock import patch

from ncp_mock import NcpMock
from ncp_vserver._command import _main
from ncp_vserver._command.signals import Interrupts
from rich.cells import cell_len
from support.patience import PATIENCE

from command.running import COMMAND, surroundings

QUESTION = "Go ahead? [y/N] "
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class Terminal:
    """A terminal of 80 columns and 24 lines with the command on it, for as long as the ``with`` block lasts.

    Without arguments, it is a shell that can stop the command and go on with it.
    """

    def __init__(
        self,
        mock: NcpMock,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = (COMMAND,),
    ) -> None:
        self._command = [*command, *arguments] if arguments else ["bash", "--norc", "--noprofile", "-i"]
        self._environment = surroundings(mock) | dict(environment or {})
        self._changed = threading.Condition()
        self._bytes = b""
        self._ended = False

    def __enter__(self) -> "Terminal":
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=_take_terminal,
        )
        os.close(slave)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.kill()
        self.process.wait()
        self._thread.join()
        os.close(self._master)

    @property
    def written(self) -> str:
        """All that was written to it, escape sequences included."""
        return self._bytes.decode("utf-8", "replace")

    @property
    def text(self) -> str:
        """All that was written to it, without them."""
        return _ESCAPES.sub("", self.written)

    def type(self, keys: str) -> None:
        """Press keys."""
        self._before = self.text
        os.write(self._master, os.fsencode(keys))

    def wait_for(self, text: str) -> None:
        """Wait until a text was written."""
        self._wait_for(text, 1)

    def wait_for_more(self, text: str) -> None:
        """Wait until a text was written since the last keys were pressed."""
        self._wait_for(text, self._before.count(text) + 1)

    def _wait_for(self, text: str, times: int) -> None:
        with self._changed:
            seen = self._changed.wait_for(lambda: self.text.count(text) >= times or self._ended, PATIENCE)
        assert seen, self.text
        assert self.text.count(text) >= times

    def end(self) -> int:
        """Wait for the command's end, and return its exit code."""
        code = self.process.wait(PATIENCE)
        self._thread.join(PATIENCE)
        return code

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the command has ended
                data = b""
            with self._changed:
                self._bytes += data
                self._ended = not data
                self._changed.notify_all()
            if not data:
                return


def _take_terminal() -> None:
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def widest(text: str) -> int:
    """Columns of the longest line."""
    return max(cell_len(line) for line in text.splitlines())


@dataclass(frozen=True)
class Ended:
    """The exit code, and all that was written, escape sequences included."""

    code: int
    written: str

    @property
    def text(self) -> str:
        """All that was written, without them."""
        return _ESCAPES.sub("", self.written)


def run_on_terminal(mock: NcpMock, *arguments: str, answer: str = "", **more: str) -> Ended:
    """Run it to its end in this process, on a terminal of that size which it does not control: no key is a signal."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    written = bytearray()

    def answering() -> None:
        with contextlib.suppress(OSError):  # the terminal's other end is closed
            while data := os.read(master, 65536):
                was_asked = QUESTION.encode() in written
                written.extend(data)
                if not was_asked and QUESTION.encode() in written:
                    os.write(master, answer.encode())

    thread = threading.Thread(target=answering)
    thread.start()
    try:
        with (
            open(os.dup(slave), encoding="utf-8") as stdin,  # noqa: PTH123 - a descriptor
            open(os.dup(slave), "w", encoding="utf-8") as stdout,  # noqa: PTH123 - likewise
            open(os.dup(slave), "w", encoding="utf-8") as stderr,  # noqa: PTH123 - likewise
            patch.dict(os.environ, surroundings(mock, **more), clear=True),
            patch.multiple(sys, argv=[COMMAND, *arguments], stdin=stdin, stdout=stdout, stderr=stderr),
        ):
            code = _main(Interrupts())
    finally:
        os.close(slave)
        thread.join(PATIENCE)
        os.close(master)
    return Ended(code, written.decode())


def on_terminal_that_goes(mock: NcpMock, shown: str, *arguments: str) -> int:
    """The exit code of the command where the terminal is closed as soon as it shows a text; nohup keeps it alive."""
    master, slave = pty.openpty()
    command = f"trap '' HUP; exec {COMMAND} {' '.join(arguments)}"
    with subprocess.Popen(
        ["sh", "-c", command], env=surroundings(mock), stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    ) as process:
        os.close(slave)
        written = b""
        while shown.encode() not in written:
            assert select.select([master], [], [], 20)[0], written
            written += os.read(master, 65536)
        os.close(master)
        return process.wait(PATIENCE)
