"""Change the code in one place at a time, and see that a test fails: "make mutants".

A change that no test notices is a survivor: a proof is missing, or the place does not matter. tools/survivors.txt has
those that are known, each with its reason. ``SAMPLE=40 make mutants`` tries so many, which ``SEED=1`` chooses; without
it, all are tried. Copies of a package are changed, never the checkout.
"""

import ast
import concurrent.futures
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
SURVIVORS: Final = ROOT / "tools" / "survivors.txt"
MOST_SECONDS: Final = 240

# What is to be proven, and the tests that prove it, the cheapest first.
TARGETS: Final[dict[str, list[str]]] = {
    "signer/ncp_signer/_signature.py": ["tests/known_answers", "tests/unit/test_auth.py"],
    "signer/ncp_signer/_auth.py": [
        "tests/unit/test_auth.py",
        "tests/unit/test_gateway.py",
        "tests/behaviour/test_clock_correction.py",
    ],
    "sdk/ncp_vserver/_proof.py": ["tests/unit/test_proof.py", "tests/fuzzing", "tests/behaviour/test_settling.py"],
    "sdk/ncp_vserver/_evidence.py": [
        "tests/behaviour/test_outcomes.py",
        "tests/behaviour/test_accounting.py",
        "tests/behaviour/test_access_errors.py",
        "tests/behaviour/test_at_fault.py",
        "tests/unit",
        "tests/fuzzing",
    ],
    "sdk/ncp_vserver/_retry.py": [
        "tests/behaviour/test_retries.py",
        "tests/behaviour/test_deadlines.py",
        "tests/behaviour/test_concurrency.py",
        "tests/behaviour/test_waiting.py",
    ],
    "sdk/ncp_vserver/_wait.py": [
        "tests/behaviour/test_waiting.py",
        "tests/behaviour/test_back_means_restarted.py",
        "tests/behaviour/test_deadlines.py",
    ],
    "sdk/ncp_vserver/_rolling.py": [
        "tests/behaviour/test_rolling.py",
        "tests/behaviour/test_untouched.py",
        "tests/behaviour/test_callbacks.py",
        "tests/behaviour/test_runs.py",
    ],
    "sdk/ncp_vserver/_settle.py": ["tests/behaviour/test_settling.py", "tests/behaviour/test_untouched.py"],
    "sdk/ncp_vserver/_reads.py": ["tests/behaviour/test_paging.py", "tests/behaviour/test_changing_lists.py"],
    "mock/ncp_mock/_gateway/authentication.py": [
        "tests/unit/test_authentication.py",
        "tests/unit/test_mistakes.py",
        "tests/unit/test_odd_signatures.py",
    ],
    "mock/ncp_mock/_contract/judge.py": [
        "tests/behaviour/test_gateway.py",
        "tests/behaviour/test_query_of_a_post.py",
        "tests/contract/test_mock.py",
        "tests/contract/test_mock_operations.py",
    ],
}

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}  # fmt: skip - a table
_CALCULATED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}  # fmt: skip - a table


class Mutant(NamedTuple):
    """One change: the module, the line and its text, what is there, and what is put there instead."""

    module: str
    line: int
    text: str
    before: str
    after: str
    code: str

    def __str__(self) -> str:
        """By its text and not by its number: that stays the same when other lines change."""
        return f"{self.module}: {self.text}: {self.before}  ->  {self.after}"


def mutants(module: str) -> Iterator[Mutant]:
    """Every change of a module."""
    source = (ROOT / module).read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    data = source.encode()
    for node in _nodes_that_run(ast.parse(source)):
        for changed in _changes(node):
            assert isinstance(node, ast.expr)
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            begin, end = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
            after = ast.unparse(changed)
            code = data[:begin] + f"({after})".encode() + data[end:]
            text = lines[node.lineno - 1].strip()
            yield Mutant(module, node.lineno, text, ast.unparse(node), after, code.decode())


def _nodes_that_run(tree: ast.AST) -> Iterator[ast.AST]:
    """All expressions but annotations, decorators, docstrings, and what goes into a text for people."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.JoinedStr | ast.arguments) or node is getattr(tree, "annotation", None):
            continue
        if node in getattr(tree, "decorator_list", []):
            continue
        if node is getattr(tree, "returns", None) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            continue
        yield node
        yield from _nodes_that_run(node)


def _changes(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left, [operator], right) if type(operator) in _COMPARED:
            yield ast.Compare(left, [_COMPARED[type(operator)]()], right)
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            yield from (ast.BoolOp(operator, values[:at] + values[at + 1 :]) for at in range(len(values)) if values[1:])
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.BinOp(left, operator, right) if type(operator) in _CALCULATED:
            yield ast.BinOp(left, _CALCULATED[type(operator)](), right)
        case ast.IfExp(_, body, orelse):
            yield body
            yield orelse
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield ast.Constant(value + 1)
        case _:
            return


def survives(mutant: Mutant) -> bool:
    """Whether all tests pass with a mutant."""
    folder, package, name = Path(mutant.module).parts
    with tempfile.TemporaryDirectory(prefix="mutant-") as place:
        (Path(place) / "openapi").symlink_to(ROOT / "openapi")
        (Path(place) / folder).mkdir()
        for beside in (ROOT / folder).iterdir():
            if beside.name != package:
                (Path(place) / folder / beside.name).symlink_to(beside)
        copy = Path(place) / folder / package
        shutil.copytree(ROOT / folder / package, copy, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / name).write_text(mutant.code, encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": str(Path(place) / folder), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
        try:
            process = subprocess.run(
                [*command, *TARGETS[mutant.module]],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=MOST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    return process.returncode == 0


def main() -> int:
    """Try the mutants, and return 1 if one survives that is not known to."""
    candidates = [mutant for module in TARGETS for mutant in mutants(module)]
    chooser = random.Random(os.environ.get("SEED", "1"))  # noqa: S311 - a choice that can be repeated, no secret
    chosen = chooser.sample(candidates, min(int(os.environ.get("SAMPLE", len(candidates))), len(candidates)))
    known = {line.partition("  #")[0] for line in SURVIVORS.read_text(encoding="utf-8").splitlines()}
    print(f"{len(chosen)} of {len(candidates)} mutants", flush=True)
    survivors: list[str] = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for mutant, has_survived in zip(chosen, pool.map(survives, chosen), strict=True):
            if has_survived and str(mutant) not in known:
                survivors.append(str(mutant))
                print(f"survived, line {mutant.line}: {mutant}", flush=True)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} killed or known")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
