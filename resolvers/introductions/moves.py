"""Asking for an introduction, and every move of one that is there already."""

from collections.abc import Mapping
from typing import Any

from loaders import allowances, relationships
from loaders import introductions as introduction_loader
from loaders.context import Context
from loaders.introductions import IntroductionRow, PublicKey
from loaders.relationships import RelationshipRow
from models.connection_requests import LIFT_BETWEEN
from models.introductions import REQUEST
from resolvers.connection_requests.effects import carry_out as carry_out_of_request
from resolvers.connection_requests.effects import changed, connect
from resolvers.connection_requests.payloads import find
from resolvers.idempotency import attempt
from resolvers.inboxes import lock, tell
from resolvers.introductions.effects import carry_out, expire_what_is_over, told
from resolvers.introductions.payloads import IntroductionPayload
from resolvers.messages import writing
from resolvers.mutations import mutation, not_found, refuse_if
from rules import ids
from rules import introductions as moves
from rules.connection_requests import Side, agree, is_open
from rules.events import Event
from rules.introductions import ASKED, TEXTS, check_request
from rules.members import check_texts, trimmed
from rules.messages import check_body
from rules.relationships import check_capacity
from rules.terms import ConnectionRequestEvent, IntroductionPurpose, IntroductionRole


@mutation(IntroductionPayload)
async def request_introduction(
    ctx: Context,
    *,
    broker_id: str,
    target_id: str,
    purpose: IntroductionPurpose,
    message_to_broker: str,
    message_to_target: str,
    idempotency_key: str | None = None,
) -> IntroductionPayload:
    """Ask a connection, who is held with the target from the beginning, to introduce the viewer."""
    texts = {
        "message_to_broker": trimmed(message_to_broker),
        "message_to_target": trimmed(message_to_target),
    }
    refuse_if([*check_texts(texts, TEXTS)])
    broker, target = ids.number("M", broker_id), ids.number("M", target_id)
    async with ctx.transaction():
        await lock(ctx, ctx.member_id, broker, target)
        given = {**texts, "broker": broker, "target": target, "purpose": purpose}
        use = await attempt(ctx, idempotency_key, "requestIntroduction", given)
        if use.first is not None:
            return _again(use.first)
        relationship = await find(ctx, target, "target_id", target_id)
        await find(ctx, broker, "broker_id", broker_id)
        await _check_path(ctx, relationship, broker)
        key = await _insert(ctx, broker, target, {**texts, "purpose": purpose})
        await use.keep(ctx, {"key": key})
    return IntroductionPayload(key=key)


@mutation(IntroductionPayload)
async def forward_introduction(
    ctx: Context, *, introduction_id: str, endorsement: str | None = None
) -> IntroductionPayload:
    """The broker passes it on to the target, who learns of it only now."""
    text = (endorsement or "").strip()
    refuse_if([*check_texts({"endorsement": text}, TEXTS)])
    key, _ = _key(ctx, introduction_id, IntroductionRole.BROKER)
    async with ctx.transaction():
        row = await _locked(ctx, key, introduction_id)
        await carry_out(ctx, row, moves.forward(row, ctx.now, text or None))
    return IntroductionPayload(key=key)


@mutation(IntroductionPayload)
async def decline_introduction(ctx: Context, *, introduction_id: str) -> IntroductionPayload:
    """The broker or the target turns it down, which nobody is told."""
    key, role = _key(ctx, introduction_id, IntroductionRole.BROKER, IntroductionRole.TARGET)
    async with ctx.transaction():
        row = await _locked(ctx, key, introduction_id)
        await carry_out(ctx, row, moves.decline(row, role, ctx.now))
    return IntroductionPayload(key=key)


@mutation(IntroductionPayload)
async def accept_introduction(
    ctx: Context, *, introduction_id: str, message: str | None = None
) -> IntroductionPayload:
    """The target accepts, and is connected with the requester as by a request."""
    words = (message or "").strip()
    refuse_if([*check_body(words, "message")] if words else [])
    key, _ = _key(ctx, introduction_id, IntroductionRole.TARGET)
    async with ctx.transaction():
        row = await _locked(ctx, key, introduction_id)
        relationship = await find(ctx, row.requester_id, "introduction_id", introduction_id)
        if moves.accept(row, ctx.now).changes:
            await _connect(ctx, row, relationship, words)
        elif relationship.connected_at is None:
            raise moves.not_open(row, IntroductionRole.TARGET, ctx.now)
    return IntroductionPayload(key=key, connected=True)


