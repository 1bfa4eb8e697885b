"""The command ``ncp-vserver``.

Its start imports click and nothing heavier: the modules that talk to the gateway, or draw, are imported by the command
that needs them.
"""

import contextlib
import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import Final, NoReturn

from .signals import Interrupts

_EXTRA: Final = ("click", "rich")


def run() -> NoReturn:
    """Run the command and end the process."""
    try:
        interrupts = Interrupts()
        interrupts.install()
        _prepare_streams()
        code = _main(interrupts)
    except Exception as error:
        code = _fail(error)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # the reader is gone, and has been told what there was to tell
            stream.flush()
    # At once: the interpreter would flush once more, and complain about a reader that is gone.
    os._exit(code)


def _main(interrupts: Interrupts) -> int:
    for name in ("COLUMNS", "LINES"):
        if not re.fullmatch("[0-9]{1,4}", os.environ.get(name, "")):
            os.environ.pop(name, None)  # rich takes other digits for a number, and then fails
    # Before anything is sent, and not when the report is due.
    if missing := [name for name in _EXTRA if importlib.util.find_spec(name) is None]:
        _say(
            f'the command needs the extra "cli" (there is no {" and no ".join(missing)}):'
            ' pip install "PATH[cli]", with the path of a checkout'
        )
        return 2
    from ncp_vserver._command.line.cli import main

    return main(interrupts)


def _fail(error: Exception) -> int:
    """What is left when not even the reason can be reported as usual; nothing here can fail."""
    _say(f"Error: {type(error).__name__}: {error}")
    return 5


def _say(text: str) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):  # nobody reads it; the exit code says the same
        print(text, file=sys.stderr)


def _prepare_streams() -> None:
    """Reopen standard streams that the parent process closed. A closed stdout becomes a pipe that nobody reads."""
    if sys.stdout is None:
        reader, writer = os.pipe()
        os.close(reader)
        sys.stdout = os.fdopen(writer, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - likewise
