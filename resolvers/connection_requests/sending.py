"""Asking a member to connect: rows 1 and 2 of the transition table."""

from collections.abc import Mapping
from typing import Any

from auth.addresses import knows_address
from loaders import allowances, relationships
from loaders import connection_requests as request_loader
from loaders import introductions as introduction_loader
from loaders.connection_requests import RequestKey, RequestRow
from loaders.context import Context
from loaders.relationships import RelationshipRow
from models.connection_requests import SEND
from models.follows import FOLLOW
from resolvers.connection_requests.effects import (
    carry_out,
    changed,
    connect,
    expire_what_is_over,
    notified,
    relationship_changed,
)
from resolvers.connection_requests.payloads import RequestPayload, find
from resolvers.idempotency import attempt
from resolvers.inboxes import lock_pair, tell
from resolvers.introductions.effects import named_by
from resolvers.mutations import mutation, not_found, refuse_if
from rules import connection_requests as moves
from rules import ids
from rules.audiences import RequestAudience
from rules.events import Event, NotificationKind
from rules.follows import can_follow
from rules.introductions import check_named, public_id
from rules.members import TextRule, check_texts, trimmed
from rules.refusals import UserErrorCode, ValidationError
from rules.relationships import Ask, Sending, send
from rules.terms import (
    ConnectionRequestEvent,
    ConnectionRequestState,
    FollowNotifyLevel,
    FollowOrigin,
    RelationType,
    RequestOrigin,
)

DETAIL = TextRule(200)


@mutation(RequestPayload)
async def send_connection_request(
    ctx: Context,
    *,
    recipient_id: str,
    relation_type: RelationType,
    origin: RequestOrigin,
    follow_while_pending: bool,
    relation_detail: str | None = None,
    note: str | None = None,
    recipient_email: str | None = None,
    introduction_id: str | None = None,
    idempotency_key: str | None = None,
) -> RequestPayload:
    """Rows 1 and 2: ask a member to connect, or agree where they asked first."""
    texts = {"note": trimmed(note), "relation_detail": trimmed(relation_detail)}
    refuse_if(_check(ctx, texts, origin))
    other_id = ids.number("M", recipient_id)
    origin = origin if ctx.scopes is None else RequestOrigin.THIRD_PARTY
    if introduction_id is not None and relation_type is RelationType.UNSPECIFIED:
        relation_type = RelationType.INTRODUCED
    written = {**texts, "relation_type": relation_type, "origin": origin}
    knows_email = await _knows_email(ctx, other_id, recipient_email)
    async with ctx.transaction():
        await lock_pair(ctx, other_id)
        given = {**written, "to": other_id, "email": recipient_email, "follow": follow_while_pending}
        given |= {} if introduction_id is None else {"introduction": introduction_id}
        use = await attempt(ctx, idempotency_key, "sendConnectionRequest", given)
        if use.first is not None:
            return _again(use.first)
        relationship = await find(ctx, other_id, "recipient_id", recipient_id)
        written["introduction_id"] = await _named(ctx, other_id, introduction_id)
        ask = Ask(has_note=bool(texts["note"]), knows_email=knows_email)
        outcome = await _send(ctx, relationship, ask, written, follow=follow_while_pending)
        await use.keep(ctx, {"key": outcome.key, "created": outcome.created, "connected": outcome.connected})
    return outcome


async def _send(
    ctx: Context, relationship: RelationshipRow, ask: Ask, written: Mapping[str, object], *, follow: bool
) -> RequestPayload:
    [(sent, received)] = await relationships.requests(ctx, [relationship])
    [pair] = await relationships.pairs(ctx, [relationship])
    sending = send(pair, ask, await allowances.load(ctx), ctx.now, ctx.deployment.policy)
    if sending is Sending.ALREADY_OPEN and sent:
        return RequestPayload(key=sent.key)
    if sending is Sending.ACCEPTS and received:
        introduction = await named_by(ctx, received.sender_id, received.introduction_id)
        events = await connect(ctx, received.sender_id, follow=follow, introduction=introduction)
        await carry_out(ctx, received, moves.agree(ctx.now), events)
        return RequestPayload(key=received.key, connected=True)
    await _close_what_is_over(ctx, sent, received)
    barring = sent if sending is Sending.UNDELIVERED else None
    key = await _insert(ctx, relationship.other_id, barring, written)
    followed = await _follow(ctx, relationship) if follow else []
    await tell(ctx, [*_told_of_sending(key, delivered=barring is None), *followed])
    return RequestPayload(key=key, created=True)


