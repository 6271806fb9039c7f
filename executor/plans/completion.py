"""Completes values, a column at a time: leaves, lists, objects and what may be one of several objects.

A column holds the values of one field for all objects of a level. What can't be completed now leaves a mark
in its place: a `Flaw` is an error, told at the end; a `Later` is waited for. Columns whose classes are all
known take the fast way; everything else is looked at value by value, with the verdicts of graphql-core.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from copy import copy
from enum import Enum
from functools import lru_cache
from itertools import chain, islice
from types import GeneratorType, NoneType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphql import (
    GraphQLAbstractType,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLID,
    GraphQLIsTypeOfFn,
    GraphQLLeafType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLString,
    Undefined,
    default_type_resolver,
    is_enum_type,
)
from graphql.pyutils import inspect, is_async_iterable, is_awaitable, is_iterable

from executor.fields import OfRows
from executor.plans.fields import Build, FieldPlan
from executor.plans.info import field_info, wrong_type

if TYPE_CHECKING:
    from executor.plans.running import Run

LISTS: Final = frozenset({list, tuple})
AS_IS: Final[Mapping[GraphQLNamedType, frozenset[type]]] = {
    GraphQLString: frozenset({str}),
    GraphQLID: frozenset({str}),
    GraphQLBoolean: frozenset({bool}),
}
"""The classes whose values these scalars leave as they are."""
ENUMS_KEPT: Final = 1_024
SMALLEST_INT: Final = -(2**31)
LARGEST_INT: Final = 2**31 - 1
ORDINARY: Final[set[type]] = set()
"""Classes of which it is known that their objects are no null, no Exception and no awaitable."""


FINE: Final = object()
"""Says of a value that nothing else stands for it."""


class Typed(NamedTuple):
    """A value whose type had to be waited for."""

    value: Any
    name: Any


class Completion:
    """Completes the values of a field, or the items of its lists; `required` ones are never null."""

    def __init__(self, field: FieldPlan, *, required: bool) -> None:
        self.field = field
        self.required = required

    def __call__(self, values: list[Any], run: "Run") -> list[Any]:
        """What the response holds for each of the values."""
        return [self.one(value, run) for value in values]

    def one(self, value: Any, run: "Run") -> Any:
        """What the response holds for a value, whatever it is."""
        raise NotImplementedError

    def odd(self, value: Any, run: "Run") -> Any:
        """What stands for a value that is null, has failed or isn't there yet; `FINE` for any other."""
        if value is None or value is Undefined:
            return self.null(run)
        if isinstance(value, Exception):
            return run.flaw(self.field, value)
        if is_awaitable(value):
            return run.later(self, value)
        if value.__class__ is not GeneratorType:
            ORDINARY.add(value.__class__)
        return FINE

    def null(self, run: "Run") -> Any:
        """What stands for null."""
        if not self.required:
            return None
        message = f"Cannot return null for non-nullable field {self.field.coordinate}."
        return run.flaw(self.field, TypeError(message))


class LeafCompletion(Completion):
    """Scalars and enums.

    A scalar's `serialize` may have a function `each` that serializes all values of a column at once. Where it
    raises, they are serialized one by one.
    """

    def __init__(self, field: FieldPlan, type_: GraphQLLeafType, *, required: bool) -> None:
        super().__init__(field, required=required)
        self.type = type_
        self.coerce = _enum_names(type_) if is_enum_type(type_) else type_.coerce_output_value
        self.as_is = AS_IS.get(type_, frozenset()) | (frozenset() if required else {NoneType})
        self.coerce_each: Callable[[list[Any]], list[Any]] | None = getattr(self.coerce, "each", None)

    def __call__(self, values: list[Any], run: "Run") -> list[Any]:
        """Values that are what they will be are not looked at one by one; others are only if they must be."""
        if self.as_is.issuperset(map(type, values)):
            return list(values)
        if self.coerce_each:
            with suppress(Exception):
                return self.coerce_each(values)
        return [self.one(value, run) for value in values]

    def one(self, value: Any, run: "Run") -> Any:
        """The value as its type has it."""
        if value.__class__ not in ORDINARY and (found := self.odd(value, run)) is not FINE:
            return found
        try:
            coerced = self.coerce(value)
            if coerced is None or coerced is Undefined:
                raise TypeError(self._nothing(value, coerced))
        except Exception as error:
            return run.flaw(self.field, error)
        return coerced

    def _nothing(self, value: Any, coerced: Any) -> str:
        return (
            f"Expected `{inspect(self.type)}.coerce_output_value({inspect(value)})` to return"
            f" non-nullable value, returned: {inspect(coerced)}"
        )


@lru_cache(ENUMS_KEPT)
def _enum_names(type_: GraphQLEnumType) -> Callable[[Any], str]:
    """The function from values of an enum to their names, which it remembers."""
    known: dict[tuple[type, Any], str] = {}

    def name_of(value: Any) -> str:
        if not isinstance(value, str | Enum):
            return type_.coerce_output_value(value)
        key = value.__class__, value
        if key not in known:
            known[key] = type_.coerce_output_value(value)
        return known[key]

    return name_of


