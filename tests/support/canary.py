"""Everything that a failure could show of a secret."""

import traceback
from types import TracebackType


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
