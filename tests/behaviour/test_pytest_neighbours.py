"""The ``ncp_mock`` fixture beside the plugins that projects use: afresh for each test, however that asks for it."""

from pathlib import Path

import pytest
from support.pytest_project import run_pytest

# Anything that the fixture left behind, or did in a way that is out of date, would be an error.
SETTINGS = """
[pytest]
asyncio_default_fixture_loop_scope = function
filterwarnings = error
"""

CONFTEST = """
import pytest
from ncp_vserver import AsyncClient, Client, Credentials

NUMBER = "123458773"

def client_of(mock, kind=Client):
    return kind(Credentials(mock.access_key, mock.secret_key), base_url=mock.url)

@pytest.fixture
def restart():
    def restart(mock):
        assert mock.requests == []  # whatever the test before has done
        mock.hold_reboots()
        with client_of(mock) as client:
            [server] = client.reboot(NUMBER)
        assert server.status_name == "rebooting"
    return restart

@pytest.fixture
def dependent(ncp_mock):
    assert ncp_mock.requests == []
    return ncp_mock
"""

FEATURE = """
Feature: restart
  Scenario Outline: one server
    Given a gateway
    When server <number> is restarted
    Then server <number> is rebooting

    Examples:
      | number    |
      | 123458773 |
      | 123458774 |
"""

TESTS = {
    "test_lazy_fixtures.py": """
import pytest
from pytest_lazy_fixtures import lf

@pytest.mark.parametrize("mock", [lf("ncp_mock"), lf("dependent"), lf("ncp_mock")])
def test_lazy(mock, restart):
    restart(mock)
""",
    "test_bdd.py": """
from conftest import client_of
from pytest_bdd import given, parsers, scenarios, then, when

scenarios("restart.feature")

@given("a gateway", target_fixture="gateway")
def gateway(ncp_mock):
    assert ncp_mock.requests == []
    ncp_mock.hold_reboots()
    return ncp_mock

@when(parsers.parse("server {number} is restarted"))
def restarted(gateway, number):
    with client_of(gateway) as client:
        client.reboot(number)

@then(parsers.parse("server {number} is rebooting"))
def rebooting(ncp_mock, number):
    busy = [each for each in ncp_mock.servers if each["serverInstanceStatusName"] == "rebooting"]
    assert [each["serverInstanceNo"] for each in busy] == [number]
""",
    "test_asyncio.py": """
import asyncio
import pytest
import pytest_asyncio
from conftest import NUMBER, AsyncClient, client_of

@pytest_asyncio.fixture
async def client(ncp_mock):
    assert ncp_mock.requests == []
    async with client_of(ncp_mock, AsyncClient) as client:
        yield client

@pytest.mark.asyncio
@pytest.mark.parametrize("time", [1, 2])
async def test_async(client, ncp_mock, time):
    one, other = await asyncio.gather(client.reboot(NUMBER, wait=30, poll=0.1), client.server("123458774"))
    assert [server.status_name for server in one] == [other.status_name] == ["running"]
    assert ncp_mock.requests[0].verdict == "accepted"
""",
    "test_freezegun.py": """
import freezegun
import pytest
from conftest import NUMBER, client_of

@pytest.mark.parametrize("day", ["2002-01-02", "2040-01-02"])
def test_frozen(request, restart, day):
    with freezegun.freeze_time(day):
        ncp_mock = request.getfixturevalue("ncp_mock")
        restart(ncp_mock)
        ncp_mock.finish_reboots()
    assert ncp_mock.requests[0].time == f"{day}T00:00:00.000Z"

@freezegun.freeze_time("2040-01-02", tick=True)
def test_wait_while_the_clock_goes_on(ncp_mock):
    with client_of(ncp_mock) as client:
        [server] = client.reboot(NUMBER, wait=30, poll=0.1)
    assert server.uptime.isoformat().startswith("2040-01-02T")
""",
    "test_ways_to_ask.py": """
import unittest
import pytest

@pytest.fixture(scope="module")
def of_the_module(ncp_mock):
    return ncp_mock

@pytest.mark.usefixtures("ncp_mock")
class TestCase(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def given(self, dependent, restart):
        self.mock, self.restart = dependent, restart

    def test_one(self):
        self.restart(self.mock)

    def test_two(self):
        self.restart(self.mock)

@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.parametrize("name", ["ncp_mock", "dependent", "of_the_module"])
def test_at_run_time(request, restart, name, time):
    restart(request.getfixturevalue(name))
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"pytest.ini": SETTINGS, "conftest.py": CONFTEST, "restart.feature": FEATURE, **TESTS}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "passed"), [([], 18), (["-n", "1", "-k", "run_time"], 6)], ids=["alone", "in-a-worker"]
)
def test_each_test_begins_afresh_without_a_network(project: Path, options: list[str], passed: int) -> None:
    code, output = run_pytest(project, "--disable-socket", "--allow-hosts=127.0.0.1", *options)

    assert code == 0, output
    assert f"{passed} passed" in output


def test_sockets_that_are_blocked(project: Path) -> None:
    code, output = run_pytest(project, "--disable-socket", "-k", "run_time")

    assert code == 1
    assert "6 failed" in output, output
    assert (
        output.count("pytest-socket blocks all sockets, the mock's too: run pytest with --allow-hosts=127.0.0.1") == 6
    )
    assert "SocketBlockedError" not in output
