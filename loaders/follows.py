"""The door to follows: who follows whom, as far as it lies open to the viewer.

Three things keep a follow out of sight. A private one names its follower to nobody: the followed member sees
a row without a name, everybody else nothing. One from outside that `FollowAudience` suspends is seen by its
follower alone. And one with an end that does not exist for the viewer does not either.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Table,
    all_,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql import Select

from auth.network import exists as member_exists
from executor.errors import CodedError
from loaders import members as member_loader
from loaders.context import Context
from loaders.listings import Listing
from loaders.members import MemberRow
from loaders.paging import Page
from loaders.private_followers import unveil
from loaders.timelines import Item, PositionedRow
from models import company_follows, connections, conversations, follows, members, participations
from models.database import Row, Statement, constant
from rules.audiences import FollowAudience
from rules.paging import PageArgs
from rules.terms import FollowableKind, FollowNotifyLevel, FollowOrigin

Key = tuple[int, ...]


class FollowRow(PositionedRow):
    """A follow in the eyes of one viewer: of `followee_id` or else of `company_id`.

    `member_id`, who follows, is null where it must not be named. `origin` is for the two alone, `notify` and
    `is_favorite` for the follower.
    """

    member_id: int | None
    followee_id: int | None
    company_id: int | None
    origin: FollowOrigin | None
    notify: FollowNotifyLevel | None
    is_favorite: bool | None
    is_private: bool


@dataclass(eq=False)
class FollowPage(Page[Item[FollowRow]]):
    """A page of follows, which knows its list so that its length is counted only when asked for."""

    listing: Listing[FollowRow]
    values: Mapping[str, object]


VIEWER = bindparam("network_viewer_id", type_=Integer)
IS_FOLLOWED = follows.c.followee_id.is_not_distinct_from(VIEWER)
FOLLOWEE = members.alias("followee")
ARE_CONNECTED = exists().where(
    connections.c.member_id == follows.c.followee_id, connections.c.other_id == follows.c.follower_id
)
IS_IN_FORCE = or_(FOLLOWEE.c.who_can_follow == constant(FollowAudience.ANYONE), ARE_CONNECTED)
"""SQL: the setting of the followed member does not suspend the row of `follows`."""
NO_ONE = null().cast(Integer)


def _is_follower(table: Table) -> ColumnElement[bool]:
    return table.c.follower_id.is_not_distinct_from(VIEWER)


def _is_named(table: Table) -> ColumnElement[bool]:
    return or_(not_(table.c.is_private), _is_follower(table))


def _place(table: Table, owner: ColumnElement[int], tie: ColumnElement[int]) -> list[ColumnElement[Any]]:
    named = case((_is_named(table), table.c.follower_id)).label("member_id")
    return [owner.label("owner_id"), table.c.followed_at.label("at"), tie.label("tie"), named]


def _terms(table: Table) -> list[ColumnElement[Any]]:
    own = _is_follower(table)
    loudness = [case((own, table.c[name])).label(name) for name in ("notify", "is_favorite")]
    return [*loudness, table.c.is_private]


def _of_members(owner: ColumnElement[int], other: ColumnElement[int]) -> Select[Any]:
    """Follows of members with their `other` end, which must exist for the viewer."""
    told = and_(_is_named(follows), or_(_is_follower(follows), IS_FOLLOWED))
    origin = case((told, follows.c.origin)).label("origin")
    place = _place(follows, owner, other.cast(BigInteger))
    of = [follows.c.followee_id, NO_ONE.label("company_id"), origin]
    followed = FOLLOWEE.c.id == follows.c.followee_id
    return (
        select(*place, *of, *_terms(follows))
        .join(members, members.c.id == other)
        .join(FOLLOWEE, followed)
        .where(member_exists())
    )


def _of_companies() -> Select[Any]:
    """Follows of companies, whose ties lie above all members: the two can stand in one list."""
    table = company_follows
    above = literal_column(str(2**32), BigInteger)
    origin = case((_is_follower(table), constant(FollowOrigin.MANUAL))).label("origin")
    place = _place(table, table.c.follower_id, above + table.c.company_id)
    of = [NO_ONE.label("followee_id"), table.c.company_id, origin]
    return select(*place, *of, *_terms(table)).where(_is_named(table))


OF_FOLLOWEES = _of_members(follows.c.followee_id, follows.c.follower_id)
OF_FOLLOWERS = _of_members(follows.c.follower_id, follows.c.followee_id)
OWN_OR_IN_FORCE = or_(IS_IN_FORCE, _is_follower(follows))

FOLLOWERS = Listing(
    "followers",
    OF_FOLLOWEES.where(IS_IN_FORCE, or_(not_(follows.c.is_private), IS_FOLLOWED)),
    FollowRow,
)
FOLLOWED_MEMBERS = OF_FOLLOWERS.where(OWN_OR_IN_FORCE, _is_named(follows))
FOLLOWED_COMPANIES = _of_companies()
FOLLOWED = union_all(FOLLOWED_MEMBERS, FOLLOWED_COMPANIES).subquery("followed")
FOLLOWING: Mapping[FollowableKind | None, Listing[FollowRow]] = {
    None: Listing("following", select(FOLLOWED), FollowRow),
    FollowableKind.MEMBER: Listing("following members", FOLLOWED_MEMBERS, FollowRow),
    FollowableKind.COMPANY: Listing("following companies", FOLLOWED_COMPANIES, FollowRow),
}
SINCE = bindparam("since", type_=DateTime(timezone=True))
OTHER_ONE = case((conversations.c.low_id == VIEWER, conversations.c.high_id), else_=conversations.c.low_id)
WRITTEN_WITH: ColumnElement[Sequence[int]] = func.array(
    select(OTHER_ONE)
    .join(participations, participations.c.conversation_id == conversations.c.id)
    .where(participations.c.member_id == VIEWER, participations.c.last_at >= SINCE)
    .scalar_subquery(),
    type_=ARRAY(Integer),
)
"""SQL: the ids of whom the viewer wrote to or heard from since then. Read once."""
INACTIVE = Listing(
    "inactive follows",
    select(FOLLOWED).where(
        FOLLOWED.c.at < SINCE,
        or_(FOLLOWED.c.followee_id.is_(None), FOLLOWED.c.followee_id != all_(WRITTEN_WITH)),
    ),
    FollowRow,
    oldest_first=True,
)


def _by_keys(rows: Select[Any], followed: str) -> Statement[FollowRow]:
    """Rows with these followers and followed members or companies."""
    source = rows.subquery("source")
    arrays = [bindparam(name, type_=ARRAY(Integer)) for name in ("follower_ids", "followed_ids")]
    keys = func.unnest(*arrays).table_valued("follower_id", "followed_id").render_derived("keys")
    is_wanted = and_(source.c.follower_id == keys.c.follower_id, source.c[followed] == keys.c.followed_id)
    columns = [column for column in source.c if column.name != "follower_id"]
    return Statement(select(*columns).select_from(keys.join(source, is_wanted)), FollowRow)


MEMBER_FOLLOWS = _by_keys(
    OF_FOLLOWEES.where(OWN_OR_IN_FORCE, or_(_is_named(follows), IS_FOLLOWED)).add_columns(
        follows.c.follower_id
    ),
    "followee_id",
)
CONNECTED = Statement(
    select(connections.c.other_id).where(
        connections.c.member_id == bindparam("one", type_=Integer),
        connections.c.other_id == bindparam("other", type_=Integer),
    ),
    Row,
)
COMPANY_FOLLOWS = _by_keys(FOLLOWED_COMPANIES.add_columns(company_follows.c.follower_id), "company_id")


SHOWN = ("shows_followers", "shows_following")
"""The columns of a member that say which of the two lists the viewer sees."""


async def followers(
    ctx: Context, owners: Sequence[MemberRow], args: PageArgs
) -> list[FollowPage | CodedError | None]:
    """One page of each member's followers, newest first; None where the list is hidden.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts.
    """
    shown = [owner.id for owner in owners if owner.shows_followers]
    pages = await _pages(ctx, FOLLOWERS, shown, args)
    return [pages.get(owner.id) for owner in owners]


async def following(
    ctx: Context, owners: Sequence[MemberRow], args: PageArgs, kind: FollowableKind | None
) -> list[FollowPage | CodedError | None]:
    """One page of what each member follows, newest first; None where the list is hidden.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts.
    """
    shown = [owner.id for owner in owners if owner.shows_following]
    pages = await _pages(ctx, FOLLOWING[kind], shown, args)
    return [pages.get(owner.id) for owner in owners]


async def inactive(ctx: Context, args: PageArgs, since: datetime) -> FollowPage | CodedError:
    """One page of what the viewer followed before and had nothing to do with since, oldest first.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts.
    """
    return (await _pages(ctx, INACTIVE, [ctx.member_id], args, since=since))[ctx.member_id]


async def totals(ctx: Context, pages: Sequence[FollowPage]) -> list[int | None]:
    """How long the list of each page is; None where counting costs too much."""
    owners: dict[Listing[FollowRow], list[int]] = defaultdict(list)
    for page in pages:
        owners[page.listing].append(page.of.owner_id)
    values = {page.listing: page.values for page in pages}
    found = {listing: await listing.totals(ctx, ids, **values[listing]) for listing, ids in owners.items()}
    return [found[page.listing].get(page.of.owner_id) for page in pages]


async def of_members(ctx: Context, member_ids: Sequence[int]) -> list[FollowRow | None]:
    """The viewer's own follow of each member."""
    viewer_id = ctx.sight.network_viewer_id
    if viewer_id is None:
        return [None] * len(member_ids)
    return await by_keys(ctx, [(viewer_id, member_id) for member_id in member_ids])


