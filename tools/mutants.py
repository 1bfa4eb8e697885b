"""Change code and contract in one place at a time, and see that a test fails: "make mutants".

A change that no test notices is a survivor: a proof is missing, or the place does not matter. tools/survivors.txt has
those that are known, each with its reason. ``SAMPLE=40 make mutants`` tries so many, which ``SEED=1`` chooses; without
it, all are tried. ``ONLY=sdk/`` tries those of paths that begin so; ``WITH="tests/unit tests/…"`` by these tests alone,
which takes minutes: a survivor may be killed by others.

The tests are run once, measured: that says which of them reach a line. They are then collected in one process, which
forks for each mutant. The child changes the code of the function, or the contract as the tests have read it, and runs
the tests that reach it. What runs as a module is imported, or in a process that a test starts, is tried with pytest on
a changed copy of the package.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import yaml
from contract_mutations import CONTRACT, Change, changes_of
from forks import AT_ONCE, LEAST_SECONDS, Result, in_forks, module_of
from mutations import Mutant, mutants_of
from reach import ROOT, Candidate, Reach, is_measured, measure, modules

SURVIVORS: Final = ROOT / "tools" / "survivors.txt"
KNOWN: Final = ROOT / "tools" / "known_mutants.jsonl"
# Tests that reach a package in processes of their own.
APART: Final = {
    "sdk/ncp_vserver/_command": ["tests/command"],
    "mock/ncp_mock": [
        "tests/behaviour/test_mock_command.py",
        "tests/behaviour/test_mock_launcher.py",
        "tests/behaviour/test_pytest_plugin.py",
    ],
}
_MOST_SECONDS_ON_A_COPY: Final = 30
_SAMPLE: Final = 160
_QUICK: Final = 0.5


def candidates() -> Iterator[Candidate]:
    """Every change."""
    for module in modules():
        yield from mutants_of(ROOT, module)
    yield from changes_of(yaml.safe_load((ROOT / CONTRACT).read_text(encoding="utf-8")))


def on_a_copy(reach: Reach, mutant: Mutant) -> Result:
    """Try a mutant with a pytest of its own."""
    apart = [path for part, paths in APART.items() if mutant.module.startswith(part) for path in paths]
    near = [] if mutant.function else reach.quickest(mutant, _MOST_SECONDS_ON_A_COPY)
    tests = [*near, *(test for test in reach.seconds if test.startswith(tuple(apart)))] if apart else near
    if not tests:
        return Result(mutant, "")
    folder, package, *inner = Path(mutant.module).parts
    with tempfile.TemporaryDirectory(prefix="mutant-") as place:
        (Path(place) / "openapi").symlink_to(ROOT / "openapi")
        (Path(place) / folder).mkdir()
        for beside in (ROOT / folder).iterdir():
            if beside.name != package:
                (Path(place) / folder / beside.name).symlink_to(beside)
        copy = Path(place) / folder / package
        shutil.copytree(ROOT / folder / package, copy, ignore=shutil.ignore_patterns("__pycache__"))
        copy.joinpath(*inner).write_text(mutant.code, encoding="utf-8")
        (Path(place) / "tests.json").write_text(json.dumps(tests), encoding="utf-8")
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(Path(place) / folder), str(ROOT / "tools")]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "REACH_TESTS": str(Path(place) / "tests.json"),
        }
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
        process = subprocess.Popen(
            [*command, "-p", "reach", *sorted({test.partition("::")[0] for test in tests})],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=LEAST_SECONDS + 5 * reach.sum(tests))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Result(mutant, "deadline")
    if process.returncode not in (0, 1, 2, 3):
        raise SystemExit(f"pytest ended with {process.returncode}:\n{output}")
    return Result(mutant, output if process.returncode else "")


def try_all(chosen: list[Candidate], reach: Reach) -> Iterator[Result]:
    """What became of each mutant."""
    forked = [each for each in chosen if isinstance(each, Change) or each.function or each.is_constant]
    left = [each for each in chosen if isinstance(each, Mutant) and not each.function and not each.is_constant]
    for result in in_forks(forked, reach) if forked else ():
        if isinstance(result.candidate, Change) or result.killer:
            yield result
        else:
            left.append(result.candidate)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(functools.partial(on_a_copy, reach), left)


class _Killers:
    """The test that has killed each mutant of the sample before."""

    def __init__(self, by_mutant: dict[str, str]) -> None:
        self._by_mutant = by_mutant

    def tests(self, candidate: Candidate) -> list[str]:
        """That one."""
        return [self._by_mutant[str(candidate)]]

    def sum(self, tests: list[str]) -> float:
        """Too few seconds to count."""
        return 0.0


def _shuffled(everything: Iterable[Candidate], seed: str) -> list[Candidate]:
    """In an order that stays the same where other code changes: each has its place by its own text."""
    return sorted(everything, key=lambda each: hashlib.sha256(f"{seed} {each}".encode()).digest())


def write_sample(results: list[Result]) -> None:
    """Keep some mutants and the quick tests that kill them, even alone, for "make test"."""
    seconds = Reach().seconds
    killers = {str(each.candidate): each.killer for each in results if seconds.get(each.killer, 9) < _QUICK}
    chosen = _shuffled([each.candidate for each in results if str(each.candidate) in killers], "sample")[:_SAMPLE]
    killed = [str(each.candidate) for each in in_forks(chosen, _Killers(killers)) if each.killer]
    lines = sorted(json.dumps([text, killers[text]], ensure_ascii=False) for text in killed)
    KNOWN.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def try_sample() -> int:
    """Try the sample, each mutant with the test that has killed it before."""
    killers: dict[str, str] = dict(json.loads(line) for line in KNOWN.read_text(encoding="utf-8").splitlines())
    chosen = [each for each in candidates() if str(each) in killers]
    survivors = [result.candidate for result in in_forks(chosen, _Killers(killers)) if not result.killer]
    gone = killers.keys() - set(map(str, chosen))
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mutants killed")
    if len(gone) > len(killers) // 10:
        print(f'{len(gone)} of {KNOWN.name} are of code that has changed: "make mutants" writes it anew')
        return 1
    return 1 if survivors else 0


def main() -> int:
    """Try the mutants, and return 1 if one survives that is not known to."""
    if sys.argv[1:] == ["sample"]:
        return try_sample()
    everything = [each for each in candidates() if str(each).startswith(os.environ.get("ONLY", ""))]
    chosen = _shuffled(everything, os.environ.get("SEED", "1"))[: int(os.environ.get("SAMPLE", len(everything)))]
    known = {line.partition("  #")[0] for line in SURVIVORS.read_text(encoding="utf-8").splitlines()}
    if not is_measured() or len(chosen) == len(everything):
        measure()
    print(f"{len(chosen)} of {len(everything)} mutants", flush=True)
    results: list[Result] = []
    survivors = 0
    for result in try_all(sorted(chosen, key=module_of), Reach()):
        results.append(result)
        if not result.killer and str(result.candidate) not in known:
            survivors += 1
            line = f", line {result.candidate.lines[0]}" if isinstance(result.candidate, Mutant) else ""
            print(f"survived{line}: {result.candidate}", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} killed or known")
    if not os.environ.keys() & {"ONLY", "WITH"}:
        write_sample(results)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
