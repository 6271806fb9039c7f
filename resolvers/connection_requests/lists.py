"""Reading requests: the two lists, and what a request says beyond itself."""

from collections.abc import Sequence

from auth.identity import Viewer
from executor.errors import CodedError
from executor.selection import Selection
from loaders import allowances, request_lists
from loaders import introductions as introduction_loader
from loaders import members as member_loader
from loaders import messages as message_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.messages import ConversationRow
from loaders.request_lists import RequestPage
from rules.allowances import Quota
from rules.paging import PageArgs
from rules.seen_introductions import SeenIntroduction
from rules.seen_requests import SeenRequest
from rules.terms import ConnectionRequestState, ReceivedRequestView, RequestOrder

Pages = list[RequestPage | CodedError]


async def received(
    viewers: Sequence[Viewer],
    ctx: Context,
    *,
    page: PageArgs,
    selection: Selection,
    view: ReceivedRequestView,
    order_by: RequestOrder,
) -> Pages:
    """A page of the requests that the viewer received."""
    return [await request_lists.received(ctx, view, order_by, page, selection) for _ in viewers]


async def sent(
    viewers: Sequence[Viewer],
    ctx: Context,
    *,
    page: PageArgs,
    selection: Selection,
    states: Sequence[ConnectionRequestState],
    order_by: RequestOrder,
) -> Pages:
    """A page of the requests that the viewer sent, by the states that the viewer sees."""
    return [await request_lists.sent(ctx, states, order_by, page, selection) for _ in viewers]


async def totals(pages: Sequence[RequestPage], ctx: Context) -> list[int | None]:
    """The length of each page's list."""
    return await request_lists.totals(ctx, pages)


async def request_quotas(viewers: Sequence[Viewer], ctx: Context) -> list[Quota]:
    """What is left of the viewer's weekly requests."""
    return [(await allowances.load(ctx)).weekly for _ in viewers]


async def senders(
    requests: Sequence[SeenRequest], ctx: Context, *, selection: Selection
) -> Sequence[MemberRow | None]:
    """Who asked."""
    return await member_loader.load_known(ctx, [request.sender_id for request in requests], selection)


async def recipients(
    requests: Sequence[SeenRequest], ctx: Context, *, selection: Selection
) -> Sequence[MemberRow | None]:
    """Who was asked."""
    return await member_loader.load_known(ctx, [request.recipient_id for request in requests], selection)


async def introductions(requests: Sequence[SeenRequest], ctx: Context) -> list[SeenIntroduction | None]:
    """The introduction behind each request."""
    return await introduction_loader.of_requests(
        ctx, [(request.sender_id, request.introduction_id) for request in requests]
    )


async def conversations(requests: Sequence[SeenRequest], ctx: Context) -> Sequence[ConversationRow | None]:
    """The clarifying thread of each request."""
    keys = [(request.sender_id, request.recipient_id, request.number) for request in requests]
    return await message_loader.of_requests(ctx, keys)