async def of_companies(ctx: Context, company_ids: Sequence[int]) -> list[FollowRow | None]:
    """The viewer's own follow of each company."""
    viewer_id = ctx.sight.network_viewer_id
    if viewer_id is None:
        return [None] * len(company_ids)
    return await by_company_keys(ctx, [(viewer_id, company_id) for company_id in company_ids])


async def is_connected(ctx: Context, member_id: int) -> bool:
    """Whether the viewer is connected to the member, whatever the token may read: for decisions."""
    return bool(await ctx.row(CONNECTED, one=ctx.member_id, other=member_id))


async def by_keys(ctx: Context, keys: Sequence[Key]) -> list[FollowRow | None]:
    """Follows of members by follower and followed member; None where missing, hidden or not to be named."""
    found = await _read(ctx, _fitting(keys))
    return [row if row and row.member_id else None for row in found]


async def by_veiled_keys(ctx: Context, keys: Sequence[Key]) -> list[FollowRow | None]:
    """The viewer's private followers, without their names, by the numbers that `veil` gives them."""
    found = await _read(ctx, [(unveil(ctx, key) or 0, key[0]) for key in keys])
    return [row if row and row.member_id is None else None for row in found]


async def by_company_keys(ctx: Context, keys: Sequence[Key]) -> list[FollowRow | None]:
    """Follows of companies by follower and company; None where missing or hidden."""
    fitting = _fitting(keys)
    rows = await _rows(ctx, COMPANY_FOLLOWS, fitting)
    found = {(row.member_id, row.company_id): row for row in rows}
    followers = await member_loader.load_many(ctx, [follower_id for follower_id, _ in fitting], SHOWN)
    return [
        found.get((follower_id, company_id)) if follower and follower.shows_following else None
        for (follower_id, company_id), follower in zip(fitting, followers, strict=True)
    ]


