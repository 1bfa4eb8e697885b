"""The mock's process, its installation and its fixture, within this process."""

import contextlib
import importlib.util
import inspect
import io
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any, NoReturn

import httpx
import pytest
from ncp_mock import Mock, NodeMissingError, __main__ as command, _clock, _installation, pytest_plugin
from ncp_mock._installation import InstallationError, contract, prism_home, require_extra
from support.processes import children

SIGNALS = (signal.SIGINT, signal.SIGTERM)
URL = "http://127.0.0.1"
FILE = Path(str(command.__file__))


class EndedError(Exception):
    """In place of the end of the process."""


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the process would have changed for good is as it was."""
    log = logging.getLogger("ncp_mock")
    former = [(number, signal.getsignal(number)) for number in SIGNALS]
    level, handlers, raises = log.level, log.handlers[:], logging.raiseExceptions
    yield
    for number, handler in former:
        signal.signal(number, handler)
    log.setLevel(level)
    log.handlers[:] = handlers
    logging.raiseExceptions = raises


def main(
    monkeypatch: pytest.MonkeyPatch, *arguments: str, during: Callable[[Mock], str] = lambda mock: "it has ended"
) -> tuple[int, str, str]:
    """The exit code and what was written, where this happens while the mock answers."""
    monkeypatch.setattr(sys, "argv", ["ncp-mock", *arguments])
    monkeypatch.setattr(Mock, "wait", during)
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = command.main()
    return code, out.getvalue(), err.getvalue()


def interrupt(mock: Mock) -> NoReturn:
    signal.raise_signal(signal.SIGINT)
    raise AssertionError


def terminate(mock: Mock) -> NoReturn:
    signal.raise_signal(signal.SIGTERM)
    raise AssertionError


@pytest.mark.parametrize(("during", "code"), [(interrupt, 0), (terminate, 143)])
def test_signal_ends_it(monkeypatch: pytest.MonkeyPatch, during: Callable[[Mock], str], code: int) -> None:
    ended = main(monkeypatch, "--port", "0", during=during)

    assert (ended[0], ended[2]) == (code, "")
    assert "The mock answers on http://127.0.0.1:" in ended[1]
    assert "export NCLOUD_API_GW=" in ended[1]


@pytest.mark.parametrize("form", ["text", "json"])
def test_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str) -> None:
    file = tmp_path / "mock.env"

    def ask(mock: Mock) -> str:
        url = file.read_text().partition("\n")[0].removeprefix("NCLOUD_API_GW=")
        httpx.get(f"{url}/nothing")
        logging.getLogger("ncp_mock").warning("a problem")
        return "it has ended"

    options = ("--port", "0", "--log-format", form, "--env-file", str(file), "--secret-key", "a-key-of-ones-own")
    code, written, said = main(monkeypatch, *options, during=ask)

    assert (code, said) == (1, "it has ended\n")
    assert "/nothing" in written
    assert '{"problem": "a problem"}' in written if form == "json" else "a problem" in written
    assert "a-key-of-ones-own" not in written
    assert not file.exists()


def test_variables_of_powershell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "os", SimpleNamespace(name="nt"))

    assert command._assignments({"A": "b'c", "D": "e"}) == "$env:A = 'b''c'; $env:D = 'e'"


def test_nobody_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["ncp-mock", "--fleet", "no-such-file"])
    monkeypatch.setattr(sys, "stdout", None)
    with contextlib.redirect_stderr(io.StringIO()) as said:
        assert command.main() == 1
    opened: Any = sys.stdout
    opened.close()

    assert "no-such-file cannot be read" in said.getvalue()


def code_of_the_command() -> CodeType:
    """As its loader has it, which may measure it. That of pytest, which rewrites the code of plugins, has none."""
    spec = importlib.util.find_spec(command.__name__)
    get_code: Any = getattr(spec and spec.loader, "get_code", None)
    code: CodeType = get_code(command.__name__) if get_code else compile(FILE.read_text("utf-8"), FILE, "exec")
    return code


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["--what"], 2)])
def test_process_ends_with_the_code(
    arguments: list[str], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes: list[int] = []

    def end(code: int) -> NoReturn:
        codes.append(code)
        raise EndedError

    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(sys, "argv", ["ncp-mock", *arguments])

    with pytest.raises(EndedError):
        exec(code_of_the_command(), {"__name__": "__main__", "__package__": "ncp_mock"})  # noqa: S102 - the mock's own code

    assert codes == [code]


def test_seconds_are_read_as_given() -> None:
    assert command._parser().parse_args(["--reboot-seconds", "1.5"]).reboot_seconds == 1.5


def test_extra_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_installation, "find_spec", lambda name: None)

    with pytest.raises(InstallationError, match="there is no h11, jinja2, platformdirs, yaml"):
        require_extra()

    def missing(*arguments: object) -> NoReturn:
        raise InstallationError("the extra is missing")

    monkeypatch.setattr(command, "_serve", missing)
    assert main(monkeypatch)[::2] == (1, "the extra is missing\n")


@pytest.mark.usefixtures("no_prism")
def test_prism_that_ends_by_itself() -> None:
    before = children(os.getpid())
    mock = Mock()
    with mock:
        [prism] = set(children(os.getpid())) - set(before)
        os.kill(prism, signal.SIGKILL)

        assert "Prism ended by itself with exit code -9" in mock.wait()


def test_process_that_was_forked_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    mock = Mock()
    with mock as running:
        stack = mock._stack
        with monkeypatch.context() as patch:
            patch.setattr("ncp_mock._launch.mock.os.getpid", lambda: -1)
            mock.__exit__()
        assert httpx.get(f"{running.url}/__mock__/servers").status_code == 200
        mock._stack = stack


def test_system_with_one_clock_for_durations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("time.clock_gettime")

    earlier, later = _clock._unstoppable()(), _clock._unstoppable()()

    assert earlier <= later


@pytest.fixture
def wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The mock as a wheel has it, with an npm that installs nothing."""
    bundle, programs = tmp_path / "bundle", tmp_path / "programs"
    for name in ("vserver.yaml", *_installation._NPM_FILES):
        (bundle / name).parent.mkdir(exist_ok=True)
        (bundle / name).write_text(name)
    programs.mkdir()
    for name in ("node", "npm"):
        (programs / name).write_text('#!/bin/sh\necho "$@"\n[ -z "$FAIL" ] && mkdir node_modules\n')
        (programs / name).chmod(0o755)
    monkeypatch.setattr(_installation, "_IN_WHEEL", bundle)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    return bundle


