"""The door to the viewer's private tags. They are shown to nobody else."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, Integer, any_, bindparam, func, select

from loaders.context import Context
from models import taggings, tags
from models.database import Row, Statement


class TagRow(Row):
    """A tag of its owner `member_id`."""

    member_id: int
    id: int
    name: str
    color: str | None


class TaggedRow(TagRow):
    """A tag and the other end of a connection that carries it."""

    other_id: int


class CountRow(Row):
    """A tag and how many connections carry it."""

    tag_id: int
    carriers: int


MEMBER = bindparam("member_id", type_=Integer)
COLUMNS = [tags.c[name] for name in TagRow.__annotations__]
OWN = Statement(select(*COLUMNS).where(tags.c.member_id == MEMBER).order_by(func.lower(tags.c.name)), TagRow)
CARRIED = Statement(
    select(*COLUMNS, taggings.c.other_id)
    .join_from(taggings, tags)
    .where(
        taggings.c.member_id == MEMBER,
        taggings.c.other_id == any_(bindparam("other_ids", type_=ARRAY(Integer))),
    )
    .order_by(func.lower(tags.c.name)),
    TaggedRow,
)
# Only connections are tagged, and neither a block nor a closed account leaves one: nobody is to be left out.
COUNTS = Statement(
    select(taggings.c.tag_id, func.count().label("carriers"))
    .where(
        taggings.c.member_id == MEMBER,
        taggings.c.tag_id == any_(bindparam("tag_ids", type_=ARRAY(BigInteger))),
    )
    .group_by(taggings.c.tag_id),
    CountRow,
)


async def own(ctx: Context) -> list[TagRow]:
    """The viewer's tags by name, whatever the token may read: for decisions."""
    return await ctx.rows(OWN, member_id=ctx.member_id)


async def by_keys(ctx: Context, keys: Sequence[tuple[int, int]]) -> list[TagRow | None]:
    """The viewer's tags with these keys (owner, number), None where missing or somebody else's."""
    viewer_id = ctx.sight.network_viewer_id
    if all(owner_id != viewer_id for owner_id, _ in keys):
        return [None] * len(keys)
    found = {(row.member_id, row.id): row for row in await own(ctx)}
    return [found.get(key) for key in keys]


async def carried_by(ctx: Context, other_ids: Sequence[int]) -> list[list[TagRow]]:
    """The tags, by name, that the viewer's connection with each of these members carries."""
    if not other_ids:
        return []
    found: dict[int, list[TagRow]] = defaultdict(list)
    for row in await ctx.rows(CARRIED, member_id=ctx.member_id, other_ids=other_ids):
        found[row.other_id].append(row)
    return [found[other_id] for other_id in other_ids]


async def counts(ctx: Context, of: Sequence[TagRow]) -> list[int]:
    """How many of the viewer's connections carry each tag."""
    rows = await ctx.rows(COUNTS, member_id=ctx.member_id, tag_ids=[tag.id for tag in of])
    found = Counter({row.tag_id: row.carriers for row in rows})
    return [found[tag.id] for tag in of]
