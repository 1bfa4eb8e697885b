"""Any sequence of polls: outcomes are those that the rule in ``_proof`` says, told here a second time, of all polls."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
from ncp_vserver import Server
from ncp_vserver._requests.operations import REBOOT, START, STOP, Change
from ncp_vserver._requests.proof import Interval, Proof
from ncp_vserver_api.models import ServerInstance
from support.fuzzing import BOUNDED
from support.polls import Poll, listed

FIRST = datetime(2026, 11, 27, 12, tzinfo=UTC)
UPTIMES = [(FIRST + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S%z") for hours in range(4)]
FAILURES = {"RS_FL", "SD_FL", "ST_FL", "FSTOP", "NSTOP", "TERMT"}

statuses = st.sampled_from(["RUN", "RUN", "RUN", "NSTOP", "RS_FL", "SD_FL", "INIT"])
operations = st.sampled_from(["NULL", "NULL", "NULL", "RESTA", "START", "SHTDN", "MIGRA", ""])
polls = st.lists(
    st.none() | st.tuples(statuses, operations) | st.tuples(statuses, operations, st.sampled_from(UPTIMES)), max_size=8
)
moments = st.none() | st.sampled_from(UPTIMES)


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")


def uptime(poll: Poll) -> datetime | None:
    return moment(poll[2]) if poll and len(poll) == 3 else None


class Told:
    """The rule, told of all polls so far and not poll by poll."""

    def __init__(self, change: Change, polls: list[Poll], before: datetime | None, latest: datetime | None) -> None:
        self.change = change
        self.polls = polls
        self.before = before
        self.latest = latest

    def outcome(self) -> str:
        return next((found for last in range(len(self.polls)) if (found := self.at(last)) != "open"), "open")

    def at(self, last: int) -> str:
        if self.is_done(last) or (self.is_over(last) and self.is_over(last - 1)):
            return "done"
        return "failed" if self.is_failing(last) and self.is_failing(last - 1) else "open"

    def shows(self, index: int, status: str) -> bool:
        poll = self.polls[index] if index >= 0 else None
        return poll is not None and poll[:2] == (status, "NULL")

    def began(self, index: int) -> bool:
        return any(poll is not None and poll[1] == self.change.in_progress for poll in self.polls[:index])

    def is_done(self, index: int) -> bool:
        if not self.shows(index, self.change.status_after):
            return False
        if self.change is not REBOOT:
            return True
        earlier = (found for poll in self.polls[:index] if (found := uptime(poll)))
        before = self.before or next(earlier, None)
        now = uptime(self.polls[index])
        return now is not None and (
            (before is not None and now > before)
            or (self.before is None and self.latest is not None and now >= self.latest)
        )

    def is_over(self, index: int) -> bool:
        return self.change is REBOOT and self.shows(index, "RUN") and self.began(index)

    def is_failing(self, index: int) -> bool:
        if index < 0:
            return False
        poll = self.polls[index]
        if poll is None:
            return True
        came_to_nothing = self.change is not REBOOT and self.shows(index, self.change.status_before)
        failures = FAILURES - {self.change.status_before, self.change.status_after}
        return (poll[0] in failures and poll[1] in ("NULL", "")) or (came_to_nothing and self.began(index))


@given(st.sampled_from([REBOOT, START, STOP]), polls, moments, moments)
@BOUNDED
def test_outcome(change: Change, seen: list[Poll], before: str | None, latest: str | None) -> None:
    asked = moment(latest)
    proof = Proof(change, moment(before), Interval(latest=asked.timestamp()) if asked else Interval())

    for count, poll in enumerate(seen, 1):
        proof = proof.after(next((Server.of(ServerInstance.from_dict(each)) for each in listed("7", poll)), None))

        assert proof.outcome == Told(change, seen[:count], moment(before), asked).outcome()
