"""Which tests reach which lines. Also a pytest plugin that finds out, and that runs the tests that are named."""

import collections
import functools
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest
from contract_mutations import Change
from coverage import Coverage, CoverageData
from mutations import Mutant

Candidate = Mutant | Change

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("signer/ncp_signer", "sdk/ncp_vserver", "mock/ncp_mock", "generated/ncp_vserver_api")
_MEASURED: Final = ROOT / ".mutants"
_OF_CONTRACT: Final = ("tests/contract/test_document", "tests/contract/test_front_and_contract.py")

_seconds: dict[str, float] = collections.defaultdict(float)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    measuring = Coverage.current()
    if measuring:
        measuring.switch_context(item.nodeid)
    result = yield
    if measuring:
        measuring.switch_context("")
    return result


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if path := os.environ.get("REACH_TESTS"):
        places = {test: place for place, test in enumerate(json.loads(Path(path).read_text(encoding="utf-8")))}
        items[:] = sorted((item for item in items if item.nodeid in places), key=lambda item: places[item.nodeid])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[report.nodeid] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    if Coverage.current() and not hasattr(session.config, "workerinput"):
        (_MEASURED / "seconds.json").write_text(json.dumps(_seconds), encoding="utf-8")


@functools.cache
def modules() -> list[str]:
    """All modules, those of later folders included."""
    return [
        path.relative_to(ROOT).as_posix() for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))
    ]


def is_measured() -> bool:
    """Whether the tests were run for this already."""
    has_failed = any(_MEASURED.glob("coverage.*"))  # the parts of a run that did not come to its end
    return (_MEASURED / "seconds.json").exists() and not has_failed


def measure() -> None:
    """Run the tests, and write down which of them reach which lines."""
    shutil.rmtree(_MEASURED, ignore_errors=True)
    _MEASURED.mkdir()
    environment = os.environ | {"COVERAGE_FILE": str(_MEASURED / "coverage"), "PYTHONPATH": str(ROOT / "tools")}
    packages = ",".join(Path(package).name for package in PACKAGES)
    coverage = [sys.executable, "-m", "coverage", "run", "--source", packages]
    tests = ["-m", "pytest", "-q", "-p", "reach", "-n", str(os.cpu_count() or 1), "--dist", "worksteal"]
    tests += ["--deselect", "tests/behaviour/test_explanations.py"]  # about time, which measuring takes
    tests += os.environ.get("WITH", "").split()
    subprocess.run([*coverage, *tests], cwd=ROOT, env=environment, check=True)
    subprocess.run([sys.executable, "-m", "coverage", "combine", "--quiet"], cwd=ROOT, env=environment, check=True)


class Reach:
    """Which tests reach a line, and how long each takes."""

    def __init__(self) -> None:
        self._data = CoverageData(str(_MEASURED / "coverage"))
        self._data.read()
        self.seconds: dict[str, float] = json.loads((_MEASURED / "seconds.json").read_text(encoding="utf-8"))

    @functools.cache  # noqa: B019 - there is one of these, for as long as the process
    def lines(self, module: str) -> dict[int, set[str]]:
        """The tests that reach each line of a module."""
        lines = self._data.contexts_by_lineno(str(ROOT / module))
        return {line: {test for test in tests if test in self.seconds} for line, tests in lines.items()}

    def tests(self, candidate: Candidate) -> list[str]:
        """The tests that may notice a change, the quickest first."""
        found: set[str] = set()
        if isinstance(candidate, Change):
            found = {test for test in self.seconds if test.startswith(_OF_CONTRACT)}
        elif candidate.function:
            first, last = candidate.lines
            found = {test for line in range(first, last + 1) for test in self.lines(candidate.module).get(line, ())}
        else:
            word = re.compile(rf"\b({'|'.join(candidate.names) or candidate.module})\b")
            for module in modules():
                text = (ROOT / module).read_text(encoding="utf-8").splitlines()
                lines = {number for number, line in enumerate(text, 1) if word.search(line)}
                found.update(*(tests for line, tests in self.lines(module).items() if line in lines))
        return sorted(found, key=lambda test: self.seconds[test])

    def sum(self, tests: list[str]) -> float:
        """How long some tests take."""
        return sum(self.seconds[test] for test in tests)

    def quickest(self, mutant: Mutant, seconds: float) -> list[str]:
        """Of the tests that may notice a change, those that take so long together."""
        tests = self.tests(mutant)
        ends = itertools.accumulate(self.seconds[test] for test in tests)
        return [test for test, end in zip(tests, ends, strict=True) if end <= seconds]
