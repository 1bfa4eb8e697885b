"""What scripts need to know of a checkout: its commits and the version it states. Standard library only."""

import io
import re
import subprocess
import tarfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def git(root: Path, *arguments: str) -> bytes:
    """The output of git. Raises subprocess.CalledProcessError."""
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True).stdout


def export(root: Path, commit: str, folder: Path) -> None:
    """Write the files of a commit into a folder."""
    with tarfile.open(fileobj=io.BytesIO(git(root, "archive", commit))) as archive:
        archive.extractall(folder, filter="data")


def packages(root: Path) -> list[Path]:
    """The folders of the packages that are published."""
    return [root / folder for folder in _hatch(root)["build"]["targets"]["wheel"]["packages"]]


def version(root: Path) -> str:
    """The version, from where hatchling reads it. Raises ValueError if it does not stand there."""
    source: dict[str, str] = _hatch(root)["version"]
    found = re.search(source["pattern"], (root / source["path"]).read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f"{source['path']} states no version")
    return found["version"]


def _hatch(root: Path) -> dict[str, Any]:
    hatch: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    return hatch