@mutation(IntroductionPayload)
async def cancel_introduction(ctx: Context, *, introduction_id: str) -> IntroductionPayload:
    """The requester takes it back."""
    key, _ = _key(ctx, introduction_id, IntroductionRole.REQUESTER)
    async with ctx.transaction():
        row = await _locked(ctx, key, introduction_id)
        await carry_out(ctx, row, moves.cancel(row, ctx.now))
    return IntroductionPayload(key=key)


def _again(first: Mapping[str, Any]) -> IntroductionPayload:
    """The first result of a key."""
    return IntroductionPayload(key=tuple(first["key"]))


async def _check_path(ctx: Context, relationship: RelationshipRow, broker_id: int) -> None:
    [pair] = await relationships.pairs(ctx, [relationship])
    path = await introduction_loader.path_via(ctx, relationship.other_id, broker_id)
    check_request(pair, path, (await allowances.load(ctx)).introductions)


async def _insert(ctx: Context, broker_id: int, target_id: int, written: dict[str, object]) -> PublicKey:
    """A new introduction, of which its broker is told; an earlier one that ran out is closed before."""
    for row in await introduction_loader.unclosed(ctx, broker_id, target_id):
        await expire_what_is_over(ctx, row)
    lifetime = ctx.deployment.policy.introduction_lifetime
    [made] = await ctx.rows(
        REQUEST,
        requester_id=ctx.member_id,
        broker_id=broker_id,
        target_id=target_id,
        now=ctx.now,
        expires_at=ctx.now + lifetime,
        **written,
    )
    await tell(ctx, told(ctx, made, ASKED))
    return made.requester_id, made.broker_id, made.target_id, made.number


async def _connect(ctx: Context, row: IntroductionRow, relationship: RelationshipRow, words: str) -> None:
    """Connect the two: what either asked for besides is agreed to, and what they declined bars nobody now."""
    counts = relationship.viewer_connection_count, relationship.connection_count
    check_capacity(*counts, ctx.deployment.policy)
    [latest] = await relationships.requests(ctx, [relationship])
    for request in latest:
        if request and is_open(request, Side.SENDER, ctx.now):
            await carry_out_of_request(ctx, request, agree(ctx.now, notify=False))
    lifted = await _lift(ctx, row.requester_id)
    events = await connect(ctx, row.requester_id, follow=True, introduction=row)
    place = writing.Place(ctx.member_id, row.requester_id)
    message = await writing.write(ctx, place, words) if words else None
    await tell(ctx, [*lifted, *events, *(writing.told(message) if message else [])])


async def _lift(ctx: Context, other_id: int) -> list[Event]:
    """Whatever either declined bars nobody any more; what who declined is to be told.

    One statement, or its time would tell who declined in secret.
    """
    rows = await ctx.rows(LIFT_BETWEEN, one=ctx.member_id, other=other_id)
    keys = sorted((row.sender_id, row.recipient_id, row.id) for row in rows if not row.undelivered)
    return [changed(key[1], ids.encode("CR", *key), ConnectionRequestEvent.LIFT_DECLINE) for key in keys]


async def _locked(ctx: Context, key: PublicKey, introduction_id: str) -> IntroductionRow:
    """The introduction, held with its three until the transaction ends. Refused where unknown."""
    await lock(ctx, *key[:3])
    [row] = await introduction_loader.rows_by_keys(ctx, [(key[0], key[3])])
    if row is None or row.key != key or introduction_loader.as_seen(ctx, row) is None:
        raise not_found("introduction_id", introduction_id)
    return row


def _key(ctx: Context, introduction_id: str, *roles: IntroductionRole) -> tuple[PublicKey, IntroductionRole]:
    """The key of an introduction in which the viewer has one of these roles, and which. Refused otherwise."""
    match ids.decode_as("I", introduction_id):
        case (requester_id, broker_id, target_id, number) if max(broker_id, target_id) < 2**31:
            key = requester_id, broker_id, target_id, number
            role = introduction_loader.role_of(ctx, key)
            if role in roles:
                return key, role
    raise not_found("introduction_id", introduction_id)
