"""Progress display: live on a terminal, one line per event otherwise."""

import contextlib
import os
import time
from collections.abc import Callable, Generator, Mapping
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from ncp_vserver._command.orders import Order
from ncp_vserver._command.signals import drawing
from ncp_vserver._values.explanations import duration
from ncp_vserver._values.report import RollingReport
from ncp_vserver._values.server import Server, describe

from .outcomes import counted, outcomes, spelled, style
from .streams import is_narrow, say, talk_console
from .tables import listing, table
from .terminal import is_in_foreground
from .texts import name_of

_IN_PROGRESS: Final = ("accepted", "waiting", "unknown")
_SECONDS_BETWEEN_LINES: Final = 30.0
_PER_SECOND: Final = 4
_MOST_LINES: Final = 20


@contextlib.contextmanager
def display(
    order: Order, numbers: tuple[str, ...], names: Mapping[str, str], *, drawn: bool = True
) -> Generator[Callable[[RollingReport], None]]:
    """Show progress on standard error, in the form that fits it. Yields the function that takes the reports."""
    console = talk_console()
    can_draw = console.is_terminal and not console.is_dumb_terminal and not is_narrow(console)
    if not (drawn and can_draw) or os.environ.get("CI"):
        yield Lines(order, names).update
        return
    live = Drawing(console, order, numbers, names)
    with drawing(live.show, live.hide):
        yield live.update


class _Progress:
    """The servers as they were reported last, and how long each operation has been in progress."""

    def __init__(self, order: Order, names: Mapping[str, str]) -> None:
        self._order = order
        self._names = names
        self._states: Mapping[str, str] = {}
        self._servers: Mapping[str, Server | None] = {}
        self._begun = time.monotonic()
        self._begun_of: dict[str, float] = {}
        self._ended_of: dict[str, float] = {}

    def note(self, report: RollingReport) -> None:
        """Take over a report."""
        self._states, self._servers = outcomes(report, self._order), report.servers
        now = time.monotonic()
        for number, outcome in self._states.items():
            if outcome in _IN_PROGRESS:
                self._begun_of.setdefault(number, now)
            elif number in self._begun_of:
                self._ended_of.setdefault(number, now)

    def seconds(self, number: str) -> float | None:
        """How long the operation took, or has taken so far; None for a server on which none was in progress."""
        if number not in self._begun_of:
            return None
        return self._ended_of.get(number, time.monotonic()) - self._begun_of[number]

    def name(self, number: str) -> str:
        return name_of(self._servers.get(number)) or self._names.get(number, "")


class Drawing(_Progress):
    """A table that is drawn over and over: of all servers or, if they are too many, of those in progress."""

    def __init__(self, console: Console, order: Order, numbers: tuple[str, ...], names: Mapping[str, str]) -> None:
        super().__init__(order, names)
        self._states = dict.fromkeys(numbers, "not_sent")
        self._room = max(1, min(_MOST_LINES, console.height - 4))
        self._console = console
        self._live: Live | None = None

    def show(self) -> None:
        """Begin to draw, unless the process is in the background."""
        if self._live or not is_in_foreground():
            return
        # It draws in a thread of its own, so that the seconds go on while a response is waited for.
        self._live = Live(
            console=self._console,
            get_renderable=self.drawn,
            refresh_per_second=_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start(refresh=True)

    def hide(self) -> None:
        """Leave the terminal as it was."""
        if self._live:
            self._live.stop()
            self._live = None

    def update(self, report: RollingReport) -> None:
        """Draw a report from now on."""
        self.note(report)
        self.show()  # again, if it was in the background

    def drawn(self) -> RenderableType:
        """What is drawn now."""
        states, servers = self._states, self._servers
        heading = f"{self._order.verb}: {counted(states.values(), _word)}  {_elapsed(time.monotonic() - self._begun)}"
        shown = list(states)
        if len(shown) > self._room:
            shown = [number for number, outcome in states.items() if outcome in _IN_PROGRESS]
        rows = [self._row(number, states[number], servers.get(number)) for number in shown[: self._room]]
        parts: list[RenderableType] = [Text(heading, "bold")]
        if rows:
            parts.append(table(("number", "name", "state", "time"), rows))
        if more := len(shown[self._room :]):
            parts.append(f"… and {more} more")
        return Group(*parts)

    def _row(self, number: str, outcome: str, server: Server | None) -> tuple[str, Text, Text, str]:
        is_seen = outcome in ("accepted", "waiting") and server is not None
        state = Text(describe(server) if is_seen else _word(outcome), style(outcome))
        seconds = self.seconds(number)
        return number, Text(self.name(number)), state, "" if seconds is None else _elapsed(seconds)


class Lines(_Progress):
    """A line whenever servers have come to a new outcome, and one now and then in between.

    Without a wait, the report comes so soon after that it has all there is to say.
    """

    def __init__(self, order: Order, names: Mapping[str, str]) -> None:
        super().__init__(order, names)
        self._said = self._begun

    def update(self, report: RollingReport) -> None:
        """Say what a report has that the last one had not."""
        if self._order.wait is None:
            return
        former = self._states
        self.note(report)
        changed: dict[str, list[str]] = {}
        for number, outcome in self._states.items():
            if outcome not in ("not_sent", former.get(number)):
                changed.setdefault(outcome, []).append(self._called(number, outcome))
        now = time.monotonic()
        if changed:
            say(*(f"{_word(outcome)}: {listing(servers)}" for outcome, servers in changed.items()))
        elif now - self._said > _SECONDS_BETWEEN_LINES:
            say(f"{counted(self._states.values(), _word)} after {duration(now - self._begun)}")
        else:
            return
        self._said = now

    def _called(self, number: str, outcome: str) -> str:
        called, seconds = f"{number} {self.name(number)}".rstrip(), self.seconds(number)
        return called if seconds is None or outcome in _IN_PROGRESS else f"{called} after {duration(seconds)}"


def _word(outcome: str) -> str:
    """An outcome that may still change."""
    return {"not_sent": "to go", "waiting": "under way"}.get(outcome, spelled(outcome))


def _elapsed(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
