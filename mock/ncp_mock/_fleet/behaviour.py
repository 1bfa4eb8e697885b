"""Behaviours: servers that fail, are slow, or are shown late or in part.

They are about the service. Faults, which are about HTTP, apply as well.
"""

import re
import reprlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypedDict, cast

from ncp_mock._messages import meant

SHORT: Final = reprlib.Repr()
"""Shortens values in messages."""
SHORT.maxlevel = 2  # each level of nested lists makes the text six times as long

_MOST_SECONDS: Final = 86_400
_MOST_POLLS: Final = 1000
_NUMBER: Final = "serverInstanceNo"
_WHOLE: Final = re.compile("-?[0-9]{1,18}", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


class BehaviourError(ValueError):
    """There is no such behaviour or server, or the value is wrong. The text says what there is."""


class BehaviourOptions(TypedDict, total=False):
    """Options of a server's behaviour, in Python."""

    restart_seconds: float | tuple[float, float]
    """How long a restart, a start or a stop of it takes. Between two numbers, each duration is drawn at random."""
    seed: int
    """The seed of these durations (default: 0): the same seed gives the same durations."""
    list_lag: int | str
    """How far lists and details lag: a number of polls, or of seconds, such as ``"3s"``."""
    restart_fails: bool
    """Whether a restart, a start or a stop of it ends in a failure status."""
    never_restarts: bool
    """Whether a restart, a start or a stop of it is accepted, but never begins."""
    vanishes: bool
    """Whether it is no longer listed once a restart, a start or a stop of it would end."""
    nulls: Collection[str] | Literal["all"] | bool
    """The fields that are null in every response about it; "all" or True for all but serverInstanceNo."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How far lists and details lag, in one of the two."""

    polls: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a server behaves, see :class:`BehaviourOptions`; by default, as it should."""

    restart_seconds: tuple[float, float] | None = None
    """The least and the most; None for the duration that the mock's other servers have."""
    seed: int = 0
    list_lag: Lag = Lag()
    restart_fails: bool = False
    never_restarts: bool = False
    vanishes: bool = False
    nulls: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Return the options that are not at their defaults, in the form in which they are given."""
        return {name: option.as_given(value) for name, option, value in self._options()}

    def in_short(self) -> str:
        """Return the behaviour in a few words, for the page; empty by default."""
        return ", ".join(option.in_short(value) for _, option, value in self._options() if option.in_short)

    def _options(self) -> Iterator[tuple[str, "_Option", Any]]:
        for name, option in OPTIONS.items():
            value = getattr(self, option.attribute)
            if value != getattr(_AS_IT_SHOULD, option.attribute):
                yield name, option, value

    def as_sent(self, server: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a server as responses show it, with its nulls."""
        return {**server, **dict.fromkeys(self.nulls)}


_AS_IT_SHOULD: Final = Behaviour()


def changed(behaviour: Behaviour, options: Mapping[str, Any], fields: Collection[str]) -> Behaviour:
    """Return a behaviour with some options changed.

    The options come from Python, JSON or YAML. All scalars of a fleet's YAML file are text, so text is accepted, too.

    Args:
        behaviour: The behaviour so far.
        options: The new values by their names in :data:`OPTIONS`.
        fields: The names of all fields of a server.

    Raises:
        BehaviourError: An option does not exist, has a wrong value, or contradicts another one.
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
    """Turns a value, with the fields of a server, into that of :class:`Behaviour`. Raises ValueError if it is wrong."""
    in_short: Callable[[Any], str] | None = None
    """Its text on the page."""
    as_given: Callable[[Any], Any] = lambda value: value
    """Turns the value of :class:`Behaviour` into one for ``read``."""


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
"""The ways in which a change can fail."""


def _hint(name: str, known: Collection[str]) -> str:
    return meant(name, known) or f"; there are {', '.join(known)}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
