"""The command ``ncp-mock``: what it prints, what it refuses, and that it leaves nothing behind."""

import json
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
from support.mock_process import COMMAND, mock_process, refused
from support.patience import PATIENCE
from support.processes import children, is_free, running, wait_until, wait_until_ended

pytestmark = pytest.mark.usefixtures("no_prism")
PATH = "/vserver/v2/rebootServerInstances"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_command_ends_quietly(number: signal.Signals, code: int) -> None:
    with mock_process(*COMMAND) as (process, url):
        [prism] = children(process.pid)
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, errors) == (code, "")
    assert is_free(url)
    assert running(prism) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_killed_while_it_starts(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ncp_mock", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    started = threading.Event()
    timer = threading.Timer(PATIENCE, started.set)
    timer.start()
    while not (prisms := children(process.pid)) and not started.is_set():
        pass
    timer.cancel()

    process.send_signal(number)
    output, errors = process.communicate(timeout=PATIENCE)

    assert len(prisms) == 1
    assert wait_until_ended(prisms[0])
    assert "Traceback" not in output + errors


def test_command_says_so_when_prism_dies() -> None:
    with mock_process(*COMMAND) as (process, url):
        [prism] = children(process.pid)
        os.kill(prism, signal.SIGKILL)
        _, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1
    assert "Prism ended by itself with exit code -9" in errors
    assert is_free(url)


def test_nobody_reads_the_log() -> None:
    # The pipe is full after some hundred lines.
    with mock_process(*COMMAND) as (process, url):
        with httpx.Client(base_url=url) as client:
            statuses = {client.get("/" + "x" * 1000).status_code for _ in range(200)}
        process.send_signal(signal.SIGINT)
        code = process.wait(PATIENCE)

    assert (statuses, code) == ({404}, 0)
    assert is_free(url)


@pytest.mark.parametrize("output", ["/dev/full", None], ids=["full", "closed"])
def test_nobody_can_be_told_where_it_is(output: str | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    arguments = [sys.executable, "-m", "ncp_mock", "--port", str(port)]
    reading, writing = os.pipe()
    os.close(reading)
    with open(output or writing, "wb") as stdout:  # noqa: PTH123 - a descriptor, too
        process = subprocess.Popen(arguments, stdout=stdout, stderr=subprocess.PIPE, text=True)
    try:
        assert wait_until(lambda: not is_free(f"http://127.0.0.1:{port}"))
        assert httpx.get(f"http://127.0.0.1:{port}").status_code == 404
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (143, "")


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "ncp_mock", *arguments], capture_output=True, text=True)


def test_command_says_so_when_the_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = command("--port", str(taken.getsockname()[1]))

    assert process.returncode == 1
    assert "if another one does, choose another port" in process.stderr
    assert "Traceback" not in process.stderr
    assert process.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--port", "99999"], "99999 is no port number"),
        (["--port", "x"], "x is no port number"),
        (["--host", ""], "it is empty; 0.0.0.0 is for all addresses"),
        (["--latency", "-1"], "-1 is no number of seconds"),
        (["--reboot-seconds", "nan"], "nan is no number of seconds"),
        (["--log-format", "xml"], "invalid choice"),
    ],
    ids=["port-too-large", "port-no-number", "host", "latency", "reboot-seconds", "log-format"],
)
def test_arguments_that_are_none(arguments: list[str], text: str) -> None:
    process = refused(*arguments)

    assert process.returncode == 2
    assert text in process.stderr


@pytest.mark.parametrize(("arguments", "code"), [("--help", 0), ("--what", 2), ("--fleet no-such-file", 1)])
def test_output_that_was_closed(arguments: str, code: int) -> None:
    process = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m ncp_mock {arguments} >&-"], stderr=subprocess.PIPE, text=True
    )

    assert process.returncode == code
    assert "Traceback" not in process.stderr


def test_fleet_file_that_is_missing() -> None:
    process = refused("--fleet", "no-such-file.yaml", "--port", "0")

    assert process.returncode == 1
    assert process.stderr.startswith("the fleet's file no-such-file.yaml cannot be read: ")


def output_of(*arguments: str) -> tuple[str, str]:
    """What the command prints at its start and about one request, after the URL's line, and the URL."""
    with mock_process(*COMMAND, *arguments) as (process, url):
        httpx.get(url + PATH, params={"serverInstanceNoList.1": "1"})
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        return process.stdout.read(), url


def test_what_it_prints() -> None:
    output, url = output_of()

    exports, request = output.split("\n\n")[-2:]
    assert exports.strip() == (
        f"export NCLOUD_API_GW={url} NCLOUD_ACCESS_KEY_ID=NCPACCESSKEYEXAMPLE0"
        " NCLOUD_SECRET_ACCESS_KEY=NCPsecretKeyEXAMPLEfortestsonly0123456789"
    )
    pattern = rf"\d\d:\d\d:\d\d GET {PATH}\?serverInstanceNoList\.1=1 401 missing-headers: missing or empty: .*\n"
    assert re.fullmatch(pattern, request)


def test_json_log() -> None:
    output, _ = output_of("--log-format", "json", "--latency", "0.01")

    [record] = [json.loads(line) for line in output.splitlines()]
    assert record["target"] == f"{PATH}?serverInstanceNoList.1=1"
    assert record["verdict"] == "missing-headers"
    assert record["number"] == 1


def test_secret_key_of_ones_own_is_not_repeated() -> None:
    output, _ = output_of("--access-key", "a b", "--secret-key", "my-own-secret-key")

    assert " NCLOUD_ACCESS_KEY_ID='a b'\n    and NCLOUD_SECRET_ACCESS_KEY, the secret key that you gave.\n" in output
    assert "my-own-secret-key" not in output


def test_version() -> None:
    assert re.fullmatch(r"ncp-mock \d+\.\d+\.\d+\n", refused("--version").stdout)


@pytest.mark.parametrize("no_prism", [None], ids=["with-prism"])
def test_lax_and_another_fleet(tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text("- 0012\n- {serverInstanceNo: 34, serverInstanceStatus: NSTOP}\n")
    with mock_process(*COMMAND, "--lax", "--fleet", str(tmp_path / "fleet.yaml")) as (_, url):
        accepted = httpx.get(url + PATH, params={"serverInstanceNoList.1": "0012"})
        refused = httpx.get(url + PATH, params={"serverInstanceNoList.1": "34"})

    assert accepted.status_code == 200
    assert "<serverName>test-012</serverName>" in accepted.text
    assert refused.headers["x-mock-explanation"].startswith("wrong-status: the status of server 34 is NSTOP")
