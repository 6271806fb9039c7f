"""Mutants of a module: its source without one of its rules.

Left out in turn: every entry of a table, every clause of `and_`, `or_`, `where` and `union_all`, every
EXISTS, every condition of `case`, `if`, `and`, `or`, `not` and of a comprehension. Turned around: every
comparison, every `and_`, `or_`, `any_` and `all_`.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from difflib import ndiff
from typing import Any

CLAUSES = {"and_", "or_", "where", "union_all"}
OPPOSITES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Gt: ast.LtE,
    ast.Lt: ast.GtE,
}
SQL_OPPOSITES = {
    "is_": "is_not",
    "is_not": "is_",
    "is_distinct_from": "is_not_distinct_from",
    "and_": "or_",
    "or_": "and_",
    "any_": "all_",
    "all_": "any_",
}
TRUTHS = (ast.Constant(True), ast.Constant(False))
# Whatever names the module imports.
SQL_TRUTHS = [
    ast.parse(f"__import__('sqlalchemy').{truth}()", mode="eval").body for truth in ("true", "false")
]
NO_RULES = {"annotation", "returns", "decorator_list", "targets", "target"}


@dataclass(frozen=True)
class Mutant:
    """The source without one rule, and what stands there instead."""

    change: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """All mutants of the module."""
    tree = ast.parse(source)
    for holder, key, node in list(_places(tree)):
        for replacement in _replacements(node):
            holder[key] = replacement
            change = _change(ast.unparse(node), ast.unparse(replacement))
            yield Mutant(f"{getattr(node, 'lineno', '')}: {change}", ast.unparse(tree))
        holder[key] = node


def _change(before: str, after: str) -> str:
    """What goes with `-` and what comes with `+`."""
    parts = ndiff(before.split(", "), after.split(", "))
    return " ".join(part for part in parts if part[0] in "+-")


def _places(node: ast.AST) -> Iterator[tuple[Any, Any, ast.AST]]:
    """Every node below this one, with the list or dictionary that holds it and its key there."""
    for name, value in ast.iter_fields(node):
        holder: Any = value if isinstance(value, list) else vars(node)
        keys: Iterable[Any] = range(len(value)) if isinstance(value, list) else [name]
        for key in keys:
            if name not in NO_RULES and isinstance(holder[key], ast.AST):
                yield holder, key, holder[key]
                yield from _places(holder[key])


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    yield from REPLACED.get(type(node), _nothing)(node)


def _nothing(_node: Any) -> Iterator[ast.AST]:
    yield from ()


def _with(node: Any, **fields: object) -> Any:
    changed = copy(node)
    vars(changed).update(fields)
    return changed


def _without_each(node: Any, *names: str) -> Iterator[ast.AST]:
    """The node without one of its items, which may stand in two lists like those of a dictionary."""
    for i in range(len(getattr(node, names[0]))):
        lists = {name: getattr(node, name) for name in names}
        yield _with(node, **{name: [*items[:i], *items[i + 1 :]] for name, items in lists.items()})


def _tested(node: Any) -> Iterator[ast.AST]:
    yield from (_with(node, test=truth) for truth in TRUTHS)


def _branch(node: ast.Tuple) -> Iterator[ast.AST]:
    """The code under test has tuples in `case` alone: a condition and what it leads to."""
    yield from (_with(node, elts=[truth, *node.elts[1:]]) for truth in SQL_TRUTHS)


def _call(node: ast.Call) -> Iterator[ast.AST]:
    part = "attr" if isinstance(node.func, ast.Attribute) else "id"
    name = getattr(node.func, part, "")
    if name in CLAUSES and not isinstance(node.args[0], ast.Starred):
        yield from _without_each(node, "args")
    if name in SQL_OPPOSITES:
        yield _with(node, func=_with(node.func, **{part: SQL_OPPOSITES[name]}))
    if name == "exists":
        yield from SQL_TRUTHS


REPLACED: Mapping[type[ast.AST], Callable[[Any], Iterator[ast.AST]]] = {
    ast.List: lambda node: _without_each(node, "elts"),
    ast.Set: lambda node: _without_each(node, "elts"),
    ast.Dict: lambda node: _without_each(node, "keys", "values"),
    ast.BoolOp: lambda node: _without_each(node, "values"),
    ast.comprehension: lambda node: _without_each(node, "ifs"),
    ast.Tuple: _branch,
    ast.Call: _call,
    ast.If: _tested,
    ast.IfExp: _tested,
    ast.Compare: lambda node: iter([_with(node, ops=[OPPOSITES[type(node.ops[0])]()])]),
    ast.UnaryOp: lambda node: iter([node.operand] if isinstance(node.op, ast.Not) else []),
    ast.Constant: lambda node: iter([ast.Constant(not node.value)] if isinstance(node.value, bool) else []),
}
