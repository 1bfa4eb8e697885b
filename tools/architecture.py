"""Draw the architecture from the import rules in pyproject.toml: ``docs/architecture.svg``."""

import ast
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURE: Final = ROOT / "docs" / "architecture.svg"
FOLDERS: Final = ("generated", "signer", "sdk", "mock")

_WIDTH: Final = 470  # of a column
_GAP: Final = 10
_HEAD: Final = 34
_LINE: Final = 17
_CHARACTER: Final = 6.9  # width of one, at the size of the small text
_STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.name { font: 600 14px ui-monospace, monospace; }
.back { fill: #ffffff; stroke: #d0d7de; }
.package { fill: #eef4fb; stroke: #5b8fc7; }
.layer { fill: #ffffff; stroke: #a9c4e2; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .back { fill: #14181d; stroke: #3d444d; }
  .package { fill: #1b2633; stroke: #5b8fc7; }
  .layer { fill: #14181d; stroke: #3f5f82; }
}
"""


class Drawing:
    """An SVG that grows downwards in columns."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def box(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        self._parts.append(f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>')

    def text(self, x: float, y: float, text: str, kind: str = "small") -> None:
        self._parts.append(f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(text)}</text>')

    def add(self, other: "Drawing") -> None:
        self._parts += other._parts

    def layer(self, x: float, y: float, width: float, modules: list[tuple[str, str]]) -> float:
        """Draw modules that stand side by side. Returns the height."""
        each = (width - _GAP * (len(modules) - 1)) / len(modules)
        texts = [_lines(text, each) for _, text in modules]
        height = 28 + _LINE * max(map(len, texts)) + (4 if any(texts) else 0)
        for index, ((name, _), lines) in enumerate(zip(modules, texts, strict=True)):
            left = x + index * (each + _GAP)
            self.box("layer", left, y, each, height)
            self.text(left + 10, y + 19, name, "name")
            for number, line in enumerate(lines):
                self.text(left + 10, y + 37 + number * _LINE, line)
        return height

    def svg(self, width: float, height: float, title: str) -> str:
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">'
        back = f'<rect class="back" x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="8"/>'
        return "\n".join(
            [head, f"<title>{escape(title)}</title>", f"<style>{_STYLE}</style>", back, *self._parts, "</svg>", ""]
        )


def main() -> None:
    PICTURE.write_text(picture(), encoding="utf-8")


def picture() -> str:
    """The picture as SVG."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contracts: list[dict[str, Any]] = rules["contracts"]
    layers = {
        contract.get("containers", [""])[0]: [layer.split(" | ") for layer in contract["layers"]]
        for contract in contracts
        if contract["type"] == "layers"
    }
    stacked = layers[""]
    alone = [name for name in rules["root_packages"] if not any(name in layer for layer in stacked)]
    drawing = Drawing()
    columns = [stacked, [[name] for name in alone]]
    bottoms = [_column(drawing, 20 + index * (_WIDTH + 20), rows, layers) for index, rows in enumerate(columns)]
    y = max(bottoms) + 14
    for line in _rules(contracts):
        drawing.text(20, y, line)
        y += _LINE
    return drawing.svg(len(columns) * (_WIDTH + 20) + 20, y, "What may import what: each layer only those below it")


def _column(drawing: Drawing, x: float, rows: list[list[str]], layers: dict[str, list[list[str]]]) -> float:
    """Draw packages, one row below the other. Returns where the column ends."""
    y = 20.0
    for row in rows:
        width = (_WIDTH - _GAP * (len(row) - 1)) / len(row)
        bottoms = [
            _package(drawing, x + index * (width + _GAP), y, width, name, layers.get(name, []))
            for index, name in enumerate(row)
        ]
        y = max(bottoms) + _GAP
    return y


def _package(drawing: Drawing, x: float, y: float, width: float, name: str, layers: list[list[str]]) -> float:
    inner = Drawing()
    text = _lines(_said_of(name), width)
    below = y + _HEAD + _LINE * len(text)
    for layer in layers:
        modules = [(module, _said_of(f"{name}.{module}")) for module in layer]
        below += inner.layer(x + 10, below, width - 20, modules) + _GAP / 2
    drawing.box("package", x, y, width, below - y + 4)
    drawing.text(x + 10, y + 21, name, "name")
    for number, line in enumerate(text):
        drawing.text(x + 10, y + 39 + number * _LINE, line)
    drawing.add(inner)
    return below + 4


def _lines(sentence: str, width: float) -> list[str]:
    """A sentence in two lines, or its first clause."""
    characters = int((width - 20) / _CHARACTER)
    lines = textwrap.wrap(sentence, characters)
    return lines if len(lines) <= 2 else textwrap.wrap(re.split(r"[:,;] ", sentence)[0], characters)


def _said_of(module: str) -> str:
    """The first sentence of a module's docstring."""
    path = module.replace(".", "/")
    files = [ROOT / folder / place for folder in FOLDERS for place in (f"{path}/__init__.py", f"{path}.py")]
    [file] = [file for file in files if file.exists()]
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return re.split(r"\.(?:\s|$)", docstring)[0].replace("``", "")


def _rules(contracts: list[dict[str, Any]]) -> Iterator[str]:
    yield "Each layer imports only from those below it. Beyond that:"
    for contract in contracts:
        if contract["type"] == "forbidden":
            yield f"• {contract['name']}."


if __name__ == "__main__":
    main()
