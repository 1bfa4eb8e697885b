"""A secret to look for, and everything that could show it."""

import json
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final

CANARY: Final = "canary-bird-in-the-coal-mine-0123456789"

WAYS_TO_SHOW: Final[dict[str, Callable[[Any], str]]] = {
    "repr": repr,
    "str": str,
    "format": format,
    "conversion": "{0!r:>50}".format,
    "f-string": lambda value: f"{value}",
    "percent": lambda value: "%s %r" % (value, value),  # noqa: UP031 - the way logging formats
    "nested": lambda value: repr([value, {"key": value}]),
    "json": lambda value: json.dumps(value, default=str),
    "dict": lambda value: repr(getattr(value, "__dict__", None)),
    "members": lambda value: repr([getattr(value, name, None) for name in dir(value) if not name.startswith("__")]),
}


def locals_in(error: BaseException | None, *, besides: str) -> str:
    """The repr of every local variable in the traceback of an error and of all that led to it, and the errors' own.

    Left out are the variables of one file: the test's.
    """
    text: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frame: TracebackType | None = error.__traceback__
        while frame is not None:
            if frame.tb_frame.f_code.co_filename != besides:
                text += [repr(value) for value in frame.tb_frame.f_locals.values()]
            frame = frame.tb_next
        text += [
            "".join(traceback.format_exception(error)),
            repr(error),
            str(error),
            repr(error.args),
            repr(vars(error)),
        ]
        error = error.__cause__ or error.__context__
    return "\n".join(text)
