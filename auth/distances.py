"""How far away others are, as far as that may be told, from the side where less is to be read.

Who lies three connections away from a viewer with few brokers is found from the viewer's side: the arrays of
the brokers are read once for all members who are asked about; whose connections overlap with one of them is
reached. From the other side the arrays of each member's connections are read, one after the other until one
leads to the viewer: that is less for a member who has few, or where the viewer's brokers have many.
"""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Integer,
    and_,
    any_,
    case,
    cast,
    false,
    func,
    literal_column,
    select,
    true,
)

from auth.network import (
    BROKER_IDS,
    FAR,
    HIDDEN_IDS,
    SEEN_BY,
    is_first,
    is_second,
    known_since,
    leads_on,
    telling_ids,
)
from models import adjacency, members
from models.database import constant, fenced
from rules.distances import NetworkDegree

FEW: Final = 256
FEW_BYTES: Final = 512 * 1024
"""There are few brokers if there are no more of them and their arrays are no longer together."""

MANY: Final = 256
"""Who has more connections than that is looked for from the viewer's side, if that one has few brokers."""


def _has_few() -> ColumnElement[bool]:
    """SQL: the viewer has few brokers. Read once; no array is read for its size."""
    of_brokers = adjacency.c.member_id == any_(cast(BROKER_IDS, ARRAY(Integer)))
    size = select(func.sum(func.pg_column_size(adjacency.c.ids))).where(of_brokers).scalar_subquery()
    are_few = func.cardinality(BROKER_IDS) <= literal_column(str(FEW))
    is_small = size <= literal_column(str(FEW_BYTES))
    way = select(case((are_few, is_small), else_=false()).label("has_few")).cte("way")
    return select(way.c.has_few).scalar_subquery()


HAS_FEW = _has_few()


def arrays(name: str, *, dated: bool) -> CTE:
    """SQL: `id` of each of few brokers and `ids` of those of their connections who exist for the viewer.

    If `dated`, also `known_since`, when the viewer was connected to the broker.
    """
    broker = func.unnest(BROKER_IDS).table_valued("id").render_derived("broker")
    # The subtraction also takes long arrays out of their storage, once for all members who are asked about.
    shown = adjacency.c.ids.op("-")(HIDDEN_IDS).label("ids")
    each = fenced(select(shown).where(adjacency.c.member_id == broker.c.id)).lateral("each")
    columns: list[ColumnElement[Any]] = [broker.c.id, each.c.ids]
    if dated:
        columns.append(known_since(broker.c.id).label("known_since"))
    found = select(*columns).select_from(broker.join(each, true())).where(HAS_FEW)
    return found.cte(name).prefix_with("MATERIALIZED")


REACHED = arrays("arrays_of_brokers", dated=False)


def _is_third(from_viewer: ColumnElement[bool]) -> ColumnElement[bool]:
    reached = select(REACHED.c.id).where(REACHED.c.ids.bool_op("&&")(telling_ids())).correlate(members)
    leading = select(FAR.c.member_id).where(leads_on()).correlate(members)
    return case((and_(from_viewer, HAS_FEW), reached.exists()), else_=leading.exists())


def is_third() -> ColumnElement[bool]:
    """SQL: a connection of the row of `members` leads to one of the viewer's."""
    return _is_third(members.c.connection_count > literal_column(str(MANY)))


def degree() -> ColumnElement[str]:
    """SQL: the `NetworkDegree` of the row of `members`.

    Where degrees are asked for there are mostly many far members, for whom the arrays are read once.
    """
    return case(
        (members.c.id == SEEN_BY, constant(NetworkDegree.SELF)),
        (is_first(), constant(NetworkDegree.FIRST)),
        (is_second(), constant(NetworkDegree.SECOND)),
        (_is_third(true()), constant(NetworkDegree.THIRD)),
        else_=constant(NetworkDegree.OUT_OF_NETWORK),
    )
