"""Progress display: live on a terminal, one line per event otherwise."""

import contextlib
import os
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from ncp_vserver._command.orders import Order
from ncp_vserver._command.signals import drawing
from ncp_vserver._values.explanations import duration
from ncp_vserver._values.report import RollingReport
from ncp_vserver._values.server import Server, describe

from .outcomes import outcomes, style
from .streams import is_narrow, say, talk_console
from .tables import listing, table
from .terminal import is_in_foreground
from .texts import name_of

_UNDER_WAY: Final = ("accepted", "waiting", "unknown")
_SECONDS_BETWEEN_LINES: Final = 30.0
_PER_SECOND: Final = 4
_MOST_LINES: Final = 20


class Display(Protocol):
    """Shows reports, from entering it to leaving it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    def update(self, report: RollingReport) -> None:
        """Show what has changed."""
        ...


def display_for(order: Order, numbers: tuple[str, ...], names: Mapping[str, str], *, drawn: bool) -> Display:
    """The display that fits standard error."""
    console = talk_console()
    can_draw = console.is_terminal and not console.is_dumb_terminal and not is_narrow(console)
    if drawn and can_draw and not os.environ.get("CI"):
        return _Drawing(console, order, numbers, names)
    return _Lines(order, names)


class _Clocks:
    """How long each server has been under way."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._ended: dict[str, float] = {}

    def note(self, states: Mapping[str, str]) -> None:
        now = time.monotonic()
        for number, outcome in states.items():
            if outcome in _UNDER_WAY:
                self._begun.setdefault(number, now)
            elif number in self._begun:
                self._ended.setdefault(number, now)

    def seconds(self, number: str) -> float | None:
        """None for a server that was never under way."""
        if number not in self._begun:
            return None
        return self._ended.get(number, time.monotonic()) - self._begun[number]


class _Drawing:
    """Lines that are drawn over and over: all servers, or those under way if there are too many."""

    def __init__(self, console: Console, order: Order, numbers: tuple[str, ...], names: Mapping[str, str]) -> None:
        self._order = order
        self._names = names
        self._clocks = _Clocks()
        self._begun = time.monotonic()
        self._room = max(1, min(_MOST_LINES, console.height - 4))
        self._states: Mapping[str, str] = dict.fromkeys(numbers, "not_sent")
        self._servers: Mapping[str, Server | None] = {}
        self._console = console
        self._live: Live | None = None
        self._context = contextlib.ExitStack()
        self._is_entered = False

    def __enter__(self) -> Self:
        self._context.enter_context(drawing(self._show, self._hide))
        self._is_entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_entered = False
        self._context.close()

    def _show(self) -> None:
        if self._live or not is_in_foreground():
            return
        # It draws in a thread of its own, so that the seconds go on while a response is waited for.
        self._live = Live(
            console=self._console,
            get_renderable=self._drawn,
            refresh_per_second=_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start(refresh=True)

    def _hide(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def update(self, report: RollingReport) -> None:
        states = outcomes(report, self._order)
        self._clocks.note(states)
        self._states, self._servers = states, report.servers
        if self._is_entered:
            self._show()  # again, if it was in the background

    def _drawn(self) -> RenderableType:
        states, servers = self._states, self._servers
        heading = f"{self._order.verb}: {_counts(states)}  {_elapsed(time.monotonic() - self._begun)}"
        shown = list(states)
        if len(shown) > self._room:
            shown = [number for number, outcome in states.items() if outcome in _UNDER_WAY]
        rows = [self._row(number, states[number], servers.get(number)) for number in shown[: self._room]]
        parts: list[RenderableType] = [Text(heading, "bold")]
        if rows:
            parts.append(table(("number", "name", "state", "time"), rows))
        if more := len(shown[self._room :]):
            parts.append(f"… and {more} more")
        return Group(*parts)

    def _row(self, number: str, outcome: str, server: Server | None) -> tuple[str, Text, Text, str]:
        state = _word(outcome)
        if outcome in ("accepted", "waiting") and server is not None:
            state = describe(server)
        seconds = self._clocks.seconds(number)
        name = name_of(server) or self._names.get(number, "")
        return number, Text(name), Text(state, style(outcome)), "" if seconds is None else _elapsed(seconds)


class _Lines:
    """A line whenever servers have come to a new outcome, and one now and then in between.

    Without a wait, the report comes so soon after that it has all there is to say.
    """

    def __init__(self, order: Order, names: Mapping[str, str]) -> None:
        self._order = order
        self._names = names
        self._clocks = _Clocks()
        self._begun = self._said = time.monotonic()
        self._states: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None

    def update(self, report: RollingReport) -> None:
        if self._order.wait is None:
            return
        states = outcomes(report, self._order)
        self._clocks.note(states)
        changed: dict[str, list[str]] = {}
        for number, outcome in states.items():
            if outcome not in ("not_sent", self._states.get(number)):
                changed.setdefault(outcome, []).append(self._called(number, outcome, report.servers.get(number)))
        self._states = states
        now = time.monotonic()
        if changed:
            say(*(f"{_word(outcome)}: {listing(servers)}" for outcome, servers in changed.items()))
        elif now - self._said > _SECONDS_BETWEEN_LINES:
            say(f"{_counts(states)} after {duration(now - self._begun)}")
        else:
            return
        self._said = now

    def _called(self, number: str, outcome: str, server: Server | None) -> str:
        called = f"{number} {name_of(server) or self._names.get(number, '')}".rstrip()
        seconds = self._clocks.seconds(number)
        return called if seconds is None or outcome in _UNDER_WAY else f"{called} after {duration(seconds)}"


def _counts(states: Mapping[str, str]) -> str:
    counts: dict[str, int] = {}
    for outcome in states.values():
        counts[outcome] = counts.get(outcome, 0) + 1
    return ", ".join(f"{count} {_word(outcome)}" for outcome, count in counts.items())


def _word(outcome: str) -> str:
    """An outcome, as long as it may change yet."""
    return {"not_sent": "to go", "waiting": "under way"}.get(outcome, outcome.replace("_", " "))


def _elapsed(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
