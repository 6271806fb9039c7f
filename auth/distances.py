"""How far away others are, as far as that may be told, from the side where less is to be read.

Who lies three connections away from a viewer with few brokers is found from the viewer's side: the arrays of
the brokers are read once for all members who are asked about; whose connections overlap with one of them is
reached. From the other side the arrays of each member's connections are read, one after the other until one
leads to the viewer: that is less for a member who has few, or where the viewer's brokers have many.
"""

from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, and_, case, false, func, literal_column, select, true

from auth.network import BROKER_IDS, FAR, HIDDEN_IDS, SEEN_BY, is_first, is_second, leads_on, telling_ids
from models import adjacency, members
from models.database import constant, fenced
from rules.distances import NetworkDegree

FEW: Final = 256
FEW_BYTES: Final = 512 * 1024
"""There are few brokers if there are no more of them and their arrays are no longer together."""

TIMES: Final = 8
"""Who has so many times more connections than a viewer few brokers is looked for from the viewer's side."""


def _lists() -> CTE:
    """SQL: `id` of each broker and `ids` as they are stored, if there are no more than few."""
    broker = func.unnest(BROKER_IDS).table_valued("id").render_derived("broker")
    each = fenced(select(adjacency.c.ids).where(adjacency.c.member_id == broker.c.id)).lateral("each")
    are_few = func.cardinality(BROKER_IDS) <= literal_column(str(FEW))
    lists = select(broker.c.id, each.c.ids).select_from(broker.join(each, true())).where(are_few)
    return lists.cte("lists").prefix_with("MATERIALIZED")


_LISTS = _lists()
_SIZE = func.sum(func.pg_column_size(_LISTS.c.ids))
_WAY = select(func.coalesce(literal_column(str(FEW_BYTES)) >= _SIZE, false()).label("has_few")).cte("way")
HAS_FEW = select(_WAY.c.has_few).scalar_subquery()
"""SQL: the viewer has few brokers. Read once; no array is read for its size."""
BROKER_ID = _LISTS.c.id
"""SQL: the broker in the columns of `arrays`."""


def arrays(name: str, *columns: ColumnElement[Any]) -> CTE:
    """SQL: `id` of each of few brokers, and `ids` of those of their connections who exist for the viewer.

    And further columns over `BROKER_ID`.
    """
    # The subtraction also takes long arrays out of their storage, once for all members who are asked about.
    shown = _LISTS.c.ids.op("-")(HIDDEN_IDS).label("ids")
    return select(BROKER_ID, shown, *columns).where(HAS_FEW).cte(name).prefix_with("MATERIALIZED")


REACHED = arrays("reached_by_brokers")


def _is_third(from_viewer: ColumnElement[bool]) -> ColumnElement[bool]:
    reached = select(REACHED.c.id).where(REACHED.c.ids.bool_op("&&")(telling_ids())).correlate(members)
    leading = select(FAR.c.member_id).where(leads_on()).correlate(members)
    return case((and_(from_viewer, HAS_FEW), reached.exists()), else_=leading.exists())


def is_third() -> ColumnElement[bool]:
    """SQL: a connection of the row of `members` leads to one of the viewer's."""
    has_many = members.c.connection_count > literal_column(str(TIMES)) * func.cardinality(BROKER_IDS)
    return _is_third(has_many)


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
