"""How a field declares where its values come from, which scopes it needs and what it costs.

A field without a resolver reads the attribute of its name from the parent's row; one with a `value` function
computes it from the row alone, one with a `column` function from the rows of a level. A `batch` resolver gets
all parents of its level and returns one value for each, in order; a `root` resolver has no parents. Both get
the operation's context and the field's arguments by keyword:

    async def skills(members: Sequence[MemberRow], ctx: Context) -> list[list[SkillRow] | None]
    async def member(ctx: Context, *, id: str | None, handle: str | None) -> MemberRow | None

A field of `Subscription` has a `source` resolver: it gives whatever the caller of `Engine.source` takes
events from, and each event is then executed with itself as the field's value.

Scopes and cost are metadata of the schema: they are read once an operation, never once an object.
"""

import dataclasses
import inspect
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Protocol, get_args

import strawberry
from aiodataloader import DataLoader
from graphql import GraphQLField, get_named_type
from graphql.pyutils import is_awaitable
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from executor.selection import Selection

BatchResolver = Callable[..., Awaitable[Sequence[Any]] | Sequence[Any]]
RootResolver = Callable[..., Awaitable[Any] | Any]
SourceResolver = Callable[..., Awaitable[Any]]
Arguments = dict[str, Any]
Reads = Collection[str] | Callable[[Selection], Collection[str]] | None


@dataclass(frozen=True, slots=True, eq=False)
class FieldSpec:
    """What the executor needs to know of a field.

    `scopes` None means that no scope is needed, an empty set that only first-party tokens may select it.
    `multipliers` names the arguments whose size multiplies the cost and the nodes below the field; a field
    that has one of them returns a page, or one object for each element where the argument is a list.
    `assumed_size` is how many objects a list that comes without pages counts as.

    `reads` are the attributes that a `value` function or a batch resolver reads of the parent's row, None
    where it may read all; `reads_elsewhere` are those of rows that it looks up, by their class. Both may
    depend on what is selected below the field.
    """

    column: Callable[[Sequence[Any]], list[Any]] | None = None
    value: Callable[[Any], Any] | None = None
    batch: BatchResolver | None = None
    root: RootResolver | None = None
    source: SourceResolver | None = None
    prepare: Callable[[Arguments], Arguments] | None = None
    scopes: frozenset[str] | None = None
    weight: int = 1
    multipliers: tuple[str, ...] = ()
    assumed_size: int = 1
    reads: Reads = None
    reads_elsewhere: Mapping[type, Reads] = dataclasses.field(default_factory=dict)

    @property
    def takes_selection(self) -> bool:
        """Whether the batch resolver wants to know what is selected below the field."""
        return self.batch is not None and _takes_selection(self.batch)

    def arguments(self, given: Arguments) -> Arguments:
        """The resolver's keyword arguments, from those of the field."""
        return self.prepare(given) if self.prepare else given


@lru_cache(None)
def _takes_selection(resolver: BatchResolver) -> bool:
    return "selection" in inspect.signature(resolver).parameters


class OfRows:
    """Says by its class whether a row is of a type; `known` are classes of which it is certain."""

    def __init__(self, classes: type | UnionType) -> None:
        self.classes = classes
        self.known: set[type] = set()

    @property
    def each_class(self) -> Sequence[type]:
        """The classes one by one."""
        return [self.classes] if isinstance(self.classes, type) else get_args(self.classes)

    def __call__(self, value: object, _info: object) -> bool:
        """Whether the value is a row of the type."""
        return isinstance(value, self.classes)


def checked_values(values: Any, count: int) -> list[Any]:
    """What a batch resolver gave, as a list. Raises TypeError unless it is one value for each parent."""
    found = values if isinstance(values, list) else list(values)
    if len(found) != count:
        for value in found:
            if inspect.iscoroutine(value):
                value.close()
        raise TypeError(f"A batch resolver gave {len(found)} values for {count} parents.")
    return found


