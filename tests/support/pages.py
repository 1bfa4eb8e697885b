"""The checkout's pages: their fenced blocks, and what a test is to know about each.

An HTML comment before a block is a directive, which readers do not see:

- ``<!-- mock: fail_next("resetAfter") -->`` is done to the mock first.
- ``<!-- replace: TEXT => OTHER -->`` replaces text in the block.
- ``<!-- starts: ncp-mock -->`` lets it start a program that is only checked elsewhere.
- ``<!-- file: NAME -->`` puts the block into ``FILES``, which a test of its own uses.
- ``<!-- not run: REASON -->`` leaves the block out.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.contract import ROOT

_INSTALLED_OR_BUILT = {"node_modules", "site", "dist"}
_BLOCK = re.compile(
    r"((?:^<!--[^\n]*-->\n)*)^```(\w+)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL
)
_UNREAD = re.compile(r"^```.*?^```$|^<!--[^\n]*-->\n", re.MULTILINE | re.DOTALL)
_DIRECTIVE = re.compile(r"<!-- ([\w ]+): (.*?) -->")


@dataclass(frozen=True)
class Block:
    """A fenced block: what stands in it, what it is to print if the page says so, and its directives."""

    page: Path
    line: int
    language: str
    code: str
    output: str | None
    directives: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix().removeprefix('docs/')}:{self.line}"

    @property
    def is_run(self) -> bool:
        return not self.directed("not run")

    @property
    def is_test(self) -> bool:
        return self.language == "python" and "def test_" in self.code

    def directed(self, name: str) -> list[str]:
        return [value for directive, value in self.directives if directive == name]


def _pages() -> Iterator[Path]:
    """Every page but the Korean ones, which ``tests/docs/test_translations.py`` compares with these."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = {name for name in folders if name == ".github" or name[0] != "."} - _INSTALLED_OR_BUILT
        pages = [Path(folder, name) for name in files if name.endswith(".md") and not name.endswith(".ko.md")]
        yield from (page for page in pages if page.parent != ROOT / "docs" / "ko")


PAGES = sorted(_pages())


def blocks() -> Iterator[Block]:
    """All blocks of all pages."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in _BLOCK.finditer(text):
            directives = tuple(_DIRECTIVE.findall(found[1]))
            code = found[3]
            for replacement in (value for name, value in directives if name == "replace"):
                old, new = replacement.split(" => ")
                assert old in code, f"{page.name}: nothing to replace: {old}"
                code = code.replace(old, new)
            yield Block(page, text.count("\n", 0, found.start(3)), found[2], code, found[4], directives)


def _data(language: str, beginning: str) -> list[Block]:
    pattern = re.compile(rf"^{beginning}", re.MULTILINE)
    return [block for block in blocks() if block.is_run and block.language == language and pattern.search(block.code)]


CREDENTIALS = _data("ini", "ncloud_")
FLEETS = _data("yaml", r"- (\d|serverInstanceNo:)")
SERVICES = _data("yaml", "services:")
WORKFLOWS = _data("yaml", "jobs:")
DATA = [*CREDENTIALS, *FLEETS, *SERVICES, *WORKFLOWS]
FILES = {name: block.code for block in blocks() for name in block.directed("file")}


def without_blocks(page: Path) -> str:
    """What a page says to readers outside its fenced blocks."""
    return _UNREAD.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> list[str]:
    """The anchors of a page's headings, as GitHub makes them, in order."""
    headings = re.findall(r"^#+ (.*)$", without_blocks(page), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
