"""Every command and every example of every page, run as a reader would; data is tested in ``test_data.py``."""

import logging
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ncp_mock import NcpMock
from support.contract import ROOT
from support.pages import DATA, FILES, PAGES, Block, blocks, without_blocks
from support.pytest_project import pytest_command

BLOCKS = [block for block in blocks() if block.is_run and not block.directed("file")]
SCRIPTS = [block for block in BLOCKS if block.language == "python" and not block.is_test]
TESTS = [block for block in BLOCKS if block.is_test]
CONSOLES = [block for block in BLOCKS if block.language == "console"]

# Anything that a reader sees as a block: in a list, in a quotation, with another fence, or with none.
FENCE = re.compile(r"^[\s>*+\-\d.]*(?:```|~~~)", re.MULTILINE)
WITHOUT_FENCE = re.compile(r"\n\n(?: {4}|\t)|<pre\b")

LACKS_PROGRAMS = not os.environ.get("CI") and not (shutil.which("openssl") and shutil.which("curl"))

# What a page tells to install or start is there already, and a question finds nobody to answer it. Whether it is told
# with options that exist, test_command_lines.py checks.
PRELUDE = """set -eo pipefail
make() { :; }
pip() { :; }
ncp-mock() { :; }
ncp-vserver() {
  case " $* " in *" reboot "* | *" --restart "*) set -- "$@" --yes --poll 0.05s ;; esac
  case " $* " in *" verify "*) set -- "$@" --pause 0.001s ;; esac
  command ncp-vserver "$@"
}
"""


def test_every_block_is_run() -> None:
    outputs = {block for block in blocks() if block.is_run and block.output is not None}

    assert {*BLOCKS} <= {*SCRIPTS, *TESTS, *CONSOLES, *DATA}, "a block in a language that nothing runs"
    assert outputs <= {*SCRIPTS}, "an output that nothing compares"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_block_is_found(page: Path) -> None:
    found = [block for block in blocks() if block.page == page]

    fences = FENCE.findall(page.read_text(encoding="utf-8"))
    assert len(fences) == 2 * sum(1 if block.output is None else 2 for block in found)
    assert not WITHOUT_FENCE.search(without_blocks(page))


def test_block_that_is_not_run_has_its_reason() -> None:
    reasons = [reason for block in blocks() for reason in block.directed("not run")]

    assert all(reason.strip() for reason in reasons)


def test_every_file_of_the_pages_is_used_by_a_test() -> None:
    tests = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").glob("*/test_*.py"))

    assert {name for name in FILES if f'"{name}"' not in tests} == set()


def surroundings(mock: NcpMock, block: Block) -> dict[str, str]:
    for call in block.directed("mock"):
        eval(f"mock.{call}", {"mock": mock})  # noqa: S307 - written in our own pages
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | mock.environment | {"PATH": path, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}


def assert_output(output: str, expected: str | None) -> None:
    if expected is not None:
        pattern = ".*".join(map(re.escape, expected.split("…")))
        assert re.fullmatch(pattern, output), output


@pytest.mark.parametrize("block", SCRIPTS, ids=str)
def test_script(
    block: Block, ncp_mock: NcpMock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in surroundings(ncp_mock, block).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(logging, "root", logging.RootLogger(logging.WARNING))  # a script sets up its process's
    code = block.code.replace("MOCK_URL", ncp_mock.url)

    exec(compile(code, str(block), "exec"), {"__name__": "__main__"})  # noqa: S102 - written in our own pages

    output, errors = capsys.readouterr()
    assert ncp_mock.secret_key not in output + errors
    assert_output(output, block.output)


@pytest.mark.parametrize("block", CONSOLES, ids=str)
@pytest.mark.skipif(LACKS_PROGRAMS, reason="openssl or curl is not on the PATH")
def test_commands(block: Block, ncp_mock: NcpMock, tmp_path: Path) -> None:
    lines = block.code.replace("http://127.0.0.1:4010", ncp_mock.url).splitlines()
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    assert commands
    expected = "".join(f"{line}\n" for line in lines if not line.startswith("$ "))
    starts = [f"unset -f {program}" for program in block.directed("starts")]
    process = subprocess.run(
        ["bash", "-c", PRELUDE + "\n".join([*starts, *commands])],
        cwd=tmp_path,
        env=surroundings(ncp_mock, block),
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        capture_output=True,
    )

    assert process.returncode == 0, process.stderr
    if expected:
        output = re.sub(r"[ \r]+$", "", process.stdout, flags=re.MULTILINE)
        assert_output(f"{output.rstrip()}\n", expected)


def test_tests(tmp_path: Path) -> None:
    for block in TESTS:
        has_options = "def ncp_mock_options" in block.code
        folder = tmp_path / (f"options_{block.line}" if has_options else "plain")
        folder.mkdir(exist_ok=True)
        name = "conftest" if has_options else f"test_{block.page.stem.replace('-', '_')}_{block.line}"
        (folder / f"{name}.py").write_text(block.code, encoding="utf-8")
    process = subprocess.run(pytest_command(tmp_path, "-q"), cwd=tmp_path, capture_output=True, text=True)

    count = sum(len(re.findall(r"^(?:async )?def test_", block.code, re.MULTILINE)) for block in TESTS)
    assert re.search(rf"^{count} passed in ", process.stdout, re.MULTILINE), process.stdout
