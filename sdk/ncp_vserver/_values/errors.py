"""Errors, by what is known about the servers. The base, and those about keys and signing, are in ncp_signer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from ncp_signer import NcpError

from . import explanations
from .server import Server, describe


def text_of(error: BaseException) -> str:
    """The kind of somebody else's error, and what it says if it can."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


class ClientClosedError(NcpError):
    """The client is closed, or in use in another event loop. Nothing was sent: make another client."""

    executed = False


class NotSentError(NcpError):
    """The request did not reach the service: no connection, or it could not be signed.

    Safe to repeat for the servers in ``not_sent``. Those in ``accepted``, of earlier requests, are changing already.
    """

    executed = False


@dataclass(eq=False, repr=False, kw_only=True)
class RejectedError(NcpError):
    """The gateway or the service refused the request for the servers in ``rejected``.

    They were left alone, on the assumption that NCP refuses a request as a whole. It does not document that.

    Attributes:
        by_service: Whether the service itself refused, as its code says, and not the gateway or something before it.
        at_fault: Why the service may have refused, by server: those that a poll after the refusal found busy, in
            another status than the operation needs, or not listed. Empty where no poll was made, or it found none.
        poll_problem: Why that poll failed; empty where it did not, or none was made.
    """

    executed = False

    by_service: bool = False
    at_fault: Mapping[str, str] = field(default_factory=dict[str, str])
    poll_problem: str = ""

    def __str__(self) -> str:
        faults = "; ".join(f"{number} is {state}" for number, state in self.at_fault.items())
        if self.poll_problem:
            faults = f"not known, since the poll failed: {self.poll_problem}"
        return f"{super().__str__()}. At fault: {faults}" if faults else super().__str__()


@dataclass(eq=False, repr=False, kw_only=True)
class _AccessError(RejectedError):
    """What :meth:`explain` needs, kept as text so that the error can be pickled.

    Attributes:
        string_to_sign: What was signed, its access key masked; None where the request is not known.
        clock_offset: Clock skew in seconds: the response's ``Date`` minus this machine's time. None without a ``Date``.
        credentials_source: Where the keys came from, such as ``environment``.
        host: The gateway that was asked.
    """

    string_to_sign: str | None = None
    clock_offset: float | None = None
    credentials_source: str | None = None
    host: str | None = None
    _checklist: ClassVar[tuple[str, ...]] = ()

    def explain(self) -> str:
        """Say what was signed and what to check, in some lines for people. No secret and no whole key is in them."""
        facts = {
            "gateway": self.host,
            "keys from": self.credentials_source,
            "string to sign": self.string_to_sign and self.string_to_sign.replace("\n", "\\n"),
            "clock": explanations.describe_offset(self.clock_offset),
        }
        lines = [f"  {f'{name}:':17}{fact}" for name, fact in facts.items() if fact is not None]
        steps = [f"  {n}. {text}" for n, text in enumerate(self._checklist, start=1)]
        return "\n".join([str(self), *lines, "What to check:", *steps])


class AuthenticationError(_AccessError):
    """The gateway does not know who is calling: 401, code 200. :meth:`explain` says what to check."""

    _checklist = explanations.AUTHENTICATION


class ClockSkewError(AuthenticationError):
    """The gateway refused the signature, and the ``Date`` of its response is minutes from this machine's clock.

    A gateway refuses a timestamp that is five minutes or more away from its own clock. ``clock_offset`` says by how
    much, positive where this machine is behind.
    """

    _checklist = explanations.CLOCK


class PermissionDeniedError(_AccessError):
    """The gateway knows who is calling and does not allow it: 401, code 210, or 403."""

    _checklist = explanations.PERMISSION


class NotFoundError(RejectedError):
    """There is no such path (404, code 300), or no such server."""


@dataclass(eq=False, repr=False, kw_only=True)
class ThrottledError(RejectedError):
    """A quota is used up (429, code 400), or calls come too fast (codes 410 and 420).

    Attributes:
        retry_after: Seconds to wait, from the response's Retry-After; None without one.
    """

    retry_after: float | None = None


class ServerBusyError(RejectedError):
    """A server cannot take the operation now: mostly, another operation is in progress on it.

    The vendor's code says so, or the poll that a rolling restart makes before each batch. None of these codes is
    documented for VPC: a busy server can also be a plain :class:`RejectedError`. Retry when its operation is ``NULL``.
    """


@dataclass(eq=False, repr=False, kw_only=True)
class OutcomeUnknownError(NcpError):
    """It may have happened: the servers in ``unknown`` may be changing. Call :meth:`Client.settle` before a retry.

    For a call that only reads, it means that there is no usable response: ``unknown`` is empty, and a retry is safe.

    Attributes:
        known_at: When the outcome can be known, after the polls of a rolling restart; None elsewhere, or if never.
    """

    known_at: datetime | None = None

    def __str__(self) -> str:
        told = f". It can be told from {explanations.describe_time(self.known_at)} on" if self.known_at else ""
        return f"{super().__str__()}{told}"


