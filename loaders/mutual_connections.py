"""The door to the connections that the viewer shares with others, in pages of a hundred members at a time.

Everything here goes over the arrays of neighbours.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    select,
    true,
)

from auth.network import broker_ids, exists
from auth.visibility import VIEW_OF_CONNECTIONS, shows_shared
from executor.errors import CodedError
from executor.selection import Selection
from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.paging import NODES, Key, KeysetList, Page, check, invalid_cursor, page
from loaders.timelines import OWNER_ID
from models import members
from models.database import Statement, fenced
from rules.paging import PageArgs


class SharedRow(MemberRow):
    """Somebody to whom both the viewer and the owner are connected, whose columns are null if invisible.

    One row without anybody, `shared_id` None, for an owner who tells but has nobody on the page. `total` is
    there where it is wanted.
    """

    owner_id: int
    shared_id: int | None
    total: int

    @property
    def key(self) -> Key:
        """The position: such lists are in the order of ids, in which members joined."""
        return (self.shared_id,)

    @property
    def node(self) -> "SharedRow | None":
        """The member, as far as visible."""
        return None if self.id is None else self


SharedPage = Page[SharedRow] | CodedError | None
OWNERS = and_(members.c.id == any_(bindparam("owner_ids", type_=ARRAY(Integer))), exists(), shows_shared())
TOLD = fenced(select(broker_ids().label("ids")).correlate(members)).lateral("told")
"""Whom the viewer shares with the row of `members`, computed once for it."""
SHARED = func.unnest(TOLD.c.ids).table_valued("id").render_derived("shared")


def _shared(*, backward: bool) -> Select[Any]:
    """The first of each owner's list between two positions, or the last."""
    id = SHARED.c.id
    between = and_(id > bindparam("after", type_=Integer), id < bindparam("before", type_=Integer))
    size: ColumnElement[int] = bindparam("size", type_=Integer)
    return select(id).where(between).order_by(id.desc() if backward else id).correlate(TOLD).limit(size)


@lru_cache(member_loader.STATEMENTS_KEPT)
def _page(names: frozenset[str], *, backward: bool, counts: bool) -> Statement[SharedRow]:
    """The page of each owner who tells, with these columns of who is on it."""
    found = _shared(backward=backward).lateral("found")
    total = [func.coalesce(func.icount(TOLD.c.ids), literal_column("0")).label("total")] if counts else []
    listed = select(members.c.id.label("owner_id"), found.c.id.label("shared_id"), *total)
    owners = members.join(TOLD, true()).outerjoin(found, true())
    top = listed.select_from(owners).where(OWNERS).subquery("top")
    others, joined = member_loader.joined_by("shared_id", names, VIEW_OF_CONNECTIONS)(top)
    rows = select(*top.c, *others).select_from(top.outerjoin(joined, true()))
    place = top.c.shared_id.desc() if backward else top.c.shared_id
    return Statement(rows.order_by(top.c.owner_id, place), SharedRow)


Bounds = tuple[int, int]
WHOLE: Final = (0, 2**31 - 1)


async def pages(
    ctx: Context, owner_ids: Sequence[int], args: PageArgs, selection: Selection
) -> list[SharedPage]:
    """One page of the connections that the viewer shares with each, in the order in which these joined.

    None where the owner does not tell or is the viewer, an error for another list's cursor. Raises CodedError
    BAD_USER_INPUT for a page size that no list accepts.
    """
    check(args)
    if ctx.sight.network_viewer_id is None:
        return [None] * len(owner_ids)
    bounds = {owner_id: _bounds(_keyset(ctx, owner_id), args) for owner_id in owner_ids}
    # A cursor fits one list alone, so those it fits share their bounds.
    shared = next((bound for bound in bounds.values() if not isinstance(bound, CodedError)), WHOLE)
    found: dict[int, SharedPage] = {}
    for owner_id, listed in groupby(await _rows(ctx, owner_ids, shared, args, selection), OWNER_ID):
        bound, (first, *more) = bounds[owner_id], listed
        items = [] if first.shared_id is None else [first, *more]
        total = first.total if selection.has("totalCount") else None
        if isinstance(bound, CodedError):
            found[owner_id] = bound
        else:
            found[owner_id] = page(Page, _keyset(ctx, owner_id), items, args, total)
    return [found.get(owner_id) for owner_id in owner_ids]


async def _rows(
    ctx: Context, owner_ids: Sequence[int], bounds: Bounds, args: PageArgs, selection: Selection
) -> list[SharedRow]:
    """The rows of all pages, owner by owner."""
    names = member_loader.columns_at(ctx, selection, *NODES) or member_loader.ALWAYS
    rows = await ctx.rows(
        _page(names, backward=args.backward, counts=selection.has("totalCount")),
        owner_ids=owner_ids,
        after=bounds[0],
        before=bounds[1],
        size=args.size + 1,
        count_cap=ctx.deployment.policy.connection_count_display_cap,
        **ctx.sight.parameters(),
    )
    member_loader.know(ctx, names, rows)
    return rows


def _keyset(ctx: Context, owner_id: int) -> KeysetList:
    return KeysetList(ctx.deployment.cursor_cipher, "mutual connections", owner_id)


def _bounds(of: KeysetList, args: PageArgs) -> Bounds | CodedError:
    after, before = WHOLE
    try:
        return (
            after if args.after is None else _id(of.key(args.after)),
            before if args.before is None else _id(of.key(args.before)),
        )
    except CodedError as error:
        return error


def _id(key: Key) -> int:
    match key:
        case (int(id),):
            return id
    raise invalid_cursor()
