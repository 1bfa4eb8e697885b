"""Mutants in forked processes: a pytest plugin that tries them after the collection of the tests."""

import collections
import contextlib
import gc
import importlib
import os
import resource
import shutil
import signal
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import pytest
from contract_mutations import CONTRACT, Change
from mutations import Mutant
from reach import ROOT, Candidate, modules

# A child may need this long, and five times what its tests need else. A change can make a loop endless.
LEAST_SECONDS: Final = 60
AT_ONCE: Final = os.cpu_count() or 1
_MOST_BYTES: Final = 4 << 30
# The exit code of a child that could not become its mutant, which counts as a survivor.
_NOT_CHANGED: Final = 99


class Tests(Protocol):
    """Knows which tests may notice a change, and how long they take."""

    def tests(self, candidate: Candidate, /) -> list[str]:
        """The tests to run, in this order."""
        ...

    def sum(self, tests: list[str], /) -> float:
        """Seconds that they take."""
        ...


class Result(NamedTuple):
    """What became of a mutant: the test that failed, or why there is none; empty where it has survived."""

    candidate: Candidate
    killer: str


class Forks:
    """A pytest plugin that tries mutants in processes forked after the collection of the tests."""

    def __init__(self, chosen: list[Candidate], reach: Tests, place: Path, tell: Callable[[Result], None]) -> None:
        self._chosen, self._reach, self._place, self._tell = chosen, reach, place, tell
        self._running: dict[int, tuple[Candidate, Path]] = {}
        self._killers: dict[str, dict[str, None]] = collections.defaultdict(dict)
        self._functions: dict[tuple[str, str, int], list[types.FunctionType]] = collections.defaultdict(list)
        self._note: Path | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Fork for each mutant. In a child, leave the loop to pytest."""
        items = {item.nodeid: item for item in session.items}
        conftest: Any = session.config.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py"))
        running = conftest.prism().__enter__()  # until this process ends: a child must not end it
        assert running.port
        conftest.prism = lambda: contextlib.nullcontext(running)
        for path in modules():  # also those that are imported on first use: what is not there cannot be changed
            package = Path(path).with_suffix("").parts[1:]
            if package[-1] != "__main__":
                importlib.import_module(".".join(package).removesuffix(".__init__"))
        for each in gc.get_objects():
            if isinstance(each, types.FunctionType) and each.__code__.co_filename.startswith(str(ROOT)):
                code = each.__code__
                self._functions[code.co_filename, code.co_name, code.co_firstlineno].append(each)
        gc.freeze()
        for number, candidate in enumerate(self._chosen):
            tests = self._ordered(candidate, [test for test in self._reach.tests(candidate) if test in items])
            if not tests:
                self._tell(Result(candidate, ""))
                continue
            while len(self._running) >= AT_ONCE:
                self._reap()
            folder = self._place / str(number)
            folder.mkdir()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of forking with threads: Prism's reader is not used in the child
                pid = os.fork()
            if pid == 0:
                try:
                    self._become(candidate, folder, self._reach.sum(tests))
                except Exception:
                    os._exit(_NOT_CHANGED)
                session.items[:] = [items[test] for test in tests]
                session.testscollected = len(tests)
                return None
            self._running[pid] = candidate, folder
        while self._running:
            self._reap()
        return True

    def _ordered(self, candidate: Candidate, tests: list[str]) -> list[str]:
        """Tests that killed others of the module first, the latest first of all."""
        known = self._killers[module_of(candidate)]
        ranks = {test: rank for rank, test in enumerate(reversed(known))}
        return sorted(tests, key=lambda test: ranks.get(test, len(ranks)))

    def _become(self, candidate: Candidate, folder: Path, seconds: float) -> None:
        """Make this child the mutant."""
        os.setpgid(0, 0)
        signal.alarm(int(LEAST_SECONDS + 5 * seconds))
        resource.setrlimit(resource.RLIMIT_DATA, (_MOST_BYTES, _MOST_BYTES))
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
        self._note = folder / "killer"
        if isinstance(candidate, Change):
            candidate.apply(sys.modules["support.contract"].CONTRACT)
            return
        path = str(ROOT / candidate.module)
        changed = compile(candidate.code, path, "exec")
        if candidate.function:
            [code] = [
                each for each in _functions_in(changed) if (each.co_name, each.co_firstlineno) == candidate.function
            ]
            functions = self._functions[path, *candidate.function]
            assert functions
            for function in functions:
                function.__code__ = code
            return
        name = candidate.names[0]
        module = next(each for each in sys.modules.values() if getattr(each, "__file__", None) == path)
        again = types.ModuleType(module.__name__)
        again.__dict__.update(__package__=module.__package__, __file__=path)
        exec(changed, again.__dict__)  # noqa: S102 - the project's own code
        value = getattr(module, name)
        for each in list(sys.modules.values()):
            if vars(each).get(name) is value:
                setattr(each, name, getattr(again, name))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write down the test that fails."""
        if self._note and report.failed:
            self._note.write_text(report.nodeid, encoding="utf-8")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """End the child at once: what it shares with its parent is not its own to end."""
        if self._note:
            os._exit(exitstatus)

    def _reap(self) -> None:
        pid, status = os.wait()
        if pid not in self._running:
            return
        candidate, folder = self._running.pop(pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # what its tests have started
        note = folder / "killer"
        code = os.waitstatus_to_exitcode(status)
        killer = "" if code in (0, _NOT_CHANGED) else f"exit code {code}"
        if note.exists():
            killer = note.read_text(encoding="utf-8")
        if note.exists():
            known = self._killers[module_of(candidate)]
            known.pop(killer, None)
            known[killer] = None
        shutil.rmtree(folder, ignore_errors=True)
        self._tell(Result(candidate, killer))


def module_of(candidate: Candidate) -> str:
    """The file that is changed."""
    return candidate.module if isinstance(candidate, Mutant) else CONTRACT


def _functions_in(code: types.CodeType) -> Iterator[types.CodeType]:
    """The functions of a module, and of its classes."""
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield each
            yield from _functions_in(each)


def in_forks(chosen: list[Candidate], reach: Tests) -> Iterator[Result]:
    """Try mutants of functions, of constants and of the contract."""
    files = {test.partition("::")[0] for each in chosen for test in reach.tests(each)}
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--tb=no", "--assert=plain"]
    results: list[Result] = []
    with tempfile.TemporaryFile() as output, tempfile.TemporaryDirectory(prefix="mutants-") as place:
        own = os.dup(1), os.dup(2)

        def tell(result: Result) -> None:
            results.append(result)
            if not result.killer:
                os.write(own[1], f"survived so far: {result.candidate}\n".encode())

        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
        try:
            code = pytest.main([*options, *sorted(files)], plugins=[Forks(chosen, reach, Path(place), tell)])
        finally:
            gc.unfreeze()  # else it would not name the functions to another of these
            for stream, kept in enumerate(own, 1):
                os.dup2(kept, stream)
        if len(results) != len(chosen):
            output.seek(0)
            raise SystemExit(f"pytest ended with {code}:\n{output.read().decode(errors='replace')}")
    yield from results
