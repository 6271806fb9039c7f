"""Changing and deleting a message of one's own."""

from loaders import messages as message_loader
from loaders import relationships as relationship_loader
from loaders.context import Context
from loaders.messages import other_of
from models.messages import DELETE, EDIT, RETRACT_NOTICE, MessageRow
from resolvers.inboxes import lock, tell
from resolvers.messages.sending import MessagePayload
from resolvers.messages.threads import own_conversation, own_key, refuse_unless, threads
from resolvers.messages.writing import conversation_id, told
from resolvers.mutations import mutation, not_found, refuse_if
from rules.messages import can_write, check_body, check_own, check_there, reaches


@mutation(MessagePayload)
async def update_message(ctx: Context, *, message_id: str, body: str) -> MessagePayload:
    """Another text, where the viewer may still write; the same one changes nothing."""
    refuse_if([*check_body(body)])
    async with ctx.transaction():
        message = await _own(ctx, message_id)
        refuse_if([*check_there(message.body)])
        is_delivered = await _is_delivered(ctx, message)
        if message.body != body.strip():
            key = {"conversation_id": message.conversation_id, "number": message.number}
            change = {"body": body.strip(), "is_delivered": is_delivered, "now": ctx.now}
            [message] = await ctx.rows(EDIT, **key, **change)
            await _tell(ctx, message, is_delivered=is_delivered)
    return MessagePayload(message=message)


@mutation(MessagePayload)
async def delete_message(ctx: Context, *, message_id: str) -> MessagePayload:
    """No text any more, for both, or across a block for the viewer; a repetition changes nothing."""
    async with ctx.transaction():
        message = await _own(ctx, message_id)
        if message.body is not None:
            key = {"conversation_id": message.conversation_id, "number": message.number}
            [message] = await ctx.rows(DELETE, **key)
            await _retract(ctx, message)
            await _tell(ctx, message, is_delivered=await _exists(ctx, other_of(ctx, message)))
    return MessagePayload(message=message)


async def _own(ctx: Context, message_id: str) -> MessageRow:
    """The message, with the inboxes of both members held. Refused where it is not the viewer's own."""
    key = own_key(ctx, "MSG", message_id, "message_id")
    await lock(ctx, *key[:2])
    message = await message_loader.own_message(ctx, key)
    if message is None:
        raise not_found("message_id", message_id)
    refuse_if([*check_own(message.author_id, ctx.member_id)])
    return message


async def _is_delivered(ctx: Context, message: MessageRow) -> bool:
    """Whether an edit reaches the other member. Refused where the viewer may not write any more."""
    conversation = await own_conversation(ctx, message.key[:3], conversation_id(message))
    [thread] = await threads(ctx, [conversation])
    await refuse_unless(ctx, can_write(thread, ctx.now, ctx.deployment.policy), other_of(ctx, message))
    return reaches(thread, ctx.now)


async def _exists(ctx: Context, member_id: int) -> bool:
    """Whether the member exists for the viewer: who does not hears nothing of them."""
    relationship = await relationship_loader.load(ctx, member_id)
    return relationship is not None and not relationship.is_blocking


async def _retract(ctx: Context, message: MessageRow) -> None:
    """The other's notification of the conversation vanishes with the last unread message there."""
    about = {"conversation_id": message.conversation_id, "subject": conversation_id(message)}
    await ctx.rows(RETRACT_NOTICE, member_id=other_of(ctx, message), **about)


async def _tell(ctx: Context, message: MessageRow, *, is_delivered: bool) -> None:
    events = told(message)
    await tell(ctx, [each for each in events if is_delivered or each.member_id == ctx.member_id])
