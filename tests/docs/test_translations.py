"""Each Korean page has the commands, code, links and sections of the English one, and both lead to each other.

The blocks of the English pages are run. Those of the Korean pages are the same, and need no second run.
"""

import re
from pathlib import Path

import pytest
from site_pages import navigation
from support.contract import ROOT
from support.pages import anchors, without_blocks

_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
ENGLISH = {
    **{page: page.with_name(page.name.replace(".ko.", ".")) for page in sorted(ROOT.glob("*.ko.md"))},
    **{page: ROOT / "docs" / page.name for page in sorted((ROOT / "docs" / "ko").rglob("*.md"))},
}
KOREAN = {english: korean for korean, english in ENGLISH.items()}
each_pair = pytest.mark.parametrize(
    ("english", "korean"), KOREAN.items(), ids=lambda page: page.relative_to(ROOT).as_posix()
)


def links(page: Path) -> list[tuple[Path | str, str]]:
    """File and anchor of each link; the address, where it leads elsewhere."""
    targets = [target.partition("#") for target in re.findall(r"\]\(([^)]+)\)", without_blocks(page))]
    return [
        (file if "://" in file else (page.parent / file).resolve() if file else page, anchor)
        for file, _, anchor in targets
    ]


def pages_in_english(page: Path) -> list[tuple[str, str]]:
    """What a page links, sorted: each language has its own order of words, and its own anchors for the same section."""
    return sorted((str(ENGLISH.get(Path(file), file)), section(file, anchor)) for file, anchor in links(page))


def section(file: Path | str, anchor: str) -> str:
    """The anchor; in a page that stands in both languages, the heading's place among all."""
    in_both = Path(file) in ENGLISH or Path(file) in KOREAN
    return str(anchors(Path(file)).index(anchor)) if in_both and anchor else anchor


def shape(page: Path) -> list[str]:
    """Each line's beginning, if it is a heading, an item or a row; else whether there is text."""
    lines = without_blocks(page).splitlines()
    return [re.sub(r"^(#+ |- |\d\. |\| )?.*", lambda line: line[1] or str(bool(line[0])), line) for line in lines]


@each_pair
def test_has_the_same_blocks_in_the_same_order(english: Path, korean: Path) -> None:
    blocks = [_BLOCK.findall(page.read_text(encoding="utf-8")) for page in (english, korean)]

    assert blocks[0] == blocks[1]


@each_pair
def test_names_the_same_commands_and_files(english: Path, korean: Path) -> None:
    spans = [sorted(re.findall(r"`([^`\n]+)`", without_blocks(page))) for page in (english, korean)]

    assert spans[0] == spans[1]


@each_pair
def test_has_the_same_numbers_of_three_digits(english: Path, korean: Path) -> None:
    numbers = [sorted(re.findall(r"\d{3,}", without_blocks(page))) for page in (english, korean)]

    assert numbers[0] == numbers[1]


@each_pair
def test_has_the_same_links(english: Path, korean: Path) -> None:
    assert pages_in_english(korean) == pages_in_english(english)


@each_pair
def test_leads_to_its_other_language_and_else_stays_in_its_own(english: Path, korean: Path) -> None:
    assert {KOREAN[Path(file)] for file, _ in links(korean) if Path(file) in KOREAN} == {korean}
    assert {ENGLISH[Path(file)] for file, _ in links(english) if Path(file) in ENGLISH} == {english}


@each_pair
def test_has_the_same_sections_paragraphs_lists_and_tables(english: Path, korean: Path) -> None:
    assert shape(korean) == shape(english)


def test_korean_pages_are_listed_in_the_order_of_the_english_ones() -> None:
    *sections, (_, korean) = navigation()

    english = [KOREAN[page] for _, pages in sections for _, page in pages if page in KOREAN]
    assert [page for _, page in korean] == [ROOT / "README.ko.md", *english]


@pytest.mark.parametrize(("page", "most"), [("README.md", 120), ("README.ko.md", 120), ("CONTRIBUTING.md", 150)])
def test_first_pages_are_short(page: str, most: int) -> None:
    assert len((ROOT / page).read_text(encoding="utf-8").splitlines()) <= most
