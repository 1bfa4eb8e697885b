"""Shell patterns, as bash reads them in a ``case``."""

import functools
import re
import unicodedata
from typing import Any, Final

# A backslash makes the next character literal. A bracket that is never closed is literal, too.
_PART: Final = re.compile(
    r"(?P<star>\*)|(?P<any>\?)|\[(?P<negated>[!^]?+)(?P<members>(?:\\.|\]|[^\\\]])(?:\\.|[^\\\]])*)\]|\\?(?P<literal>.)",
    re.DOTALL,
)
_MEMBER: Final = re.compile(r"\\?(.)(?:-\\?(.))?", re.DOTALL)


def matches(pattern: str, name: str) -> bool:
    """Whether a name matches a pattern, letter case included. Both are composed first: macOS pastes Hangul in parts."""
    return _compiled(_composed(pattern)).fullmatch(_composed(name)) is not None


def escaped(name: str) -> str:
    """A pattern that this name alone matches."""
    return re.sub(r"([\\*?\[\]])", r"\\\1", name)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    segments = [""]
    for part in _PART.finditer(pattern):
        if part["star"]:
            segments.append("")
        else:
            segments[-1] += _one_character(part)
    head, *rest = segments
    # The first place where a segment matches is as good as any other: without going back, many stars take no time.
    middle = "".join(f"(?>.*?{segment})" for segment in rest[:-1])
    return re.compile(head + middle + "".join(f".*{segment}" for segment in rest[-1:]), re.DOTALL)


def _one_character(part: re.Match[str]) -> str:
    if part["members"] is None:
        return "." if part["any"] else re.escape(part["literal"])
    ranges: list[Any] = [(first, last or first) for first, last in _MEMBER.findall(part["members"])]
    characters = "".join(f"{re.escape(first)}-{re.escape(last)}" for first, last in ranges if first <= last)
    one_of = f"[{characters}]" if characters else "(?!)"  # bash takes [z-a], and nothing matches it
    return f"(?{'!' if part['negated'] else '='}{one_of})."
