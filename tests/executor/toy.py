"""A small schema with one of everything: pages, batches, scopes, failures, an interface, a union, inputs."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, NewType

import strawberry
from aiodataloader import DataLoader
from strawberry.schema.config import StrawberryConfig

from executor.errors import CodedError
from executor.fields import Argument, FieldSpec
from executor.fields import field as declared
from executor.reads import Attributes

READ = frozenset({"NETWORK_READ"})
PAGE = {"first": Argument(int | None, "From the front."), "last": Argument(int | None, "From the back.")}
PAGED: dict[str, Any] = {"arguments": PAGE, "multipliers": ("first", "last")}


@dataclass
class ToyContext:
    """A viewer without a database; `calls` counts the runs of batch resolvers."""

    scopes: frozenset[str] | None = None
    is_anonymous: bool = False
    request_id: str = "toy"
    batches: dict[tuple[int, FieldSpec], DataLoader[Any, Any]] = field(default_factory=dict)
    reads: Attributes | None = None
    is_alone: bool = False
    calls: int = 0


@dataclass
class Row:
    """A member, a company or a viewer."""

    id: str
    kind: str = "Member"
    handle: str = "ada"
    name: str = "Ada"
    age: int = 36
    email: str = "ada@example.org"


def even(value: int) -> int:
    """Read an even number; a careless scalar, whose errors are Python's own."""
    if value % 2:
        raise ValueError("secret of <object at 0x7f>")
    return value


Even = NewType("Even", int)
EVEN = strawberry.scalar(name="Even", serialize=int, parse_value=even)


class Colour(Enum):
    """An enum."""

    RED = "RED"
    GREEN = "GREEN"


@strawberry.input
class Filter:
    """An input that nests."""

    name: str | None = None
    colour: Colour | None = None
    both: "list[Filter] | None" = None


@strawberry.interface
class Node:
    """Anything with an id."""

    id: strawberry.ID = declared("Its id.")


@strawberry.type
class Company(Node):
    """A company."""

    name: str = declared("Its name.")

    @classmethod
    def is_type_of(cls, row: object, _info: object) -> bool:
        """Rows say what they are."""
        return isinstance(row, Row) and row.kind == "Company"


async def friends(members: Sequence[Row], ctx: ToyContext, **page: Any) -> list[list[Row]]:
    """As many rows as were asked for, for each member."""
    ctx.calls += 1
    return [[Row(f"{n}0") for n in range(page.get("first") or 3)] for _ in members]


async def companies(members: Sequence[Row], ctx: ToyContext) -> list[Row]:
    """A company for each member."""
    return [Row("1", "Company", name="Acme") for _ in members]


async def broken(members: Sequence[Row], ctx: ToyContext) -> list[str]:
    """Fail as a database driver might."""
    raise KeyError("secret column <object at 0x7f>")


async def refused(members: Sequence[Row], ctx: ToyContext) -> list[str]:
    """Fail as a rule does."""
    raise CodedError("TOO_MANY", "That was one too many.", limit=3)


@strawberry.type
class Member(Node):
    """A member."""

    handle: str = declared("Unique name.")
    name: str | None = declared("Full name.")
    age: int = declared("In years.")
    friends: "list[Member]" = declared("A page.", batch=friends, **PAGED)
    company: Company | None = declared("Employer.", batch=companies)
    email: str = declared("For the first party.", scopes=frozenset())

    @classmethod
    def is_type_of(cls, row: object, _info: object) -> bool:
        """Rows say what they are."""
        return isinstance(row, Row) and row.kind == "Member"


@strawberry.type
class Trouble:
    """What goes wrong."""

    name: str | None = declared("This works.")
    broken: str | None = declared("Always fails.", batch=broken)
    refused: str | None = declared("Always refuses.", batch=refused)


async def viewer(ctx: ToyContext) -> Row | None:
    """The viewer's row."""
    return None if ctx.is_anonymous else Row("0", "Viewer")


async def faces(viewers: Sequence[Row], ctx: ToyContext) -> list[Row]:
    """The member that each viewer is."""
    return [Row("0") for _ in viewers]


