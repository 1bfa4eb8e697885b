"""Links within the project lead somewhere, on a forge and on the site, whose navigation has every page."""

import re
from pathlib import Path

import pytest
from site_pages import GENERATED, NAVIGATION, ROOT, lay_out, navigation, place, sources
from support.pages import anchors

_LINK = re.compile(r"\]\(([^)#\s]*)#?([^)\s]*)\)")


@pytest.mark.parametrize("page", sources(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_within_the_project(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file), f"{target}#{anchor}"


def test_navigation_has_every_page_once() -> None:
    listed = [place(file) for _, pages in navigation() for _, file in pages]
    pages = [place(file) for file in sources() if file not in (ROOT / "README.md", NAVIGATION)]

    assert sorted(listed) == sorted([*pages, *GENERATED.values()])


def test_links_lead_somewhere_on_the_site(tmp_path: Path) -> None:
    lay_out(tmp_path, tmp_path)

    pages = [tmp_path / place(file) for file in sources()]
    assert {
        (page, target)
        for page in pages
        for target, _ in _LINK.findall(page.read_text(encoding="utf-8"))
        if target and "://" not in target
        for file in [(page.parent / target).resolve()]
        if not file.is_file() and file.relative_to(tmp_path).as_posix() not in GENERATED.values()
    } == set()
