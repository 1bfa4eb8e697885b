"""What a response, or a failure, proves about a request: accepted, rejected, not sent, or nothing at all."""

import http
import logging
from typing import Any, Final, cast

import httpx
from attrs import asdict
from ncp_signer import CredentialsError, NcpError, SigningRefusedError, clock_offset, is_on_wire, is_skewed
from ncp_vserver_api.errors import UnexpectedResponse
from ncp_vserver_api.models import ServerInstance
from ncp_vserver_api.types import Unset

from ncp_vserver._values import explanations
from ncp_vserver._values.arguments import region_hint
from ncp_vserver._values.errors import (
    AuthenticationError,
    ClientClosedError,
    ClockSkewError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RejectedError,
    ServerBusyError,
    ThrottledError,
)
from ncp_vserver._values.explanations import printable
from ncp_vserver._values.server import Server

from .answers import NO_STATEMENT, Statement, read_statement
from .attempt import Attempt

_LOG: Final = logging.getLogger("ncp_vserver")

# Failures of a connection that prove that no request was on it. A ReadError or a closed connection prove nothing.
_NOT_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)

# Statuses that mean that nothing was done. Proxies use 408 and 499 for a request in flight.
_REFUSALS: Final = {*range(300, 500)} - {408, 499}

# Codes of the gateway's for a request that it had passed on: 503/500, 504/510, 500/900.
_FAILED_BEHIND_THE_GATEWAY: Final = {"500", "510", "900"}

_REFUSED_BY_STATUS: Final[dict[int, type[RejectedError]]] = {
    403: PermissionDeniedError,
    404: NotFoundError,
    429: ThrottledError,
}
# The gateway's codes, where the status does not say it already.
_REFUSED_BY_CODE: Final[dict[str, type[RejectedError]]] = {
    "200": AuthenticationError,
    "210": PermissionDeniedError,
    "230": PermissionDeniedError,
    "300": NotFoundError,
    "400": ThrottledError,
    "410": ThrottledError,
    "420": ThrottledError,
}

# Codes of the service. 1100031: seen on VPC while an operation was in progress. 25041: on Classic, a server that
# another user handles, or with a problem. 25013, 25017: in the Terraform provider, a server in operation.
_BUSY: Final = {"1100031", "25041", "25013", "25017"}


class Success:
    """A success that can be read."""

    def __init__(self, body: Any, attempt: Attempt) -> None:
        self.body = body
        """The generated model of the response, below its envelope."""
        listed: list[ServerInstance] = [] if isinstance(body.server_instance_list, Unset) else body.server_instance_list
        self.servers: list[Server] = [Server.of(raw) for raw in listed]
        # As the service says.
        self.total_rows: int | None = body.total_rows if isinstance(body.total_rows, int) else None
        self.request_id = printable(body.request_id) if isinstance(body.request_id, str) else None
        # The gateway has just taken the signature: a Date that is far from it is wrong, and says nothing of its clock.
        self.clock_offset = None if is_skewed(_offset_of_signature(attempt)) else attempt.clock_offset
        # When the request was sent, by the gateway's clock.
        self.requested = attempt.sent.by_gateway(self.clock_offset)

    def by_number(self) -> dict[str, Server]:
        """The servers by their numbers; those without one are left out."""
        return {server.number: server for server in self.servers if server.number}


def conclude(attempt: Attempt) -> Success:
    """The success that an attempt led to, if it can be read.

    Raises:
        NcpError: Anything else. It accounts for the servers of the request: all of them rejected, unknown or not sent.
    """
    try:
        success = _success(attempt)
    except Exception as error:
        failure = _failure(attempt, error)
        _log(attempt, type(failure).__name__, failure.request_id)
        if failure is error:
            raise
        raise failure from error
    _log(attempt, "success", success.request_id)
    return success


