"""What an error says of a server, without its account of the others."""

import copy
from collections.abc import Mapping
from typing import Any, cast

from ncp_signer import NcpError

from .errors import OperationFailedError, RecordedError, WaitTimeoutError
from .explanations import duration
from .server import describe


def without_account(error: NcpError) -> NcpError:
    """The same error, without its account of servers."""
    bare = copy.copy(error)
    bare.accepted = bare.rejected = bare.unknown = bare.not_sent = ()
    return bare


def reason(error: NcpError) -> str:
    """What an error says, without its account of servers."""
    if isinstance(error, OperationFailedError):
        states = dict.fromkeys(describe(error.servers.get(number)) for number in error.failed)
        return f"the {error.noun} failed: {', '.join(states)}"
    if isinstance(error, WaitTimeoutError):
        cause = f"; the last poll failed: {reason(cast(NcpError, error.__cause__))}" if error.__cause__ else ""
        state = f"no sign of a {error.noun}" if error.no_sign else "still waiting"
        return f"{state} after {duration(error.seconds)}{cause}"
    return str(without_account(error))


def as_json(error: NcpError | None) -> dict[str, Any] | None:
    """An error for programs."""
    if error is None:
        return None
    return {
        "type": error.kind if isinstance(error, RecordedError) else type(error).__name__,
        "message": reason(error),
        "status": error.status,
        "code": error.code,
        "requestId": error.request_id,
    }


def recorded(said: Mapping[str, Any]) -> RecordedError:
    """The error that :func:`as_json` has described."""
    error = RecordedError(said["message"], kind=said["type"])
    error.status, error.code, error.request_id = said["status"], said["code"], said["requestId"]
    return error
