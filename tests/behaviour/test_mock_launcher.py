"""The mock comes up, says why when it does not, and leaves nothing behind, however it is ended."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from ncp_mock import NodeMissingError, Prism, PrismError
from support.processes import children, is_free, running, wait_until_free

HOLD = "import sys; from ncp_mock import Prism\nwith Prism() as prism: print(prism.url, flush=True); sys.stdin.read()"


def test_serves_until_the_end_of_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    # In production mode Prism starts worker processes and prints JSON: not on account of the surroundings.
    monkeypatch.setenv("NODE_ENV", "production")
    monkeypatch.setenv("NODE_OPTIONS", "--no-warnings")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    lines: list[str] = []

    with Prism(port=port, log=lines.append) as prism:
        group = prism._process.pid
        assert prism.url == f"http://127.0.0.1:{port}"
        assert httpx.get(prism.url).status_code == 404
        assert len(running(group)) >= 2  # npx and Prism, and perhaps a shell between them

    assert is_free(prism.url)
    assert running(group) == []
    assert any(prism.url in line for line in lines)


def test_listens_on_loopback_only(ncp_mock: str) -> None:
    sockets = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    port = f"{httpx.URL(ncp_mock).port:04X}"
    listening = [row.split()[1] for row in sockets if row.split()[3] == "0A"]

    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]


def test_gives_up_at_the_deadline_and_can_be_tried_again() -> None:
    def fail(line: str) -> None:
        raise BrokenPipeError

    prism = Prism(deadline=0.01, log=fail)

    with pytest.raises(PrismError, match=r"was not listening after 0\.01 seconds\. Its log:\n"), prism:
        pass

    assert running(prism._process.pid) == []
    prism._deadline = 30
    with prism:
        assert httpx.get(prism.url).status_code == 404


def test_without_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NodeMissingError, match=r"needs Node\.js 20 or newer: node, npm, npx not found"), Prism():
        pass


@contextlib.contextmanager
def holder(*command: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process of its own that has the mock running, and the mock's URL."""
    process = subprocess.Popen(
        [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        url = next(
            word for line in process.stdout for word in line.split() if word.startswith("http://") and "/v" not in word
        )
        yield process, url
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_ends_with_a_process_that_does_not_clean_up(number: signal.Signals) -> None:
    with holder("-c", HOLD) as (process, url):
        process.send_signal(number)
        process.wait(timeout=10)

        assert wait_until_free(url)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_command_ends_quietly(number: signal.Signals, code: int) -> None:
    with holder("-m", "ncp_mock", "--port", "0") as (process, url):
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)

    assert (process.returncode, errors) == (code, "")
    assert is_free(url)


def test_command_says_so_when_prism_dies() -> None:
    with holder("-m", "ncp_mock", "--port", "0") as (process, _):
        for child in children(process.pid):
            os.killpg(child, signal.SIGKILL)
        _, errors = process.communicate(timeout=10)

    assert process.returncode == 1
    assert "Prism ended by itself" in errors


def test_command_says_so_when_the_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "ncp_mock", "--port", str(taken.getsockname()[1])]
        process = subprocess.run(command, capture_output=True, text=True)

    assert process.returncode == 1
    assert "is in use, perhaps by another mock" in process.stderr
    assert "Traceback" not in process.stderr
    assert process.stdout == ""


def test_port_that_is_no_port() -> None:
    command = [sys.executable, "-m", "ncp_mock", "--port", "99999"]
    process = subprocess.run(command, capture_output=True, text=True)

    assert process.returncode == 2
    assert "99999 is no port number" in process.stderr
