"""How a server behaves that does not do what it should, or takes its time: behaviours, their options and their limits.

Everything here is about the service. Faults, which are about HTTP, apply as well.
"""

import re
import reprlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypedDict, cast

from ncp_mock._messages import meant

SHORT: Final = reprlib.Repr()
"""Writes a value into a message."""
SHORT.maxlevel = 2  # of lists in lists, each level makes the text six times as long

_MOST_SECONDS: Final = 86_400
_MOST_POLLS: Final = 1000
_NUMBER: Final = "serverInstanceNo"
_WHOLE: Final = re.compile("-?[0-9]{1,18}", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


class BehaviourError(ValueError):
    """A behaviour that does not exist, or not in that form, or a server that does not. The text says what does."""


class BehaviourOptions(TypedDict, total=False):
    """Options of a server's behaviour, in Python."""

    restart_seconds: float | tuple[float, float]
    """How long a restart, a start or a stop of it takes; of two numbers, the least and the most, between which each
    duration is drawn at random."""
    seed: int
    """Chooses these durations (default: 0); with the same seed they are the same."""
    list_lag: int | str
    """How far lists and details are behind the truth about it: a number of polls, or of seconds, such as ``"3s"``."""
    restart_fails: bool
    """Whether a restart, a start or a stop of it ends in a failure status."""
    never_restarts: bool
    """Whether a restart, a start or a stop of it is accepted, but never begins."""
    vanishes: bool
    """Whether it is not listed any more when a restart, a start or a stop of it would be over."""
    nulls: Collection[str] | Literal["all"] | bool
    """The fields that are null in every response about it; "all" or True for all but serverInstanceNo."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How far lists and details are behind: a number of polls, or of seconds."""

    polls: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a server behaves, as :class:`BehaviourOptions` says; without arguments, as it should."""

    restart_seconds: tuple[float, float] | None = None
    """The least and the most; None for as long as the changes of the mock's other servers."""
    seed: int = 0
    list_lag: Lag = Lag()
    restart_fails: bool = False
    never_restarts: bool = False
    vanishes: bool = False
    nulls: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """The options that differ from a server without a behaviour, in the form in which they are given."""
        return {name: option.as_given(value) for name, option, value in self._options()}

    def in_short(self) -> str:
        """The behaviour in a few words, for the page; empty for a server that behaves as it should."""
        return ", ".join(option.in_short(value) for _, option, value in self._options() if option.in_short)

    def _options(self) -> Iterator[tuple[str, "_Option", Any]]:
        for name, option in OPTIONS.items():
            value = getattr(self, option.attribute)
            if value != getattr(_AS_IT_SHOULD, option.attribute):
                yield name, option, value

    def as_sent(self, server: Mapping[str, Any]) -> Mapping[str, Any]:
        """A server as responses show it: with null in the fields that are to be null."""
        return {**server, **dict.fromkeys(self.nulls)} if self.nulls else server


_AS_IT_SHOULD: Final = Behaviour()


def changed(behaviour: Behaviour, options: Mapping[str, Any], fields: Collection[str]) -> Behaviour:
    """A behaviour with some options changed.

    The options come from Python, JSON or YAML. All scalars of a fleet's YAML file are text: text is as good as a value.

    Args:
        behaviour: What it is so far.
        options: The new values by their names in :data:`OPTIONS`.
        fields: The fields of a server.

    Raises:
        BehaviourError: An option does not exist, has another value than it can have, or contradicts another one.
    """
    values: dict[str, Any] = {}
    for name, value in options.items():
        option = OPTIONS.get(name)
        if option is None:
            raise BehaviourError(f"there is no behaviour {SHORT.repr(name)}{_hint(name, OPTIONS)}")
        try:
            values[option.attribute] = option.read(value, fields)
        except BehaviourError:
            raise
        except ValueError:
            raise BehaviourError(f"{name} must be {option.form}, not {SHORT.repr(value)}") from None
    new = replace(behaviour, **values)
    if len(chosen := [name for name in _EXCLUSIVE if getattr(new, OPTIONS[name].attribute)]) > 1:
        raise BehaviourError(f"{' and '.join(chosen)} contradict each other: a server can have one of them")
    return new


@dataclass(frozen=True, slots=True)
class _Option:
    attribute: str
    """Its name in :class:`Behaviour`."""
    form: str
    """What its value must be, in words."""
    read: Callable[[Any, Collection[str]], Any]
    """From a value and the fields of a server to what :class:`Behaviour` has. Raises ValueError for a wrong value."""
    in_short: Callable[[Any], str] | None = None
    """What the page says of it."""
    as_given: Callable[[Any], Any] = lambda value: value
    """From what :class:`Behaviour` has to a value."""


def _flag(value: Any, fields: Collection[str]) -> bool:
    if value in ("true", "false") or type(value) is bool:
        return value in (True, "true")
    raise ValueError


def _whole(value: Any, fields: Collection[str]) -> int:
    if type(value) is int or (isinstance(value, str) and _WHOLE.fullmatch(value)):
        return int(value)
    raise ValueError


def _seconds(value: Any) -> float:
    seconds: Any = float(value) if isinstance(value, str) and _SECONDS.fullmatch(value) else value
    if type(seconds) in (int, float) and 0 <= seconds <= _MOST_SECONDS:
        return cast("float", seconds)
    raise ValueError


def _duration(value: Any, fields: Collection[str]) -> tuple[float, float]:
    least, most = cast("list[Any]", value) if isinstance(value, list | tuple) else (value, value)
    if (shortest := _seconds(least)) <= (longest := _seconds(most)):
        return shortest, longest
    raise ValueError


def _lag(value: Any, fields: Collection[str]) -> Lag:
    if isinstance(value, str) and value.endswith("s"):
        return Lag(seconds=_seconds(value.removesuffix("s")))
    if 0 <= (polls := _whole(value, fields)) <= _MOST_POLLS:
        return Lag(polls=polls)
    raise ValueError


def _nulls(value: Any, fields: Collection[str]) -> frozenset[str]:
    if isinstance(value, list | tuple | set | frozenset):
        names = [name for name in cast("Collection[Any]", value) if isinstance(name, str)]
        if len(names) < len(cast("Collection[Any]", value)):
            raise ValueError
        if unknown := [name for name in names if name not in fields]:
            raise BehaviourError(f"nulls: a server has no field {SHORT.repr(unknown[0])}{_hint(unknown[0], fields)}")
        return frozenset(names)
    if value == "all" or _flag(value, fields):
        return frozenset(fields) - {_NUMBER}
    return frozenset()


def _flag_option(attribute: str, in_short: str) -> _Option:
    return _Option(attribute, "true or false", _flag, lambda value: in_short)


def _duration_in_short(seconds: tuple[float, float]) -> str:
    return f"takes {' to '.join(f'{each:g}' for each in sorted({*seconds}))} s"


OPTIONS: Final[Mapping[str, _Option]] = {
    "restartSeconds": _Option(
        "restart_seconds",
        f"a number of seconds from 0 to {_MOST_SECONDS}, or two of them, the least first",
        _duration,
        _duration_in_short,
        lambda seconds: seconds[0] if seconds[0] == seconds[1] else [*seconds],
    ),
    "seed": _Option("seed", "a whole number", _whole),
    "listLag": _Option(
        "list_lag",
        f"a whole number of polls up to {_MOST_POLLS}, or seconds up to {_MOST_SECONDS} such as '3s'",
        _lag,
        lambda lag: f"lags {f'{lag.seconds:g} s' if lag.seconds else _counted(lag.polls, 'poll')}",
        lambda lag: f"{lag.seconds:.12g}s" if lag.seconds else lag.polls,
    ),
    "restartFails": _flag_option("restart_fails", "fails"),
    "neverRestarts": _flag_option("never_restarts", "never restarts"),
    "vanishes": _flag_option("vanishes", "vanishes"),
    "nulls": _Option(
        "nulls",
        f"a list of fields of a server, or 'all' for every field but {_NUMBER}",
        _nulls,
        lambda fields: f"{_counted(len(fields), 'field')} null",
        sorted,
    ),
}
"""Every option by its name in a fleet's file and over HTTP."""

_EXCLUSIVE: Final = ("restartFails", "neverRestarts", "vanishes")
"""How a change can go wrong."""


def _hint(name: str, known: Collection[str]) -> str:
    return meant(name, known) or f"; there are {', '.join(known)}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
