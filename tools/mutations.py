"""The changes that "make mutants" makes to Python modules."""

import ast
import collections
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

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
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Mutant(NamedTuple):
    """One change.

    Attributes:
        module: Its path in the repository.
        lines: The first and the last line of what is changed.
        text: The first of these lines.
        before: What is there.
        after: What is put there instead.
        code: The changed module. Its line numbers are the original's.
        function: Name and first line of the outermost function that is changed; None where importing runs the change.
        names: What the changed statement of a module or a class defines.
        nth: Which of those it is that are the same in text.
    """

    module: str
    lines: tuple[int, int]
    text: str
    before: str
    after: str
    code: str
    function: tuple[str, int] | None
    names: tuple[str, ...]
    nth: int

    @property
    def is_constant(self) -> bool:
        """Whether it changes the value of a name of the module, and that alone."""
        return self.function is None and len(self.names) == 1 and not re.match(r"[A-Z][a-z]", self.names[0])

    def __str__(self) -> str:
        """By its text and not by its number: that stays the same when other lines change."""
        nth = "" if self.nth == 1 else f" (no. {self.nth})"
        return f"{self.module}: {self.text}: {self.before}  ->  {self.after}{nth}"


def mutants_of(root: Path, module: str) -> Iterator[Mutant]:
    """Every change of a module."""
    source = (root / module).read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    data = source.encode()
    alike: dict[tuple[str, str, str], int] = collections.Counter()
    for node, function, names in _places(ast.parse(source), None, ()):
        for changed in _changes(node):
            assert isinstance(node, ast.expr)
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            begin, end = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
            after = ast.unparse(changed)
            kept_lines = "\n" * (node.end_lineno - node.lineno - after.count("\n"))
            text, before = lines[node.lineno - 1].strip(), ast.unparse(node)
            alike[text, before, after] += 1
            code = data[:begin] + f"({after}{kept_lines})".encode() + data[end:]
            yield Mutant(
                module,
                (node.lineno, node.end_lineno),
                text,
                before,
                after,
                code.decode(),
                function,
                names,
                alike[text, before, after],
            )


_Place = tuple[ast.AST, tuple[str, int] | None, tuple[str, ...]]


def _places(tree: ast.AST, function: tuple[str, int] | None, names: tuple[str, ...]) -> Iterator[_Place]:
    """All expressions but annotations, decorators, docstrings, and what goes into a text for people.

    Each with its outermost function, and with what its statement defines outside of functions.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.JoinedStr | ast.arguments) or node is getattr(tree, "annotation", None):
            continue
        if node in getattr(tree, "decorator_list", []) or node is getattr(tree, "returns", None):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        inside, defined = function, names
        if function is None and isinstance(node, _Function):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            inside = node.name, first
        elif function is None and isinstance(node, ast.ClassDef):
            defined = (node.name,)
        elif function is None and isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            defined = (*names, *(each.id for each in targets if isinstance(each, ast.Name)))
        yield node, inside, defined
        yield from _places(node, inside, defined)


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
