"""A clock that is wrong, set right by the gateway's answer: when, how often, and for how long."""

import time
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import httpx
import pytest
from ncp_signer import NcpAuth, SigningRefusedError, clock_offset, is_skewed
from ncp_vserver import Client, ClockSkewError, NcpError, OutcomeUnknownError
from support.calls import CREDENTIALS, EVERY, Call
from support.outcomes import gateway_error
from support.wire import Received, Wire, accept, answer, raw

FAILED = gateway_error("200", "Authentication Failed")
each = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)


@dataclass
class Gateway:
    """A gateway whose clock is so many seconds ahead, and that minds."""

    ahead: float
    status: int = 401
    has_date: bool = True
    stubborn: bool = False

    def __call__(self, connection: Any, received: Received) -> None:
        now = time.time() + self.ahead
        [timestamp] = received.header("x-ncp-apigw-timestamp")
        if self.stubborn or abs(int(timestamp) / 1000 - now) > 300:
            date = [f"date: {formatdate(now, usegmt=True)}"] if self.has_date else []
            answer(self.status, FAILED, "application/json", *date)(connection, received)
        else:
            accept(connection, received)


@each
@pytest.mark.parametrize("ahead", [600.0, -600.0, 86_400.0 * 400])
def test_signs_once_more_by_the_gateways_clock(call: Call, ahead: float) -> None:
    with Wire([Gateway(ahead)]) as wire:
        assert len(call(wire.url, "reboot", "7", client={"correct_clock": True})) == 1

    assert len(wire.requests) == 2
    [stamp] = wire.requests[1].header("x-ncp-apigw-timestamp")
    assert int(stamp) / 1000 == pytest.approx(time.time() + ahead, abs=10)


def test_goes_on_by_that_clock() -> None:
    with Wire([Gateway(600)]) as wire, Client(CREDENTIALS, base_url=wire.url, correct_clock=True) as client:
        for number in range(3):
            client.reboot(number)

    assert len(wire.requests) == 4


@each
@pytest.mark.parametrize(
    "gateway",
    [
        Gateway(600, stubborn=True),  # twice, and no more
        Gateway(200, stubborn=True),
        Gateway(600, has_date=False),
        Gateway(600, status=403),
        Gateway(600, status=400),
        Gateway(600, status=302),
        Gateway(600, status=500),
    ],
    ids=["stubborn", "near", "no-date", "403", "400", "302", "500"],
)
def test_never_more_than_once_and_only_on_proof(call: Call, gateway: Gateway) -> None:
    with Wire([gateway]) as wire, pytest.raises(NcpError):
        call(wire.url, "reboot", "7", client={"correct_clock": True})

    assert len(wire.requests) == (2 if gateway == Gateway(600, stubborn=True) else 1)


@each
def test_off_unless_asked_for(call: Call) -> None:
    with Wire([Gateway(600)]) as wire, pytest.raises(ClockSkewError):
        call(wire.url, "reboot", "7")

    assert len(wire.requests) == 1


def test_date_of_another_server_proves_nothing() -> None:
    with Wire([Gateway(600)]) as other:
        elsewhere = answer(302, "", "text/plain", f"location: {other.url}/x")
        auth = NcpAuth(CREDENTIALS, correct_clock=True)
        with (
            Wire([elsewhere]) as wire,
            httpx.Client(auth=auth, follow_redirects=True) as client,
            pytest.raises(SigningRefusedError),
        ):
            client.get(f"{wire.url}/y")

    assert auth._ahead == 0


def test_date_behind_a_redirect_proves_nothing() -> None:
    # Signed was the first request; what a second one to another path is told says nothing about it.
    skewed = answer(401, FAILED, "application/json", f"date: {formatdate(time.time() + 600, usegmt=True)}")
    auth = NcpAuth(CREDENTIALS, correct_clock=True)
    redirect = answer(302, "", "text/plain", "location: /y")
    with Wire([redirect, skewed]) as wire, httpx.Client(auth=auth, follow_redirects=True) as client:
        assert client.get(f"{wire.url}/x").status_code == 401

    assert [received.target for received in wire.requests] == ["/x", "/y"]


@each
def test_second_answer_that_is_lost_is_no_refusal(call: Call) -> None:
    # The first was: the second may have been carried out.
    date = f"date: {formatdate(time.time() + 600, usegmt=True)}"
    with Wire([answer(401, FAILED, "application/json", date), raw(b"")]) as wire, pytest.raises(OutcomeUnknownError):
        call(wire.url, "reboot", "7", client={"correct_clock": True})

    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    ("date", "received_at", "offset"),
    [
        ("Thu, 01 Jan 1970 00:10:00 GMT", 0.0, 600.5),
        ("Thu, 01 Jan 1970 00:10:00 GMT", 600.5, 0.0),
        ("Thu, 01 Jan 1970 09:00:00 +0900", 0.5, 0.0),
        ("Thu, 01 Jan 1970 00:00:00 -0000", 0.5, 0.0),
        ("", 0.0, None),
        (None, 0.0, None),
        ("yesterday", 0.0, None),
        ("Thu, 99 Jan 1970 00:00:00 GMT", 0.0, None),
        ("Thu, 01 Jan 99999 00:00:00 GMT", 0.0, None),
    ],
)
def test_offset(date: str | None, received_at: float, offset: float | None) -> None:
    assert clock_offset(date, received_at) == offset


@pytest.mark.parametrize(("offset", "skewed"), [(None, False), (0, False), (-240, False), (241, True), (-300, True)])
def test_skew(offset: float | None, skewed: bool) -> None:
    assert is_skewed(offset) is skewed
