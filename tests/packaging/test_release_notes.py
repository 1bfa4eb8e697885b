"""Release notes are cut from the changelog, if tag, version and changelog agree."""

import subprocess
import sys
from pathlib import Path

import pytest
from project import version
from release_notes import notes
from support.contract import ROOT

PYPROJECT = """
[tool.hatch.version]
path = "version.txt"
pattern = '^version: (?P<version>.*)$'
"""
CHANGELOG = """# Changelog

## [Unreleased]

## [1.3.0] - 2026-12-01

### Added

- Shops.

## [1.2.0] - 2026-11-01

- Tills.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (tmp_path / "version.txt").write_text("version: 1.3.0\n", encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    return tmp_path


def test_notes_are_the_entries_of_the_version(project: Path) -> None:
    assert notes(project, "v1.3.0") == "### Added\n\n- Shops."


def test_notes_of_a_version_that_is_the_changelogs_last(project: Path) -> None:
    (project / "version.txt").write_text("version: 1.2.0\n", encoding="utf-8")

    assert notes(project, "v1.2.0") == "- Tills."


@pytest.mark.parametrize("tag", ["v1.3.1", "1.3.0", "v1.3"])
def test_tag_of_another_version_is_refused(project: Path, tag: str) -> None:
    with pytest.raises(ValueError, match=rf"The tag is {tag}, and the version 1\.3\.0"):
        notes(project, tag)


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("## [1.3.0] - 2026-12-01", "## [1.3.0]", r"no entries under a heading ## \[1\.3\.0\] - YYYY-MM-DD"),
        ("## [1.3.0] - 2026-12-01", "## [1.4.0] - 2026-12-01", r"no entries under a heading ## \[1\.3\.0\]"),
        ("### Added\n\n- Shops.\n", "", r"no entries under a heading ## \[1\.3\.0\]"),
        ("## [Unreleased]\n", "## [Unreleased]\n\n- Carts.\n", r"entries under \[Unreleased\]: move them"),
    ],
)
def test_changelog_that_is_not_ready_is_refused(project: Path, old: str, new: str, refusal: str) -> None:
    (project / "CHANGELOG.md").write_text(CHANGELOG.replace(old, new), encoding="utf-8")

    with pytest.raises(ValueError, match=refusal):
        notes(project, "v1.3.0")


def test_script_says_why_and_fails() -> None:
    command = [sys.executable, str(ROOT / "tools" / "release_notes.py"), "v0.0.0"]
    process = subprocess.run(command, text=True, capture_output=True)

    assert process.returncode == 1
    assert process.stderr == f"The tag is v0.0.0, and the version {version(ROOT)}: they must agree.\n"
