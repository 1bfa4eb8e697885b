"""Find out what became of servers whose outcome is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from ncp_signer import NcpError

from ncp_vserver._requests.operations import CHANGES, Change
from ncp_vserver._requests.proof import POLLS_IN_A_ROW, Proof, Sent
from ncp_vserver._values.explanations import describe_time, in_words
from ncp_vserver._values.server import Server

from .reads import poll
from .retry import Policy
from .steps import Sleep, Steps
from .wait import DEFAULT_POLL, delays_from, may_pass_once_accepted

_MOST_LATE_ATTEMPTS: Final = 5  # polls after the request has expired: two are needed, some may fail
_GROUPS: Final = ("under_way", "done", "failed", "untouched", "unknown")


@dataclass(frozen=True, slots=True, repr=False)
class Settlement:
    """What became of the servers whose outcome was unknown, as they were read back.

    Attributes:
        under_way: The operation is in progress: it did happen, or somebody else asked for the same.
        done: It is over: the server has started since the call, or has the status that was asked for.
        failed: Two polls have shown a status that the operation does not lead to, or did not list the server.
        untouched: Nothing has happened, and nothing will: the gateway would refuse the request by now, and two polls
            since then have shown the server as it was.
        unknown: It cannot be told, or not yet: see ``known_at``.
        known_at: When it can be told of those in ``unknown``, by two more polls; None where it never can: no time is
            known, or this machine's clock was set since the call.
        servers: Each server as it was last read, by its number; None for one that is not listed.
    """

    under_way: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    known_at: datetime | None = None
    servers: Mapping[str, Server | None] | None = None

    @property
    def executed(self) -> tuple[str, ...]:
        """Those that it has happened to: in progress or done."""
        return self.under_way + self.done

    def __repr__(self) -> str:
        return f"Settlement({self})"

    def __str__(self) -> str:
        text = in_words({name: getattr(self, name) for name in _GROUPS})
        if self.unknown and self.known_at:
            text += f" (can be told at {describe_time(self.known_at)})"
        return text or "nothing to settle"


class Settling:
    """Polls of the servers of one request that got no response: those in ``error.unknown``.

    ``before`` is each server's ``uptime`` before the request, as far as known.
    """

    def __init__(self, change: Change, error: NcpError, before: Mapping[str, datetime | None]) -> None:
        self._region = error.region_code
        self._sent = Sent(error.sent_at or 0.0, error.sent_monotonic)
        self.proofs = {number: Proof(change, before.get(number)) for number in error.unknown}
        """What the polls have shown so far."""
        self._servers: dict[str, Server | None] = {}
        self._lifetime = Sent.lifetime(None)
        self._may_conclude = True
        self.late_polls = 0
        """Polls made after the request could no longer have an effect."""

    @property
    def seconds_left(self) -> float:
        """Until the request can no longer have an effect."""
        return self._lifetime - self._sent.seconds_until(Sent.now())

    def poll(self, policy: Policy) -> Steps[Settlement]:
        """Poll the servers that are unknown, once."""
        begun = Sent.now()  # what the poll shows is no older
        seen = yield from poll(self.settlement().unknown, self._region, policy)
        self._lifetime = self._sent.lifetime(seen.clock_offset)
        self._may_conclude = self._sent.elapsed(begun) is not None
        is_late = self._sent.seconds_until(begun) >= self._lifetime
        self.late_polls += is_late
        is_expired = is_late and self._may_conclude
        requested = self._sent.by_gateway(seen.clock_offset)
        for number, server in seen.servers.items():
            proof = self.proofs[number]
            if self._may_conclude:
                proof = replace(proof, requested=requested)
            self.proofs[number] = proof.after(server, is_expired=is_expired)
        self._servers |= seen.servers
        return self.settlement()

    def settlement(self) -> Settlement:
        """What is known so far."""
        groups: dict[str, Any] = {
            name: tuple(number for number, proof in self.proofs.items() if _group(proof) == name) for name in _GROUPS
        }
        may_be_told = groups["unknown"] and self._may_conclude
        known_at = datetime.fromtimestamp(self._sent.wall + self._lifetime, UTC) if may_be_told else None
        return Settlement(**groups, known_at=known_at, servers=dict(self._servers))


def settle(error: NcpError, wait: bool, policy: Policy) -> Steps[Settlement]:
    """Read back the servers in ``error.unknown`` and say what became of each: once, or until it can be told."""
    change = CHANGES.get(error.operation or "")
    if not error.unknown:
        return Settlement(servers={})
    if change is None or error.sent_at is None:
        raise ValueError(
            "the error does not say what was asked for, and when: settle those of the report, each by itself"
        )
    settling = Settling(change, error, {})
    if not wait:
        return (yield from settling.poll(policy))
    delays = delays_from(DEFAULT_POLL)
    late_attempts = 0
    while True:
        late_attempts += settling.seconds_left <= 0
        try:
            settlement = yield from settling.poll(policy)
        except NcpError as problem:
            if not may_pass_once_accepted(problem) or late_attempts >= _MOST_LATE_ATTEMPTS:
                raise
        else:
            if not settlement.unknown or settling.late_polls >= POLLS_IN_A_ROW:
                return settlement
        yield Sleep(min(next(delays), settling.seconds_left if settling.seconds_left > 0 else DEFAULT_POLL))


def _group(proof: Proof) -> str:
    if proof.has_happened:
        return "done" if proof.outcome == "done" else "under_way"
    if proof.outcome == "failed":
        return "failed"
    return "untouched" if proof.is_untouched else "unknown"
