"""The mock comes up, says why when it does not, and leaves nothing behind, however it is ended."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from ncp_mock import FleetError, Mock, MockError, NcpMock, NodeMissingError, PrismError
from ncp_mock._launch.prism import Prism
from support.mock_process import mock_process
from support.patience import PATIENCE
from support.processes import children, is_free, running, wait_until_ended, wait_until_free

pytestmark = pytest.mark.usefixtures("own_prism", "no_prism")
HOLD = "import sys; from ncp_mock import Mock\nwith Mock() as mock: print(mock.url, flush=True); sys.stdin.read()"
PATH = "/vserver/v2/rebootServerInstances"


@pytest.mark.parametrize("no_prism", [None], ids=["with-prism"])
def test_serves_until_the_end_of_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    # In production mode Prism starts worker processes: not on account of the surroundings.
    monkeypatch.setenv("NODE_ENV", "production")
    monkeypatch.setenv("NODE_OPTIONS", "--no-such-option")
    before = children(os.getpid())

    with Mock() as mock:
        [prism] = set(children(os.getpid())) - set(before)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", mock.url)
        assert httpx.get(mock.url).status_code == 404
        assert running(prism) == ["node"]

    assert is_free(mock.url)
    assert running(prism) == []
    with pytest.raises(RuntimeError):
        mock.reset()


def test_same_port_again_at_once() -> None:
    with Mock() as mock:
        port = httpx.URL(mock.url).port
        with httpx.Client() as client:  # leaves a connection for the mock to close
            client.get(mock.url)
            assert port

    with Mock(port=port) as mock:
        assert httpx.URL(mock.url).port == port


def test_listens_on_loopback_only(ncp_mock: NcpMock) -> None:
    sockets = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    port = f"{httpx.URL(ncp_mock.url).port:04X}"
    listening = [row.split()[1] for row in sockets if row.split()[3] == "0A"]

    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]


def test_prism_gives_up_at_the_deadline_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    prism = Prism()

    with monkeypatch.context() as patch:
        patch.setattr("ncp_mock._launch.prism._DEADLINE", 0.01)
        with prism, pytest.raises(PrismError, match=r"was not listening after 0\.01 seconds\. Its log:\n"):
            _ = prism.port

    with prism:
        assert prism.port > 0


@pytest.mark.parametrize("no_prism", [None], ids=["with-prism"])
def test_says_why_prism_did_not_come_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("openapi: 3.1.0\n")
    monkeypatch.setattr("ncp_mock._launch.prism.contract", lambda: tmp_path / "empty.yaml")

    with Prism() as prism, pytest.raises(PrismError, match=r"(?s)Prism ended\. Its log:.*No operations found"):
        _ = prism.port


def test_without_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NodeMissingError, match=r"needs Node\.js 20 or newer: node, npm not found"), Mock():
        pass


def test_port_in_use_ends_prism_too() -> None:
    before = children(os.getpid())

    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(MockError, match="if another one does, choose another port"),
    ):
        Mock(port=taken.getsockname()[1]).__enter__()

    assert children(os.getpid()) == before


def test_mock_that_runs_already() -> None:
    before = children(os.getpid())
    mock = Mock()

    with mock as running, pytest.raises(MockError, match="is running already: for a second one, make another Mock"):
        mock.__enter__()
    assert children(os.getpid()) == before
    with mock as again:
        assert again.url != running.url
        assert len(children(os.getpid())) == len(before) + 1
    assert children(os.getpid()) == before


def test_fleet_that_is_none_ends_prism_too() -> None:
    before = children(os.getpid())

    with pytest.raises(FleetError, match="2 times"), Mock(fleet=["1", 1]):
        pass

    assert children(os.getpid()) == before


def test_requests_under_way_do_not_hold_up_the_end() -> None:
    with Mock(latency=60) as mock:
        address = httpx.URL(mock.url)
        connection = socket.create_connection((address.host, address.port or 0), timeout=PATIENCE)
        connection.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")

    with connection, contextlib.suppress(ConnectionResetError):
        assert connection.recv(1) == b""


def test_calls_that_race_with_the_end_are_told_so() -> None:
    problems: list[RuntimeError] = []

    def call(mock: NcpMock) -> None:
        try:
            while True:
                mock.reset()
        except RuntimeError as error:
            problems.append(error)

    with Mock() as mock:
        threads = [threading.Thread(target=call, args=[mock]) for _ in range(4)]
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert [str(problem) for problem in problems] == ["the mock has ended, or runs in another process"] * 4


FORK = """
import os
from ncp_mock import Mock
with Mock() as mock:
    child = os.fork()
    if child == 0:
        try:
            mock.reset()
        except RuntimeError as error:
            print("child:", error, flush=True)
        raise SystemExit(7)
    print("status:", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    print("parent:", len(mock.servers))
"""


def test_forked_process_has_no_part_in_the_mock() -> None:
    process = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, timeout=PATIENCE)

    assert process.stdout.splitlines() == [
        "child: the mock has ended, or runs in another process",
        "status: 7",
        "parent: 22",
    ], process.stderr


def test_mock_is_no_string_and_shows_no_secret(ncp_mock: NcpMock) -> None:
    assert repr(ncp_mock) == str(ncp_mock) == f"<NcpMock {ncp_mock.url}>"
    assert not isinstance(ncp_mock, str)


@pytest.mark.parametrize("no_prism", [None], ids=["with-prism"])
def test_when_prism_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    before = children(os.getpid())
    target = f"{PATH}?serverInstanceNoList.1=123458773&responseFormatType=json"
    with Mock(lax=True) as mock:
        [prism] = set(children(os.getpid())) - set(before)
        assert httpx.get(mock.url + target).status_code == 200
        mock.reset()
        monkeypatch.setattr("ncp_mock._service.backend._SECONDS_FOR_AN_ANSWER", 0.5)
        os.kill(prism, signal.SIGSTOP)
        try:
            held = httpx.get(mock.url + target)
        finally:
            os.kill(prism, signal.SIGCONT)
        monkeypatch.undo()
        assert httpx.get(mock.url + target).status_code == 200

    assert held.status_code == 503
    assert held.headers["x-mock-explanation"].endswith("does not answer: TimeoutError()")


def test_when_prism_is_killed() -> None:
    before = children(os.getpid())
    with Mock(lax=True) as mock:
        [prism] = set(children(os.getpid())) - set(before)
        os.kill(prism, signal.SIGKILL)
        assert wait_until_ended(prism)

        response = httpx.get(
            mock.url + PATH, params={"serverInstanceNoList.1": "123458773", "responseFormatType": "json"}
        )

    assert response.status_code == 503
    assert response.json()["error"]["message"] == "Endpoint Error"
    assert response.headers["x-mock-explanation"].startswith("prism-does-not-answer: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_ends_with_a_process_that_does_not_clean_up(number: signal.Signals) -> None:
    with mock_process("-c", HOLD) as (process, url):
        [prism] = children(process.pid)
        process.send_signal(number)
        process.wait(PATIENCE)

        assert wait_until_ended(prism)
        assert wait_until_free(url)
