"""The door to the shortest chains of connections between the viewer and others, a hundred at a time.

Everything here goes over the arrays of neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import array

from auth.distances import BROKER_ID, HAS_FEW, arrays
from auth.network import (
    BROKER_IDS,
    FAR,
    broker_ids,
    exists,
    is_first,
    is_second,
    known_since,
    leads_on,
    telling_ids,
)
from auth.visibility import shows_shared
from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from models import members
from models.database import Row, Statement
from rules.distances import MOST_PATHS

MOST_BROKERS: Final = 64
"""Among how many of the viewer's connections the best to ask are looked for."""

MOST_NEAR: Final = 16
"""How many of the other's connections to whom two steps lead are looked at: who has many leads many ways."""


class ChainRow(Row):
    """Who stands between the viewer and a member who tells, nearest to the viewer first.

    Nobody to a connection of the viewer's; None where no chain leads.
    """

    other_id: int
    via: list[int] | None


@dataclass(frozen=True, slots=True)
class NetworkPath:
    """A chain of members, each connected to the next: the viewer first, the other one last."""

    members: Sequence[MemberRow]

    @property
    def length(self) -> int:
        """How many connections it takes."""
        return len(self.members) - 1

    @property
    def broker(self) -> MemberRow:
        """The viewer's own connection, whom to ask."""
        return self.members[1]


OTHERS = and_(members.c.id == any_(bindparam("other_ids", type_=ARRAY(Integer))), exists())


def first_ids(ids: ColumnElement[Any]) -> ColumnElement[Sequence[int]]:
    """SQL: the first of an array of brokers, as many as are looked at."""
    return func.subarray(ids, literal_column("1"), literal_column(str(MOST_BROKERS)), type_=ARRAY(Integer))


def _one_step() -> Select[Any]:
    nobody: ColumnElement[Any] = literal_column("'{}'::int[]")
    since: ColumnElement[Any] = literal_column("'-infinity'::timestamptz")
    return select(nobody.label("via"), since.label("known_since")).where(is_first())


def _two_steps() -> Select[Any]:
    broker = func.unnest(first_ids(broker_ids())).table_valued("id").render_derived("broker")
    via: ColumnElement[Any] = array([broker.c.id])
    chain = select(via.label("via"), known_since(broker.c.id).label("known_since"))
    return chain.where(~is_first()).correlate(members)


LISTS = arrays("dated_lists", known_since(BROKER_ID).label("known_since"))


def _three_steps_of_few() -> Select[Any]:
    """One chain for each of few brokers: their connections meet those of the other."""
    near = func.subarray(LISTS.c.ids.op("&")(telling_ids()), literal_column("1"), literal_column("1"))
    via: ColumnElement[Any] = array([LISTS.c.id]).op("+")(near)
    chain = select(via.label("via"), LISTS.c.known_since).where(LISTS.c.ids.bool_op("&&")(telling_ids()))
    return chain.where(~is_first(), ~is_second()).correlate(members)


def _three_steps_of_many() -> Select[Any]:
    """The same for a viewer who has many: here the other's connections are looked at."""
    shared = first_ids(FAR.c.ids.op("&")(BROKER_IDS)).label("ids")
    leading = select(FAR.c.member_id, shared).where(leads_on(), ~is_first(), ~is_second(), ~HAS_FEW)
    last = leading.correlate(members).limit(literal_column(str(MOST_NEAR))).subquery("last")
    each = func.unnest(last.c.ids).table_valued("id").render_derived("each")
    near = func.min(last.c.member_id).label("near_id")
    brokers = select(each.c.id, near).select_from(last.join(each, true())).group_by(each.c.id)
    broker = brokers.order_by(each.c.id).limit(literal_column(str(MOST_BROKERS))).subquery("broker")
    via: ColumnElement[Any] = array([broker.c.id, broker.c.near_id])
    return select(via.label("via"), known_since(broker.c.id).label("known_since")).correlate(members)


def _chains() -> Select[Any]:
    """Whom the viewer has known longest is asked first: that is told by nothing that others may hide."""
    found: CompoundSelect[Any] = union_all(
        _one_step(), _two_steps(), _three_steps_of_few(), _three_steps_of_many()
    )
    best = found.order_by("known_since", "via").limit(literal_column(str(MOST_PATHS))).lateral("best")
    return (
        select(members.c.id.label("other_id"), best.c.via)
        .select_from(members.outerjoin(best, true()))
        .where(OTHERS, shows_shared())
        .order_by(members.c.id, best.c.known_since, best.c.via)
    )


CHAINS = Statement(_chains(), ChainRow)


async def chains(ctx: Context, other_ids: Sequence[int]) -> list[list[list[int]] | None]:
    """The ids of who stands between the viewer and each other member; None where that one does not tell.

    At most three of the shortest chains, each through another connection of the viewer's, the one known
    longest first. Where there are very many, these are the best of those that are looked at, see
    `MOST_BROKERS` and `MOST_NEAR`. To a connection of the viewer's there is one, with nobody between.
    """
    found: dict[int, list[list[int]]] = {}
    for row in await ctx.rows(CHAINS, other_ids=other_ids, **ctx.sight.parameters()):
        found.setdefault(row.other_id, []).extend([] if row.via is None else [row.via])
    return [found.get(other_id) for other_id in other_ids]


async def paths(ctx: Context, other_ids: Sequence[int], most: int) -> list[list[NetworkPath] | None]:
    """Up to so many shortest paths to each member, best first; None where the member does not tell."""
    between = await ctx.entities(chains).load_many(other_ids)
    ids = [
        [[ctx.member_id, *via, other_id] for via in (vias or ())[:most]]
        for other_id, vias in zip(other_ids, between, strict=True)
    ]
    everybody = dict.fromkeys(id for paths in ids for path in paths for id in path)
    found = await member_loader.load_many(ctx, list(everybody))
    members = dict(zip(everybody, found, strict=True))
    return [
        None if vias is None else [path for each in paths if (path := _path(each, members))]
        for vias, paths in zip(between, ids, strict=True)
    ]


def _path(ids: Sequence[int], members: Mapping[int, MemberRow | None]) -> NetworkPath | None:
    """The path, unless somebody on it went away meanwhile."""
    found = [member for id in ids if (member := members[id])]
    return NetworkPath(found) if len(found) == len(ids) else None