class IncompleteListError(OutcomeUnknownError):
    """A list of servers may lack some: it kept changing while it was read, or the service reports more than it lists.

    What was listed until then is right. Nothing was changed; read again.
    """


class CallbackError(NcpError):
    """A function that the caller gave, such as ``progress``, raised the ``__cause__``. That ended the call.

    Servers in ``accepted`` are changing all the same, and may be back: do not ask for them again.
    """

    @classmethod
    def of(cls, error: BaseException) -> "CallbackError":
        """The error for what a function of the caller's raised."""
        return cls(f"a callback failed: {text_of(error)}")

    @property
    def executed(self) -> bool | None:  # type: ignore[override]  # as for WaitError
        return True if self.accepted else None


class CheckFailedError(NcpError):
    """A server is back, and ``check`` did not pass in time. What ``check`` raised is the ``__cause__``."""

    executed = True


class HookFailedError(NcpError):
    """What was to come before a request failed. The server was left alone. What was raised is the ``__cause__``."""

    executed = False


class JournalError(NcpError):
    """The journal cannot be opened, read or written, or has no such run. After this, no request was sent.

    Earlier requests of the same call may have been: see ``accepted`` and ``unknown``.
    """

    executed = False


class RunTakenOverError(JournalError):
    """Somebody else goes on with this run, or has released it. This process sends nothing more of it."""


@dataclass(eq=False, repr=False, kw_only=True)
class ServersClaimedError(JournalError):
    """Another run holds some of the servers. Nothing was sent to any of them.

    ``ncp-vserver report RUN`` shows that run, ``ncp-vserver resume RUN`` goes on with it, and
    ``ncp-vserver release RUN`` gives up what it holds. A claim never ends by itself.

    Attributes:
        claimed: The run that holds each server, by number.
        holders: Each such run in words: whose, since when, and its last sign of life.
    """

    claimed: Mapping[str, str] = field(default_factory=dict[str, str])
    holders: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        parts = [
            f"{', '.join(number for number, run in self.claimed.items() if run == id_)}: {said}"
            for id_, said in self.holders.items()
        ]
        self.text = self.text or f"servers are held by another run. {'; '.join(parts)}"


@dataclass(eq=False, repr=False, kw_only=True)
class RecordedError(NcpError):
    """What a journal says of an error: its text, not its facts.

    Attributes:
        kind: Name of the error's class.
    """

    kind: str = "NcpError"

    def __str__(self) -> str:
        return self.text


@dataclass(eq=False, repr=False, kw_only=True)
class WaitError(NcpError):
    """The service has accepted the operation, and the wait was cut short: a poll was refused. Do not repeat it.

    The ``__cause__`` says by what: the refusal, or that there were no keys for the poll.

    Attributes:
        executed: True where the wait followed an operation that the service had accepted; None for a wait alone.
        back: The servers that are back or, after a stop, down.
        failed: Those on which the operation failed.
        waiting: The others.
        no_sign: Those of ``waiting`` that were seen, and showed no sign of the operation: it may not have happened.
        servers: What each server was when it was last seen, by its number; None for one that was not listed.
        seconds: How long was waited.
        goal: What the servers were to be: ``back`` or ``down``.
        noun: What was to happen to them, such as ``restart``; None for a wait alone.
    """

    back: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    no_sign: tuple[str, ...] = ()
    servers: Mapping[str, Server | None] = field(default_factory=dict[str, Server | None])
    seconds: float = 0.0
    goal: str = "back"
    noun: str | None = None

    @property
    def executed(self) -> bool | None:  # type: ignore[override]  # the one error for which the class does not decide
        return True if self.accepted else None

    def _states(self, numbers: tuple[str, ...]) -> list[str]:
        no_sign = dict.fromkeys(self.no_sign, f"no sign of a {self.noun}")
        return [f"{number} ({no_sign.get(number) or describe(self.servers.get(number))})" for number in numbers]

    def _groups(self) -> str:
        failed, waiting = self._states(self.failed), self._states(self.waiting)
        return explanations.in_words({self.goal: self.back, "failed": failed, f"not {self.goal}": waiting})


class OperationFailedError(WaitError):
    """The operation was accepted, and failed on the servers in ``failed``. Look at them before you do anything.

    Two polls in a row have shown a status that the operation does not lead to, or did not list the server. Raised when
    the other servers are back, or not back in time: those are in ``back`` and ``waiting``.
    """

    def __str__(self) -> str:
        return f"the {self.noun} failed. {self._groups()}"


class WaitTimeoutError(WaitError):
    """The time to wait is over, and not all servers are back. Nothing was cancelled: they may still come back.

    The ``__cause__`` is the failure of the last poll, if that failed.
    """

    def __str__(self) -> str:
        return f"not all servers are {self.goal} after {self.seconds:g} s. {self._groups()}"
