"""Reading introductions: the list, and what one says beyond itself."""

from collections.abc import Sequence

from auth.identity import Viewer
from executor.errors import CodedError
from loaders import connection_requests as request_loader
from loaders import connections as connection_loader
from loaders import introduction_lists
from loaders import introductions as introduction_loader
from loaders import members as member_loader
from loaders import messages as message_loader
from loaders.connections import ConnectionRow
from loaders.context import Context
from loaders.introduction_lists import IntroductionPage
from loaders.members import MemberRow
from loaders.messages import ConversationRow
from rules.introductions import public_id
from rules.paging import PageArgs
from rules.seen_introductions import SeenIntroduction
from rules.seen_requests import SeenRequest
from rules.terms import IntroductionRole, IntroductionState

Introductions = Sequence[SeenIntroduction]


async def of_viewers(
    viewers: Sequence[Viewer],
    ctx: Context,
    *,
    page: PageArgs,
    role: IntroductionRole | None = None,
    states: Sequence[IntroductionState] | None = None,
) -> list[IntroductionPage | CodedError]:
    """A page of the introductions in which the viewer has a part."""
    return [await introduction_lists.of_viewer(ctx, page, role, states) for _ in viewers]


async def totals(pages: Sequence[IntroductionPage], ctx: Context) -> list[int | None]:
    """The length of each page's list."""
    return await introduction_lists.totals(ctx, pages)


def public_ids(introductions: Introductions) -> list[str]:
    """The public id of each."""
    return [public_id(each) for each in introductions]


async def requesters(introductions: Introductions, ctx: Context) -> Sequence[MemberRow | None]:
    """Who wants to be introduced."""
    return await member_loader.load_many(ctx, [each.requester_id for each in introductions])


async def brokers(introductions: Introductions, ctx: Context) -> Sequence[MemberRow | None]:
    """Who is asked to introduce."""
    return await member_loader.load_many(ctx, [each.broker_id for each in introductions])


async def targets(introductions: Introductions, ctx: Context) -> Sequence[MemberRow | None]:
    """Who should be met."""
    return await member_loader.load_many(ctx, [each.target_id for each in introductions])


async def resulting_requests(introductions: Introductions, ctx: Context) -> list[SeenRequest | None]:
    """The last request that names each, as far as the viewer knows of it."""
    return await request_loader.of_introductions(
        ctx, [(each.requester_id, each.number) for each in introductions]
    )


async def connections(introductions: Introductions, ctx: Context) -> list[ConnectionRow | None]:
    """The connection that each led to, for the two; None where that one ended."""
    pairs = [_pair(each) for each in introductions]
    links = await connection_loader.between(ctx, pairs)
    behind = await introduction_loader.of_connections(ctx, pairs)
    return [
        link if introduction and introduction.number == each.number else None
        for each, link, introduction in zip(introductions, links, behind, strict=True)
    ]


async def conversations(introductions: Introductions, ctx: Context) -> list[ConversationRow | None]:
    """The thread of requester and target, once they are connected, for the two."""
    found = await message_loader.of_pairs(ctx, [_pair(each) for each in introductions])
    return [
        conversation if each.state is IntroductionState.ACCEPTED else None
        for each, conversation in zip(introductions, found, strict=True)
    ]


def _pair(introduction: SeenIntroduction) -> tuple[int, int]:
    low, high = sorted((introduction.requester_id, introduction.target_id))
    return low, high
