"""How long things take in the mock, and by which clock: also where a test sets the clock, or stops it."""

import time
from collections.abc import Iterator
from unittest.mock import patch

import freezegun
import pytest
from ncp_mock import Mock, NcpMock
from ncp_vserver import Client, Credentials, OutcomeUnknownError, ServerBusyError, WaitTimeoutError
from support.mock_calls import PATH, reboot, signed

NUMBER, OTHER = "123458773", "123458774"


def client(mock: NcpMock) -> Client:
    return Client(Credentials(mock.access_key, mock.secret_key), base_url=mock.url, retries=0)


@pytest.fixture
def frozen() -> Iterator[NcpMock]:
    """A mock whose restarts take a while, in a test for which the time stands still, as freezegun has it."""
    with Mock(reboot_seconds=0.2) as mock, patch("time.time", lambda: 1.5e9), patch("time.monotonic", lambda: 1.5e9):
        yield mock


def test_restart_ends_by_itself(ncp_mock: NcpMock) -> None:
    polls: list[tuple[str, ...]] = []
    with client(ncp_mock) as front:
        [begun] = front.reboot(NUMBER)
        front.reboot(OTHER, wait=10, poll=0.01, progress=lambda progress: polls.append(progress.back))
        report = front.rolling_reboot([NUMBER, OTHER], poll=0.01)

    assert (begun.operation, begun.status_name) == ("RESTA", "rebooting")
    assert polls[-1] == (OTHER,)
    assert report.back == (NUMBER, OTHER)


def test_restart_that_is_held(ncp_mock: NcpMock) -> None:
    ncp_mock.hold_reboots()
    with client(ncp_mock) as front:
        front.reboot(NUMBER)
        assert front.server(NUMBER).status_name == "rebooting"
        with pytest.raises(ServerBusyError):
            front.reboot(NUMBER)
        ncp_mock.finish_reboots()
        assert front.server(NUMBER).status_name == "running"


@pytest.mark.parametrize("seconds", [0, 6])
def test_settling_does_not_take_an_earlier_restart_for_one_that_never_ran(ncp_mock: NcpMock, seconds: int) -> None:
    now = time.time()
    with client(ncp_mock) as front:
        with patch("time.time", lambda: now - seconds):
            front.reboot(NUMBER)
            ncp_mock.finish_reboots()
        ncp_mock.fail_next("endpointError", executed=False)
        with pytest.raises(OutcomeUnknownError) as caught:
            front.reboot(NUMBER)

        assert front.settle(caught.value).unknown == (NUMBER,)


@pytest.mark.parametrize("set_to", [1.5e9, 4e9])
def test_clock_that_a_test_sets_is_the_mocks_too(ncp_mock: NcpMock, set_to: float) -> None:
    with patch("time.time", return_value=set_to), client(ncp_mock) as front:
        [begun] = front.reboot(NUMBER)
        response = signed(ncp_mock, "GET", "/")
        ncp_mock.finish_reboots()
        back = front.server(NUMBER)

    set_time = time.gmtime(set_to)
    assert begun.status_name == "rebooting"
    assert response.headers["date"] == time.strftime("%a, %d %b %Y %H:%M:%S GMT", set_time)
    assert ncp_mock.requests[0].time == time.strftime("%Y-%m-%dT%H:%M:%S.000Z", set_time)
    if set_to == 4e9:  # the other is before the server's first uptime
        assert back.uptime is not None
        assert back.uptime.timestamp() == set_to


def test_sleep_that_moves_the_clock_on(ncp_mock: NcpMock, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    with freezegun.freeze_time("2030-01-01") as clock, client(ncp_mock) as front:

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            clock.tick(seconds)
            ncp_mock.finish_reboots()

        monkeypatch.setattr(time, "sleep", sleep)
        assert front.rolling_reboot([NUMBER, OTHER]).back == (NUMBER, OTHER)
        ncp_mock.behave(NUMBER, never_restarts=True)
        slept.clear()
        with pytest.raises(WaitTimeoutError, match="no sign of a restart"):
            front.reboot(NUMBER, wait=600)

    assert 599.99 < sum(slept) < 615


def test_what_takes_its_time_ends_while_the_time_stands_still(frozen: NcpMock) -> None:
    frozen.fail_next("slowDrip", seconds=0.2)

    assert reboot(frozen, NUMBER).status_code == 200
    while frozen.servers[0]["serverInstanceOperation"]["code"] == "RESTA":
        assert signed(frozen, "GET", PATH).status_code == 400
