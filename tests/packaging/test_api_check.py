"""What breaks the public API since the last release is found, whichever way the API is written."""

import importlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import api_check
import pytest
from support.contract import ROOT

# As in this project: names are imported on first use, and the last arguments stand in a TypedDict.
PROJECT = {
    "pyproject.toml": """
[tool.hatch.version]
path = "version.txt"
pattern = '^version: (?P<version>.*)$'
[tool.hatch.build.targets.wheel]
packages = ["src/shop", "src/till"]
""",
    "version.txt": "version: 1.2.3\n",
    "src/till/__init__.py": "",
    "src/shop/__init__.py": """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from ._shop import Shop as Shop, price as price
if not TYPE_CHECKING:
    __all__ = sorted(["Shop", "price"])
""",
    "src/shop/_shop.py": """
from typing import TypedDict, Unpack
from shop._inner import Options

class Shop:
    def buy(self, what: str, **options: Unpack[Options]) -> None: ...
    def _count(self) -> int: ...

def price(what: str) -> int: ...
""",
    "src/shop/_inner.py": """
from typing import TypedDict

class Options(TypedDict, total=False):
    amount: int
    gift: bool

class Unused: ...
""",
}

Git = Callable[..., None]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Git in a repository that holds a released project."""
    settings = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    people = {
        f"GIT_{who}_{what}": "somebody@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    for variable in (settings | people).items():
        monkeypatch.setenv(*variable)

    def run(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)

    run("init", "--quiet")
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    run("add", ".")
    run("commit", "--quiet", "--message=first")
    run("tag", "v1.2.3")
    run("commit", "--quiet", "--allow-empty", "--message=next")
    return run


def change(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new), encoding="utf-8")


SHOP = "src/shop/_shop.py"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (SHOP, "def buy", "def order", "- shop: `Shop.buy`: *Public object was removed*"),
        (SHOP, "what: str,", "which: str,", "- shop: `Shop.buy(what)`: *Parameter was removed*"),
        ("src/shop/_inner.py", "gift: bool", "", "- shop: `Shop.buy(gift)`: *Parameter was removed*"),
        ("src/shop/__init__.py", ", price as price", "", "- shop: `price`: *Public object was removed*"),
        ("pyproject.toml", ', "src/till"', "", "- till: *The package was removed*"),
    ],
)
def test_break_is_found(
    git: Git, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str, said: str
) -> None:
    change(tmp_path, name, old, new)

    assert api_check.main(tmp_path) == 1
    assert said in capsys.readouterr().out.splitlines()
    change(tmp_path, "version.txt", "1.2.3", "2.0.0")
    assert api_check.main(tmp_path) == 0
    assert said in capsys.readouterr().out.splitlines()


def test_additions_and_private_changes_are_no_breaks(
    git: Git, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(tmp_path, SHOP, "def _count(self)", "def sell(self)")
    change(tmp_path, "src/shop/_inner.py", "class Unused", "class Renamed")
    change(tmp_path, "src/shop/_inner.py", "gift: bool", "gift: bool\n    card: str")

    assert api_check.main(tmp_path) == 0
    assert capsys.readouterr().out == "Breaks of the public API since v1.2.3: 0\n"


def test_release_is_compared_with_the_one_before(git: Git, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(tmp_path, SHOP, "def buy", "def order")
    git("commit", "--quiet", "--all", "--message=break")
    git("tag", "v1.2.4")

    assert api_check.main(tmp_path) == 1
    assert "Breaks of the public API since v1.2.3: 1" in capsys.readouterr().out


def test_without_a_release_there_is_nothing_to_break(
    git: Git, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git("tag", "--delete", "v1.2.3")

    assert api_check.main(tmp_path) == 0
    assert "There is no release yet" in capsys.readouterr().out


def test_shallow_clone_is_refused_as_it_may_lack_the_release(
    git: Git, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git("clone", "--quiet", "--depth=1", tmp_path.as_uri(), "shallow")

    assert api_check.main(tmp_path / "shallow") == 1
    assert "shallow" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [
        ("v0.1.0", "0.1.1", False),
        ("v0.1.0", "0.2.0", True),
        ("v0.9.0", "0.10.0", True),
        ("v0.9.0", "1.0.0", True),
        ("v1.2.0", "1.3.0", False),
        ("v1.2.0", "2.0.0", True),
        ("v2.1.0", "1.9.0", False),
    ],
)
def test_versions_that_may_break(old: str, new: str, may: bool) -> None:
    assert api_check.may_break(old, new) is may


def test_all_public_names_are_compared() -> None:
    for name, package in api_check.load(ROOT).items():
        assert {*importlib.import_module(name).__all__} - {"__version__"} == {*map(str, package.exports or [])}
