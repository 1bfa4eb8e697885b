"""The account of a rolling restart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from ncp_signer import NcpError

from .explanations import in_words
from .server import Server

Outcome = Literal["back", "check_failed", "failed", "accepted", "unknown", "untouched", "rejected", "not_sent"]
"""What became of a server.

- ``not_sent``: it was not asked for. Its turn did not come, or the request did not reach the service.
- ``rejected``: the gateway or the service refused; or a poll before the request found the server busy, stopped or not
  there, and it was left out.
- ``untouched``: no response came, and nothing has happened to the server: the gateway would refuse the request by now,
  and two polls since then have shown the server as it was.
- ``unknown``: no response came, and it cannot be told whether the server changes.
- ``accepted``: it is restarting, or is to, and was not seen to be back.
- ``failed``: the restart was accepted, and failed.
- ``check_failed``: it is back, and the caller's check does not pass, or not yet.
- ``back``: it has restarted and is back, and the check, if there is one, passed.

The command rolls through stops, too: ``back`` is then a server that is down.
"""

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
"""In the order of an account: from the best to those that were not reached."""


def is_final(outcome: Outcome, *, waits: bool) -> bool:
    """Whether a run that is resumed has nothing left to do about a server, and nothing more can become of it.

    Args:
        outcome: What became of it.
        waits: Whether the run waits until servers are back.
    """
    return outcome in ("back", "failed", "rejected", "untouched") or (outcome == "accepted" and not waits)


@dataclass(frozen=True, slots=True, repr=False)
class RollingReport:
    """What became of every server. True at any moment; what is still in progress counts as not known or not back yet.

    Attributes:
        outcomes: One outcome for each number, in the order asked for.
        errors: Why, by number: the error of the request, of the wait, or of the check.
        servers: Each server as it was last seen, by its number; None for one that was never seen.
        request_ids: The vendor's ids of the requests that were accepted.
        interrupted: Whether the restart was ended from outside, as by Ctrl-C.
        journal_error: Why it could not be written down any more, which ended it; what is said here may not stand there.
    """

    outcomes: Mapping[str, Outcome]
    errors: Mapping[str, NcpError] = field(default_factory=dict[str, NcpError])
    servers: Mapping[str, Server | None] = field(default_factory=dict[str, Server | None])
    request_ids: tuple[str, ...] = ()
    interrupted: bool = False
    journal_error: NcpError | None = None

    def having(self, *outcomes: Outcome) -> tuple[str, ...]:
        """The numbers with one of these outcomes, in the order asked for."""
        return tuple(number for number, outcome in self.outcomes.items() if outcome in outcomes)

    @property
    def ok(self) -> bool:
        """Whether every server is back, and the check passed."""
        return self.having("back") == tuple(self.outcomes)

    @property
    def back(self) -> tuple[str, ...]:
        """The numbers of the servers that are back."""
        return self.having("back")

    def __repr__(self) -> str:
        return f"RollingReport({self})"

    def __str__(self) -> str:
        account = in_words({outcome: self.having(outcome) for outcome in OUTCOMES})
        if self.journal_error:
            account = f"{self.journal_error}. {account}"
        return f"interrupted. {account}" if self.interrupted else account
