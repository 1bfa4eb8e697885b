"""The rule by which an operation counts as over, failed, or never begun, without a network."""

from datetime import datetime, timedelta

import pytest
from ncp_vserver import Server
from ncp_vserver._requests.operations import REBOOT, START, STOP, Change
from ncp_vserver._requests.proof import Interval, Proof, Sent, Steady, later
from ncp_vserver_api.models import ServerInstance
from support.polls import BUSY, CASES, NEW, OLD, Case, Poll, listed

CALLED = 1_800_000_000.0


def shown(poll: Poll) -> Server | None:
    return next((Server.of(ServerInstance.from_dict(each)) for each in listed("7", poll)), None)


def at(seconds: float) -> str:
    """A time so long after the call, in the vendor's form."""
    return (datetime.fromtimestamp(CALLED).astimezone() + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S%z")


def uptime(text: str) -> datetime | None:
    server = shown(("RUN", "NULL", text))
    assert server
    return server.uptime


def proven(case: Case) -> tuple[str, int]:
    accepted = shown(case.accepted)
    assert accepted
    proof = Proof(REBOOT, accepted.uptime)
    for position in range(1, 3 * len(case.polls) + 6):
        proof = proof.after(shown(case.polls[min(position, len(case.polls)) - 1]))
        if proof.is_final:
            return proof.outcome, position
    return "no sign" if proof.shows_no_sign else "open", 0


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_restart(case: Case) -> None:
    assert proven(case) == (case.expected, case.at)


@pytest.mark.parametrize(
    ("change", "before", "after"), [(START, "NSTOP", "RUN"), (STOP, "RUN", "NSTOP")], ids=["start", "stop"]
)
def test_start_and_stop(change: Change, before: str, after: str) -> None:
    proof = Proof(change)
    lagging = proof.after(shown((before, "NULL")))
    under_way = lagging.after(shown((before, change.in_progress)))

    assert lagging.shows_no_sign
    assert not under_way.shows_no_sign
    assert under_way.after(shown((after, "NULL"))).outcome == "done"
    assert proof.after(shown((after, "NULL"))).outcome == "done"  # the status proves it
    assert proof.after(shown((after, change.in_progress))).outcome == "open"
    # It was tried, and two polls show it over without success.
    once = under_way.after(shown((before, "NULL")))
    assert (once.outcome, once.after(shown((before, "NULL"))).outcome) == ("open", "failed")
    for status in ("SD_FL", "ST_FL", "RS_FL", "FSTOP", "TERMT"):
        failing = shown((status, "NULL"))
        assert proof.after(failing).after(failing).outcome == "failed"
        assert proof.after(failing).after(shown((status, "MIGRA"))).after(failing).outcome == "open"


def test_a_server_that_was_seen_in_progress_has_shown_a_sign() -> None:
    over_once = Proof(REBOOT, uptime(OLD)).after(shown(BUSY)).after(shown(("RUN", "NULL", OLD)))

    assert (over_once.outcome, over_once.shows_no_sign) == ("open", False)


def test_an_outcome_is_final() -> None:
    done = Proof(REBOOT, uptime(OLD)).after(shown(("RUN", "NULL", NEW)))

    assert done.after(None).after(None) is done


@pytest.mark.parametrize(("seconds", "outcome"), [(-1000, "open"), (-3, "open"), (0, "open"), (1, "done")])
def test_without_an_uptime_before_the_time_of_the_call_counts(seconds: float, outcome: str) -> None:
    proof = Proof(REBOOT, None, Sent(CALLED, 0.0).by_gateway(0.0))

    assert proof.after(shown(("RUN", "NULL", at(seconds)))).outcome == outcome


@pytest.mark.parametrize("offset", [-60.0, 60.0, 200.0])
@pytest.mark.parametrize("seconds", [-15, 40])
def test_what_either_clock_leaves_open_is_open(offset: float, seconds: float) -> None:
    # A Date can be wrong, as this machine's clock can: nothing between the two is proved.
    proof = Proof(REBOOT, None, Sent(CALLED, 0.0).by_gateway(offset))
    poll = shown(("RUN", "NULL", at(seconds)))

    seen = proof.after(poll, is_expired=True).after(poll, is_expired=True)

    is_after_both, is_before_both = seconds > max(0.0, offset), seconds < min(0.0, offset)
    assert (seen.outcome == "done", seen.is_untouched) == (is_after_both, is_before_both)


@pytest.mark.parametrize(("seconds", "outcome"), [(-1000, "open"), (299, "open"), (301, "done")])
def test_without_a_date_the_clocks_may_be_five_minutes_apart(seconds: float, outcome: str) -> None:
    proof = Proof(REBOOT, None, Sent(CALLED).by_gateway(None))

    assert proof.after(shown(("RUN", "NULL", at(seconds)))).outcome == outcome


def test_of_two_uptimes_before_the_later_one_counts() -> None:
    assert later(uptime(OLD), uptime(NEW), None) == uptime(NEW)
    assert later(None, None) is None


class TestUntouched:
    old = shown(("RUN", "NULL", OLD))

    def test_takes_two_polls_after_the_request_has_expired(self) -> None:
        proof = Proof(REBOOT, uptime(OLD))

        for is_expired, untouched in ((False, False), (False, False), (True, False), (True, True)):
            proof = proof.after(self.old, is_expired=is_expired)
            assert proof.is_untouched is untouched

    @pytest.mark.parametrize(
        "poll",
        [BUSY, None, ("RUN", "NULL"), ("RUN", ""), ("RUN", "NULL", NEW), ("NSTOP", "NULL", OLD), ("RUN", "MIGRA", OLD)],
        ids=str,
    )
    def test_a_poll_that_shows_anything_else_breaks_the_row(self, poll: Poll) -> None:
        once = Proof(REBOOT, uptime(OLD)).after(self.old, is_expired=True)

        again = once.after(shown(poll), is_expired=True).after(self.old, is_expired=True)

        assert not again.is_untouched

    def test_a_server_that_was_seen_in_progress_is_not(self) -> None:
        proof = Proof(REBOOT, uptime(OLD)).after(shown(BUSY))

        assert not proof.after(self.old, is_expired=True).after(self.old, is_expired=True).is_untouched

    @pytest.mark.parametrize(("seconds", "untouched"), [(-301, True), (-299, False)])
    def test_without_an_uptime_before_it_must_have_started_before_the_call(
        self, seconds: float, untouched: bool
    ) -> None:
        poll = shown(("RUN", "NULL", at(seconds)))
        proof = Proof(REBOOT, None, Sent(CALLED).by_gateway(None))

        assert proof.after(poll, is_expired=True).after(poll, is_expired=True).is_untouched is untouched

    def test_nothing_is_known_of_the_time_of_the_call(self) -> None:
        proof = Proof(REBOOT, None, Interval())

        assert not proof.after(self.old, is_expired=True).after(self.old, is_expired=True).is_untouched


@pytest.mark.parametrize(
    ("wall", "monotonic", "elapsed"),
    [(400.0, 400.0, 400.0), (402.0, 400.0, 400.0), (600.0, 400.0, None), (200.0, 400.0, None), (400.0, 1.0, None)],
)
def test_clocks_that_disagree_prove_nothing(wall: float, monotonic: float, elapsed: float | None) -> None:
    sent = Sent(CALLED, 5000.0)

    assert sent.elapsed(Sent(CALLED + wall, 5000.0 + monotonic)) == elapsed


def test_how_long_a_request_can_have_an_effect() -> None:
    # Five minutes by the gateway's clock and a minute; longer where this machine's clock is ahead, or may be.
    assert [Sent.lifetime(offset) for offset in (0.0, 100.0, -100.0, None)] == [360, 360, 460, 660]


def test_a_wait_without_an_operation_goes_by_the_last_poll() -> None:
    running = Steady("RUN").after(shown(("RUN", "NULL")))

    assert running.outcome == "done"
    assert running.after(shown(BUSY)).outcome == running.after(None).outcome == "open"
