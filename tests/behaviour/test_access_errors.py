"""Errors about who is calling: what they say of keys, clock and signature, and that they give nothing away."""

import functools
import pickle
import re
import time
from email.utils import formatdate

import pytest
from ncp_signer import CredentialsProvider
from ncp_vserver import (
    AuthenticationError,
    Client,
    ClockSkewError,
    Credentials,
    NcpError,
    NotFoundError,
    PermissionDeniedError,
    RejectedError,
    ThrottledError,
)
from support.calls import CREDENTIALS, EVERY, Call
from support.outcomes import gateway_error
from support.wire import Reply, Wire, answer, list_answer

each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
FAILED = gateway_error("200", "Authentication Failed", details="Invalid authentication information.")


def refusal(ahead: float, status: int = 401, body: str = FAILED) -> Reply:
    """A gateway's answer whose clock is so many seconds ahead."""
    return answer(status, body, "application/json", f"date: {formatdate(time.time() + ahead, usegmt=True)}")


def error_of(call: Call, reply: Reply, method: str = "reboot", *arguments: object) -> NcpError:
    with Wire([reply]) as wire, pytest.raises(NcpError) as caught:
        call(wire.url, method, *(arguments or ("1234",)), region_code="KR")
    assert len(wire.requests) == 1
    return caught.value


@each
@pytest.mark.parametrize(
    ("ahead", "direction"),
    [
        (600.0, r"10 min( 1 s)? behind|9 min 59 s behind"),
        (-600.0, r"10 min( 1 s)? ahead of|9 min 59 s ahead of"),
        (7230.0, r"2 h (29|30|31) s behind"),
    ],
)
def test_clock_that_is_wrong(call: Call, ahead: float, direction: str) -> None:
    error = error_of(call, refusal(ahead))

    assert isinstance(error, ClockSkewError)
    assert error.executed is False
    assert error.rejected == ("1234",)
    assert error.clock_offset == pytest.approx(ahead, abs=1.6)
    assert re.search(f"this machine's clock is ({direction}) the gateway's", str(error))


@each
@pytest.mark.parametrize("ahead", [0.0, 200.0, -200.0])
def test_clock_that_is_good_enough(call: Call, ahead: float) -> None:
    error = error_of(call, refusal(ahead))

    assert type(error) is AuthenticationError
    assert error.clock_offset == pytest.approx(ahead, abs=1.6)


@each
def test_clock_is_no_matter_where_permission_is_missing(call: Call) -> None:
    assert type(error_of(call, refusal(3600, 401, gateway_error("210", "Permission Denied")))) is PermissionDeniedError
    assert type(error_of(call, refusal(3600, 403, gateway_error("230", "Forbidden")))) is PermissionDeniedError


@each
def test_explanation_of_a_failed_authentication(call: Call) -> None:
    error = error_of(call, refusal(0))

    assert isinstance(error, AuthenticationError)
    lines = error.explain().splitlines()
    assert lines[0] == str(error)
    facts = {line.split(":", 1)[0].strip(): line.split(":", 1)[1].strip() for line in lines[1:5]}
    assert re.fullmatch(r"127\.0\.0\.1:\d+", facts["gateway"])
    assert facts["keys from"] == "arguments"
    assert re.fullmatch(
        r"GET /vserver/v2/rebootServerInstances\?regionCode=KR&responseFormatType=json&serverInstanceNoList\.1=1234"
        r"\\n\d{13}\\nNCPA…",
        facts["string to sign"],
    )
    assert facts["clock"] == "agrees with the gateway's"
    assert lines[5] == "What to check:"
    assert "secret key" in lines[6]
    assert [line[:5] for line in lines[6:]] == [f"  {number}. " for number in range(1, len(lines) - 5)]
    assert "sub account" not in error.explain()


@each
def test_explanation_without_a_date(call: Call) -> None:
    error = error_of(call, answer(401, FAILED))

    assert isinstance(error, AuthenticationError)
    assert error.clock_offset is None
    assert "clock:           not known: there is no answer with a Date" in error.explain()


