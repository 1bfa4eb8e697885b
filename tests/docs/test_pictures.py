"""The pictures on the pages are what the command and the mock show, and what the benchmarks measured."""

import re
import shlex
from pathlib import Path

import pytest
from ncp_vserver._command.line.cli import cli
from picture_of_page import PICTURE, fingerprint, stated
from picture_of_sizes import PICTURE as SIZES, picture as picture_of_sizes
from picture_of_verify import picture as picture_of_verify
from pictures_of_terminal import DOCS, LINE, pictures

each_picture = pytest.mark.parametrize(
    "file", [*(DOCS / f"{name}.svg" for name in ("display", "report", "verify")), SIZES], ids=lambda file: file.name
)


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return {**pictures(), "verify.svg": picture_of_verify(), SIZES.name: picture_of_sizes()}


@each_picture
def test_drawing_is_up_to_date(file: Path, drawn: dict[str, str]) -> None:
    assert file.read_text(encoding="utf-8") == drawn[file.name], "run `make pictures`"


@each_picture
def test_picture_loads_nothing(file: Path) -> None:
    assert not re.search(r"@import|@font-face|href|url\((?!#)", file.read_text(encoding="utf-8"))


def test_line_in_the_picture_is_one_of_the_commands() -> None:
    program, verb, *arguments = shlex.split(LINE)

    assert program == "ncp-vserver"
    cli.commands[verb].make_context(verb, arguments)


def test_picture_of_the_page_was_made_of_the_page_as_it_is() -> None:
    assert stated(PICTURE.read_bytes()) == fingerprint(), "run `make pictures`"


def test_picture_of_the_page_is_modest() -> None:
    assert len(PICTURE.read_bytes()) < 150_000
