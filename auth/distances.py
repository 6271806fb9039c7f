"""How far away others are, as far as that may be told, over the arrays of neighbours.

Who lies three connections away from a viewer with few brokers is found from the viewer's side: the arrays of
the brokers are read once for all members who are asked about; whose connections overlap with one of them is
reached. From the other side the arrays of each member's connections are read, one after the other until one
leads to the viewer: that is less only for a viewer who has many, or whose brokers have.
"""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Integer,
    any_,
    case,
    cast,
    false,
    func,
    literal_column,
    select,
    true,
)

from auth.visibility import (
    BROKER_IDS,
    HIDDEN_IDS,
    SEEN_BY,
    is_first,
    is_second,
    is_third,
    known_since,
    telling_ids,
)
from models import adjacency, members
from models.database import constant, fenced
from rules.distances import NetworkDegree

FEW: Final = 256
FEW_BYTES: Final = 512 * 1024
"""There are few if there are no more of them and their arrays are no longer together."""


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


REACHED = arrays("reached", dated=False)


def _is_third() -> ColumnElement[bool]:
    """SQL: `is_third`, from the side where less is to be read."""
    reached = select(REACHED.c.id).where(REACHED.c.ids.bool_op("&&")(telling_ids())).correlate(members)
    return case((HAS_FEW, reached.exists()), else_=is_third())


def degree() -> ColumnElement[str]:
    """SQL: the `NetworkDegree` of the row of `members`."""
    return case(
        (members.c.id == SEEN_BY, constant(NetworkDegree.SELF)),
        (is_first(), constant(NetworkDegree.FIRST)),
        (is_second(), constant(NetworkDegree.SECOND)),
        (_is_third(), constant(NetworkDegree.THIRD)),
        else_=constant(NetworkDegree.OUT_OF_NETWORK),
    )
