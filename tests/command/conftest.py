"""A mock whose servers have names, and restart at once."""

from collections.abc import Iterator

import pytest
from ncp_mock import Mock, NcpMock

FLEET = [
    {"serverInstanceNo": "11", "serverName": "web-1"},
    {"serverInstanceNo": "12", "serverName": "web-2"},
    {"serverInstanceNo": "13", "serverName": "결제-1"},
    {"serverInstanceNo": "14", "serverName": "db-1"},
    {"serverInstanceNo": "15", "serverName": "db-2", "serverInstanceStatus": "NSTOP"},
    {"serverInstanceNo": "21", "serverName": "web-1", "regionCode": "JPN"},
]


@pytest.fixture(scope="session")
def shared_quick_mock() -> Iterator[NcpMock]:
    with Mock(fleet=FLEET, reboot_seconds=0) as mock:
        yield mock


@pytest.fixture
def quick(shared_quick_mock: NcpMock) -> NcpMock:
    """The mock, in its first state."""
    shared_quick_mock.reset()
    return shared_quick_mock


@pytest.fixture(scope="session")
def shared_slow_mock() -> Iterator[NcpMock]:
    with Mock(fleet=FLEET, reboot_seconds=None) as mock:
        yield mock


@pytest.fixture
def slow(shared_slow_mock: NcpMock) -> NcpMock:
    """Likewise, with restarts that take until ``finish_reboots()``."""
    shared_slow_mock.reset()
    return shared_slow_mock
