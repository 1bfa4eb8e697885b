"""What options take: durations, texts, shares of the servers, status codes."""

import re
from typing import Any, Final, Self

import click

_DURATION: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")
_SHARE: Final = re.compile(r"([0-9]{1,9})(%?)")
_LONGEST: Final = 7 * 86_400.0  # as the front has it


class Seconds(float):
    """A time in seconds, which remembers the text that it was given as."""

    _text: str

    def __new__(cls, value: float, text: str) -> Self:
        made = super().__new__(cls, value)
        made._text = text
        return made

    def __str__(self) -> str:
        return self._text


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic in new versions of click only
    """A time such as 90, 90s, 10m or 1h30m, in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = _DURATION.fullmatch(value) if value.isascii() else None
        hours, minutes, seconds = (float(part or 0) for part in found.groups()) if found else (0.0, 0.0, 0.0)
        total = hours * 3600 + minutes * 60 + seconds
        if not 0 < total <= _LONGEST:
            self.fail(f"{value!r} is no duration above 0 and up to 168h, such as 90s, 10m or 1h30m.", param, ctx)
        return Seconds(total, value)


class Text(click.ParamType):  # type: ignore[type-arg]  # likewise
    """A text that says something: not empty, without control characters."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip() or not value.isprintable():
            self.fail(f"{value!r} is empty or cannot be printed.", param, ctx)
        return value


class Share(click.ParamType):  # type: ignore[type-arg]  # likewise
    """So many servers, or a share of them such as 25%."""

    name = "servers"

    def __init__(self, least: int) -> None:
        self._least = least

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        found = _SHARE.fullmatch(value)
        if not found or int(found[1]) < (1 if found[2] else self._least) or (found[2] and int(found[1]) > 100):
            self.fail(f"{value!r} is no whole number, {self._least} or more, and no share such as 25%.", param, ctx)
        return value if found[2] else int(value)


class Status(Text):
    """A status code, which the vendor writes in capitals."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(value, param, ctx).upper()
