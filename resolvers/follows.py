"""Lists of follows, and what each follow says."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from auth.identity import Viewer
from executor.errors import CodedError
from loaders import companies as company_loader
from loaders import follows as follow_loader
from loaders import members as member_loader
from loaders.companies import CompanyRow
from loaders.context import Context
from loaders.follows import FollowPage, FollowRow
from loaders.members import MemberRow
from loaders.private_followers import veil
from loaders.relationships import OwnFollow
from rules import ids
from rules.paging import PageArgs
from rules.terms import FollowableKind

Pages = Sequence[FollowPage | CodedError | None]
RowT = TypeVar("RowT")
Load = Callable[[Context, Sequence[int]], Awaitable[Sequence[RowT | None]]]


async def followers_of_members(members: Sequence[MemberRow], ctx: Context, *, page: PageArgs) -> Pages:
    """One page of each member's followers, None where the viewer may not see them."""
    return await follow_loader.followers(ctx, members, page)


async def following_of_members(
    members: Sequence[MemberRow], ctx: Context, *, page: PageArgs, kind: FollowableKind | None = None
) -> Pages:
    """One page of what each member follows, None where the viewer may not see it."""
    return await follow_loader.following(ctx, members, page, kind)


async def followers_of_viewers(viewers: Sequence[Viewer], ctx: Context, *, page: PageArgs) -> Pages:
    """One page of the viewer's followers."""
    return await follow_loader.followers(ctx, await _own(viewers, ctx), page)


async def following_of_viewers(
    viewers: Sequence[Viewer], ctx: Context, *, page: PageArgs, kind: FollowableKind | None = None
) -> Pages:
    """One page of what the viewer follows."""
    return await follow_loader.following(ctx, await _own(viewers, ctx), page, kind)


async def totals(pages: Sequence[FollowPage], ctx: Context) -> list[int | None]:
    """The length of each page's list."""
    return await follow_loader.totals(ctx, pages)


async def of_members(members: Sequence[MemberRow], ctx: Context) -> list[FollowRow | None]:
    """The viewer's follow of each member."""
    return await ctx.entities(follow_loader.of_members).load_many([member.id for member in members])


async def of_companies(companies: Sequence[CompanyRow], ctx: Context) -> list[FollowRow | None]:
    """The viewer's follow of each company."""
    return await ctx.entities(follow_loader.of_companies).load_many([company.id for company in companies])


def public_ids(follows: Sequence[FollowRow | OwnFollow], ctx: Context) -> list[str]:
    """The id of each follow; one that must not name its follower has numbers that don't."""
    return [_public_id(ctx, row) for row in follows]


async def members(follows: Sequence[FollowRow | OwnFollow], ctx: Context) -> list[MemberRow | None]:
    """Who follows, None where not to be named."""
    found = await _found(ctx, member_loader.load_many, [row.member_id for row in follows])
    return [found.get(row.member_id) for row in follows]


async def targets(
    follows: Sequence[FollowRow | OwnFollow], ctx: Context
) -> list[MemberRow | CompanyRow | None]:
    """What is followed, None where it became invisible."""
    followees = await _found(ctx, member_loader.load_many, [row.followee_id for row in follows])
    companies = await _found(ctx, company_loader.load_many, [row.company_id for row in follows])
    return [followees.get(row.followee_id) or companies.get(row.company_id) for row in follows]


async def _own(viewers: Sequence[Viewer], ctx: Context) -> list[MemberRow]:
    return [await member_loader.own(ctx, follow_loader.SHOWN) for _ in viewers]


async def _found(ctx: Context, load: Load[RowT], ids: Sequence[int | None]) -> dict[int | None, RowT | None]:
    wanted = [id for id in ids if id is not None]
    return dict(zip(wanted, await load(ctx, wanted), strict=True))


def _public_id(ctx: Context, row: FollowRow | OwnFollow) -> str:
    if isinstance(row, OwnFollow):
        return ids.encode("F", row.member_id, row.followee_id)
    if row.company_id is not None:
        return ids.encode("CF", row.owner_id, row.company_id)
    if row.member_id is None:
        return ids.encode("FP", *veil(ctx, row.owner_id, row.tie))
    assert row.followee_id is not None
    return ids.encode("F", row.member_id, row.followee_id)
