"""The ``ncp_mock`` fixture. pytest loads this module in every run of every project: keep it light."""

import os
import socket
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from . import NcpMock

_BLOCKED: Final = (
    "pytest-socket blocks all sockets, the mock's too: run pytest with --allow-hosts=127.0.0.1 and --disable-socket,"
    " or mark each test that uses ncp_mock with @pytest.mark.enable_socket"
)
_RUNNING: Final = pytest.StashKey["NcpMock"]()


@pytest.fixture(scope="session")
def ncp_mock_options() -> Mapping[str, Any]:
    """Arguments of ``ncp_mock.Mock`` for the fixture ``ncp_mock``: override this fixture to change them."""
    return {}


@pytest.fixture(scope="session")
def ncp_mock(request: pytest.FixtureRequest, ncp_mock_options: Mapping[str, Any]) -> "Iterator[NcpMock]":
    """A mock of NAVER Cloud Platform's Server API, with methods to control it.

    It lasts for the test session, and is reset before each test. A restart, a start and a stop take 0.3 seconds, unless
    the test calls ``ncp_mock.hold_reboots()``.

    Skips where Node.js is missing, except in CI (where the variable CI is set), where it fails. Fails where
    pytest-socket blocks all sockets: allow the host 127.0.0.1.
    """
    if socket.socket.__module__ == "pytest_socket":  # its stand-in, with which asyncio fails later
        pytest.fail(_BLOCKED, pytrace=False)
    from . import Mock, NodeMissingError

    try:
        with Mock(**ncp_mock_options) as mock:
            request.config.stash[_RUNNING] = mock
            yield mock
            del request.config.stash[_RUNNING]
    except NodeMissingError as error:
        reason = str(error)
    else:
        return
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # In every test: one can request the fixture at run time.
    if mock := item.config.stash.get(_RUNNING, None):
        mock.reset()
