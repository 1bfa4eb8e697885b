"""Hooks: the user's shell commands that run before a server restarts, as its health check, and after it."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import IO, Final

from ncp_signer import NcpError

from ncp_vserver._command.screen.texts import text
from ncp_vserver._values.explanations import duration
from ncp_vserver._values.server import Server

_LAST_LINES: Final = 3
_LONGEST_LINE: Final = 200
_LAST_BYTES: Final = 16_384  # of an output that may be huge


class CommandFailedError(NcpError):
    """A hook failed. The text ends with the last lines of its output."""


def hook(command: str, seconds: float, run: Callable[[], str]) -> Callable[[Server], bool]:
    """A function that runs a shell command for a server, in at most so many seconds; ``run`` returns the run's id.

    It raises CommandFailedError unless the exit code is 0.
    """

    def call(server: Server) -> bool:
        environment = {
            "NCP_SERVER_INSTANCE_NO": server.number,
            "NCP_SERVER_NAME": server.name,
            "NCP_SERVER_PUBLIC_IP": server.public_ip or "",
            "NCP_SERVER_REGION": server.region,
            "NCP_SERVER_RUN": run(),
        }
        # A name may have anything in it, but for what ends a text of the environment.
        clean = {name: value.replace("\0", "") for name, value in environment.items()}
        _run(command, os.environ | clean, seconds)
        return True

    return call


def _run(command: str, environment: dict[str, str], seconds: float) -> None:
    with tempfile.TemporaryFile() as output:  # no pipe, which a process that it leaves behind would keep open
        process = subprocess.Popen(  # noqa: S602 - the user's own command line
            command,
            shell=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise CommandFailedError(_text(f"it took longer than {duration(seconds)}", output)) from None
        finally:
            _end(process)
        if code:
            raise CommandFailedError(_text(f"exit code {code}" if code > 0 else f"ended by signal {-code}", output))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it has started."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            if process.poll() is None:
                subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _text(why: str, output: IO[bytes]) -> str:
    output.seek(max(0, output.seek(0, os.SEEK_END) - _LAST_BYTES))
    lines = [text(line).strip() for line in output.read().decode("utf-8", "replace").splitlines()]
    last = [line[:_LONGEST_LINE] for line in lines if line][-_LAST_LINES:]
    return f"{why}: {' / '.join(last)}" if last else why
