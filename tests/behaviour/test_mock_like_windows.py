"""The mock in an interpreter that lacks what Windows lacks: see ``support/like_windows.py`` for what is played."""

import os
import re
import signal
import subprocess
from pathlib import Path

import httpx
import pytest
from support.contract import ROOT
from support.like_windows import LIKE_WINDOWS, SIGBREAK
from support.mock_process import mock_process
from support.patience import PATIENCE
from support.processes import children, is_free, wait_until_ended
from support.pytest_project import OPTIONS

COMMAND = (*LIKE_WINDOWS[1:], "-m", "ncp_mock", "--port", "0")


@pytest.mark.usefixtures("no_prism")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, SIGBREAK])
def test_command_that_is_interrupted(number: signal.Signals) -> None:
    with mock_process(*COMMAND) as (process, url):
        assert process.stdout is not None
        process.stdout.readline()
        assignments = process.stdout.readline()
        [prism] = children(process.pid)
        assert os.getpgid(prism) == prism  # Ctrl-C in the console is not for it
        status = httpx.get(url).status_code
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE)

    assert (status, errors) == (404, "")
    assert process.returncode == (0 if number == signal.SIGINT else 128 + number)
    assert assignments.startswith(f"    $env:NCLOUD_API_GW = '{url}'; $env:NCLOUD_ACCESS_KEY_ID = '")
    assert wait_until_ended(prism)


FIXTURE = """
from unittest.mock import patch
from ncp_vserver import Client, Credentials

def client(mock):
    return Client(Credentials(mock.access_key, mock.secret_key), base_url=mock.url)

def test_restart(ncp_mock):
    print("URL", ncp_mock.url)
    with client(ncp_mock) as front:
        assert front.reboot("123458773", wait=10, poll=0.05)

def test_time_goes_on_in_the_mock(ncp_mock):
    with patch("time.monotonic", lambda: 1.5e9), client(ncp_mock) as front:
        front.reboot("123458773")
        while front.server("123458773").operation != "NULL":
            pass
"""


def test_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(FIXTURE, encoding="utf-8")
    process = subprocess.run(
        [*LIKE_WINDOWS, "-m", "pytest", "-s", *OPTIONS, "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path,
        text=True,
        capture_output=True,
        timeout=PATIENCE,
    )

    assert "2 passed" in process.stdout, process.stdout + process.stderr
    assert is_free(re.findall(r"URL (\S+)", process.stdout)[0])


@pytest.mark.usefixtures("no_prism")
def test_prism_is_installed_by_npm_cmd_and_needs_no_shell(tmp_path: Path) -> None:
    # On Windows, what npm puts into .bin is for a shell, and npm itself is npm.cmd.
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    installed = ROOT / "mock" / "node_modules" / "@stoplight"
    (bin_ / "npm.cmd").write_text(
        f'#!/bin/sh\necho "$@" > {bin_}/calls\nmkdir node_modules && ln -s {installed} node_modules/@stoplight\n'
    )
    (bin_ / "npm.cmd").chmod(0o755)
    node = subprocess.run(["which", "node"], text=True, capture_output=True, check=True).stdout.strip()
    (bin_ / "node").symlink_to(node)
    (bin_ / "cmd").symlink_to("/bin/sh")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "mkdir", "ln"):
        (tools / name).symlink_to(f"/bin/{name}")

    process = subprocess.run(
        [*LIKE_WINDOWS, "-c", "from ncp_mock import Mock\nwith Mock() as mock: print(len(mock.servers))"],
        env=os.environ | {"PATH": f"{bin_}{os.pathsep}{tools}", "NCP_MOCK_CACHE": str(tmp_path / "cache")},
        text=True,
        capture_output=True,
        timeout=PATIENCE,
    )

    assert (process.returncode, process.stdout) == (0, "22\n"), process.stderr
    assert (bin_ / "calls").read_text().startswith("ci --ignore-scripts --cache ")
