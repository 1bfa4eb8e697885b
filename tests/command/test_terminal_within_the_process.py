"""What the command asks of a POSIX terminal and its signals, where these are not as usual."""

import os
import signal
from pathlib import Path

import pytest
from ncp_vserver._command.question import agrees
from ncp_vserver._command.signals import drawing
from ncp_vserver._command.terminal import forget_typed


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
