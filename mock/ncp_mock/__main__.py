"""The command ``ncp-mock``, also ``python -m ncp_mock``."""

import argparse
import contextlib
import io
import json
import logging
import os
import shlex
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn, TextIO

from ._gateway.authentication import Keys
from ._installation import InstallationError
from ._launch.env_file import EnvFileError, prepare, written

if TYPE_CHECKING:
    from ._launch.mock import NcpMock

_DEFAULT: Final = Keys()
_LINES_KEPT: Final = 1000
_SECONDS_BETWEEN_WRITES: Final = 0.05
_TEXT: Final = logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S")


def run() -> NoReturn:
    """Run the command and end the process."""
    code = main()
    # At once: the interpreter would wait for standard output, which perhaps nobody reads.
    os._exit(code)


def main() -> int:
    """Run the command, and return its exit code."""
    if sys.stdout is None:  # closed by the parent process
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as the process lasts
    try:
        arguments = _parser().parse_args()
    except SystemExit as error:
        sys.stdout.flush()
        return int(error.code or 0)
    # A shell ignores SIGINT for what it runs in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGTERM", "SIGBREAK"):  # the second one on Windows: Ctrl-Break, or the console is closed
        if number := getattr(signal, name, None):
            signal.signal(number, _exit_on_signal)
    logging.raiseExceptions = False  # no traceback for a log that cannot be written
    _accept_any_character(sys.stdout)
    log = _Log(arguments.log_format)
    logging.getLogger("ncp_mock").addHandler(log)
    logging.getLogger("ncp_mock").setLevel(logging.INFO)
    try:
        return _serve(arguments, log.begin)
    except KeyboardInterrupt:
        return 0
    except SystemExit as error:
        return int(error.code or 0)
    except InstallationError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        log.finish()


def _serve(arguments: argparse.Namespace, said_where: Callable[[], None] = lambda: None) -> int:
    from . import FleetError, Mock, MockError, ObservedError, PrismError  # their dependencies may be missing

    options = vars(arguments)
    file, log_format = options.pop("env_file"), options.pop("log_format")
    mock = Mock(**options)
    try:
        if file:
            prepare(file, arguments.access_key, arguments.secret_key)
        with mock as running, written(file, running.environment) if file else contextlib.nullcontext():
            _say_where(running, log_format, arguments.lax)
            said_where()
            print(mock.wait(), file=sys.stderr)
    except (EnvFileError, FleetError, MockError, ObservedError, PrismError) as error:
        print(error, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ncp-mock",
        description="A mock of NAVER Cloud Platform's Server API: verifies signatures and says what is wrong with them,"
        " answers in XML or JSON, knows its servers, fails on demand.",
        epilog="Ctrl-C ends it. GET /__mock__/ is a page with its servers and the latest requests.",
    )
    add = parser.add_argument
    add("--port", type=_port, default=4010, help="port to listen on, 0 for any free one (default: %(default)s)")
    add(
        "--host",
        type=_host,
        default="127.0.0.1",
        help="address to listen on, 0.0.0.0 for all: then others can use and control it, too (default: %(default)s)",
    )
    add("--access-key", default=_DEFAULT.access_key, help="the access key that it accepts (default: %(default)s)")
    add(
        "--secret-key",
        default=_DEFAULT.secret_key,
        help="the secret key of that: one for tests, no real one (default: %(default)s)",
    )
    add("--lax", action="store_true", help="do not check signatures")
    add("--fleet", type=Path, metavar="FILE", help="its servers, as a list in JSON or YAML (default: 22 of its own)")
    add(
        "--observed",
        type=Path,
        metavar="FILE",
        help="answer as a gateway was seen to answer: a file of ncp-vserver verify --save (default: as assumed)",
    )
    add(
        "--env-file",
        type=Path,
        metavar="FILE",
        help="write the variables to export into this file once it answers, and remove it at the end (for programs)",
    )
    add("--latency", type=_seconds, default=0.0, metavar="SECONDS", help="wait before each response (default: none)")
    add(
        "--reboot-seconds",
        type=_seconds,
        default=20.0,
        metavar="SECONDS",
        help="how long a restart, a start and a stop take (default: %(default)g)",
    )
    add("--version", action="version", version=f"ncp-mock {version('ncp-vserver')}")
    add("--log-format", choices=("text", "json"), default="text", help="form of the log (default: %(default)s)")
    return parser


def _host(text: str) -> str:
    if not text:  # an unset variable, maybe: asyncio would listen on every address
        raise argparse.ArgumentTypeError("it is empty; 0.0.0.0 is for all addresses")
    return text


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text} is no port number")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds from 0 to a day")
    return seconds


def _say_where(mock: "NcpMock", log_format: str, lax: bool) -> None:
    """Print the URL and the variables to export. A secret key that is not the documented one is left out."""
    environment = mock.environment
    rest = ""
    if mock.secret_key != _DEFAULT.secret_key:
        del environment["NCLOUD_SECRET_ACCESS_KEY"]
        rest = "    and NCLOUD_SECRET_ACCESS_KEY, the secret key that you gave.\n"
    if log_format == "json":
        observed = {"observed": list(mock.observed)} if mock.observed else {}
        _print(json.dumps({"listening": mock.url, "environment": environment} | observed, ensure_ascii=False))
        return
    signatures = "Signatures are not checked. " if lax else ""
    where = f"The mock answers on {mock.url} until Ctrl-C. {signatures}Its page is {mock.url}/__mock__/. To use it:"
    _print("\n".join([where, "", f"    {_assignments(environment)}", *mock.observed, rest]))


def _assignments(environment: dict[str, str]) -> str:
    """Return the command that sets variables in a shell, on Windows in PowerShell."""
    if os.name == "nt":
        quoted = {name: value.replace("'", "''") for name, value in environment.items()}
        return "; ".join(f"$env:{name} = '{value}'" for name, value in quoted.items())
    return "export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())


def _print(text: str, end: str = "\n") -> None:
    with contextlib.suppress(OSError):  # nobody reads it: the mock serves all the same
        print(text, end=end, flush=True)


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        request = record.__dict__.get("ncp_mock")
        line = {"problem": super().format(record)} if request is None else request.as_json()
        return json.dumps(line, ensure_ascii=False)


class _Log(logging.Handler):
    """Writes the log to standard output in a thread, so that a slow reader delays no request.

    If too many lines are not read, the oldest are dropped.
    """

    def __init__(self, log_format: str) -> None:
        super().__init__()
        self.setFormatter(_JsonFormatter() if log_format == "json" else _TEXT)
        self._pending: deque[logging.LogRecord] = deque(maxlen=_LINES_KEPT)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write, name="ncp-mock-log", daemon=True)

    def emit(self, record: logging.LogRecord) -> None:
        self._pending.append(record)

    def begin(self) -> None:
        """Start writing. The lines that programs look for are before the log."""
        if self._thread.ident is None:
            self._thread.start()

    def finish(self) -> None:
        """Write the rest, if anyone reads it."""
        self._ended.set()
        self.begin()
        self._thread.join(1)

    def _write(self) -> None:
        # At intervals: waking up for each record would cost a tenth of the requests a second.
        while not self._ended.wait(_SECONDS_BETWEEN_WRITES) or self._pending:
            lines = [f"{self.format(self._pending.popleft())}\n" for _ in range(len(self._pending))]
            _print("".join(lines), end="")


def _accept_any_character(stream: TextIO) -> None:
    """Show characters that the terminal's encoding lacks, such as Korean names, as escapes."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _exit_on_signal(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    run()