def _success(attempt: Attempt) -> Success:
    if attempt.error is not None:
        raise attempt.error
    response = attempt.request.parsed(cast(httpx.Response, attempt.response))
    if response.status_code != http.HTTPStatus.OK:  # all others are errors in the contract
        raise _failure_of(attempt, response.status_code, response.content)
    parsed: Any = response.parsed
    [body] = (value for name, value in asdict(parsed, recurse=False).items() if name != "additional_properties")
    success = Success(body, attempt)
    if str(body.return_code) != "0":
        raise _failure_of(attempt, response.status_code, response.content)
    text, groups = "", {}
    numbers, listed = attempt.request.numbers, success.by_number()
    has_list = not isinstance(body.server_instance_list, Unset)
    if not (attempt.request.operation.changes or has_list or success.total_rows == 0):
        # Read as an empty list, it would make all servers disappear.
        text = "the response has no list of servers"
    elif {"error", "responseError"} & parsed.additional_properties.keys():
        text = "the response reports success and an error"
    elif missing := tuple(number for number in numbers if number not in listed):
        text = "the service reports success, but not for all servers"
        named = (printable(server.number) or "one without a number" for server in success.servers)
        if others := [number for number in named if number not in numbers]:
            text += f", and names others: {printable(', '.join(others))}"
        accepted = tuple(number for number in numbers if number in listed)
        groups = {"accepted": accepted, "unknown": missing, "request_id": success.request_id}
    if text:
        raise _error(OutcomeUnknownError, attempt, text, read_statement(response.content), **groups)
    return success


def _failure(attempt: Attempt, error: Exception) -> NcpError:
    """The error that says what is known."""
    match error:
        case CredentialsError():
            return _error(CredentialsError, attempt, f"the request was not sent: {error}")
        case ClientClosedError():
            return _error(ClientClosedError, attempt, str(error))
        case SigningRefusedError():
            return _error(NotSentError, attempt, f"the request was not sent: {_describe(error, attempt)}")
        case NcpError():
            return error
        case UnexpectedResponse():
            return _failure_of(attempt, error.response.status_code, error.response.content)
        # Without a request, it did not come as far as to a connection. A proxy may have hung up before it was written.
        case _ if attempt.signed is None or _is_not_sent(error, is_on_wire(attempt.signed)):
            return _error(NotSentError, attempt, f"the request was not sent: {_describe(error, attempt)}")
        case httpx.RequestError() if attempt.status is not None:  # the response broke off after its head
            return _failure_of(attempt, attempt.status, b"", _describe(error, attempt))
        case httpx.RequestError():
            return _error(OutcomeUnknownError, attempt, f"no response: {_describe(error, attempt)}")
        case _:
            return _error(OutcomeUnknownError, attempt, f"no usable response: {_describe(error, attempt)}")


def _is_not_sent(error: Exception, is_on_wire: bool | None) -> bool:
    """Whether no request was written: as the connection says, or else as the kind of the error does."""
    return isinstance(error, _NOT_SENT) if is_on_wire is None else not is_on_wire


def _failure_of(attempt: Attempt, status: int, body: bytes, broken_off: str = "") -> NcpError:
    """The error for a response that is not a readable success; ``broken_off`` says why it has no body."""
    statement = read_statement(body)
    failed_behind = statement.from_gateway and statement.code in _FAILED_BEHIND_THE_GATEWAY
    is_success = 200 <= status <= 299
    if is_success and not statement.says_no:
        text = ": ".join(filter(None, ["the response cannot be read", broken_off]))
        return _error(OutcomeUnknownError, attempt, text, statement)
    if failed_behind or not (is_success or status in _REFUSALS) or statement.says_yes:
        text = "the request failed on the way or in the service"
        return _error(OutcomeUnknownError, attempt, text, statement)
    if is_success:
        text = "the service refused"
    else:
        text = "redirects are not followed" if status <= 399 else "the request was refused"
    return _refusal(attempt, status, statement, text)


