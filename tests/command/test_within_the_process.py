"""What the command does in cases that no test could bring about from outside."""

import errno
import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn
from unittest.mock import Mock

import pytest
from ncp_mock import NcpMock
from ncp_signer import Credentials
from ncp_vserver import Client, RollingReport
from ncp_vserver._command import exit_codes, work
from ncp_vserver._command.line import cli
from ncp_vserver._command.orders import Order
from ncp_vserver._command.screen.display import Drawing
from ncp_vserver._command.screen.streams import report
from ncp_vserver._command.signals import Interrupts
from ncp_vserver._command.work.hooks import _end
from ncp_vserver._command.work.reading import _value
from rich.console import Console

if TYPE_CHECKING:
    from typing_extensions import Buffer


def test_package_of_the_work_has_no_other_attributes() -> None:
    assert not hasattr(work, "no_such_module")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ZeroDivisionError("a mistake"), exit_codes.UNKNOWN, "Error: ZeroDivisionError: a mistake\n"),
        (BrokenPipeError(errno.EPIPE, "nobody reads the help"), exit_codes.DONE, ""),
    ],
    ids=["mistake", "reader-is-gone"],
)
def test_error_while_the_command_line_is_read(
    error: Exception, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(**how: object) -> NoReturn:
        raise error

    monkeypatch.setattr(cli.cli, "main", main)

    assert (cli.main(Interrupts()), capsys.readouterr().err) == (code, said)


def test_more_servers_than_lines_none_of_which_is_begun() -> None:
    numbers = tuple(str(number) for number in range(100))
    order = Order(verb="reboot", numbers=numbers, wait=600, poll=2, rolling=30)
    console = Console(file=io.StringIO(), width=80, height=24)
    drawing = Drawing(console, order, numbers, {})

    drawing.note(RollingReport(dict.fromkeys(numbers, "not_sent")))
    with console.capture() as captured:
        console.print(drawing.drawn())

    assert captured.get() == "reboot: 100 to go  0:00\n"


def test_state_is_drawn_until_it_is_back(quick: NcpMock) -> None:
    quick.behave("11", restart_seconds=60)
    with Client(Credentials(quick.access_key, quick.secret_key), base_url=quick.url) as client:
        client.reboot("11")
        [server] = client.servers(["11"])
    order = Order(verb="reboot", numbers=("11",), wait=600, poll=2)
    console = Console(file=io.StringIO(), width=80, height=24)
    drawing = Drawing(console, order, ("11",), {})

    drawing.note(RollingReport({"11": "accepted"}, servers={"11": server}))
    with console.capture() as captured:
        console.print(drawing.drawn())

    assert "rebooting" in captured.get()


def test_nothing_is_drawn_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncp_vserver._command.screen.display.is_in_foreground", lambda: False)
    order = Order(verb="reboot", numbers=("1",), wait=600, poll=2)
    written = io.StringIO()

    drawing = Drawing(Console(file=written, force_terminal=True), order, ("1",), {})
    drawing.update(RollingReport({"1": "accepted"}))
    drawing.hide()

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


@pytest.mark.parametrize("has_ended", [False, True])
def test_command_of_a_hook_is_ended_on_windows(has_ended: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    process, run = Mock(pid=7), Mock()
    process.poll.return_value = 0 if has_ended else None
    monkeypatch.setattr("ncp_vserver._command.work.hooks.sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr("ncp_vserver._command.work.hooks.subprocess", SimpleNamespace(run=run))

    _end(process)

    assert [call.args[0] for call in run.call_args_list] == [["taskkill", "/F", "/T", "/PID", "7"]] * (not has_ended)
    process.wait.assert_called_once_with()
