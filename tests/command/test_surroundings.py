"""Failures of what the command runs on: each has its reason on standard error and a code of the table, never 0."""

import gc
import shutil
import subprocess
import sys
import weakref
from pathlib import Path
from types import FrameType
from typing import Any

import certifi
import pytest
from ncp_mock import NcpMock
from ncp_vserver import AsyncClient, Client, NotSentError
from ncp_vserver._command.line import cli
from ncp_vserver._command.signals import Interrupts
from support.calls import CREDENTIALS, EVERY, Call
from support.contract import ROOT
from support.wire import Reply, Wire, answer, raw

from command.running import COMMAND, asked_for, run, run_apart, surroundings

REBOOT = "rebootServerInstances"
each_client = pytest.mark.parametrize("client", [Client, AsyncClient])


@pytest.fixture(params=["missing", "folder", "no-pem"])
def certificates(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A file of certificate authorities that is none."""
    (tmp_path / "no-pem").write_text("not a certificate")
    (tmp_path / "folder").mkdir()
    return str(tmp_path / request.param)


@pytest.mark.parametrize("arguments", [["reboot", "11", "--yes"], ["list"], ["whoami"]], ids=lambda each: each[0])
def test_certificates_that_cannot_be_read(quick: NcpMock, certificates: str, arguments: list[str]) -> None:
    by_variable = run(quick, *arguments, SSL_CERT_FILE=certificates)
    by_option = run(quick, *arguments, "--ca", certificates)

    assert (by_variable.returncode, by_option.returncode) == (2, 2)
    assert "Error: the certificate authorities of SSL_CERT_FILE cannot be read: " in by_variable.stderr
    assert f"Error: the certificate authorities of {certificates} cannot be read: " in by_option.stderr
    assert "Traceback" not in by_variable.stderr + by_option.stderr
    assert asked_for(quick, REBOOT) == []


@each_client
@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("SSL_CERT_DIR", "/nonexistent", "the certificate authorities of SSL_CERT_DIR cannot be read"),
        ("SSLKEYLOGFILE", "/nonexistent/keys", "the file of SSLKEYLOGFILE cannot be written"),
    ],
)
def test_variables_of_tls(
    client: Any, name: str, value: str, text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv(name, value)
    monkeypatch.setitem(sys.modules, "truststore", None)

    with pytest.raises(ValueError, match=text):
        client(CREDENTIALS, verify=shutil.copy(certifi.where(), tmp_path) if name == "SSLKEYLOGFILE" else None)


@each_client
def test_certificates_of_a_client(client: Any, certificates: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"the certificate authorities of .* cannot be read"):
        client(CREDENTIALS, verify=certificates)
    monkeypatch.setenv("SSL_CERT_FILE", certificates)
    with pytest.raises(ValueError, match="the certificate authorities of SSL_CERT_FILE cannot be read"):
        client(CREDENTIALS)


@each_client
@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        (
            "ALL_PROXY",
            "socks5://user:canary@127.0.0.1:1",
            r"ALL_PROXY cannot be used: a SOCKS proxy needs httpx\[socks\]",
        ),
        ("https_proxy", "ftp://user:canary@127.0.0.1", "HTTPS_PROXY"),
        (
            "HTTPS_PROXY",
            "http://user:canary@127.0.0.1:99999",
            "the proxy of HTTPS_PROXY cannot be used: it has no host",
        ),
    ],
)
def test_proxy_variables(client: Any, name: str, value: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ValueError, match=text) as caught:
        client(CREDENTIALS)
    assert "canary" not in str(caught.value)
    client(CREDENTIALS, base_url="http://127.0.0.1:9")  # never asked of a proxy


@each_client
def test_hosts_without_a_proxy(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "localhost,[::1]")  # as container tools set it
    assert client(CREDENTIALS)._http._transport._proxy.url == "http://127.0.0.1:9"

    monkeypatch.setenv("NO_PROXY", "localhost,[::1],.ntruss.com")
    assert client(CREDENTIALS)._http._transport._proxy is None


@pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("reply", [raw(b""), answer(407), answer(502)], ids=["hangs-up", "refuses", "fails"])
def test_proxy_that_lets_nothing_through(call: Call, reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    # No signature was on the wire: the proxy was only asked for a tunnel.
    with Wire([reply]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(NotSentError) as caught:
            call("https://ncloud.apigw.ntruss.com", "reboot", "1", client={"retries": 0})

    assert caught.value.not_sent == ("1",)
    assert [request.method for request in proxy.requests] == ["CONNECT"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("list", 5),
        ("wait 11", 5),
        ("reboot 15 --yes", 3),
        ("--help", 5),
    ],
)
def test_disk_that_is_full(quick: NcpMock, arguments: str, code: int) -> None:
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [COMMAND, *arguments.split()], env=surroundings(quick), stdout=full, stderr=subprocess.PIPE, text=True
        )

    assert process.returncode == code
    assert "No space left on device" in process.stderr
    assert "Traceback" not in process.stderr


@pytest.mark.parametrize("arguments", [["list", "--json"], ["show", "11", "--json"], ["whoami"]], ids=" ".join)
def test_reason_beside_a_report_that_cannot_be_written(quick: NcpMock, arguments: list[str]) -> None:
    quick.fail_next("authenticationFailed")

    process = run(quick, *arguments, stdout="full disk")

    assert process.returncode == 5
    assert "No space left on device" in process.stderr
    assert "What to check:" in process.stderr


OURS = tuple(str(ROOT / folder) for folder in ("sdk", "signer"))
# What talks to the machine; the rest is computation.
MACHINE = {"posix", "_io", "io", "select", "termios", "time", "_ssl", "_socket", "_hashlib", "_thread"}
Site = tuple[str, int, str]


class Failing:
    """Counts the places at which the command calls something outside itself, and lets the call at one of them fail."""

    def __init__(self, place: Site | None = None) -> None:
        self.places: dict[Site, None] = {}
        self.has_failed = False
        self._place = place

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call":
            caller, name = frame, argument.__name__
            is_outside = getattr(argument, "__module__", None) in MACHINE
        elif event == "call" and frame.f_back is not None:
            caller, name = frame.f_back, frame.f_code.co_name
            # Finalizers run anywhere, and what they raise is dropped.
            is_outside = not frame.f_code.co_filename.startswith((*OURS, "<", weakref.__file__))
        else:
            return
        if is_outside and caller.f_code.co_filename.startswith(OURS) and not name.startswith("__"):
            place = caller.f_code.co_filename, caller.f_lineno, name
            self.places[place] = None
            if place == self._place and not self.has_failed:
                self.has_failed = True
                raise OSError("made to fail")


def perform(monkeypatch: pytest.MonkeyPatch, arguments: list[str], failing: Failing) -> int:
    monkeypatch.setattr(sys, "argv", ["ncp-vserver", *arguments])
    sys.setprofile(failing)
    try:
        return cli.main(Interrupts())
    finally:
        sys.setprofile(None)


# A connection whose close() is made to fail stays open, and Python says so, since 3.13 of a database's, too.
@pytest.mark.filterwarnings("ignore:.*(socket.socket|sqlite3.Connection):pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "arguments", [["reboot", "11", "--yes"], ["wait", "11", "--timeout", "5s"], ["list"]], ids=lambda each: each[0]
)
def test_no_failure_of_a_call_ends_in_silence(
    quick: NcpMock, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, value in quick.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("ncp_vserver._performing.time.sleep", lambda seconds: None)
    perform(monkeypatch, arguments, Failing())  # with all modules imported
    whole = Failing()
    assert perform(monkeypatch, arguments, whole) == 0
    assert len(whole.places) > 40
    capfd.readouterr()

    for place in whole.places:
        quick.reset()
        failing = Failing(place)
        code = perform(monkeypatch, arguments, failing)
        written, said = capfd.readouterr()

        requests = len(asked_for(quick, REBOOT))
        assert code in (0, 2, 3, 4, 5, 6, 7), place
        assert "Traceback" not in said, place
        if code == 0:  # it did not matter, and the report is whole
            assert "11" in written + said, place
            assert requests == (arguments[0] == "reboot"), place
        else:
            assert said, place
        if code in (2, 4):
            assert requests == 0, place
        assert requests <= 1, place
    gc.collect()  # while the warning is expected


@pytest.mark.parametrize("value", ["1", "bash_sauce"])
def test_variable_of_completion_that_no_shell_sets(quick: NcpMock, value: str) -> None:
    process = run(quick, "reboot", "11", "--yes", _NCP_VSERVER_COMPLETE=value)

    assert process.returncode == 2
    assert "_NCP_VSERVER_COMPLETE is set" in process.stderr
    assert asked_for(quick, REBOOT) == []


@pytest.mark.parametrize("name", ["COLUMNS", "LINES"])
@pytest.mark.parametrize("value", ["²", "9" * 5000])
def test_sizes_of_a_terminal_that_are_none(quick: NcpMock, name: str, value: str) -> None:
    process = run(quick, "reboot", "11", "--yes", **{name: value})

    assert process.returncode == 0
    assert process.stderr.startswith("1 accepted.")


# errno.EPIPE and errno.EINVAL among them, which mean a reader that is gone where the help is written.
@pytest.mark.parametrize("number", [5, 22, 32])
@pytest.mark.parametrize(
    "module", ["httpx", "rich.console", "ncp_vserver._command.line.cli", "ncp_vserver._command.screen.streams"]
)
def test_module_that_cannot_be_read(quick: NcpMock, module: str, number: int, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Unreadable:\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name == {module!r}:\n"
        f"            raise OSError({number}, 'made to fail')\n"
        "sys.meta_path.insert(0, Unreadable())\n"
    )

    process = run_apart(quick, "reboot", "11", "--yes", PYTHONPATH=str(tmp_path))

    assert process.returncode == 5
    assert "made to fail" in process.stderr
    assert "Traceback" not in process.stderr
    assert asked_for(quick, REBOOT) == []