def test_prism_of_a_wheel_is_installed_once(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NCP_MOCK_CACHE", str(tmp_path / "cache"))

    home = prism_home()
    assert prism_home() == home

    assert home.parent == tmp_path / "cache"
    assert capsys.readouterr().err.count("Installing Prism into ") == 1


def test_contract_of_a_wheel_stands_beside_the_generated_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = tmp_path / "ncp_vserver_api" / "vserver.yaml"
    bundled.parent.mkdir()
    bundled.touch()
    monkeypatch.setattr(_installation, "_PACKAGE", tmp_path / "ncp_mock")

    assert contract() == bundled


def test_installation_that_fails(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIL", "yes")

    with pytest.raises(InstallationError, match=r"npm ci failed with exit code 1:\nci --ignore-scripts"):
        prism_home()


@pytest.mark.parametrize("folder", ["relative", ""])
def test_cache_that_is_no_absolute_path(wheel: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCP_MOCK_CACHE", folder)

    with pytest.raises(InstallationError, match="the path is not absolute"):
        prism_home()


def test_cache_that_cannot_be_made(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NCP_MOCK_CACHE", str(tmp_path / "file"))

    with pytest.raises(InstallationError, match="Prism, which the mock's first start installs, cannot be installed"):
        prism_home()


def test_user_without_a_home(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> NoReturn:
        raise RuntimeError("no home folder")

    monkeypatch.setattr("platformdirs.user_cache_path", fail)

    with pytest.raises(InstallationError, match="into the user's cache: no home folder"):
        prism_home()


def fixture() -> Iterator[Any]:
    function = inspect.unwrap(pytest_plugin.ncp_mock)
    return function(SimpleNamespace(config=SimpleNamespace(stash={})), {})  # type: ignore[no-any-return]  # pytest says no more of what it wraps


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("yes", pytest.fail.Exception)])
def test_fixture_without_node(ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**options: object) -> NoReturn:
        raise NodeMissingError("there is no node")

    monkeypatch.setattr("ncp_mock.Mock", fail)
    monkeypatch.setenv("CI", ci)

    with pytest.raises(outcome, match="there is no node"):
        next(fixture())


def test_fixture_where_sockets_are_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "__module__", "pytest_socket", raising=False)

    with pytest.raises(pytest.fail.Exception, match="pytest-socket blocks all sockets"):
        next(fixture())
