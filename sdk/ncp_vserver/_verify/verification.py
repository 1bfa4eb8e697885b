"""A verification: its calls, and what the responses say about each assumption."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from .calls import CALLS, Call
from .exchange import Exchange
from .facts import Facts, facts_of, why_unknown
from .probes import PROBES
from .probes.probing import Probe
from .seen import CannotTellError, Seen

HOLDS: Final = "holds"
DIFFERS: Final = "differs"
CANNOT_TELL: Final = "cannot tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a probe has found about an assumption."""

    id: str
    """The assumption's."""
    verdict: Literal["holds", "differs", "cannot tell"]
    text: str
    """What came instead, or why it cannot be told."""
    calls: tuple[str, ...]
    """The names of the calls whose responses were looked at."""


class Verification:
    """What has been sent so far, and what follows from it. It can be read at any moment.

    Args:
        send: Sends one call, with the facts that it asks for. Raises KeyError for one that is not known.
        pause: Seconds between two calls.
    """

    def __init__(self, send: Callable[[Call, Facts], Exchange], pause: float) -> None:
        self._send = send
        self._pause = pause
        self.facts: Facts = {}
        self.exchanges: dict[str, Exchange] = {}
        self.missing: dict[str, str] = {}
        """Why a call was not sent, by its name."""
        self._is_complete = False
        self.stopped: str | None = None
        """The response that ended it early, if one did."""

    def run(self, progress: Callable[[Call], None]) -> None:
        """Send the calls. Stops where the first one is refused, and at a 429."""
        for call in CALLS:
            if self.exchanges:
                time.sleep(self._pause)
            progress(call)
            try:
                exchange = self._send(call, self.facts)
            except KeyError as error:
                self.missing[call.name] = why_unknown(error.args[0])
                continue
            self.exchanges[call.name] = exchange
            is_first_refused = not self.facts and not exchange.is_success
            if exchange.status == 429 or is_first_refused:
                self.stopped = f"{call.name}: {exchange}"
                return
            self.facts = self.facts or facts_of(exchange.servers)
        self._is_complete = True

    def verdicts(self, probes: Mapping[str, Probe] = PROBES) -> list[Verdict]:
        """What is known about each assumption."""
        return [self._verdict(id_, probe, self.seen()) for id_, probe in probes.items()]

    def seen(self) -> Seen:
        """The responses so far."""
        otherwise = "it was not sent" if self._is_complete else "interrupted"
        return Seen(self.exchanges, self.missing, self.stopped or otherwise)

    def _verdict(self, id_: str, probe: Probe, seen: Seen) -> Verdict:
        try:
            text = probe(seen)
        except CannotTellError as error:
            return Verdict(id_, CANNOT_TELL, str(error), tuple(seen.looked_at))
        return Verdict(id_, DIFFERS if text else HOLDS, text or "", tuple(seen.looked_at))