async def _named(ctx: Context, other_id: int, introduction_id: str | None) -> int | None:
    """The number of the viewer's introduction to the recipient, which was passed on. Refused for others."""
    if introduction_id is None:
        return None
    match ids.decode_as("I", introduction_id):
        case (ctx.member_id, _, target_id, number) if target_id == other_id:
            [row] = await introduction_loader.rows_by_keys(ctx, [(ctx.member_id, number)])
            if row and public_id(row) == introduction_id:
                check_named(row, ctx.now)
                return row.number
    raise not_found("introduction_id", introduction_id)


async def _close_what_is_over(ctx: Context, sent: RequestRow | None, received: RequestRow | None) -> None:
    """Write down what expired; and who asks a member no longer bars them from asking back."""
    await expire_what_is_over(ctx, sent, received)
    if received:
        declined = await request_loader.declined(ctx, received.sender_id, received.recipient_id)
        for row, move in moves.lift_all(declined, ctx.now):
            await carry_out(ctx, row, move)


async def _insert(
    ctx: Context, recipient_id: int, barring: RequestRow | None, written: Mapping[str, object]
) -> RequestKey:
    """A new request; against a hidden decline it is declined in the same way, and never delivered."""
    [made] = await ctx.rows(
        SEND,
        sender_id=ctx.member_id,
        recipient_id=recipient_id,
        state=barring.state if barring else ConnectionRequestState.PENDING,
        decline_kind=barring and barring.decline_kind,
        closed_at=barring and barring.closed_at,
        undelivered=barring is not None,
        expires_at=ctx.now + ctx.deployment.policy.request_lifetime,
        now=ctx.now,
        **written,
    )
    return made.sender_id, made.recipient_id, made.id


async def _follow(ctx: Context, relationship: RelationshipRow) -> list[Event]:
    """Follow the recipient meanwhile, as far as they let strangers follow."""
    other_id = relationship.other_id
    if not can_follow(relationship.who_can_follow).allowed:
        return []
    made = await ctx.rows(
        FOLLOW,
        follower_id=ctx.member_id,
        followee_id=other_id,
        origin=FollowOrigin.MANUAL,
        notify=FollowNotifyLevel.HIGHLIGHTS,
        is_private=False,
        now=ctx.now,
    )
    return [relationship_changed(ctx.member_id, other_id)] if made else []


def _check(ctx: Context, texts: Mapping[str, object], origin: RequestOrigin) -> list[ValidationError]:
    rules = {"note": TextRule(ctx.deployment.policy.note_max_length), "relation_detail": DETAIL}
    found = [*check_texts(texts, rules)]
    if origin is RequestOrigin.THIRD_PARTY:
        text = "Only the server says so."
        found.append(ValidationError(message=text, code=UserErrorCode.INVALID, field=["origin"]))
    return found


async def _knows_email(ctx: Context, other_id: int, email: str | None) -> bool:
    """Whether the address is the recipient's, which is looked at only where they ask for it.

    Of a member who does not exist for the viewer every address is wrong, so that no guess tells of a block.
    """
    if email is None:
        return False
    [row] = await relationships.facts(ctx, [other_id])
    if row is None or row.is_blocking:
        other_id = 0
    elif row.who_can_request != RequestAudience.KNOWS_EMAIL:
        return False
    return await knows_address(ctx.deployment.pool, ctx.member_id, other_id, email)


def _told_of_sending(key: RequestKey, *, delivered: bool) -> list[Event]:
    sender_id, recipient_id, _ = key
    subject, event = ids.encode("CR", *key), ConnectionRequestEvent.SEND
    own = changed(sender_id, subject, event)
    if not delivered:
        return [own]
    kind = NotificationKind.CONNECTION_REQUEST_RECEIVED
    return [own, changed(recipient_id, subject, event), notified(recipient_id, subject, kind, sender_id)]


def _again(first: Mapping[str, Any]) -> RequestPayload:
    """The first result of a key."""
    return RequestPayload(key=tuple(first["key"]), created=first["created"], connected=first["connected"])
