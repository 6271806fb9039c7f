"""The list of introductions in which the viewer has a part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, any_, bindparam, case, or_, select, union_all

from executor.errors import CodedError
from loaders.context import Context
from loaders.introductions import COLUMNS, INTRODUCTIONS, NOW, IntroductionRow, all_exist
from loaders.listings import Listing
from loaders.paging import Page
from loaders.timelines import Item, PositionedRow
from models.database import constant
from rules.introductions import AWAITING
from rules.paging import PageArgs
from rules.seen_introductions import seen
from rules.terms import IntroductionRole, IntroductionState


class ListedRow(IntroductionRow, PositionedRow):
    """An introduction in the list of one who is `role` in it."""

    role: IntroductionRole


@dataclass(eq=False)
class IntroductionPage(Page[Item[ListedRow]]):
    """A page of introductions, which knows its filter so that its length is counted only when asked for."""

    wanted: Mapping[str, object]


ROLES = bindparam("roles", type_=ARRAY(Text))
STATES = bindparam("states", type_=ARRAY(Text))


def _state(role: IntroductionRole) -> ColumnElement[Any]:
    """SQL: the state as this role may know it, as `rules.introductions.state_of` has it."""
    is_requester = role is IntroductionRole.REQUESTER
    stored = INTRODUCTIONS.requester_state if is_requester else INTRODUCTIONS.state
    is_open = or_(*(stored == constant(state) for state in sorted(AWAITING)))
    return case((is_open & (INTRODUCTIONS.expires_at <= NOW), constant("EXPIRED")), else_=stored)


def _of(role: IntroductionRole) -> Select[Any]:
    """Those in which the owner of the list has this role, and knows of it."""
    owner = INTRODUCTIONS[f"{role.lower()}_id"]
    rows = select(
        owner.label("owner_id"),
        INTRODUCTIONS.requested_at.label("at"),
        INTRODUCTIONS.id.label("tie"),
        constant(role).label("role"),
        *COLUMNS,
    ).where(constant(role) == any_(ROLES), _state(role) == any_(STATES), all_exist())
    known = INTRODUCTIONS.forwarded_at.is_not(None)
    return rows.where(known) if role is IntroductionRole.TARGET else rows


LISTING = Listing(
    "introductions", select(union_all(*map(_of, IntroductionRole)).subquery("three")), ListedRow
)


async def of_viewer(
    ctx: Context,
    args: PageArgs,
    role: IntroductionRole | None,
    states: Sequence[IntroductionState] | None,
) -> IntroductionPage | CodedError:
    """A page of the viewer's introductions, the latest first, by the states that the viewer sees."""
    own = ctx.member_id
    roles = [role] if role else list(IntroductionRole)
    # Each row is compared with each of them, so that each is sent once.
    chosen = [*dict.fromkeys(IntroductionState if states is None else states)]
    wanted = {"roles": roles, "states": chosen, "now": ctx.now, **ctx.sight.parameters()}

    async def show(rows: Sequence[ListedRow]) -> list[Item[ListedRow]]:
        return [Item(row, seen(row, IntroductionRole(row.role), ctx.now)) for row in rows]

    page = partial(IntroductionPage, wanted=wanted)
    return (await LISTING.timeline.pages(page, ctx, {own: None}, args, show, **wanted))[own]


async def totals(ctx: Context, pages: Sequence[IntroductionPage]) -> list[int | None]:
    """How long the list of each page is; None where counting costs too much."""
    found = [await LISTING.totals(ctx, [ctx.member_id], **page.wanted) for page in pages]
    return [total.get(ctx.member_id) for total in found]
