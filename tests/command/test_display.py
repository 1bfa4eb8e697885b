"""What is shown of a fleet that is too large to show, and of a wait in which nothing happens."""

import io

import pytest
from ncp_vserver import RollingReport
from ncp_vserver._command.orders import Order
from ncp_vserver._command.screen.display import Drawing, Lines
from ncp_vserver._values.report import Outcome
from ncp_vserver._values.server import Server
from ncp_vserver_api.models import ServerInstance
from rich.console import Console

FLEET = tuple(str(number) for number in range(1000, 1200))
ORDER = Order(verb="reboot", numbers=FLEET, wait=600, poll=2, rolling=30)


def report(*groups: tuple[Outcome, int]) -> RollingReport:
    """So many servers with each outcome, in this order."""
    outcomes: list[Outcome] = [outcome for outcome, count in groups for _ in range(count)]
    return RollingReport(dict(zip(FLEET, outcomes, strict=False)))


def test_more_servers_than_lines() -> None:
    console = Console(file=io.StringIO(), width=80, height=24, force_terminal=True, color_system=None)
    drawing = Drawing(console, ORDER, FLEET, {"1060": "web-60"})

    drawing.note(report(("back", 60), ("accepted", 30), ("not_sent", 110)))
    with console.capture() as captured:
        console.print(drawing.drawn())

    heading, titles, *rows = [line.split() for line in captured.get().splitlines()]
    assert heading == ["reboot:", "60", "back,", "30", "under", "way,", "110", "to", "go", "0:00"]
    assert titles == ["NUMBER", "NAME", "STATE", "TIME"]
    assert rows[0] == ["1060", "web-60", "under", "way", "0:00"]
    assert [row[0] for row in rows[:-1]] == list(FLEET[60:80])
    assert rows[-1] == ["…", "and", "10", "more"]


def test_line_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = [100.0]
    monkeypatch.setattr("ncp_vserver._command.screen.display.time.monotonic", lambda: clock[-1])
    lines = Lines(ORDER, {"1000": "web-0"})

    for now in (100.0, 110.0, 125.0, 131.0, 140.0, 165.0):
        clock.append(now)
        lines.update(report(("accepted", 2), ("not_sent", 1)))
    clock.append(170.0)
    lines.update(report(("back", 2), ("not_sent", 1)))

    assert capsys.readouterr().err.splitlines() == [
        "under way: 1000 web-0, 1001",
        "2 under way, 1 to go after 31 s",
        "2 under way, 1 to go after 1 min 5 s",
        "back: 1000 web-0 after 1 min 10 s, 1001 after 1 min 10 s",
    ]


def test_name_that_only_the_report_knows(capsys: pytest.CaptureFixture[str]) -> None:
    server = Server.of(ServerInstance.from_dict({"serverInstanceNo": "1001", "serverName": "web-1"}))
    lines = Lines(ORDER, {"1000": "web-0"})

    lines.update(RollingReport({"1000": "accepted", "1001": "accepted"}, servers={"1000": None, "1001": server}))

    assert capsys.readouterr().err == "under way: 1000 web-0, 1001 web-1\n"


def test_many_servers_are_cut_short_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    Lines(ORDER, {}).update(report(("accepted", 30)))

    assert capsys.readouterr().err == f"under way: {', '.join(FLEET[:20])} and 10 more\n"
