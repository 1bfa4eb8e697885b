"""When servers of a lost request are polled, and when it can be told what became of them, without a network."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from ncp_vserver import NcpError, NotSentError, OutcomeUnknownError, Server, Settlement
from ncp_vserver._requests import proof
from ncp_vserver._requests.operations import REBOOT
from ncp_vserver._steps import settle as module
from ncp_vserver._steps.reads import Poll
from ncp_vserver._steps.settle import settle
from ncp_vserver._steps.steps import Sleep, Steps
from ncp_vserver_api.models import ServerInstance
from support.polls import OLD, listed

SENT = 1_800_000_000.0
LIFETIME = 360.0  # five minutes of a signature, and one for lists that lag
[QUIET] = (Server.of(ServerInstance.from_dict(each)) for each in listed("1", ("RUN", "NULL", OLD)))


class Gateway:
    """A clock, and a gateway that answers polls with one result after the other, the last one for good."""

    def __init__(self, *results: Server | NcpError) -> None:
        self.now = SENT
        self.wall_is_ahead = 0.0
        self.polled: list[float] = []
        self._results: Sequence[Server | NcpError] = results

    def time(self) -> float:
        return self.now + self.wall_is_ahead

    def monotonic(self) -> float:
        return self.now - SENT

    def poll(self, numbers: tuple[str, ...], region: str | None, policy: object) -> Steps[Poll]:
        result = self._results[min(len(self.polled), len(self._results) - 1)]
        self.polled.append(self.now - SENT)
        if isinstance(result, NcpError):
            raise result
        yield from ()
        return Poll(dict.fromkeys(numbers, result), 0.0)

    def perform(self, steps: Steps[Settlement]) -> Settlement:
        try:
            step: Any = next(steps)
            while True:
                assert isinstance(step, Sleep)
                assert step.seconds > 0
                self.now += step.seconds
                step = steps.send(None)
        except StopIteration as end:
            settlement: Settlement = end.value
            return settlement


@pytest.fixture(autouse=True)
def longest_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda least, most: most)


def on(monkeypatch: pytest.MonkeyPatch, gateway: Gateway) -> Gateway:
    monkeypatch.setattr(module, "poll", gateway.poll)
    monkeypatch.setattr(proof, "time", SimpleNamespace(time=gateway.time, monotonic=gateway.monotonic))
    return gateway


def lost(*, monotonic: float | None = 0.0) -> OutcomeUnknownError:
    return OutcomeUnknownError("lost", unknown=("1",), operation=REBOOT.name, sent_at=SENT, sent_monotonic=monotonic)


def settled(gateway: Gateway) -> Settlement:
    return gateway.perform(settle(lost(), True, SimpleNamespace()))  # type: ignore[arg-type]  # the polls look at none


def test_server_without_a_sign_is_untouched_at_the_first_moment_that_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = on(monkeypatch, Gateway(QUIET))

    settlement = settled(gateway)

    assert settlement.untouched == ("1",)
    assert gateway.polled[:3] == [0.0, 2.0, 5.0]
    assert gateway.polled[-2:] == [LIFETIME, LIFETIME + 2.0]
    assert max(later - earlier for earlier, later in zip(gateway.polled, gateway.polled[1:], strict=False)) == 15.0


def test_polls_that_fail_are_given_up_after_five_late_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = on(monkeypatch, Gateway(QUIET, NotSentError("no network")))

    with pytest.raises(NotSentError, match="no network"):
        settled(gateway)
    late = [polled for polled in gateway.polled if polled >= LIFETIME]
    assert late == [LIFETIME + 2.0 * place for place in range(5)]


def test_poll_that_is_refused_is_raised_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = on(monkeypatch, Gateway(QUIET, NcpError("no")))

    with pytest.raises(NcpError, match="no"):
        settled(gateway)
    assert len(gateway.polled) == 2


def test_clock_that_was_set_since_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = on(monkeypatch, Gateway(QUIET))
    gateway.wall_is_ahead = 3600.0

    settlement = settled(gateway)

    assert (settlement.unknown, settlement.untouched, settlement.known_at) == (("1",), (), None)
    assert gateway.polled[-2:] == [LIFETIME, LIFETIME + 2.0]


def test_one_poll_says_when_it_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = on(monkeypatch, Gateway(QUIET))

    settlement = gateway.perform(settle(lost(), False, SimpleNamespace()))  # type: ignore[arg-type]  # as above

    assert settlement.known_at == datetime.fromtimestamp(SENT + LIFETIME, UTC)
    assert gateway.polled == [0.0]


@pytest.mark.parametrize("lacking", ["operation", "sent_at"])
def test_error_that_does_not_say_what_was_asked_for_or_when(lacking: str) -> None:
    error = lost()
    setattr(error, lacking, None)

    with pytest.raises(ValueError, match="does not say what was asked for, and when"):
        next(settle(error, False, SimpleNamespace()))  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("settlement", "says_when"),
    [
        (Settlement(unknown=("1",), known_at=datetime.fromtimestamp(SENT, UTC)), True),
        (Settlement(unknown=("1",)), False),
        (Settlement(done=("1",), known_at=datetime.fromtimestamp(SENT, UTC)), False),
    ],
)
def test_text_says_when_it_can_be_told_if_it_cannot_yet(settlement: Settlement, *, says_when: bool) -> None:
    assert ("can be told at" in str(settlement)) == says_when
