"""The two lists of connection requests: those that the viewer received, and those they sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    DateTime,
    Text,
    and_,
    any_,
    bindparam,
    case,
    select,
)

from executor.errors import CodedError
from executor.selection import Selection
from loaders import members as member_loader
from loaders.connection_requests import COLUMNS, REQUESTS, RequestRow, both_exist, is_gone
from loaders.context import Context
from loaders.listings import Listing
from loaders.members import MemberRow
from loaders.paging import Page
from loaders.timelines import Item, PositionedRow
from models.database import constant
from rules.connection_requests import VIEWS, Side
from rules.paging import PageArgs
from rules.seen_requests import SeenRequest
from rules.terms import ConnectionRequestState, ReceivedRequestView, RequestOrder


class ListedRow(MemberRow, RequestRow, PositionedRow):
    """A request in a list and the member on its other side, whose columns are null where it is invisible."""


@dataclass(eq=False)
class RequestPage(Page[Item[ListedRow]]):
    """A page of requests, which knows its list so that its length is counted only when asked for."""

    listing: Listing[ListedRow]
    wanted: Mapping[str, object]


NOW = bindparam("now", type_=DateTime(timezone=True))
STATES = bindparam("states", type_=ARRAY(Text))
IGNORED = bindparam("ignored", type_=ARRAY(Boolean))
OTHERS: Final = {Side.SENDER: "recipient", Side.RECIPIENT: "sender"}
"""What each side calls the member on the other one."""
KEY: Final = frozenset({"owner_id", "sender_id", "recipient_id", "number"})
STATE: Final = ("state", "sender_state", "undelivered", "expires_at")
BEHIND: Final[Mapping[str, Sequence[str]]] = {
    "state": STATE,
    "closed_at": (*STATE, "closed_at", "sender_closed_at"),
    "can_remind": (*STATE, "reminders_sent", "reminded_at", "sent_at"),
    "available_events": (*STATE, "ignored", "lifted", "reminders_sent", "reminded_at", "sent_at"),
}
"""The columns behind what is seen of a request, where they are not called the same."""
EVERYTHING: Final = frozenset(column.name for column in COLUMNS)


def state(side: Side) -> ColumnElement[Any]:
    """SQL: the state as this side may know it, as `rules.connection_requests.state_of` has it."""
    stored = REQUESTS[VIEWS[side].state]
    is_over = and_(stored == constant("PENDING"), REQUESTS.expires_at <= NOW)
    return case((is_gone(side), None), (is_over, constant("EXPIRED")), else_=stored)


def _listed(side: Side) -> list[ColumnElement[bool]]:
    """SQL: the side sees the request in one of the wanted states."""
    return [state(side) == any_(STATES), REQUESTS.ignored == any_(IGNORED), both_exist()]


def _owner(side: Side) -> ColumnElement[int]:
    return REQUESTS.sender_id if side is Side.SENDER else REQUESTS.recipient_id


@lru_cache(member_loader.STATEMENTS_KEPT)
def _listing(
    side: Side, order: RequestOrder, columns: frozenset[str], names: frozenset[str]
) -> Listing[ListedRow]:
    """A list with these columns of the requests, and with these of the members on the other side."""
    position = (_owner(side).label("owner_id"), REQUESTS.sent_at.label("at"), REQUESTS.id.label("tie"))
    return Listing(
        f"requests {side.name.lower()}",
        select(*position, *COLUMNS).where(*_listed(side)),
        ListedRow,
        oldest_first=order is RequestOrder.OLDEST,
        along=member_loader.joined_by(f"{OTHERS[side]}_id", names) if names else None,
        columns=columns,
        shared=True,
    )


VIEW_STATES: Mapping[ReceivedRequestView, tuple[ConnectionRequestState, ...]] = {
    ReceivedRequestView.AWAITING_ANSWER: (ConnectionRequestState.PENDING,),
    ReceivedRequestView.IGNORED: (ConnectionRequestState.PENDING,),
    ReceivedRequestView.DECLINED: (ConnectionRequestState.DECLINED,),
    ReceivedRequestView.ALL: tuple(ConnectionRequestState),
}
VIEW_IGNORED: Mapping[ReceivedRequestView, tuple[bool, ...]] = {
    ReceivedRequestView.AWAITING_ANSWER: (False,),
    ReceivedRequestView.IGNORED: (True,),
}
ANY: tuple[bool, ...] = (False, True)


async def received(
    ctx: Context, view: ReceivedRequestView, order: RequestOrder, args: PageArgs, selection: Selection
) -> RequestPage | CodedError:
    """A page of the requests that the viewer received."""
    states, ignored = VIEW_STATES[view], VIEW_IGNORED.get(view, ANY)
    return await _page(ctx, Side.RECIPIENT, order, args, selection, states=states, ignored=ignored)


async def sent(
    ctx: Context,
    states: Sequence[ConnectionRequestState],
    order: RequestOrder,
    args: PageArgs,
    selection: Selection,
) -> RequestPage | CodedError:
    """A page of the requests that the viewer sent, by the states that the viewer sees."""
    # Each row is compared with each of them, so that each is sent once.
    each = [*dict.fromkeys(states)]
    return await _page(ctx, Side.SENDER, order, args, selection, states=each, ignored=ANY)


async def totals(ctx: Context, pages: Sequence[RequestPage]) -> list[int | None]:
    """How long the list of each page is; None where counting costs too much."""
    owner = [ctx.member_id]
    found = [await page.listing.totals(ctx, owner, **page.wanted) for page in pages]
    return [total.get(ctx.member_id) for total in found]


async def _page(
    ctx: Context,
    side: Side,
    order: RequestOrder,
    args: PageArgs,
    selection: Selection,
    **which: object,
) -> RequestPage | CodedError:
    other = OTHERS[side]
    names = member_loader.columns_at(ctx, selection, ("nodes", other), ("edges", "node", other))
    listing, own = _listing(side, order, _columns(ctx, selection), names), ctx.member_id
    now, policy = ctx.now, ctx.deployment.policy

    async def show(rows: Sequence[ListedRow]) -> list[Item[ListedRow]]:
        if names:
            member_loader.know(ctx, names, rows)
        # The statement lists none that is gone for the side.
        return [Item(row, SeenRequest(row, now, policy, side)) for row in rows]

    cap = policy.connection_count_display_cap
    wanted = {**which, **ctx.sight.parameters(), "now": now, "count_cap": cap}
    page = partial(RequestPage, listing=listing, wanted=wanted)
    return (await listing.timeline.pages(page, ctx, {own: None}, args, show, **wanted))[own]


def _columns(ctx: Context, selection: Selection) -> frozenset[str]:
    """The columns of requests that the operation wants."""
    facts = None if ctx.reads is None else ctx.reads.get(SeenRequest, frozenset())
    return selection.once(_columns_of, facts)


def _columns_of(selection: Selection, facts: frozenset[str] | None) -> frozenset[str]:
    position = {"at", "tie"} if selection.has("edges", "cursor") or selection.has("pageInfo") else frozenset()
    if facts is None:
        return EVERYTHING | KEY | position
    columns = {name for fact in facts for name in BEHIND.get(fact, (fact,))}
    return KEY | position | columns
