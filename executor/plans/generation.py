"""Generates the function that makes the objects of one selection, a whole level of rows at a time.

Its text depends on the shape of the selection alone: response names, attributes and kinds of leaves. All else
is given to it, so that selections of one shape share their code. For `{ id score: age friends { … } company
{ … } }`, where friends stand in the row and companies have a resolver:

    def make(complete2, each2, field3, leaf0, leaf1, reads):
        def build(rows, run):
            try:
                v2 = [row.friends for row in rows]
            except Exception:
                v2 = each2(rows)
            v2 = complete2(v2, run)
            objects = []
            for row, v2 in zip(rows, v2):
                try:
                    v0 = row.id
                    v1 = row.age
                except Exception:
                    v0, v1 = reads(row)
                if v0.__class__ is not str:
                    v0 = leaf0(v0, run)
                if v1.__class__ is not int or not -2147483648 <= v1 <= 2147483647:
                    v1 = leaf1(v1, run)
                objects.append({'id': v0, 'score': v1, 'friends': v2, 'company': None})
            run.pending.append(Level(field3, rows, objects))
            return objects
        return build
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from graphql import GraphQLBoolean, GraphQLID, GraphQLInt, GraphQLString, Undefined

from executor.plans.completion import LARGEST_INT, ORDINARY, SMALLEST_INT, LeafCompletion
from executor.plans.fields import Build, FieldPlan, Level

SHAPES_KEPT: Final = 2_048
STEP: Final = "    "
LOOKED_AT: Final = {
    GraphQLString: "{0}.__class__ is not str",
    GraphQLID: "{0}.__class__ is not str",
    GraphQLBoolean: "{0}.__class__ is not bool",
    GraphQLInt: f"({{0}}.__class__ is not int or not {SMALLEST_INT} <= {{0}} <= {LARGEST_INT})",
}
"""When a value has to be looked at; others of these scalars stand in the response as they are."""


def builder(fields: Sequence[FieldPlan], typename: str) -> Build:
    """The function that makes objects with these fields; `typename` is the type of all of them."""
    shape = Shape(fields, typename)
    return _factory("\n".join(shape.lines()))(**shape.given)


@lru_cache(SHAPES_KEPT)
def _factory(text: str) -> Callable[..., Build]:
    names: dict[str, Any] = {"Level": Level, "ordinary": ORDINARY, "undefined": Undefined}
    exec(compile(text, "<selection>", "exec"), names)  # noqa: S102 - made of names that GraphQL and Python allow
    make: Callable[..., Build] = names["make"]
    return make


class Shape:
    """The text of a function, and in `given` what it is to be given."""

    def __init__(self, fields: Sequence[FieldPlan], typename: str) -> None:
        self.fields = dict(enumerate(fields))
        self.typename = typename
        read = {n: field for n, field in self.fields.items() if field.read or field.read_all}
        self.leaves = {
            n: field
            for n, field in read.items()
            if field.read and isinstance(field.complete, LeafCompletion) and not field.complete.coerce_each
        }
        self.columns = {n: field for n, field in read.items() if n not in self.leaves}
        self.pending = {n: field for n, field in self.fields.items() if field.source}
        self.given: dict[str, Any] = {}

    def lines(self) -> Iterator[str]:
        """The lines of the text."""
        body = [
            *(line for n in self.columns for line in self._column(n)),
            "objects = []",
            *self._loop(),
            *map(self._level, self.pending),
            "return objects",
        ]
        yield f"def make({', '.join(sorted(self.given))}):"
        yield f"{STEP}def build(rows, run):"
        yield from (2 * STEP + line for line in body)
        yield f"{STEP}return build"

    def _level(self, n: int) -> str:
        return f"run.pending.append(Level({self._give('field', n, self.fields[n])}, rows, objects))"

    def _column(self, n: int) -> Iterator[str]:
        field = self.columns[n]
        yield "try:"
        yield f"{STEP}v{n} = {self._read_all(n)}"
        yield "except Exception:"
        yield f"{STEP}v{n} = {self._give('each', n, partial(_read_rows, field))}(rows)"
        yield f"v{n} = {self._give('complete', n, field.complete)}(v{n}, run)"

    def _loop(self) -> Iterator[str]:
        columns = "".join(f", v{n}" for n in self.columns)
        yield f"for row{columns} in zip(rows{columns}):" if columns else "for row in rows:"
        yield from (STEP + line for line in self._leaves())
        entries = (f"{field.key!r}: {self._entry(n)}" for n, field in self.fields.items())
        yield f"{STEP}objects.append({{{', '.join(entries)}}})"

    def _leaves(self) -> Iterator[str]:
        if not self.leaves:
            return
        self.given["reads"] = partial(_read_fields, list(self.leaves.values()))
        yield "try:"
        yield from (f"{STEP}v{n} = {self._read(n)}" for n in self.leaves)
        yield "except Exception:"
        yield f"{STEP}{', '.join(f'v{n}' for n in self.leaves)}, = reads(row)"
        for n, field in self.leaves.items():
            yield from self._leaf(n, field.complete)

    def _leaf(self, n: int, leaf: Any) -> Iterator[str]:
        look = f"v{n} = {self._give('leaf', n, leaf.one)}(v{n}, run)"
        is_there = "" if leaf.required else f" and v{n} is not None"
        if leaf.type in LOOKED_AT:
            yield f"if {LOOKED_AT[leaf.type].format(f'v{n}')}{is_there}: {look}"
            return
        yield f"if v{n}.__class__ in ordinary:"
        yield f"{STEP}try:"
        yield f"{2 * STEP}coerced = {self._give('coerce', n, leaf.coerce)}(v{n})"
        yield f"{STEP}except Exception:"
        yield f"{2 * STEP}coerced = None"
        yield f"{STEP}if coerced is None or coerced is undefined: {look}"
        yield f"{STEP}else: v{n} = coerced"
        yield f"elif v{n} is not None: {look}" if is_there else f"else: {look}"

    def _read_all(self, n: int) -> str:
        if self.fields[n].read_all:
            return f"{self._give('read', n, self.fields[n].read_all)}(rows)"
        return f"[{self._read(n)} for row in rows]"

    def _read(self, n: int) -> str:
        field = self.fields[n]
        return f"row.{field.attribute}" if field.attribute else f"{self._give('read', n, field.read)}(row)"

    def _entry(self, n: int) -> str:
        if n in self.pending:
            return "None"
        return f"v{n}" if n in self.leaves or n in self.columns else repr(self.typename)

    def _give(self, name: str, n: int, value: Any) -> str:
        self.given[f"{name}{n}"] = value
        return f"{name}{n}"


def _read_rows(field: FieldPlan, rows: Sequence[Any]) -> list[Any]:
    """The value of each row; an Exception stands for one that can't be read."""
    return [_value(field, row) for row in rows]


def _read_fields(fields: Sequence[FieldPlan], row: Any) -> list[Any]:
    """The values of one row; an Exception stands for one that can't be read."""
    return [_value(field, row) for field in fields]


def _value(field: FieldPlan, row: Any) -> Any:
    try:
        if field.read_all:
            return field.read_all([row])[0]
        assert field.read
        return field.read(row)
    except Exception as error:
        return error