@each
def test_explanation_of_a_missing_permission(call: Call) -> None:
    error = error_of(call, refusal(0, 401, gateway_error("210", "Permission Denied")))

    assert isinstance(error, PermissionDeniedError)
    assert "sub account" in error.explain()
    assert "secret key" not in error.explain()


@each
def test_explanation_of_a_wrong_clock(call: Call) -> None:
    error = error_of(call, refusal(600))

    assert isinstance(error, ClockSkewError)
    assert "NTP" in error.explain()
    assert "secret key" not in error.explain()


@each
@pytest.mark.parametrize("body", [FAILED, gateway_error("210", "Permission Denied")], ids=["200", "210"])
def test_nothing_is_given_away(call: Call, body: str) -> None:
    error = error_of(call, refusal(600, 401, body))

    assert isinstance(error, AuthenticationError | PermissionDeniedError)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made on this line
    assert copy.explain() == error.explain()
    shown = "".join([str(error), repr(error), error.explain(), repr(vars(error)), repr(error.args)])
    assert CREDENTIALS.access_key not in shown
    assert CREDENTIALS.secret_key.reveal() not in shown
    assert not re.search("[A-Za-z0-9+/]{43}=", shown), "a signature"


def vault() -> Credentials:
    return CREDENTIALS


@each
@pytest.mark.parametrize(
    ("provider", "name"),
    [(vault, "vault"), (functools.partial(Credentials, CREDENTIALS.access_key, "partSecretKeyEXAMPLE"), "partial")],
    ids=["function", "partial"],
)
def test_provider_is_named_and_not_shown(call: Call, provider: CredentialsProvider, name: str) -> None:
    with Wire([refusal(0)]) as wire, pytest.raises(AuthenticationError) as caught:
        call(wire.url, "reboot", "1", client={"credentials": provider})

    assert caught.value.credentials_source == name
    assert f"keys from:       {name}\n" in caught.value.explain()


def test_keys_that_were_swapped_are_not_shown() -> None:
    swapped = Credentials(CREDENTIALS.secret_key.reveal(), CREDENTIALS.access_key)
    with (
        Wire([refusal(0)]) as wire,
        Client(swapped, base_url=wire.url) as client,
        pytest.raises(AuthenticationError) as caught,
    ):
        client.reboot("1")

    assert CREDENTIALS.secret_key.reveal()[5:] not in caught.value.explain() + str(caught.value)


@each
def test_request_id_of_a_refusal(call: Call) -> None:
    error = error_of(call, answer(400, gateway_error("100", "Bad"), "application/json", "x-ncp-trace-id: abc123"))

    assert type(error) is RejectedError
    assert error.request_id == "abc123"
    assert "request id abc123" in str(error)


@each
@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("retry-after: 12", 12.0),
        ("x: y", None),
        ("retry-after: never", None),
        ("retry-after: 0", 0),
        ("retry-after: ²", None),
    ],
)
def test_retry_after_of_a_throttled_call(call: Call, header: str, expected: float | None) -> None:
    error = error_of(call, answer(429, gateway_error("410", "Throttle Limited"), "application/json", header))

    assert isinstance(error, ThrottledError)
    assert error.retry_after == expected


@each
def test_retry_after_as_a_date_is_by_the_gateways_clock(call: Call) -> None:
    ahead, later = formatdate(time.time() + 5000, usegmt=True), formatdate(time.time() + 5030, usegmt=True)

    error = error_of(call, answer(429, "", "text/plain", f"date: {ahead}", f"retry-after: {later}"))

    assert isinstance(error, ThrottledError)
    assert error.retry_after == pytest.approx(30, abs=2)


@each
def test_server_that_is_not_there(call: Call) -> None:
    body = list_answer([]).replace("getServerInstanceList", "getServerInstanceDetail")

    error = error_of(call, answer(200, body), "server", "7")

    assert type(error) is NotFoundError
    assert str(error) == "the service knows no server 7 in region KR (request id request-none)"
    assert error.rejected == error.server_instance_nos == ()