class ListCompletion(Completion):
    """Lists: the items of all lists of a column are completed as one column."""

    def __init__(self, field: FieldPlan, items: Completion, *, required: bool) -> None:
        super().__init__(field, required=required)
        self.items = items

    def __call__(self, values: list[Any], run: "Run") -> list[Any]:
        """A new list for each list."""
        if LISTS.issuperset(map(type, values)):
            return self._completed(values, run)
        found = [self.one(value, run) for value in values]
        lists = iter(self._completed([each for each in found if each.__class__ is list], run))
        return [next(lists) if each.__class__ is list else each for each in found]

    def one(self, value: Any, run: "Run") -> Any:
        """The list of a value's items, not yet completed."""
        if (found := self.odd(value, run)) is not FINE:
            return found
        if is_async_iterable(value):
            return run.later(self, _all_of(value))
        if not is_iterable(value):
            message = f"Expected Iterable, but did not find one for field '{self.field.coordinate}'."
            return run.flaw(self.field, GraphQLError(message))
        try:
            return list(value)
        except Exception as error:
            return run.flaw(self.field, error)

    def _completed(self, lists: list[Any], run: "Run") -> list[Any]:
        if len(lists) == 1:
            return [self.items(list(lists[0]), run)]
        items = iter(self.items(list(chain.from_iterable(lists)), run))
        return [list(islice(items, len(each))) for each in lists]


async def _all_of(values: Any) -> list[Any]:
    return [value async for value in values]


class ObjectCompletion(Completion):
    """Objects of one type; `build` makes those of a level from their rows."""

    def __init__(self, field: FieldPlan, type_: GraphQLObjectType, build: Build, *, required: bool) -> None:
        super().__init__(field, required=required)
        self.type = type_
        self.build = build
        self.is_type_of = type_.is_type_of
        self.known: set[type] | frozenset[type] = ORDINARY
        if isinstance(self.is_type_of, OfRows):
            self.known = self.is_type_of.known
        elif self.is_type_of is not None:
            self.known = frozenset()

    def __call__(self, values: list[Any], run: "Run") -> list[Any]:
        """An object for each row."""
        if self.known.issuperset(map(type, values)):
            return self.build(values, run)
        found = [self.one(value, run) for value in values]
        rows = [value for value, each in zip(values, found, strict=True) if each is FINE]
        objects = iter(self.build(rows, run) if rows else ())
        return [next(objects) if each is FINE else each for each in found]

    def one(self, value: Any, run: "Run") -> Any:
        """`FINE` for a row of the type, otherwise what stands for the value."""
        if value.__class__ in self.known:
            return FINE
        if (found := self.odd(value, run)) is not FINE:
            return found
        return self._checked(self.is_type_of, value, run) if self.is_type_of else FINE

    def _checked(self, is_type_of: GraphQLIsTypeOfFn, value: Any, run: "Run") -> Any:
        try:
            verdict = is_type_of(value, field_info(run, self.field))
        except Exception as error:
            return run.flaw(self.field, error)
        if is_awaitable(verdict):
            return run.later(self._unchecked(), self._awaited(verdict, value))
        if verdict and isinstance(is_type_of, OfRows):
            is_type_of.known.add(value.__class__)
        return FINE if verdict else run.flaw(self.field, self._wrong(value))

    def _unchecked(self) -> "ObjectCompletion":
        """The same for values whose type is certain."""
        certain = copy(self)
        certain.is_type_of, certain.known = None, ORDINARY
        return certain

    async def _awaited(self, verdict: Awaitable[bool], value: Any) -> Any:
        if not await verdict:
            raise self._wrong(value)
        return value

    def _wrong(self, value: Any) -> GraphQLError:
        message = f"Expected value of type '{self.type}' but got: {inspect(value)}."
        return GraphQLError(message, self.field.nodes)


class AbstractCompletion(Completion):
    """Objects of an interface or a union: each type's rows are completed as one column."""

    def __init__(
        self,
        field: FieldPlan,
        type_: GraphQLAbstractType,
        objects: Mapping[str, ObjectCompletion],
        *,
        required: bool,
    ) -> None:
        super().__init__(field, required=required)
        self.type = type_
        self.resolve_type = type_.resolve_type or default_type_resolver
        self.objects = objects
        self.by_class: dict[type, ObjectCompletion] = {}
        """Where all types are declared over rows, a row's class tells its type."""
        self.is_over_rows = all(isinstance(each.type.is_type_of, OfRows) for each in objects.values())

    def __call__(self, values: list[Any], run: "Run") -> list[Any]:
        """An object for each row."""
        found = [self.by_class.get(value.__class__) or self.one(value, run) for value in values]
        columns: dict[Any, list[Any]] = {each: [] for each in found if each.__class__ is ObjectCompletion}
        for value, each in zip(values, found, strict=True):
            if each.__class__ is ObjectCompletion:
                columns[each].append(value.value if value.__class__ is Typed else value)
        objects = {each: iter(each(column, run)) for each, column in columns.items()}
        return [next(objects[each]) if each.__class__ is ObjectCompletion else each for each in found]

    def one(self, value: Any, run: "Run") -> Any:
        """The completion of a row's type, otherwise what stands for the value."""
        if value.__class__ is Typed:
            return self._named(value.name, value.value, run)
        if (found := self.odd(value, run)) is not FINE:
            return found
        try:
            name = self.resolve_type(value, field_info(run, self.field), self.type)
        except Exception as error:
            return run.flaw(self.field, error)
        if is_awaitable(name):
            return run.later(self, _typed(value, name))
        found = self._named(name, value, run)
        if self.is_over_rows and found.__class__ is ObjectCompletion:
            self.by_class[value.__class__] = found
        return found

    def _named(self, name: Any, value: Any, run: "Run") -> Any:
        """The completion of the type with this name, or the error that there is none."""
        if isinstance(name, str) and name in self.objects:
            return self.objects[name]
        return run.flaw(self.field, wrong_type(run, self.field, self.type, name, value))


async def _typed(value: Any, name: Awaitable[Any]) -> Typed:
    return Typed(value, await name)
