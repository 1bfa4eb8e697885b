"""Ctrl-C and other signals, at any moment: the report is complete and true."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from ncp_mock import NcpMock
from ncp_vserver._command.signals import Interrupts
from support.mock_process import COMMAND as MOCK, mock_process
from support.patience import PATIENCE
from support.processes import wait_until

from command.conftest import FLEET
from command.running import COMMAND, asked_for, lines_of, outcomes_of, started, surroundings

KEYS = {
    "NCLOUD_ACCESS_KEY_ID": "NCPACCESSKEYEXAMPLE0",
    "NCLOUD_SECRET_ACCESS_KEY": "NCPsecretKeyEXAMPLEfortestsonly0123456789",
}
REBOOT, LIST = "rebootServerInstances", "getServerInstanceList"
# A rolling restart polls its first batch before it asks for it, then waits for it.
WAITS = 2
ROLL = ("reboot", "11", "12", "13", "--rolling", "1", "--poll", "0.05s", "--yes", "--json")
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def ended(process: subprocess.Popen[str]) -> str:
    """Wait for its end, and return the report."""
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "Interrupted.\n" in errors
    _, summary = lines_of(output)
    assert (summary["interrupted"], summary["exitCode"]) == (True, 130)
    return output


def seen(mock: NcpMock, operation: str, times: int = 1) -> Callable[[], bool]:
    return lambda: sum(f"/{operation}?" in record.target for record in mock.requests) >= times


def test_only_the_first_signal_interrupts() -> None:
    interrupts = Interrupts()
    account: list[str] = []
    try:
        with interrupts.armed():
            try:
                interrupts._strike(signal.SIGINT, None)
            finally:
                interrupts._strike(signal.SIGTERM, None)
                account.append("whole")
    except KeyboardInterrupt:
        interrupts._strike(signal.SIGINT, None)
        account.append("reported")

    assert account == ["whole", "reported"]
    assert interrupts.struck


def test_signal_between_two_works_ends_the_next() -> None:
    interrupts = Interrupts()
    interrupts._strike(signal.SIGINT, None)

    with pytest.raises(KeyboardInterrupt), interrupts.armed():
        pytest.fail("it was not interrupted")


@pytest.mark.parametrize("number", SIGNALS)
def test_while_waiting(slow: NcpMock, number: signal.Signals) -> None:
    with started(slow, *ROLL) as process:
        assert wait_until(seen(slow, LIST, WAITS))
        process.send_signal(number)
        output = ended(process)

    assert outcomes_of(output) == {"11": "waiting", "12": "not_sent", "13": "not_sent"}
    assert asked_for(slow, REBOOT) == [["11"]]


@pytest.mark.parametrize(
    ("number", "arguments"),
    [*zip(SIGNALS, [["--rolling", "1"], ["--wait"], []], strict=True)],
    ids=["rolling", "wait", "plain"],
)
def test_while_a_request_is_under_way(slow: NcpMock, number: signal.Signals, arguments: list[str]) -> None:
    slow.fail_next("slowDrip", seconds=60, operation=REBOOT)
    with started(slow, "reboot", "11", "12", *arguments, "--yes", "--json") as process:
        assert wait_until(seen(slow, REBOOT))
        process.send_signal(number)
        output = ended(process)

    sent = ["11"] if "--rolling" in arguments else ["11", "12"]
    assert outcomes_of(output) == {number: "unknown" if number in sent else "not_sent" for number in ("11", "12")}
    assert asked_for(slow, REBOOT) == [sent]


def test_while_the_servers_are_looked_up(slow: NcpMock) -> None:
    slow.fail_next("slowDrip", seconds=60, operation=LIST)
    with started(slow, "reboot", "14", "--name", "web-*", "--yes", "--json") as process:
        assert wait_until(seen(slow, LIST))
        process.send_signal(signal.SIGTERM)
        output = ended(process)

    assert outcomes_of(output) == {"14": "not_sent"}
    assert asked_for(slow, REBOOT) == []


def test_while_an_unknown_outcome_is_settled(slow: NcpMock) -> None:
    slow.fail_next("resetAfter", operation=REBOOT)
    slow.fail_next("slowDrip", seconds=60, operation=LIST)
    with started(slow, "reboot", "11", "--yes", "--json", "--poll", "0.01s") as process:
        assert wait_until(seen(slow, LIST))
        process.send_signal(signal.SIGINT)
        output = ended(process)

    assert outcomes_of(output) == {"11": "unknown"}


def test_while_only_waiting(slow: NcpMock) -> None:
    slow.fail_next("slowDrip", seconds=60, operation=LIST)
    with started(slow, "wait", "11", "12", "--json") as process:
        assert wait_until(seen(slow, LIST))
        process.send_signal(signal.SIGINT)
        output = ended(process)

    assert outcomes_of(output) == {"11": "waiting", "12": "waiting"}


@pytest.mark.parametrize("command", [["list"], ["whoami"]])
def test_while_reading(slow: NcpMock, command: list[str]) -> None:
    slow.fail_next("slowDrip", seconds=60, operation=LIST)
    with started(slow, *command, "--json") as process:
        assert wait_until(seen(slow, LIST))
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode == lines_of(output)[1]["exitCode"] == 130
    assert errors == ""


def test_many_at_once(slow: NcpMock) -> None:
    with started(slow, *ROLL) as process:
        assert wait_until(seen(slow, LIST, WAITS))
        while process.poll() is None:
            for number in SIGNALS:
                process.send_signal(number)
        output = ended(process)

    assert outcomes_of(output) == {"11": "waiting", "12": "not_sent", "13": "not_sent"}


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_while_the_report_is_written(slow: NcpMock, unbuffered: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody reads yet, and the report of so many servers does not fit into the pipe.
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    fleet = [str(number) for number in range(1000, 2000)]
    with started(slow, "reboot", *fleet, "--yes", "--json") as process:
        assert process.stdout is not None
        first = os.read(process.stdout.fileno(), 1).decode()
        for number in SIGNALS:
            process.send_signal(number)
        output, errors = process.communicate(timeout=PATIENCE)

    assert outcomes_of(first + output) == dict.fromkeys(fleet[:20], "rejected") | dict.fromkeys(fleet[20:], "not_sent")
    # The work was over, and the report says how it ended.
    assert process.returncode == lines_of(first + output)[1]["exitCode"] == 3
    assert "Traceback" not in errors


def test_signal_that_the_parent_ignores(slow: NcpMock) -> None:
    # As for what a shell runs in the background. SIGHUP stays ignored: that is nohup.
    script = f"trap '' INT HUP; exec {COMMAND} {' '.join(ROLL)}"
    with subprocess.Popen(
        ["sh", "-c", script], env=surroundings(slow), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert wait_until(seen(slow, LIST, WAITS))
        process.send_signal(signal.SIGHUP)
        assert wait_until(seen(slow, LIST, len(slow.requests) + 2))
        process.send_signal(signal.SIGINT)
        output = ended(process)

    assert outcomes_of(output) == {"11": "waiting", "12": "not_sent", "13": "not_sent"}


def test_killed_gateway(tmp_path: Path) -> None:
    # What was accepted is waited for until the deadline, and no further batch is sent.
    (tmp_path / "fleet.json").write_text(json.dumps(FLEET))
    with mock_process(*MOCK, "--fleet", str(tmp_path / "fleet.json"), "--reboot-seconds", "3600") as (gateway, url):

        def operations() -> list[str]:
            records = httpx.get(f"{url}/__mock__/requests").json()["requests"]
            return [re.findall(r"/v2/(\w+)", record["target"])[0] for record in records]

        def restarted() -> int:
            return operations().count(REBOOT)

        environment = os.environ | KEYS | {"NCLOUD_API_GW": url}
        command = [COMMAND, *ROLL, "--wait", "3s"]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as it:
            assert wait_until(lambda: restarted() == 1 and operations()[-1] == LIST)
            httpx.post(f"{url}/__mock__/finish")
            assert wait_until(lambda: restarted() == 2 and operations()[-1] == LIST)
            gateway.kill()
            output, errors = it.communicate(timeout=PATIENCE)

    assert outcomes_of(output) == {"11": "back", "12": "waiting", "13": "not_sent"}
    assert it.returncode == 6
    assert "12 web-2: still waiting after 3 s; the last poll failed: " in errors