class Batches(Protocol):
    """What the reference executor asks of an operation's context: room for its loaders."""

    batches: dict[tuple[int, FieldSpec], DataLoader[Any, Any]]


NO_SPEC = FieldSpec()


class SpecifiedField(StrawberryField):
    """A Strawberry field that carries a `FieldSpec` in its metadata."""

    @property
    def spec(self) -> FieldSpec:
        """What the field was declared with."""
        spec: FieldSpec = self.metadata["spec"]
        return spec

    @property
    def is_basic_field(self) -> bool:
        """Whether the value is read from the parent's row."""
        spec = self.spec
        return not (spec.column or spec.value or spec.batch or spec.root or spec.source)

    def get_result(
        self, source: Any, info: Info[Any, Any] | None, args: list[Any], kwargs: Arguments
    ) -> Awaitable[Any] | Any:
        """The value under the reference executor: through one loader for each field node."""
        if info is None:
            return super().get_result(source, info, args, kwargs)
        if self.spec.column:
            return self.spec.column([source])[0]
        if self.spec.value:
            return self.spec.value(source)
        if self.spec.source:
            return _event(source, self.spec.source, info, self.spec.arguments(kwargs))
        if self.spec.root:
            return self.spec.root(info.context, **self.spec.arguments(kwargs))
        return _loader(info, self.spec, kwargs).load(source)


class Opening:
    """The root value that opens a subscription's source instead of executing one of its events."""

    source: Awaitable[Any] | None = None


def _event(root_value: Any, resolver: SourceResolver, info: Info[Any, Any], arguments: Arguments) -> Any:
    if isinstance(root_value, Opening):
        root_value.source = resolver(info.context, **arguments)
        return None
    return root_value


def _loader(info: Info[Any, Any], spec: FieldSpec, arguments: Arguments) -> DataLoader[Any, Any]:
    """The loader of one field node; its arguments are the same for all parents of an operation."""
    batches = info.context.batches
    raw = info._raw_info  # noqa: SLF001 - Info has no public way to its nodes
    key = (id(raw.field_nodes[0]), spec)
    if key not in batches:
        given = spec.arguments(arguments)
        if spec.takes_selection:
            type_ = get_named_type(raw.return_type)
            given["selection"] = Selection(
                raw.field_nodes, raw.fragments, raw.variable_values, raw.schema, type_
            )
        batches[key] = DataLoader(_load_function(info.context, spec, given), cache=False)
    loader: DataLoader[Any, Any] = batches[key]
    return loader


def _load_function(
    context: Any, spec: FieldSpec, arguments: Arguments
) -> Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]:
    async def load(parents: list[Any]) -> list[Any]:
        assert spec.batch is not None
        found: Any = spec.batch(parents, context, **arguments)
        return checked_values(await found if is_awaitable(found) else found, len(parents))

    return load


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field: its type, its description and what stands where it is absent."""

    type: Any
    description: str
    default: Any = strawberry.UNSET


def field(
    description: str,
    *,
    arguments: Mapping[str, Argument] | None = None,
    directives: Sequence[object] = (),
    name: str | None = None,
    **spec: Any,
) -> Any:
    """A field of a Strawberry type; `spec` is what `FieldSpec` takes."""
    declared = SpecifiedField(
        graphql_name=name,
        description=description,
        directives=directives,
        metadata={"spec": FieldSpec(**spec)},
    )
    declared.arguments = [_argument(key, argument) for key, argument in (arguments or {}).items()]
    return declared


def _argument(name: str, argument: Argument) -> StrawberryArgument:
    return StrawberryArgument(
        python_name=name,
        graphql_name=None,
        type_annotation=StrawberryAnnotation(argument.type),
        default=argument.default,
        description=argument.description,
    )


def spec_of(definition: GraphQLField) -> FieldSpec:
    """The spec that a field of the built schema was declared with."""
    declared = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return declared.spec if isinstance(declared, SpecifiedField) else NO_SPEC