def _refusal(attempt: Attempt, status: int, statement: Statement, text: str) -> NcpError:
    kind = _kind_of_refusal(status, statement)
    if issubclass(kind, ThrottledError):
        return _error(kind, attempt, text, statement, retry_after=attempt.retry_after)
    if not issubclass(kind, AuthenticationError | PermissionDeniedError):
        by_service = statement.code is not None and not statement.from_gateway
        if kind in (RejectedError, NotFoundError) and (hint := region_hint(attempt.request.region)):
            text += f"; {hint}"
        return _error(kind, attempt, text, statement, by_service=by_service)
    offset = attempt.clock_offset
    if kind is AuthenticationError and is_skewed(signed := _offset_of_signature(attempt)):
        kind, offset = ClockSkewError, signed
        text += f": this machine's clock is {explanations.describe_offset(offset)}"
    return _error(
        kind,
        attempt,
        text,
        statement,
        clock_offset=offset,
        credentials_source=attempt.keys_from,
        string_to_sign=attempt.signed and explanations.signed(attempt.signed),
        host=attempt.signed and attempt.signed.url.netloc.decode("ascii"),
    )


def _offset_of_signature(attempt: Attempt) -> float | None:
    """Clock skew in seconds: gateway time minus the (possibly corrected) signing time."""
    assert attempt.signed is not None
    assert attempt.response is not None
    signed_at = attempt.signed.headers.get("x-ncp-apigw-timestamp", "")
    return clock_offset(attempt.response.headers.get("date"), int(signed_at) / 1000) if signed_at.isdigit() else None


def _kind_of_refusal(status: int, statement: Statement) -> type[RejectedError]:
    code = statement.code
    if status == http.HTTPStatus.UNAUTHORIZED:
        return PermissionDeniedError if code == "210" else AuthenticationError
    if kind := _REFUSED_BY_STATUS.get(status):
        return kind
    if statement.from_gateway:
        return _REFUSED_BY_CODE.get(code or "", RejectedError)
    return ServerBusyError if code in _BUSY else RejectedError


def _error(
    kind: type[NcpError],
    attempt: Attempt,
    text: str,
    statement: Statement = NO_STATEMENT,
    **details: Any,
) -> NcpError:
    groups = {RejectedError: "rejected", OutcomeUnknownError: "unknown"}
    group = next((name for base, name in groups.items() if issubclass(kind, base)), "not_sent")
    facts: dict[str, Any] = {
        "status": attempt.status,
        "code": statement.code,
        "message": statement.message,
        "request_id": _request_id(attempt),
        "server_instance_nos": attempt.request.numbers,
        "operation": attempt.request.operation.name,
        "region_code": attempt.request.region,
        "sent_at": attempt.sent.wall,
        "sent_monotonic": attempt.sent.monotonic,
        group: attempt.request.numbers,
    }
    return kind(text, **facts | details)


def _request_id(attempt: Attempt) -> str | None:
    """The id that the gateway gives a request in a header: bodies of errors have none."""
    if attempt.response is None:
        return None
    return printable(attempt.response.headers.get("x-ncp-trace-id", ""))


def _describe(error: Exception, attempt: Attempt) -> str:
    """What went wrong, and with which gateway, if it came as far as to a connection."""
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if attempt.signed is None:
        return text
    return f"{text} ({attempt.signed.url.scheme}://{attempt.signed.url.netloc.decode('ascii')})"


def _log(attempt: Attempt, result: str, request_id: str | None) -> None:
    if _LOG.isEnabledFor(logging.DEBUG):
        signed = attempt.signed
        _LOG.debug(
            "%s %s: %s, HTTP %s, %.0f ms, request id %s",
            "-" if signed is None else signed.method,
            attempt.request.operation.name if signed is None else signed.url.path,
            result,
            attempt.status or "-",
            attempt.seconds * 1000,
            request_id or "-",
        )
