"""Fail if the tests do not cover every line and branch of the product: a pytest plugin for ``make test``.

SlipCover adds about a tenth to the processor time of the tests. coverage.py doubles it on Python 3.11, where it traces
the libraries too. Only the test processes are measured: a process killed by a signal leaves no data, so results would
differ from run to run.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final, cast

import pytest
from slipcover.branch import preinstrument  # type: ignore[import-untyped]  # it has no types
from slipcover.importer import SlipcoverLoader  # type: ignore[import-untyped]  # it has no types
from slipcover.slipcover import Slipcover  # type: ignore[import-untyped]  # it has no types

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("signer/ncp_signer", "sdk/ncp_vserver", "mock/ncp_mock")
# Branches from lines with these words may stay uncovered.
_ONE_WAY: Final = ("# pragma: no branch", "if not TYPE_CHECKING:")

Place = int | tuple[int, int]
"""A line, or a branch from a line to another line, or to 0, the end of the function."""

_reached: dict[str, set[Place]] = {}
_missing: dict[str, set[Place]] = {}
"""Missing in some process. Another process may have reached it."""


class _Loader(SlipcoverLoader):  # type: ignore[misc]  # its base has no types
    """Also measures a module that runs as ``__main__``, by ``runpy``."""

    def get_code(self, name: str) -> CodeType:
        code = compile(preinstrument(ast.parse(self.origin.read_bytes())), str(self.origin), "exec")
        instrumented: CodeType = self.sci.instrument(code)
        return instrumented


class _Finder(MetaPathFinder):
    """Import the product with SlipCover's probes."""

    def __init__(self, measuring: Any) -> None:
        self._measuring = measuring
        self._names = {Path(package).name for package in PACKAGES}

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name.partition(".")[0] in self._names else None
        if spec and spec.loader and spec.origin:
            spec.loader = _Loader(self._measuring, spec.loader, spec.origin)
        return spec


_MEASURING: Final[Any] = Slipcover(branch=True)
sys.meta_path.insert(0, _Finder(_MEASURING))


def _add(files: Mapping[str, Mapping[str, Iterable[Place]]]) -> None:
    for path, places in files.items():
        for known, kind in ((_reached, "executed"), (_missing, "missing")):
            known.setdefault(path, set()).update(places[f"{kind}_lines"], places[f"{kind}_branches"])


def unreached() -> Iterator[str]:
    """Yield a line of text for each file with places that no test has reached."""
    for file in (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))):
        path = file.relative_to(ROOT).as_posix()
        text = file.read_text(encoding="utf-8").splitlines()
        if path not in _reached:
            if text:
                yield f"{path}: not imported"
            continue
        left = _missing[path] - _reached[path]
        lines = {place for place in left if isinstance(place, int)}
        places = [str(line) for line in sorted(lines)]
        for start, end in sorted(place for place in left if isinstance(place, tuple)):
            if start not in lines and not any(words in text[start - 1] for words in _ONE_WAY):
                places.append(f"{start}->{end or 'exit'}")
        if places:
            yield f"{path}: {', '.join(places)}"


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    _add(getattr(node, "workeroutput", {}).get("branches", {}))  # none if the worker crashed


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    files = cast("dict[str, dict[str, list[Place]]]", _MEASURING.get_coverage()["files"])
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["branches"] = files
        return
    _add(files)
    if sys.platform == "linux" and any(unreached()):  # other systems skip some tests
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in unreached():
        terminalreporter.write_line(f"not reached: {line}", red=True)
    terminalreporter.write_line(f"{sum(map(len, _reached.values()))} lines and branches reached")
