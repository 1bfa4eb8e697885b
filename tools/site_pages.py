"""The pages of the site: the Markdown of the checkout, laid out for Sphinx with the generated pages among them."""

import functools
import posixpath
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAVIGATION = ROOT / "docs" / "index.md"

GENERATED = {
    "openapi/assumptions.yaml": "openapi/assumptions.md",
    "openapi/vserver.yaml": "openapi/contract.md",
    "sdk/ncp_vserver/__init__.py": "docs/api/ncp_vserver.md",
    "signer/ncp_signer/__init__.py": "docs/api/ncp_signer.md",
    "mock/ncp_mock/__init__.py": "docs/api/ncp_mock.md",
    "sdk/ncp_vserver/_command/line/cli.py": "docs/options.md",
}
"""Files whose place on the site is taken by a page that is made of them."""

_RENAMED = GENERATED | {"README.md": "index.md", "README.ko.md": "index.ko.md"}
_LINK = re.compile(r"(?<=\]\()[^)#\s]+")
_HTML_LINK = re.compile(r'(?<= src=")[^"#]+|(?<= srcset=")[^"]+')


def sources() -> list[Path]:
    """The pages that stand in the checkout."""
    return [
        *sorted(ROOT.glob("*.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
        ROOT / "openapi" / "decisions.md",
    ]


def navigation() -> list[tuple[str, list[tuple[str, Path]]]]:
    """The sections of the navigation, each with the titles and files of its pages."""
    sections = re.split(r"^## ", NAVIGATION.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [
        (
            section.partition("\n")[0],
            [
                (title, (NAVIGATION.parent / target).resolve())
                for title, target in re.findall(r"^- \[(.+)\]\((.+)\)$", section, re.MULTILINE)
            ],
        )
        for section in sections
    ]


def lay_out(stage: Path, extra: Path) -> None:
    """Copy the pages into ``stage``, with links that lead to the generated pages, and the files that they link.

    Files that HTML in a page refers to go into ``extra``, since Sphinx does not follow such references.
    """
    for page in sources():
        text = page.read_text(encoding="utf-8")
        for target in _targets(_LINK, text, page):
            if target not in sources():
                _copy(target, stage)
        for target in _targets(_HTML_LINK, text, page):
            _copy(target, extra)
        text = _LINK.sub(functools.partial(_on_the_site, page), text)
        if page == ROOT / "README.md":
            text += _toctrees()
        _write(stage / place(page), text)


def place(file: Path) -> str:
    """Where a file of the checkout stands on the site."""
    name = file.relative_to(ROOT).as_posix()
    return _RENAMED.get(name, name)


def _targets(pattern: re.Pattern[str], text: str, page: Path) -> Iterator[Path]:
    for link in pattern.findall(text):
        file = (page.parent / link).resolve()
        if file.is_file() and file.is_relative_to(ROOT):
            yield file


def _on_the_site(page: Path, link: re.Match[str]) -> str:
    """The same link, from the page's place on the site to the target's."""
    file = (page.parent / link[0]).resolve()
    if not file.is_relative_to(ROOT) or file.relative_to(ROOT).as_posix() not in _RENAMED:
        return link[0]
    return posixpath.relpath(place(file), posixpath.dirname(place(page)) or ".")


def _toctrees() -> str:
    captioned = [(f":caption: {heading}\n", pages) for heading, pages in navigation()]
    return "".join(
        f"\n```{{toctree}}\n:hidden:\n{caption}\n"
        + "".join(f"{title} </{place(file).removesuffix('.md')}>\n" for title, file in pages)
        + "```\n"
        for caption, pages in [("", [("Documentation", NAVIGATION)]), *captioned]
    )


def _copy(file: Path, folder: Path) -> None:
    target = folder / file.relative_to(ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
