"""Telling that one has read, or types: the other member hears of it where both share that."""

from collections.abc import Sequence
from dataclasses import dataclass

from loaders import messages as message_loader
from loaders.context import Context
from loaders.messages import ConversationRow, other_of
from models.messages import READ_NOTICE, READ_ON, ReadNoticeRow
from resolvers.inboxes import lock, tell
from resolvers.messages.threads import own_conversation, own_key, refuse_unless, threads
from resolvers.mutations import Payload, mutation, not_found
from rules import ids
from rules.events import Event, EventKind, TypingSignal
from rules.messages import TYPING_SHOWN, can_write, reaches


@dataclass(frozen=True, kw_only=True)
class MarkMessagesReadPayload(Payload):
    """Which conversation was read; read anew where it is selected."""

    conversation_key: tuple[int, int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class SignalTypingPayload(Payload):
    """Whether the signal was taken."""

    accepted: bool = False


@mutation(MarkMessagesReadPayload)
async def mark_messages_read(
    ctx: Context, *, conversation_id: str, up_to_message_id: str
) -> MarkMessagesReadPayload:
    """Read up to a message; what was read further stays so."""
    key = own_key(ctx, "CV", conversation_id, "conversation_id")
    async with ctx.transaction():
        await lock(ctx, *key[:2])
        conversation = await own_conversation(ctx, key, conversation_id)
        number = await _number(ctx, conversation, up_to_message_id)
        if number > conversation.read_number:
            await _read_on(ctx, conversation, number)
    return MarkMessagesReadPayload(conversation_key=conversation.key)


@mutation(SignalTypingPayload)
async def signal_typing(ctx: Context, *, conversation_id: str) -> SignalTypingPayload:
    """Pass on that the viewer types, where both share that; whether it was passed on is not told."""
    key = own_key(ctx, "CV", conversation_id, "conversation_id")
    conversation = await own_conversation(ctx, key, conversation_id)
    [thread] = await threads(ctx, [conversation])
    await refuse_unless(ctx, can_write(thread, ctx.now, ctx.deployment.policy), other_of(ctx, conversation))
    [is_shared] = await message_loader.share_receipts(ctx, [conversation])
    if is_shared and reaches(thread, ctx.now):
        signal = TypingSignal(conversation.id, ctx.member_id, ctx.now + TYPING_SHOWN)
        ctx.deployment.signal_typing(signal)
    return SignalTypingPayload(accepted=True)


async def conversations(
    payloads: Sequence[MarkMessagesReadPayload], ctx: Context
) -> list[ConversationRow | None]:
    """The conversation that each mutation was about."""
    keys = [payload.conversation_key for payload in payloads if payload.conversation_key]
    found = iter(await message_loader.conversations_by_keys(ctx, keys))
    return [next(found) if payload.conversation_key else None for payload in payloads]


async def _number(ctx: Context, conversation: ConversationRow, message_id: str) -> int:
    """The number of a message in the conversation. Refused for any other."""
    key = ids.decode_as("MSG", message_id) or ()
    message = await message_loader.own_message(ctx, key) if key[:3] == conversation.key else None
    if message is None:
        raise not_found("up_to_message_id", message_id)
    return message.number


async def _read_on(ctx: Context, conversation: ConversationRow, number: int) -> None:
    place = {"member_id": ctx.member_id, "conversation_id": conversation.id, "now": ctx.now}
    [is_shared] = await message_loader.share_receipts(ctx, [conversation])
    step = {"number": number, "read_number": conversation.read_number, "is_shared": is_shared}
    [newly] = await ctx.rows(READ_ON, **place, **step)
    notices = await ctx.rows(READ_NOTICE, **place, subject=ids.encode("CV", *conversation.key))
    events = [_read(ctx, conversation, ctx.member_id, number)]
    if newly.number is not None and is_shared:
        events.append(_read(ctx, conversation, other_of(ctx, conversation), newly.number))
    await tell(ctx, [*events, *_noticed(ctx, notices)])


def _noticed(ctx: Context, notices: Sequence[ReadNoticeRow]) -> list[Event]:
    """The viewer's devices hear that the notification is read, if there was one."""
    subject = " ".join(ids.encode("N", ctx.member_id, notice.id) for notice in notices)
    return [Event(ctx.member_id, EventKind.NOTIFICATIONS_READ, subject)] if subject else []


def _read(ctx: Context, conversation: ConversationRow, told_id: int, number: int) -> Event:
    """A member hears up to which message the viewer read; the other, which one of their own."""
    subject = ids.encode("MSG", *conversation.key, number)
    return Event(told_id, EventKind.MESSAGES_READ, subject, ids.encode("M", ctx.member_id))
