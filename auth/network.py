"""Who exists for a viewer, and through whom others may be found, over the arrays of neighbours.

Every statement over these predicates takes `Sight.parameters()`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Integer,
    all_,
    and_,
    any_,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models import adjacency, blocks, connections, members
from models.database import fenced

SEEN_BY = bindparam("seen_by", type_=Integer)
"""SQL: the id of the signed-in member, whatever the token covers."""

_BLOCKED = select(blocks.c.blocked_id.label("id")).where(blocks.c.blocker_id == SEEN_BY)
_HIDDEN = union_all(
    _BLOCKED,
    select(blocks.c.blocker_id.label("id")).where(blocks.c.blocked_id == SEEN_BY),
).cte("hidden")
HIDDEN_IDS: ColumnElement[Sequence[int]] = func.array(
    select(_HIDDEN.c.id).scalar_subquery(), type_=ARRAY(Integer)
)
"""SQL: the members who do not exist for the viewer, because either blocks the other. Read once."""


def exists() -> ColumnElement[bool]:
    """SQL: the member of the row of `members` exists for the viewer; hidden and missing are the same."""
    return and_(members.c.closed_at.is_(None), members.c.id != all_(HIDDEN_IDS))


def is_blocking() -> ColumnElement[bool]:
    """SQL: the viewer blocks the member of the row of `members`."""
    return members.c.id == any_(func.array(_BLOCKED.scalar_subquery(), type_=ARRAY(Integer)))


def neighbours(member_id: ColumnElement[int]) -> ColumnElement[Sequence[int]]:
    """SQL: the ids of the members who are connected to this one."""
    ids = select(adjacency.c.ids).where(adjacency.c.member_id == member_id)
    return ids.correlate(members).scalar_subquery()


def shared_ids() -> ColumnElement[Sequence[int]]:
    """SQL: the ids of whom the row of `members` lists that the viewer is connected to as well."""
    return neighbours(SEEN_BY).op("&")(neighbours(members.c.id))


FAR = adjacency.alias("far")
"""The neighbours of somebody two steps from the viewer."""

_TELLING = adjacency.c.ids.op("-")(adjacency.c.silent_ids)
_BROKERS = select(_TELLING.label("ids")).where(adjacency.c.member_id == SEEN_BY).cte("brokers")
BROKER_IDS: ColumnElement[Sequence[int]] = select(_BROKERS.c.ids).scalar_subquery()
"""SQL: the viewer's connections through whom others may be found; null where there is none. Read once."""


def broker_ids() -> ColumnElement[Sequence[int]]:
    """SQL: the ids of who connects the viewer to the row of `members` and may be told to; perhaps null."""
    return neighbours(members.c.id).op("&")(BROKER_IDS)


def is_second() -> ColumnElement[bool]:
    """SQL: somebody connects the viewer to the row of `members` who may be told to do so."""
    return func.coalesce(neighbours(members.c.id).bool_op("&&")(BROKER_IDS), false())


def telling_ids() -> ColumnElement[Sequence[int]]:
    """SQL: the connections of the row of `members` through whom others may be found; perhaps null."""
    telling = select(_TELLING).where(adjacency.c.member_id == members.c.id).correlate(members)
    return cast(telling.scalar_subquery(), ARRAY(Integer))


def leads_on() -> ColumnElement[bool]:
    """SQL: the row of `FAR`, a connection of the row of `members`, is told of and leads to the viewer's."""
    leads = and_(
        FAR.c.member_id == any_(telling_ids()),
        FAR.c.ids.bool_op("&&")(BROKER_IDS),
        FAR.c.member_id != all_(HIDDEN_IDS),
    )
    # Known before any row is read, so that for who has no brokers nobody's connections are looked through.
    return leads & (func.cardinality(BROKER_IDS) > literal_column("0"))


def known_since(id: ColumnElement[int]) -> ColumnElement[datetime]:
    """SQL: since when the viewer is connected to this member, looked for by its key."""
    links = and_(connections.c.member_id == SEEN_BY, connections.c.other_id == id)
    return select(connections.c.connected_at).where(links).correlate_except(connections).scalar_subquery()


def is_first() -> ColumnElement[bool]:
    """SQL: the viewer is connected to the row of `members`."""
    links = and_(connections.c.member_id == SEEN_BY, connections.c.other_id == members.c.id)
    return fenced(select(connections.c.other_id).where(links).correlate(members)).exists()


def shared_count() -> ColumnElement[int]:
    """SQL: how many connect the viewer to the row of `members` and may be told to."""
    return func.coalesce(func.icount(broker_ids()), literal_column("0"))
