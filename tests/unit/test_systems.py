"""The list of tests that need what a system lacks names tests that there are, and is heeded."""

import os
import re
import subprocess
import sys

import pytest
from support.contract import ROOT
from support.systems import SYSTEMS, lacking


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_entry_is_a_test(system: str) -> None:
    for start in SYSTEMS[system]:
        file, _, name = start.partition("::")
        code = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {name.partition('[')[0] or 'test'}\w*\(", code, re.MULTILINE), start


def test_the_rest_runs() -> None:
    assert lacking("command/test_outcomes.py::test_accepted", "win32") is None
    assert lacking("command/test_terminal.py::test_yes[y]", "linux") is None


def test_module_and_test_are_skipped() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests'); from support import systems; import pytest;"
        "systems.lacking.__defaults__ = ('win32',); sys.exit(pytest.main(sys.argv[1:]))"
    )
    tests = ["tests/command/test_terminal.py", "tests/command/test_command_line.py::test_completion_in_bash"]
    process = subprocess.run(
        [sys.executable, "-c", code, "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )

    assert "Windows has no pseudo-terminal that Python could open" in process.stdout
    assert "it is a script for a POSIX shell" in process.stdout
    assert re.search(r"= \d+ skipped in ", process.stdout), process.stdout
