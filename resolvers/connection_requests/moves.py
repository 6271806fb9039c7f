"""Every move of a request that is there already: rows 3 to 12 of the transition table."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from loaders import allowances
from loaders import connection_requests as request_loader
from loaders.connection_requests import RequestKey, RequestRow
from loaders.context import Context
from loaders.relationships import RelationshipRow
from models.safety import REPORT
from resolvers import tags
from resolvers.connection_requests.effects import carry_out, connect, other_of
from resolvers.connection_requests.payloads import (
    AnswerPayload,
    AnswersPayload,
    RequestPayload,
    find,
)
from resolvers.idempotency import attempt
from resolvers.inboxes import lock, lock_pair
from resolvers.introductions.effects import named_by
from resolvers.messages import writing
from resolvers.mutations import mutation, not_found, refuse_if
from resolvers.relationships import reach_options
from rules import connection_requests as moves
from rules import ids
from rules.connection_requests import Move, Side
from rules.members import TextRule, check_texts, trimmed
from rules.messages import check_body
from rules.paging import MAX_BATCH_IDS
from rules.policy import NetworkPolicy
from rules.refusals import MessagingNotAllowedError, Refused, UserErrorCode, ValidationError
from rules.relationships import check_capacity
from rules.tags import TAGGED
from rules.terms import ActionBlockReason, ConnectionRequestState, DeclineKind, RequestAnswer

COMMENT = TextRule(2_000)
Decide = Callable[[RequestRow, datetime, NetworkPolicy], Move]


class Answer(Protocol):
    """One answer of a batch."""

    request_id: str
    answer: RequestAnswer


@mutation(RequestPayload)
async def remind_connection_request(
    ctx: Context, *, request_id: str, message: str | None = None, idempotency_key: str | None = None
) -> RequestPayload:
    """Row 3."""
    rule = TextRule(ctx.deployment.policy.note_max_length)
    refuse_if([*check_texts({"message": trimmed(message)}, {"message": rule})])
    key = _key(ctx, request_id, Side.SENDER)
    async with ctx.transaction():
        row, relationship = await _locked(ctx, key, request_id)
        given = {"request": request_id, "message": message}
        use = await attempt(ctx, idempotency_key, "remindConnectionRequest", given)
        if use.first is None:
            muted = relationship.is_muted_by
            line = (message or "").strip() or None
            move = moves.remind(row, ctx.now, ctx.deployment.policy, message=line, muted=muted)
            await carry_out(ctx, row, move)
            await use.keep(ctx, {})
    return RequestPayload(key=key)


@mutation(RequestPayload)
async def withdraw_connection_request(ctx: Context, *, request_id: str) -> RequestPayload:
    """Row 4."""
    return await _move(ctx, request_id, Side.SENDER, moves.withdraw)


@mutation(RequestPayload)
async def accept_connection_request(
    ctx: Context,
    *,
    request_id: str,
    follow: bool = True,
    welcome_message: str | None = None,
    tag_ids: Sequence[str] | None = None,
) -> RequestPayload:
    """Rows 5 and 6. A request that was accepted before is answered with the connection it made."""
    welcome = (welcome_message or "").strip()
    refuse_if([*check_body(welcome, "welcome_message")] if welcome else [])
    refuse_if([*check_texts({"tag_ids": tag_ids or ()}, TAGGED)])
    key = _key(ctx, request_id, Side.RECIPIENT)
    message = None
    async with ctx.transaction():
        row, relationship = await _locked(ctx, key, request_id, with_brokers=True)
        move = moves.accept(row, ctx.now, ctx.deployment.policy)
        if move.changes:
            await _refuse_where_full(ctx, relationship)
            introduction = await named_by(ctx, row.sender_id, row.introduction_id)
            events = await connect(ctx, row.sender_id, follow=follow, introduction=introduction)
            if tag_ids:
                await tags.put_on(ctx, row.sender_id, tag_ids)
            if welcome:
                message = await writing.write(ctx, writing.Place(*key[:2]), welcome)
            await carry_out(ctx, row, move, [*events, *(writing.told(message) if message else [])])
        elif relationship.connected_at is None:
            raise moves.not_open(row, Side.RECIPIENT, ctx.now, ctx.deployment.policy)
    return RequestPayload(key=key, connected=True, message=message)


@mutation(RequestPayload)
async def ignore_connection_request(ctx: Context, *, request_id: str) -> RequestPayload:
    """Row 7."""
    return await _move(ctx, request_id, Side.RECIPIENT, moves.ignore)


@mutation(RequestPayload)
async def restore_connection_request(ctx: Context, *, request_id: str) -> RequestPayload:
    """Row 8."""
    return await _move(ctx, request_id, Side.RECIPIENT, moves.restore)


@mutation(RequestPayload)
async def decline_connection_request(ctx: Context, *, request_id: str, kind: DeclineKind) -> RequestPayload:
    """Row 10."""
    key = _key(ctx, request_id, Side.RECIPIENT)
    async with ctx.transaction():
        row, _ = await _locked(ctx, key, request_id)
        await _decline(ctx, row, moves.decline(kind, row, ctx.now, ctx.deployment.policy))
    return RequestPayload(key=key)


@mutation(RequestPayload)
async def report_connection_request(
    ctx: Context, *, request_id: str, comment: str | None = None
) -> RequestPayload:
    """Row 11."""
    refuse_if([*check_texts({"comment": trimmed(comment)}, {"comment": COMMENT})])
    key = _key(ctx, request_id, Side.RECIPIENT)
    async with ctx.transaction():
        row, _ = await _locked(ctx, key, request_id)
        move = moves.report(row, ctx.now, ctx.deployment.policy)
        if move.changes and not row.reported:
            reported = {"one": ctx.member_id, "other": row.sender_id, "subject": request_id}
            await ctx.rows(REPORT, **reported, comment=trimmed(comment), now=ctx.now)
        await _decline(ctx, row, move)
    return RequestPayload(key=key)


@mutation(RequestPayload)
async def lift_decline(ctx: Context, *, request_id: str) -> RequestPayload:
    """Row 12."""
    key = _key(ctx, request_id, Side.RECIPIENT)
    async with ctx.transaction():
        row, _ = await _locked(ctx, key, request_id)
        declined = await request_loader.declined(ctx, *key[:2])
        for request, move in moves.lift(row, declined, ctx.now, ctx.deployment.policy):
            await carry_out(ctx, request, move)
    return RequestPayload(key=key)


@mutation(RequestPayload)
async def reply_to_connection_request(
    ctx: Context, *, request_id: str, body: str, idempotency_key: str | None = None
) -> RequestPayload:
    """Row 9."""
    refuse_if([*check_body(body)])
    key = _key(ctx, request_id, Side.RECIPIENT)
    async with ctx.transaction():
        row, relationship = await _locked(ctx, key, request_id)
        given = {"request": request_id, "body": body}
        use = await attempt(ctx, idempotency_key, "replyToConnectionRequest", given)
        if use.first is not None:
            return RequestPayload(key=key, message=await writing.again(ctx, use.first))
        move = moves.reply(row, ctx.now, ctx.deployment.policy)
        await _refuse_where_restricted(ctx, relationship)
        message = await writing.write(ctx, writing.about(key), body)
        await carry_out(ctx, row, move, writing.told(message))
        await use.keep(ctx, {"message": [message.conversation_id, message.number]})
    return RequestPayload(key=key, message=message)


@mutation(AnswersPayload)
async def answer_connection_requests(ctx: Context, *, answers: Sequence[Answer]) -> AnswersPayload:
    """Each answer in a transaction of its own; what one comes to does not touch the others."""
    if not 1 <= len(answers) <= MAX_BATCH_IDS:
        text, bound = f"Give 1 to {MAX_BATCH_IDS} answers.", f"maxItems={MAX_BATCH_IDS}"
        code = UserErrorCode.TOO_LONG if answers else UserErrorCode.REQUIRED
        raise Refused(ValidationError(message=text, code=code, field=["answers"], constraint=bound))
    return AnswersPayload(results=[await _answer(ctx, each) for each in answers])


async def _answer(ctx: Context, given: Answer) -> AnswerPayload:
    if given.answer is RequestAnswer.ACCEPT:
        payload = await accept_connection_request(ctx, request_id=given.request_id)
    elif given.answer is RequestAnswer.IGNORE:
        payload = await ignore_connection_request(ctx, request_id=given.request_id)
    else:
        kind = DeclineKind(given.answer)
        payload = await decline_connection_request(ctx, request_id=given.request_id, kind=kind)
    return AnswerPayload(request_id=given.request_id, key=payload.key, user_errors=payload.user_errors)


async def _move(ctx: Context, request_id: str, side: Side, decide: Decide) -> RequestPayload:
    """A move that changes the request alone."""
    key = _key(ctx, request_id, side)
    async with ctx.transaction():
        row, _ = await _locked(ctx, key, request_id)
        await carry_out(ctx, row, decide(row, ctx.now, ctx.deployment.policy))
    return RequestPayload(key=key)


async def _decline(ctx: Context, row: RequestRow, move: Move) -> None:
    await carry_out(ctx, row, move)
    if row.state == ConnectionRequestState.DECLINED and move.changes:
        declined = await request_loader.declined(ctx, row.sender_id, row.recipient_id)
        for request, same in moves.decline_since(row, declined, move):
            await carry_out(ctx, request, same)


async def _locked(
    ctx: Context, key: RequestKey, request_id: str, *, with_brokers: bool = False
) -> tuple[RequestRow, RelationshipRow]:
    """The request and what lies between its two, both held until the transaction ends.

    Refused where it does not exist for the viewer; nor does any request of somebody who does not.
    """
    await (lock_pair(ctx, other_of(ctx, key)) if with_brokers else lock(ctx, *key[:2]))
    relationship = await find(ctx, other_of(ctx, key), "request_id", request_id)
    [row] = await request_loader.rows_by_keys(ctx, [key])
    if row is None or not moves.exists_for(row, Side.SENDER if key[0] == ctx.member_id else Side.RECIPIENT):
        raise not_found("request_id", request_id)
    return row, relationship


async def _refuse_where_full(ctx: Context, relationship: RelationshipRow) -> None:
    counts = relationship.viewer_connection_count, relationship.connection_count
    check_capacity(*counts, ctx.deployment.policy)


async def _refuse_where_restricted(ctx: Context, relationship: RelationshipRow) -> None:
    """Who may send no requests for a time may not write to strangers either."""
    if (await allowances.load(ctx)).weekly.restricted_until:
        [options] = await reach_options([relationship], ctx)
        text, reason = "Writing to strangers is restricted for a time.", ActionBlockReason.RESTRICTED
        raise Refused(MessagingNotAllowedError(message=text, reason=reason, reach_options=options))


def _key(ctx: Context, request_id: str, side: Side) -> RequestKey:
    """The key of a request on whose given side the viewer is. Refused for any other id."""
    match ids.decode_as("CR", request_id):
        case (sender_id, recipient_id, number):
            key = sender_id, recipient_id, number
            if request_loader.side_of(ctx, key) is side:
                return key
    raise not_found("request_id", request_id)
