"""The process of the command, from its start to its end, within this process."""

import io
import os
import runpy
import signal
import sys
from collections.abc import Iterator
from importlib import util
from typing import Any, NoReturn

import ncp_vserver._command as command
import pytest
from ncp_mock import NcpMock
from ncp_vserver._command import exit_codes
from ncp_vserver._command.line import cli
from ncp_vserver._command.signals import _OF_THE_SESSION, Interrupts

from command.running import run

SIGNALS = (signal.SIGINT, signal.SIGTERM, *_OF_THE_SESSION)


class EndedError(Exception):
    """In place of the end of the process."""


@pytest.fixture(autouse=True)
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The exit codes. What the process would have changed for good is as it was."""
    codes: list[int] = []

    def end(code: int) -> NoReturn:
        codes.append(code)
        raise EndedError

    monkeypatch.setattr(os, "_exit", end)
    former = [(number, signal.getsignal(number)) for number in SIGNALS]
    yield codes
    for number, handler in former:
        signal.signal(number, handler)


def test_process_ends_with_the_code(ended: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["ncp-vserver", "nope"])
    monkeypatch.delitem(sys.modules, "ncp_vserver.__main__", raising=False)

    with pytest.raises(EndedError):
        runpy.run_module("ncp_vserver", run_name="__main__")

    assert ended == [exit_codes.USAGE]


def test_mistake_of_the_start_has_a_reason_and_a_code(
    ended: list[int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(interrupts: Interrupts) -> NoReturn:
        raise OSError("made to fail")

    monkeypatch.setattr(command, "_main", fail)

    with pytest.raises(EndedError):
        command.run()

    assert ended == [exit_codes.UNKNOWN]
    assert capsys.readouterr().err == "Error: OSError: made to fail\n"


def test_extra_that_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(util, "find_spec", lambda name: None)

    assert command._main(Interrupts()) == 2
    assert 'needs the extra "cli" (there is no click and no rich)' in capsys.readouterr().err


def test_streams_that_the_parent_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)

    command._prepare_streams()

    opened: list[Any] = [sys.stdout, sys.stderr]
    opened[1].write("nobody reads it")
    opened[1].close()
    opened[0].write("nobody reads it")
    with pytest.raises(BrokenPipeError):
        opened[0].close()


def test_streams_that_are_open_stay() -> None:
    former = sys.stdout, sys.stderr

    command._prepare_streams()

    assert (sys.stdout, sys.stderr) == former


def test_each_signal_strikes_but_one_that_nohup_ignores() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    interrupts = Interrupts()

    interrupts.install()

    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    for number in {*SIGNALS} - {signal.SIGHUP}:
        interrupts.struck = False
        signal.raise_signal(number)
        assert interrupts.struck
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    interrupts.install()
    signal.raise_signal(signal.SIGHUP)
    assert interrupts.struck


def test_interrupt_that_no_work_has_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(interrupts: Interrupts) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.cli, "main", lambda **how: work)

    assert cli.main(Interrupts()) == exit_codes.INTERRUPTED


def test_completion_that_a_shell_asks_for(quick: NcpMock) -> None:
    process = run(quick, "reboot", "11", "--yes", _NCP_VSERVER_COMPLETE="zsh_source")

    assert process.returncode == 0
    assert "compdef" in process.stdout
    assert quick.requests == []


def test_nobody_reads_the_reason() -> None:
    closed = io.StringIO()
    closed.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", closed)

        assert command._fail(OSError("made to fail")) == exit_codes.UNKNOWN
