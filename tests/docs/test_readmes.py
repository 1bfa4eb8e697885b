"""The README in English and in Korean: the same commands, code and links, each page leading to the other."""

import re

from support.contract import ROOT

_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
KOREAN = (ROOT / "README.ko.md").read_text(encoding="utf-8")


def spans(text: str) -> list[str]:
    """What stands in backticks within sentences, sorted: each language has its own order of words."""
    return sorted(re.findall(r"`([^`\n]+)`", _BLOCK.sub("", text)))


def links(text: str) -> list[str]:
    """The targets of all links and pictures. The Korean page links Korean pages, whose anchors are their own."""
    targets = re.findall(r"\]\(([^)]+)\)", text)
    return sorted(target for target in targets if not target.startswith("README"))


def test_have_the_same_blocks_in_the_same_order() -> None:
    assert _BLOCK.findall(KOREAN) == _BLOCK.findall(ENGLISH) != []


def test_name_the_same_commands_and_files() -> None:
    assert spans(KOREAN) == spans(ENGLISH)


def test_have_the_same_links() -> None:
    in_korean = [
        f"docs/ko/{page}" if (ROOT / "docs" / "ko" / page).exists() else target
        for target in links(ENGLISH)
        for page in [target.removeprefix("docs/").partition("#")[0]]
    ]
    assert [re.sub("(/ko/.*)#.*", r"\1", target) for target in links(KOREAN)] == sorted(in_korean)


def test_lead_to_each_other() -> None:
    assert "](README.ko.md)" in ENGLISH
    assert "](README.md)" in KOREAN


def test_have_the_same_sections_lists_and_tables() -> None:
    english, korean = (re.findall(r"^(?:#+|-|\|) ", _BLOCK.sub("", text), re.MULTILINE) for text in (ENGLISH, KOREAN))

    assert korean == english


def test_are_short() -> None:
    assert max(len(ENGLISH.splitlines()), len(KOREAN.splitlines())) <= 120
