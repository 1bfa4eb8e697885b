"""What options take: durations, texts, shares of the servers, status codes, patterns."""

import re
from typing import Any, Final

import click

_DURATION: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")
_SHARE: Final = re.compile(r"([0-9]{1,9})(%?)")
_CLASS: Final = re.compile(r"\[([:.=]).*?\1\]")
_LONGEST: Final = 7 * 86_400.0  # as the front has it


class Seconds(float):
    """A time in seconds, which remembers the text that it was given as."""

    text: str

    def __str__(self) -> str:
        return self.text


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic in new versions of click only
    """A time such as 90, 90s, 10m or 1h30m, in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = _DURATION.fullmatch(value) if value.isascii() else None
        hours, minutes, seconds = (float(part or 0) for part in found.groups()) if found else (0.0, 0.0, 0.0)
        total = Seconds(hours * 3600 + minutes * 60 + seconds)
        total.text = value
        if not 0 < total <= _LONGEST:
            self.fail(f"{value!r} is no duration above 0 and up to 168h, such as 90s, 10m or 1h30m.", param, ctx)
        return total


class Text(click.ParamType):  # type: ignore[type-arg]  # likewise
    """A text that says something: not empty, without control characters.

    Args:
        name: What ``--help`` calls it.
    """

    problem = "{!r} is empty or cannot be printed."

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip() or not value.isprintable():
            self.fail(self.problem.format(value), param, ctx)
        return value


class Pattern(Text):
    """A shell pattern that a name can match."""

    problem = "no server has a name that fits {!r}."

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if found := _CLASS.search(value):
            self.fail(f"{found[0]} is not supported: write the characters, such as [0-9].", param, ctx)
        return super().convert(value, param, ctx)


class Status(Text):
    """A status code, which the vendor writes in capitals."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(value, param, ctx).upper()


class Share(click.ParamType):  # type: ignore[type-arg]  # likewise
    """So many servers, or a share of them such as 25%."""

    name = "N|P%"

    def __init__(self, least: int) -> None:
        self._least = least

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        found = _SHARE.fullmatch(value)
        if not found or int(found[1]) < (1 if found[2] else self._least) or (found[2] and int(found[1]) > 100):
            self.fail(f"{value!r} is no whole number, {self._least} or more, and no share such as 25%.", param, ctx)
        return value if found[2] else int(value)
