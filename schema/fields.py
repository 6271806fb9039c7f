"""How this schema declares: fields with scopes and cost, pages, mutations and types over rows.

What a field needs is said once. It becomes the executor's `FieldSpec` and, for those who read the SDL, the
directives `@requiresScope` and `@cost`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from types import UnionType
from typing import Any, TypeVar

import strawberry
from strawberry import UNSET

from auth.identity import OAuthScope
from executor import fields
from executor.fields import Argument, Arguments
from rules.paging import PageArgs
from rules.terms import FollowableKind
from schema.directives import Cost, RequiresScope

PAGE_SIZES = ("first", "last")
PAGE_ARGUMENTS = {
    "first": Argument(int | None, "How many from the front, 1 to 100."),
    "after": Argument(str | None, "Only what comes after this cursor."),
    "last": Argument(int | None, "How many from the back, 1 to 100."),
    "before": Argument(str | None, "Only what comes before this cursor."),
}
FOLLOWABLE_KIND = Argument(FollowableKind | None, "Only members or only companies; both when absent.")

TypeT = TypeVar("TypeT", bound=type)


def field(
    description: str,
    *,
    scopes: Sequence[OAuthScope] | None = None,
    weight: int = 1,
    multipliers: tuple[str, ...] = (),
    assumed_size: int = 1,
    **options: Any,
) -> Any:
    """A field; `options` are those of `executor.fields.field`. Empty `scopes` admit first-party tokens."""
    directives: list[object] = []
    if (weight, multipliers, assumed_size) not in ((1, (), 1), (1, PAGE_SIZES, 1)):
        size = UNSET if assumed_size == 1 else assumed_size
        directives.append(Cost(weight=weight, multipliers=list(multipliers), assumed_size=size))
    if scopes is not None:
        directives.append(RequiresScope(any_of=list(scopes)))
    return fields.field(
        description,
        directives=directives,
        scopes=None if scopes is None else frozenset(scopes),
        weight=weight,
        multipliers=multipliers,
        assumed_size=assumed_size,
        **options,
    )


def paged(description: str, *, arguments: Mapping[str, Argument] | None = None, **options: Any) -> Any:
    """A list in pages; its resolver gets the four paging arguments as one `page`, after its own ones."""
    return field(
        description,
        arguments={**(arguments or {}), **PAGE_ARGUMENTS},
        prepare=_collect_page,
        multipliers=PAGE_SIZES,
        **options,
    )


def mutation(description: str, resolver: fields.RootResolver, input_type: type, **options: Any) -> Any:
    """A mutation with one `input`, whose present fields are the resolver's keyword arguments."""
    name = input_type.__name__.removesuffix("Input")
    needs = f"What `{name[0].lower()}{name[1:]}` needs."
    arguments = {"input": Argument(input_type, needs)}
    return field(description, root=resolver, arguments=arguments, prepare=_spread_input, **options)


def entity(row: type | UnionType, description: str) -> Callable[[TypeT], TypeT]:
    """An object type over rows of this class, or of these; no other type may claim them."""

    def declare(cls: TypeT) -> TypeT:
        cls.is_type_of = fields.OfRows(row)  # type: ignore[attr-defined]
        return strawberry.type(cls, description=description)

    return declare


def payload(mutation_name: str) -> Callable[[TypeT], TypeT]:
    """The result type of a mutation."""

    def declare(cls: TypeT) -> TypeT:
        return strawberry.type(cls, description=f"Result of `{mutation_name}`.")

    return declare


def input_of(mutation_name: str) -> Callable[[TypeT], TypeT]:
    """The input type of a mutation."""

    def declare(cls: TypeT) -> TypeT:
        return strawberry.input(cls, description=f"Input of `{mutation_name}`.")

    return declare


def given(description: str, *, optional: bool = False, default: object = MISSING) -> Any:
    """A field of an input. An optional one that is absent is not passed on at all; `default` stands in."""
    absent = strawberry.UNSET if optional else default
    return strawberry.field(description=description, default=absent)


def _collect_page(arguments: Arguments) -> Arguments:
    page = PageArgs(**{name: arguments.get(name) for name in PAGE_ARGUMENTS})
    return {"page": page} | {name: value for name, value in arguments.items() if name not in PAGE_ARGUMENTS}


def _spread_input(arguments: Mapping[str, Any]) -> Arguments:
    values = vars(arguments["input"])
    return {name: value for name, value in values.items() if value is not strawberry.UNSET}
