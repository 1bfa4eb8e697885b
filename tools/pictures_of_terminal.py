"""Draw what a terminal shows of the command, by the command's own code: ``docs/display.svg``, ``docs/report.svg``."""

import re
from io import StringIO
from typing import Final
from unittest.mock import patch

from ncp_vserver._command.orders import Order
from ncp_vserver._command.screen import display
from ncp_vserver._command.screen.outcomes import outcomes
from ncp_vserver._command.screen.tables import outcomes_table
from rehearsal import NAMES, ROOT, Rehearsal
from rich.console import Console, RenderableType
from rich.text import Text

DOCS: Final = ROOT / "docs"

LINE: Final = "ncp-vserver reboot --name 'web-*' --name db-1 --rolling 1 --wait 10m"
_ORDER: Final = Order(verb="reboot", numbers=tuple(NAMES), wait=600, poll=2, rolling=1)
# The outlines of rich's own format, in the reader's fonts: a picture on a page may load nothing.
_FORMAT: Final = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{
  font: {char_height}px/{line_height}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}}
.{unique_id}-title {{ font: bold 18px system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    for name, text in pictures().items():
        (DOCS / name).write_text(text, encoding="utf-8")


def pictures() -> dict[str, str]:
    """The pictures as SVG, by their file names."""
    return {"display.svg": svg("display", LINE, _live()), "report.svg": svg("report", LINE, _report())}


def _live() -> RenderableType:
    """One server is back, one restarts, one has not had its turn."""
    first, second, _ = NAMES
    rehearsal = Rehearsal()
    with patch("time.monotonic", lambda: rehearsal.now):
        # Not by display(), which looks for a terminal.
        drawing = display.Drawing(_terminal(), _ORDER, tuple(NAMES), NAMES)
        rehearsal.reboot(first)
        drawing.note(rehearsal.report("accepted", "not_sent", "not_sent"))
        rehearsal.now = 96.0
        rehearsal.reboot(second)
        drawing.note(rehearsal.report("back", "accepted", "not_sent"))
        rehearsal.now = 133.0
        return drawing.drawn()  # without the drawing thread


def _report() -> RenderableType:
    rehearsal = Rehearsal()
    for number in NAMES:
        rehearsal.reboot(number)
        rehearsal.now += 96.0
    report = rehearsal.report("back", "back", "back")
    return outcomes_table(report.servers, outcomes(report, _ORDER), NAMES)


def svg(name: str, line: str, shown: RenderableType) -> str:
    """What a terminal shows after a command's line."""
    terminal = _terminal()
    terminal.print(Text(f"$ {line}"))
    terminal.print(shown)
    svg = terminal.export_svg(title="ncp-vserver", code_format=_FORMAT, unique_id=name)
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


def _terminal() -> Console:
    """As ``streams`` has it, 80 columns wide, with a record of what is written. It writes nowhere else."""
    return Console(
        file=StringIO(),
        record=True,
        force_terminal=True,
        color_system="truecolor",
        width=80,
        height=24,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )


if __name__ == "__main__":
    main()
