"""Errors, by what is known about the servers.

NcpError
├── NotSentError         nothing reached the service: safe to repeat
├── RejectedError        the gateway or the service said no
└── OutcomeUnknownError  the servers may be restarting
"""

from typing import ClassVar


class NcpError(Exception):
    """A call failed. Accounts for every server instance number that was asked for, each in one of four groups.

    The exception that led to this one, if any, is its ``__cause__``.

    Attributes:
        executed: Whether the request that failed was carried out; None where that cannot be known. Earlier requests
            of the same call may have been: see ``accepted``.
        status: HTTP status of the answer; None if there was none.
        code: The vendor's code in the answer: returnCode of the service, or errorCode of the gateway.
        message: The vendor's text in the answer, or the beginning of a body in which there is none.
        request_ids: The vendor's ids of the requests that were accepted.
        server_instance_nos: All numbers that were asked for, in that order.
        accepted: The service has accepted the request for these: they are restarting.
        rejected: The request for these was refused.
        unknown: These may be restarting.
        not_sent: No request for these has reached the service.
    """

    executed: ClassVar[bool | None] = None

    # All but the text have defaults: that is what makes an exception survive pickling.
    def __init__(
        self,
        text: str = "",
        *,
        status: int | None = None,
        code: str | None = None,
        message: str | None = None,
        request_ids: tuple[str, ...] = (),
        server_instance_nos: tuple[str, ...] = (),
        accepted: tuple[str, ...] = (),
        rejected: tuple[str, ...] = (),
        unknown: tuple[str, ...] = (),
        not_sent: tuple[str, ...] = (),
    ) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.message = message
        self.request_ids = request_ids
        self.server_instance_nos = server_instance_nos
        self.accepted = accepted
        self.rejected = rejected
        self.unknown = unknown
        self.not_sent = not_sent

    def __str__(self) -> str:
        answer = " ".join(
            part
            for part in (
                self.status is not None and f"HTTP {self.status}",
                self.code is not None and f"code {self.code}",
                self.message and f"“{self.message}”",
            )
            if part
        )
        groups = (
            ("accepted", self.accepted),
            ("rejected", self.rejected),
            ("unknown", self.unknown),
            ("not sent", self.not_sent),
        )
        account = "; ".join(f"{name}: {', '.join(numbers)}" for name, numbers in groups if numbers)
        text = super().__str__() + (f" ({answer})" if answer else "")
        return f"{text}. {account}" if account else text


class NotSentError(NcpError):
    """The request did not reach the service: no connection, or it could not be signed.

    Safe to repeat for the servers in ``not_sent``. Those in ``accepted``, of earlier requests, are restarting already.
    """

    executed = False


class RejectedError(NcpError):
    """The gateway or the service refused the request for the servers in ``rejected``.

    They were left alone, on the assumption that NCP refuses a request as a whole. What it does when only some of the
    numbers in a request are at fault is not documented.
    """

    executed = False


class OutcomeUnknownError(NcpError):
    """The servers in ``unknown`` may be restarting. Look at their state before asking again.

    A restart under way shows as operation RESTA in getServerInstanceList, while the status stays RUN; a finished one as
    an ``uptime`` later than the call.
    """

    executed = None
