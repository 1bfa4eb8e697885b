"""Build the site into ``site/``. Runs in an environment of its own; a warning is an error."""

import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import site_reference
from site_pages import ROOT, lay_out

SITE = ROOT / "site"


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        stage, built = Path(temporary, "pages"), Path(temporary, "site")
        lay_out(stage, built)
        site_reference.write(stage)
        _sphinx(stage, built, Path(temporary, "cache"))
        _check_names(built)
        site_reference.write_viewer(built)
        _check_files(built)
        shutil.rmtree(SITE, ignore_errors=True)
        shutil.move(built, SITE)
    print(f"The site is at {SITE / 'index.html'}.")


def _sphinx(stage: Path, built: Path, cache: Path) -> None:
    options = ["--fail-on-warning", "--quiet", "--jobs=2", f"--conf-dir={ROOT / 'tools' / 'site_conf'}"]
    command = [sys.executable, "-m", "sphinx", *options, f"--doctree-dir={cache}", str(stage), str(built)]
    process = subprocess.run(command)
    if process.returncode:
        sys.exit("The site was not built.")


def _check_names(built: Path) -> None:
    """Every public name is described, and no private one."""
    inventory: Any = importlib.import_module("sphinx.util.inventory").InventoryFile
    with (built / "objects.inv").open("rb") as file:
        kinds = inventory.load(file, "", os.path.join).items()
    described = {
        each.uri.partition("#")[2] for kind, names in kinds if kind.startswith("py:") for each in names.values()
    }
    public = {
        f"{site_reference.home_of(package, getattr(module, name))}.{name}"
        for package in site_reference.PACKAGES
        for module in [importlib.import_module(package)]
        for name in module.__all__
    }
    private = {name for name in described if re.search(r"\._(?!_)", name)}
    if public - described or private:
        sys.exit(f"Not described: {sorted(public - described)}. Described and private: {sorted(private)}.")


def _check_files(built: Path) -> None:
    """Whatever a page refers to is there, also from HTML that Sphinx does not read, and nothing is loaded elsewhere."""
    missing: set[str] = set()
    for page in built.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        missing |= {f"{page.name}: {link}" for link in re.findall(r' src="(https?:[^"]*)"', text)}
        links = re.findall(r' (?:href|src)="(?!https?:|data:)([^"#?]+)', text)
        missing |= {f"{page.name}: {link}" for link in links if not (page.parent / unquote(link)).exists()}
    if missing:
        sys.exit(f"Not there: {sorted(missing)}.")


if __name__ == "__main__":
    main()
