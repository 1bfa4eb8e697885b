"""Draw time and memory for each server from ``benchmarks/sizes.json``: ``benchmarks/sizes.svg``."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "benchmarks"
PICTURE: Final = FOLDER / "sizes.svg"
SERIES: Final = {"ours": "ours", "bare httpx": "bare"}
PLOTS: Final = [
    ("Processor time for each server, µs", "seconds", 1e6),
    ("Peak memory for each server, KiB", "bytes", 1 / 1024),
]

_WIDTH, _HEIGHT = 310, 190  # of a plot
_HEAD: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 290" role="img">
<title>Processor time and peak memory for each server, on logarithmic axes</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; }
.middle { text-anchor: middle; }
.end { text-anchor: end; }
.back { fill: #ffffff; }
.back, .grid { stroke: #d0d7de; }
.ours, .bare { fill: none; stroke: #1f6fb5; stroke-width: 2; }
.bare { stroke: #b35900; stroke-dasharray: 6 4; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .back { fill: #14181d; }
  .back, .grid { stroke: #3d444d; }
  .ours { stroke: #6cb2f5; }
  .bare { stroke: #f0a45d; }
}
</style>
<rect class="back" x="0.5" y="0.5" width="819" height="289" rx="8"/>"""


def main() -> None:
    PICTURE.write_text(picture(), encoding="utf-8")


def picture() -> str:
    """The picture as SVG."""
    found: dict[str, list[float]] = json.loads((FOLDER / "sizes.json").read_text(encoding="utf-8"))
    servers = found["servers"]
    parts = [_HEAD]
    for left, (title, unit, scale) in zip((60, 470), PLOTS, strict=True):
        values = {name: [most * scale for most in found[f"{name}, {unit}"]] for name in SERIES}
        each = {name: [most / count for most, count in zip(values[name], servers, strict=True)] for name in SERIES}
        parts += [f'<g transform="translate({left} 40)">', *_plot(title, servers, each), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _plot(title: str, servers: list[float], each: dict[str, list[float]]) -> Iterator[str]:
    across, up = _Axis(servers, _WIDTH), _Axis([most for name in SERIES for most in each[name]], -_HEIGHT)
    yield f'<text class="title" y="-14">{title}</text>'
    for value in up.ticks():
        yield f'<path class="grid" d="M0,{_HEIGHT + up.at(value):.1f}h{_WIDTH}"/>'
        yield f'<text class="end" x="-8" y="{_HEIGHT + up.at(value) + 4:.1f}">{value:,g}</text>'
    for count in servers:
        yield f'<text class="middle" x="{across.at(count):.1f}" y="{_HEIGHT + 18}">{count:,}</text>'
    yield f'<text class="middle" x="{_WIDTH / 2:g}" y="{_HEIGHT + 40}">servers in one call</text>'
    for y, (name, kind) in zip((_HEIGHT - 34, _HEIGHT - 14), SERIES.items(), strict=True):
        line = zip(map(across.at, servers), map(up.at, each[name]), strict=True)
        yield f'<path class="{kind}" d="M{" L".join(f"{x:.1f},{_HEIGHT + height:.1f}" for x, height in line)}"/>'
        yield f'<path class="{kind}" d="M12,{y}h30"/><text x="50" y="{y + 4}">{name}</text>'


class _Axis:
    """A logarithmic axis of whole decades."""

    def __init__(self, values: list[float], length: int) -> None:
        self._low, self._high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self._length = length

    def at(self, value: float) -> float:
        return (math.log10(value) - self._low) / (self._high - self._low) * self._length

    def ticks(self) -> list[float]:
        decades = range(self._low, self._high)
        return [*(step * 10.0**decade for decade in decades for step in (1, 2, 5)), 10.0**self._high]


if __name__ == "__main__":
    main()
