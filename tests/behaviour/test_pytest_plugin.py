"""The ``ncp_mock`` fixture in somebody else's project."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import PATIENCE
from support.processes import is_free, wait_until_free
from support.pytest_project import pytest_command, run_pytest

pytestmark = pytest.mark.usefixtures("no_prism")

PASSING = """
import httpx

def test_one(ncp_mock):
    print("URL", ncp_mock.url)
    assert httpx.get(ncp_mock.url).status_code == 404

def test_two(ncp_mock):
    print("URL", ncp_mock.url)
"""

HANGING = """
import threading

def test_one(ncp_mock):
    print("URL", ncp_mock.url, flush=True)
    threading.Event().wait()
"""


def run(folder: Path, test: str, **environment: str) -> tuple[int, str]:
    (folder / "test_it.py").write_text(test)
    return run_pytest(folder, "-s", **environment)


@pytest.mark.parametrize("no_prism", [None], ids=["with-prism"])
def test_one_mock_for_the_session(tmp_path: Path) -> None:
    code, output = run(tmp_path, PASSING)

    urls = [line.partition("URL ")[2] for line in output.splitlines() if "URL " in line]
    assert code == 0, output
    assert len(urls) == 2
    assert len(set(urls)) == 1
    assert is_free(urls[0])


def test_skips_without_node(tmp_path: Path) -> None:
    code, output = run(tmp_path, PASSING, PATH=str(tmp_path))

    assert code == 0, output
    assert "2 skipped" in output
    assert "the mock needs Node.js 20 or newer: node, npm not found on the PATH" in output


def test_fails_without_node_in_ci(tmp_path: Path) -> None:
    code, output = run(tmp_path, PASSING, PATH=str(tmp_path), CI="true")

    assert code == 1, output
    assert "2 errors" in output
    assert "the mock needs Node.js 20 or newer" in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "test_it.py").write_text(HANGING)
    process = subprocess.Popen(
        pytest_command(tmp_path, "-s"),
        cwd=tmp_path,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # may be ignored around us
    )
    assert process.stdout is not None
    try:
        url = next(line.partition("URL ")[2].strip() for line in process.stdout if "URL " in line)
        process.send_signal(number)
        process.communicate(timeout=PATIENCE)

        assert wait_until_free(url)
    finally:
        process.kill()
        process.communicate()


STATEFUL = """
import pytest

@pytest.fixture(scope="session")
def ncp_mock_options():
    return {"fleet": ["7", {"serverInstanceNo": "8", "serverName": "eight"}], "reboot_seconds": 0.0}

@pytest.fixture(scope="module")
def prepared(ncp_mock):
    return ncp_mock

@pytest.mark.parametrize("time", [1, 2])
def test_each_begins_afresh(prepared, time):
    assert prepared.requests == []
    import httpx
    assert [httpx.get(prepared.url).status_code for _ in range(2)] == [404, 404]
    prepared.fail_next(503, times=5)
    assert [server["serverName"] for server in prepared.servers] == ["test-7", "eight"]
"""


def test_each_test_begins_afresh_with_the_options_of_the_project(tmp_path: Path) -> None:
    code, output = run(tmp_path, STATEFUL)

    assert code == 0, output
    assert "2 passed" in output


ASKING = """
import unittest
import pytest

@pytest.fixture
def indirect(request):
    return request.getfixturevalue("ncp_mock")

def begins_afresh(mock):
    assert mock.requests == []
    assert mock.servers[0]["serverInstanceOperation"]["code"] == "NULL"
    mock.behave(mock.servers[0]["serverInstanceNo"], restart_fails=True)
    import httpx
    httpx.get(mock.url)

def test_at_run_time(request):
    begins_afresh(request.getfixturevalue("ncp_mock"))

def test_at_run_time_again(request):
    begins_afresh(request.getfixturevalue("ncp_mock"))

def test_indirect(indirect):
    begins_afresh(indirect)

class TestCase(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def given(self, request):
        self.request = request

    def test_it(self):
        begins_afresh(self.request.getfixturevalue("ncp_mock"))
"""


def test_each_test_begins_afresh_however_it_asks(tmp_path: Path) -> None:
    code, output = run(tmp_path, ASKING)

    assert (code, "4 passed" in output) == (0, True), output


FAILING = """
import httpx

def test_one(ncp_mock):
    assert httpx.get(ncp_mock.url + "/vserver/v2/rebootServerInstances").status_code == 200
"""


def test_failed_test_shows_why_the_mock_refused(tmp_path: Path) -> None:
    code, output = run(tmp_path, FAILING)

    assert code == 1
    assert "401 missing-headers: missing or empty: x-ncp-apigw-timestamp" in output


def test_plugin_is_light(tmp_path: Path) -> None:
    # pytest itself, and from elsewhere nothing but the standard library.
    script = "import sys, pytest; old = {*sys.modules}; import ncp_mock.pytest_plugin; print(*{*sys.modules} - old)"
    output = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True).stdout

    packages = {name.partition(".")[0] for name in output.split()}
    assert "ncp_mock" in packages
    assert packages - {"ncp_mock"} <= set(sys.stdlib_module_names)
