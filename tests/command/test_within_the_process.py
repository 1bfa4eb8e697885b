"""What the command does in cases that no test could bring about from outside."""

import io
from typing import TYPE_CHECKING, NoReturn

import pytest
from ncp_vserver import RollingReport
from ncp_vserver._command import cli, exit_codes
from ncp_vserver._command.display import _Drawing
from ncp_vserver._command.orders import Order
from ncp_vserver._command.reading import _value
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._command.streams import report
from rich.console import Console

if TYPE_CHECKING:
    from typing_extensions import Buffer


def test_mistake_of_the_command_line_has_a_reason_and_a_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(**how: object) -> NoReturn:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(cli.cli, "main", main)

    assert cli.main(Interrupts()) == exit_codes.UNKNOWN
    assert "Error: ZeroDivisionError: a mistake" in capsys.readouterr().err


def test_more_servers_than_lines_none_of_which_is_begun() -> None:
    numbers = tuple(str(number) for number in range(100))
    order = Order(verb="reboot", numbers=numbers, patterns=(), wait=600, poll=2, rolling=30)
    console = Console(file=io.StringIO(), width=80, height=24)
    drawing = _Drawing(console, order, numbers, {})

    drawing.update(RollingReport(dict.fromkeys(numbers, "not_sent")))
    with console.capture() as captured:
        console.print(drawing._drawn())

    assert captured.get() == "reboot: 100 to go  0:00\n"


def test_nothing_is_drawn_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncp_vserver._command.display.is_in_foreground", lambda: False)
    order = Order(verb="reboot", numbers=("1",), patterns=(), wait=600, poll=2)
    written = io.StringIO()

    with _Drawing(Console(file=written, force_terminal=True), order, ("1",), {}) as drawing:
        drawing.update(RollingReport({"1": "accepted"}))

    assert written.getvalue() == ""


def test_value_that_is_an_object_without_a_code() -> None:
    assert _value([{"mountPoint": "/", "partitionSize": 1}]) == "mountPoint /, partitionSize 1"


class _Hesitant(io.RawIOBase):
    """A pipe that somebody made non-blocking: it takes nothing at first, and then a byte at a time."""

    def __init__(self) -> None:
        self.taken = b""
        self._is_full = True

    def writable(self) -> bool:
        return True

    def write(self, data: "Buffer") -> int | None:
        if self._is_full:
            self._is_full = False
            return None
        self.taken += bytes(data)[:1]
        return 1


def test_report_that_is_taken_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = _Hesitant()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BufferedWriter(pipe), encoding="utf-8"))

    report("결과")

    assert pipe.taken.decode() == "결과\n"
