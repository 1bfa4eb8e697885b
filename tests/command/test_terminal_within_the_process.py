"""What the command asks of a POSIX terminal and its signals, where these are not as usual."""

import os
import re
import signal
import sys
from pathlib import Path
from types import ModuleType

import pytest
from ncp_mock import NcpMock
from ncp_vserver._command.screen.terminal import forget_typed, is_in_foreground
from ncp_vserver._command.signals import drawing
from ncp_vserver._command.work.question import agrees

from command.running import asked_for
from command.terminal import run_on_terminal, widest


def test_signal_that_is_ignored_stays_ignored() -> None:
    former = signal.signal(signal.SIGQUIT, signal.SIG_IGN)
    try:
        with drawing(lambda: None, lambda: None):
            during = signal.getsignal(signal.SIGQUIT), signal.getsignal(signal.SIGTSTP)
        after = signal.getsignal(signal.SIGQUIT)
    finally:
        signal.signal(signal.SIGQUIT, former)

    assert during[0] == after == signal.SIG_IGN
    assert callable(during[1])


def test_terminal_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)

        with pytest.raises(OSError, match="ioctl"):
            forget_typed()


def test_question_on_a_terminal_that_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)

        assert not agrees()

    assert "The question could not be asked: " in capsys.readouterr().err


def test_restart_is_drawn(quick: NcpMock) -> None:
    quick.behave("11", restart_seconds=0.3)

    ended = run_on_terminal(quick, "reboot", "11", "--wait", "60s", "--poll", "0.1s", answer="y\n")
    text = ended.text

    assert ended.code == 0
    assert "Reboot 1 server, and wait up to 1 min." in text
    assert "reboot: 1 to go" in text
    assert "11      web-1" in text.rpartition("NUMBER")[2]


@pytest.mark.parametrize("answer", ["n\n", "\x04"], ids=["no", "end"])
def test_no(quick: NcpMock, answer: str) -> None:
    ended = run_on_terminal(quick, "stop", "--name", "web-*", answer=answer)

    assert ended.code == 4
    assert "Nothing was sent.\n" in ended.text
    assert ended.text.count("not sent") == 2
    assert asked_for(quick, "stopServerInstances") == []


def test_may_change_and_not_list(quick: NcpMock) -> None:
    quick.fail_next("permissionDenied", operation="getServerInstanceList")

    ended = run_on_terminal(quick, "reboot", "11", answer="y\n")

    assert ended.code == 0
    assert "  servers  11\n" in ended.text
    assert asked_for(quick, "rebootServerInstances") == [["11"]]


@pytest.mark.parametrize("arguments", [["list"], ["show", "11"], ["reboot", "15", "--yes"]], ids=lambda each: each[0])
def test_fits_into_80_columns(quick: NcpMock, arguments: list[str]) -> None:
    assert widest(run_on_terminal(quick, *arguments).text) <= 80


def test_no_color(quick: NcpMock) -> None:
    arguments = ("reboot", "11", "15", "--rolling", "1", "--yes", "--poll", "0.05s")

    written = run_on_terminal(quick, *arguments, NO_COLOR="1").written

    colours = re.findall(r"\x1b\[([0-9;]*)m", written)
    assert set(colours) <= {"", "0", "1"}  # bold is none


def test_stopped_and_continued(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    with drawing(lambda: done.append("show"), lambda: done.append("hide")):
        monkeypatch.setattr(
            signal, "raise_signal", lambda number: done.append((number, signal.getsignal(number), blocked()))
        )
        leave = signal.getsignal(signal.SIGTSTP)
        assert callable(leave)
        leave(signal.SIGTSTP, None)
        assert signal.getsignal(signal.SIGTSTP) == leave
        assert not blocked()

    assert done == ["show", "hide", (signal.SIGTSTP, signal.SIG_DFL, True), "show", "hide"]


def blocked() -> bool:
    return signal.SIGTSTP in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_system_without_signals_to_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "pthread_sigmask")
    done: list[str] = []

    with drawing(lambda: done.append("show"), lambda: done.append("hide")):
        pass

    assert done == ["show", "hide"]


def test_system_without_job_control(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "tcgetpgrp")

    assert is_in_foreground()


def test_keys_are_forgotten_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "termios", None)
    console, keys = ModuleType("msvcrt"), ["y", "\r"]
    console.__dict__.update(kbhit=lambda: bool(keys), getwch=lambda: keys.pop(0))
    monkeypatch.setitem(sys.modules, "msvcrt", console)

    forget_typed()

    assert keys == []