async def _read(ctx: Context, keys: Sequence[Key]) -> list[FollowRow | None]:
    """Follows of members, private followers of the viewer among them; None where neither list is open."""
    found = {(row.tie, row.followee_id): row for row in await _rows(ctx, MEMBER_FOLLOWS, keys)}
    ends = await member_loader.load_many(ctx, [end for key in keys for end in key], SHOWN)
    return [
        found.get((follower_id, followee_id)) if _lies_open(follower, followee) else None
        for (follower_id, followee_id), follower, followee in zip(keys, ends[::2], ends[1::2], strict=True)
    ]


async def _rows(ctx: Context, statement: Statement[FollowRow], keys: Sequence[Key]) -> list[FollowRow]:
    ids = {"follower_ids": [key[0] for key in keys], "followed_ids": [key[1] for key in keys]}
    return await ctx.rows(statement, **ids, **_sight(ctx))


def _sight(ctx: Context) -> dict[str, object]:
    return {"network_viewer_id": ctx.sight.network_viewer_id, **ctx.sight.parameters()}


def _fitting(keys: Sequence[Key]) -> list[Key]:
    """The keys, with nobody in place of numbers that no member or company has."""
    return [key if max(key) < 2**31 else (0, 0) for key in keys]


def _lies_open(follower: MemberRow | None, followee: MemberRow | None) -> bool:
    return bool(follower and followee and (follower.shows_following or followee.shows_followers))


async def _pages(
    ctx: Context, listing: Listing[FollowRow], owner_ids: Sequence[int], args: PageArgs, **wanted: object
) -> dict[int, FollowPage | CodedError]:
    unknown, values = dict.fromkeys(owner_ids), {**_sight(ctx), **wanted}
    page = partial(FollowPage, listing=listing, values=values)
    return await listing.timeline.pages(page, ctx, unknown, args, _items, **values)


async def _items(rows: Sequence[FollowRow]) -> list[Item[FollowRow]]:
    return [Item(row, row) for row in rows]
