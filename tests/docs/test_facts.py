"""What the pages say of the product is so: numbers, names, the mock's address, and the demo."""

import dataclasses
import importlib
import inspect
import re
import signal
import subprocess
import sys

import ncp_vserver
import pytest
from ncp_mock import Mock, Record
from ncp_mock._contract.document import Contract
from ncp_mock._contract.formats import Renderer
from ncp_mock._gateway.faults import Faults
from ncp_mock._mistakes.table import MISTAKES
from ncp_vserver._command import exit_codes
from support.contract import ROOT

MOCK_PAGE = (ROOT / "docs" / "mock.md").read_text(encoding="utf-8")
DOCUMENT = Contract(ROOT / "openapi" / "vserver.yaml")


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Options", list(inspect.signature(Mock).parameters)),
        ("Records", [field.name for field in dataclasses.fields(Record)]),
    ],
)
def test_mocks_page_names_every_one(heading: str, names: list[str]) -> None:
    [section] = re.findall(rf"### {heading}\n.*?\n##", MOCK_PAGE, re.DOTALL)

    rows = re.findall(r"^\|(.*?)\|", section, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(row for row in rows if "a `Record`" not in row))) == sorted(names)


def test_make_starts_the_mock_where_the_pages_say() -> None:
    mock = subprocess.run(["make", "-n", "mock"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True).stdout
    assert "-m ncp_mock --port 4010" in mock


def test_demo(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.syspath_prepend(ROOT / "examples")
    demo = importlib.import_module("demo")
    monkeypatch.setattr(demo, "POLL", "0.1s")
    monkeypatch.setattr(demo, "FLEET", [server | {"restartSeconds": 0.3} for server in demo.FLEET])
    interrupts = signal.getsignal(signal.SIGINT)
    try:
        assert demo.main() == 0
    finally:
        signal.signal(signal.SIGINT, interrupts)

    output = capfd.readouterr().out
    outcomes = re.findall(r"^(\d+) +shop-\S+ +KR-1 +\w+ +(back|failed|not sent)$", output, re.MULTILINE)
    first = ["123458777", "123458773", "123458774", "123458775", "123458776"]
    last = [("123458777", "failed"), ("123458773", "back"), ("123458774", "not sent")]
    assert outcomes == [(number, "back") for number in [*first, "123458775"]] + last
    assert "clock       agrees with the gateway's" in output
    assert "The exit code is 7: a restart failed." in output
    assert f"The command is {sys.executable.removesuffix('python')}ncp-vserver." in output


@pytest.mark.parametrize("file", ["docs/authentication-failed.md", "docs/proof.md", "docs/mock.md", "CHANGELOG.md"])
def test_number_of_mistakes(file: str) -> None:
    numbers = set(re.findall(r"\b(\d+)(?: mistakes|, from `seconds)", (ROOT / file).read_text(encoding="utf-8")))

    assert numbers == {str(len(MISTAKES))}


def test_every_error_has_a_section_and_every_section_an_error() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    errors = {
        name
        for name in dir(ncp_vserver)
        if isinstance(getattr(ncp_vserver, name), type) and issubclass(getattr(ncp_vserver, name), BaseException)
    }

    assert set(re.findall(r"^### (\w+)$", page, re.MULTILINE)) == errors - {"NcpError"}


def test_every_exit_code_that_needs_something_has_a_section() -> None:
    page = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
    codes = {value for value in vars(exit_codes).values() if isinstance(value, int)}

    assert {int(code) for code in re.findall(r"^### Exit code (\d+): ", page, re.MULTILINE)} == codes - {0}


def test_every_fault_is_named() -> None:
    [table] = re.findall(r"## Failures on demand.*?\n## ", MOCK_PAGE, re.DOTALL)

    named = set(re.findall(r"^\|.*$", table, re.MULTILINE))
    names = {name for row in named for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}
    assert names == Faults(DOCUMENT, Renderer(DOCUMENT)).kinds.keys()
