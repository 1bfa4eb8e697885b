"""Write reports to stdout and messages to stderr.

A message that cannot be written never fails the command: what matters is in the report and in the exit code.
"""

import contextlib
import io
import json
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from rich.console import Console, RenderableType, detect_legacy_windows

_AS_WIDE_AS_IT_TAKES: Final = 10_000
_NARROW: Final = 60
_USUAL_WIDTH: Final = 80
_SECONDS_FOR_A_READER: Final = 0.01


class UnwrittenError(Exception):
    """Standard output does not take the report.

    Attributes:
        report: The report.
    """

    def __init__(self, error: Exception, report: str) -> None:
        super().__init__(f"the report cannot be written to standard output ({error})")
        self.report = report


class _Talk(io.TextIOBase):
    """Standard error, whose write errors are ignored."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):  # what matters is in the report
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # as above
            sys.stderr.flush()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has an attribute
        return sys.stderr.encoding


def is_terminal(stream: Any) -> bool:
    """Whether a stream is a terminal."""
    return stream is not None and stream.isatty()


def talk_console() -> Console:
    """A console for standard error."""
    return _console(_Talk(), is_terminal(sys.stderr))


def is_narrow(console: Console) -> bool:
    """Whether a terminal is too narrow to fold words or to draw on: a number or a name would be cut."""
    return console.width < _NARROW


def say(*parts: RenderableType) -> None:
    """Write to standard error, a line for each part."""
    console = talk_console()
    for part in parts:
        _print(console, part)


def say_unbroken(*lines: str) -> None:
    """Write lines to standard error that are to be copied: the terminal folds them, and no line end is added."""
    console = talk_console()
    for line in lines:
        console.print(line, soft_wrap=True)


def report(part: RenderableType) -> None:
    """Write something for people to standard output. A text is not folded: it is to be copied.

    Raises:
        UnwrittenError: Standard output does not take it.
    """
    # Not sys.stdout itself: rich writes to it also where it captures.
    written = io.StringIO()
    console = _console(written, is_terminal(sys.stdout))
    unlimited = console.options.update(width=_AS_WIDE_AS_IT_TAKES)
    console.width = max(console.width, console.measure(part, options=unlimited).minimum)
    console.print(part, soft_wrap=isinstance(part, str))
    text = written.getvalue()
    if not console.is_terminal:
        text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    _write(text)


def report_json(lines: Iterable[Mapping[str, Any]]) -> None:
    """Write objects to standard output, each on a line, for programs.

    Raises:
        UnwrittenError: Standard output does not take them.
    """
    # What an encoding lacks would come out as an escape, which is one of JSON's for most characters, and not for all.
    ascii_only = sys.stdout.encoding.lower().replace("-", "") != "utf8"
    _write("".join(f"{json.dumps(line, ensure_ascii=ascii_only)}\n" for line in lines))


def _write(text: str) -> None:
    try:
        sys.stdout.flush()
        _write_whole(text.encode(sys.stdout.encoding, "backslashreplace"))
    except (OSError, ValueError) as error:
        raise UnwrittenError(error, text) from error


def _write_whole(data: bytes) -> None:
    """Write all of it, below any buffer: with PYTHONUNBUFFERED set, a stream loses what a signal cuts off.

    By the stream and not by its descriptor: a console of Windows takes no UTF-8 there.
    """
    stream = sys.stdout.buffer
    raw = getattr(stream, "raw", stream)
    while data:
        written = raw.write(data)
        if written is None:  # whoever shares a pipe has made it non-blocking, and not every system can wait for one
            time.sleep(_SECONDS_FOR_A_READER)
        else:
            data = data[written:]


def _print(console: Console, part: RenderableType) -> None:
    if isinstance(part, str) and not console.is_terminal:
        console.file.write(f"{part}\n")  # as it is: lines are for the reader to fold
        console.file.flush()
    else:
        console.print(part, soft_wrap=is_narrow(console))


def _console(file: Any, is_terminal: bool) -> Console:
    """A console that takes texts as they are, and has colours and a width only on a terminal.

    A console of Windows that takes no escape sequences is none.
    """
    is_terminal = is_terminal and not detect_legacy_windows()
    console = Console(
        file=file,
        force_terminal=is_terminal,  # whatever FORCE_COLOR says: a program reads what is no terminal
        color_system="auto" if is_terminal else None,
        width=None if is_terminal else _AS_WIDE_AS_IT_TAKES,
        markup=False,
        emoji=False,
        highlight=False,
    )
    console.width = console.width or _USUAL_WIDTH  # COLUMNS=0
    return console
