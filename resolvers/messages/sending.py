"""Sending a message, into a conversation or to a member."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from loaders import messages as message_loader
from loaders import relationships as relationship_loader
from loaders.context import Context
from loaders.messages import ConversationRow
from models.messages import MessageRow
from resolvers.connection_requests.payloads import find
from resolvers.inboxes import lock, tell
from resolvers.messages import reading
from resolvers.messages.threads import own_conversation, own_key, refuse_unless, threads
from resolvers.messages.writing import ClientKey, Place, notified, told, write
from resolvers.mutations import Payload, mutation, refuse_if
from resolvers.relationships import can_message
from rules import ids
from rules.messages import can_write, check_sending, reaches
from rules.refusals import IdempotencyConflictError, Refused


@dataclass(frozen=True, kw_only=True)
class MessagePayload(Payload):
    """The message that was written or changed."""

    message: MessageRow | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: to the other member, in a conversation that is there or is to be found."""

    other_id: int
    conversation_key: tuple[int, ...] | None
    given_id: str


@dataclass(frozen=True, slots=True)
class Way:
    """A place in which the viewer may write, and whether what they write there reaches the other."""

    place: Place
    is_delivered: bool = True


@mutation(MessagePayload)
async def send_message(
    ctx: Context,
    *,
    body: str,
    conversation_id: str | None = None,
    member_id: str | None = None,
    client_key: str | None = None,
) -> MessagePayload:
    """Write to a member. A repetition under the same key is the same message, however late."""
    refuse_if([*check_sending(conversation_id, member_id, body, client_key)])
    target = _to_member(member_id) if member_id is not None else _into(ctx, conversation_id or "")
    key = _client_key(client_key, target, body) if client_key is not None else None
    async with ctx.transaction():
        await lock(ctx, ctx.member_id, target.other_id)
        message = await _sent(ctx, key) if key else None
        if message is None:
            way = await _way(ctx, target)
            message = await write(ctx, way.place, body, key, is_delivered=way.is_delivered)
            await _tell(ctx, message, target.other_id)
    return MessagePayload(message=message)


async def conversations(payloads: Sequence[MessagePayload], ctx: Context) -> list[ConversationRow | None]:
    """The conversation in which each message is."""
    found = iter(await reading.conversations([each.message for each in payloads if each.message], ctx))
    return [next(found) if payload.message else None for payload in payloads]


def _to_member(member_id: str) -> Target:
    return Target(ids.number("M", member_id), None, member_id)


def _into(ctx: Context, conversation_id: str) -> Target:
    key = own_key(ctx, "CV", conversation_id, "conversation_id")
    return Target(key[1] if key[0] == ctx.member_id else key[0], key, conversation_id)


def _client_key(text: str, target: Target, body: str) -> ClientKey:
    sent = [target.conversation_key, target.other_id, body]
    return ClientKey(text, hashlib.sha256(orjson.dumps(sent)).digest())


async def _sent(ctx: Context, key: ClientKey) -> MessageRow | None:
    """What was sent under the key. Refused where that was something else."""
    sent = await message_loader.sent_under(ctx, key.text)
    if sent and sent.client_digest != key.digest:
        text = "This key was used with other input."
        raise Refused(IdempotencyConflictError(message=text, field=["client_key"], idempotency_key=key.text))
    return sent


async def _way(ctx: Context, target: Target) -> Way:
    """Refused where the viewer may not write."""
    if target.conversation_key is None:
        return await _way_to_member(ctx, target)
    conversation = await own_conversation(ctx, target.conversation_key, target.given_id)
    [thread] = await threads(ctx, [conversation])
    await refuse_unless(ctx, can_write(thread, ctx.now, ctx.deployment.policy), target.other_id)
    place = Place(ctx.member_id, target.other_id, conversation.request_key)
    return Way(place, reaches(thread, ctx.now))


async def _way_to_member(ctx: Context, target: Target) -> Way:
    relationship = await find(ctx, target.other_id, "member_id", target.given_id)
    [verdict] = await can_message([relationship], ctx)
    await refuse_unless(ctx, verdict, target.other_id)
    return Way(Place(ctx.member_id, target.other_id))


async def _tell(ctx: Context, message: MessageRow, other_id: int) -> None:
    """Nobody is notified of members whom they mute, nor hears of what does not reach them."""
    relationship = await relationship_loader.load(ctx, other_id)
    is_muted = relationship is None or relationship.is_muted_by
    notices = [] if is_muted or message.is_undelivered else [notified(message, other_id)]
    await tell(ctx, [*told(message), *notices])