async def network(rows: Sequence[Row], ctx: ToyContext, **page: Any) -> list[list[Row]]:
    """The viewer's own network."""
    return await friends(rows, ctx, **page)


@strawberry.type
class Viewer(Node):
    """The viewer's root."""

    network: list[Member] = declared("Connections.", batch=network, scopes=READ, **PAGED)
    requests: list[Member] = declared("Requests.", batch=network, scopes=READ | {"REQUESTS_READ"}, **PAGED)
    member: Member = declared("The face.", batch=faces)

    @classmethod
    def is_type_of(cls, row: object, _info: object) -> bool:
        """Rows say what they are."""
        return isinstance(row, Row) and row.kind == "Viewer"


async def member(ctx: ToyContext, *, id: str | None = None, filter: Any = None) -> Row:
    """Any member."""
    return Row(id or "0")


async def nodes(ctx: ToyContext, *, member_ids: list[str]) -> list[Row]:
    """Any objects."""
    return [Row(id, "Company" if id.endswith("1") else "Member") for id in member_ids]


async def search(ctx: ToyContext, **page: Any) -> list[Row]:
    """A member and a company."""
    return [Row("0"), Row("1", "Company")]


async def echo(ctx: ToyContext, *, number: int = 1, text: str = "", **more: Any) -> str:
    """What was sent."""
    return f"{number}{text}"


async def slow(ctx: ToyContext) -> str:
    """Longer than anybody waits."""
    await asyncio.sleep(60)
    return "late"


async def crash(ctx: ToyContext) -> str:
    """Fail in a way that takes the whole response with it."""
    raise RuntimeError("Traceback: <object at 0x7f>")


async def big(ctx: ToyContext) -> int:
    """More than 32 bits."""
    return 2**40


async def surrogate(ctx: ToyContext) -> str:
    """Half a character."""
    return "\ud800"


Found = Annotated[Member | Company, strawberry.union("Found")]


@strawberry.type
class Query:
    """Reads."""

    trouble: Trouble | None = declared("Goes wrong.", root=member)
    viewer: Viewer | None = declared("Null for nobody.", root=viewer)
    member: Member | None = declared(
        "One member.",
        root=member,
        arguments={
            "id": Argument(strawberry.ID | None, "Its id.", None),
            "filter": Argument(Filter | None, "What to keep.", None),
        },
    )
    nodes: list[Node | None] = declared(
        "Several.",
        root=nodes,
        arguments={"member_ids": Argument(list[strawberry.ID], "Ids.")},
        multipliers=("member_ids",),
    )
    search: list[Found] = declared("Anything.", root=search, **PAGED)
    echo: str = declared(
        "What was sent.",
        root=echo,
        arguments={
            "number": Argument(int, "A number.", 1),
            "text": Argument(str, "A text.", ""),
            "even": Argument(Even | None, "An even number.", None),
            "numbers": Argument(list[list[int]] | None, "Numbers.", None),
        },
    )
    slow: str | None = declared("Takes a minute.", root=slow)
    crash: str = declared("Fails.", root=crash)
    big: int | None = declared("Too big an Int.", root=big)
    surrogate: str | None = declared("Half a character.", root=surrogate)


async def sign_up(ctx: ToyContext) -> Row:
    """Anybody may."""
    return Row("0", "Viewer")


async def connect(ctx: ToyContext) -> Row:
    """Members may."""
    return Row("0")


@strawberry.type
class Mutation:
    """Writes."""

    sign_up: Viewer = declared("For everybody.", root=sign_up)
    connect: Member = declared("For members.", root=connect, scopes=frozenset({"NETWORK_WRITE"}))


@strawberry.type
class Subscription:
    """Streams."""

    @strawberry.subscription
    async def ticks(self) -> AsyncIterator[int]:
        """Numbers."""
        yield 1


schema = strawberry.Schema(Query, Mutation, Subscription, config=StrawberryConfig(scalar_map={Even: EVEN}))
