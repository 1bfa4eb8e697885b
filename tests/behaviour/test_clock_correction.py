"""A clock that is wrong, set right by the gateway's answer: when, how often, and for how long."""

import threading
import time
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import anyio
import httpx
import pytest
from ncp_signer import NcpAuth, SigningRefusedError, clock_offset, is_skewed
from ncp_vserver import AuthenticationError, Client, ClockSkewError, NcpError, OutcomeUnknownError
from support.calls import CREDENTIALS, EVERY, Call
from support.outcomes import gateway_error
from support.patience import PATIENCE
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
    with Wire([gateway]) as wire, pytest.raises(NcpError) as caught:
        call(wire.url, "reboot", "7", client={"correct_clock": True})

    is_second = gateway == Gateway(600, stubborn=True)
    assert len(wire.requests) == (2 if is_second else 1)
    # The second was signed by the gateway's clock: it is not the clock any more.
    assert not is_second or type(caught.value) is AuthenticationError


@each
def test_off_unless_asked_for(call: Call) -> None:
    with Wire([Gateway(600)]) as wire, pytest.raises(ClockSkewError):
        call(wire.url, "reboot", "7")

    assert len(wire.requests) == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_all_that_are_under_way_are_signed_once_more(backend: str) -> None:
    # The first answer sets the clock right for all: the others must not conclude that theirs was right before.
    everybody = threading.Barrier(5)

    def gateway(connection: Any, received: Received) -> None:
        [timestamp] = received.header("x-ncp-apigw-timestamp")
        if abs(int(timestamp) / 1000 - time.time()) < 300:
            everybody.wait(PATIENCE)
        Gateway(600)(connection, received)

    async def main(url: str) -> list[int]:
        statuses: list[int] = []

        async def get() -> None:
            response = await client.get("/vserver/v2/rebootServerInstances?serverInstanceNoList.1=7")
            statuses.append(response.status_code)

        auth = NcpAuth(CREDENTIALS, correct_clock=True)
        async with httpx.AsyncClient(auth=auth, base_url=url) as client, anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(get)
        return statuses

    with Wire([gateway]) as wire:
        assert anyio.run(main, wire.url, backend=backend) == [200] * 5

    assert len(wire.requests) == 10


@pytest.mark.parametrize("year", [1970, 2000, 2300, 9999])
def test_date_that_cannot_be_signed_spoils_nothing(year: int) -> None:
    date = f"date: Fri, 01 Jan {year} 00:00:00 GMT"
    auth = NcpAuth(CREDENTIALS, correct_clock=True)
    with Wire([answer(401, FAILED, "application/json", date), answer(200, "{}")]) as wire:
        assert [httpx.get(wire.url, auth=auth).status_code for _ in range(2)] == [401, 200]


def test_body_that_can_be_read_once_is_sent_once() -> None:
    date = f"date: {formatdate(time.time() + 600, usegmt=True)}"
    auth = NcpAuth(CREDENTIALS, correct_clock=True)
    with Wire([answer(401, FAILED, "application/json", date), answer(200, "{}")]) as wire:
        assert httpx.post(wire.url, content=iter([b""]), headers={"content-length": "0"}, auth=auth).status_code == 401
        assert httpx.post(wire.url, content=b"x", auth=auth).status_code == 200

    [stamp] = wire.requests[1].header("x-ncp-apigw-timestamp")
    assert int(stamp) / 1000 == pytest.approx(time.time() + 600, abs=10)


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
        ("Thu, 01 Jan 1970 00:00:00", 0.5, 0.0),
        ("", 0.0, None),
        (None, 0.0, None),
        ("yesterday", 0.0, None),
        ("Thu, 99 Jan 1970 00:00:00 GMT", 0.0, None),
        ("Thu, 01 Jan 99999 00:00:00 GMT", 0.0, None),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "America/New_York"])
def test_offset(
    zone: str, date: str | None, received_at: float, offset: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        found = clock_offset(date, received_at)
    time.tzset()

    assert found == offset


@pytest.mark.parametrize(("offset", "skewed"), [(None, False), (0, False), (-240, False), (241, True), (-300, True)])
def test_skew(offset: float | None, skewed: bool) -> None:
    assert is_skewed(offset) is skewed
