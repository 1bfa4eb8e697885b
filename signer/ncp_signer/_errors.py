"""What this package and the front, ``ncp_vserver``, raise about a call.

They stand here because what the signer raises is an ``NcpError`` too, and the signer knows nothing of the front.
"""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(eq=False, repr=False, kw_only=True)
class NcpError(Exception):
    """A call failed. Accounts for every server instance number that was asked for, each in one of four groups.

    The groups are empty where no server was to be changed: for credentials that are missing, or a call that reads. The
    exception that led to this one, if any, is its ``__cause__``.

    Attributes:
        text: What went wrong, in words.
        executed: Whether the request that failed was carried out; None where that cannot be known. Earlier requests
            of the same call may have been: see ``accepted``.
        status: HTTP status of the response; None if there was none.
        code: The vendor's code in the response: returnCode of the service, or errorCode of the gateway.
        message: The vendor's text in the response, or the beginning of a body in which there is none.
        request_id: The vendor's id of the request that failed: from the body of a success or, for an error, which
            has none there, from the gateway's header x-ncp-trace-id.
        request_ids: The vendor's ids of the requests that were accepted.
        server_instance_nos: All numbers that were asked for, in that order.
        accepted: The service has accepted the request for these.
        rejected: The request for these was refused.
        unknown: The request for these may have been carried out.
        not_sent: No request for these has reached the service.
        operation: The vendor's name of what was asked for, such as rebootServerInstances.
        region_code: The region that was asked for; None for the service's default.
        sent_at: When the request that failed was sent, or was to be, in seconds since 1970-01-01 UTC by this machine's
            clock.
        sent_monotonic: The same by ``time.monotonic()``, which nobody sets; None where that was not kept.
    """

    executed: ClassVar[bool | None] = None

    # All have defaults: that is what makes an exception survive pickling.
    text: str = field(default="", kw_only=False)
    status: int | None = None
    code: str | None = None
    message: str | None = None
    request_id: str | None = None
    request_ids: tuple[str, ...] = ()
    server_instance_nos: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    not_sent: tuple[str, ...] = ()
    operation: str | None = None
    region_code: str | None = None
    sent_at: float | None = None
    sent_monotonic: float | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __str__(self) -> str:
        parts = (
            self.status is not None and f"HTTP {self.status}",
            self.code is not None and f"code {self.code}",
            self.message and f"“{self.message}”",
            self.request_id and f"request id {self.request_id}",
        )
        response = " ".join(part for part in parts if part)
        groups = {name: getattr(self, name) for name in ("accepted", "rejected", "unknown", "not_sent")}
        account = "; ".join(f"{name.replace('_', ' ')}: {', '.join(each)}" for name, each in groups.items() if each)
        text = self.text + (f" ({response})" if response else "")
        return f"{text}. {account}" if account else text


class CredentialsError(NcpError, ValueError):
    """Credentials are missing, incomplete or malformed. The text names places and reasons, never a value."""

    executed = False


class SigningRefusedError(NcpError, ValueError):
    """The request cannot be signed, or would carry a valid signature to where it must not go. Nothing was sent."""

    executed = False
