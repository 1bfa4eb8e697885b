"""Print the notes of a release: what CHANGELOG.md says of it.

Fails where the tag, the version and the changelog's heading do not agree. Runs in any Python from 3.11 on.
"""

import re
import sys
from pathlib import Path

from project import ROOT, version

_SECTION = re.compile(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def main() -> None:
    [_, tag] = sys.argv
    try:
        print(notes(ROOT, tag))
    except ValueError as error:
        sys.exit(str(error))


def notes(root: Path, tag: str) -> str:
    """The changelog's entries for a tag. Raises ValueError where the release is not ready."""
    stated = version(root)
    if tag != f"v{stated}":
        raise ValueError(f"The tag is {tag}, and the version {stated}: they must agree.")
    sections = _SECTION.findall((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if any(name == "Unreleased" and text.strip() for name, _, text in sections):
        raise ValueError(f"CHANGELOG.md has entries under [Unreleased]: move them under [{stated}].")
    for name, date, text in sections:
        if name == stated and date and text.strip():
            return str(text.strip())
    raise ValueError(f"CHANGELOG.md has no entries under a heading ## [{stated}] - YYYY-MM-DD.")


if __name__ == "__main__":
    main()
