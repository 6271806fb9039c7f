"""What decides on writing in a conversation, and the refusals of conversations and messages."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from loaders import allowances, relationships
from loaders import connection_requests as request_loader
from loaders import members as member_loader
from loaders import messages as message_loader
from loaders.connection_requests import RequestKey, RequestRow
from loaders.context import Context
from loaders.messages import ConversationRow, other_of
from resolvers.mutations import not_found
from resolvers.relationships import reach_options
from rules import ids
from rules.connection_requests import Side
from rules.messages import NOT_ALLOWED, Thread
from rules.refusals import MessagingNotAllowedError, Refused
from rules.terms import ConversationContext
from rules.verdicts import Verdict

LENGTHS: Final = {"CV": 3, "MSG": 4}
"""Of the keys of conversations and messages."""


async def threads(ctx: Context, conversations: Sequence[ConversationRow]) -> list[Thread]:
    """The conversations as the rules see them, for the viewer."""
    others = {other_of(ctx, each) for each in conversations if each.request_key is None}
    connected = await message_loader.connected(ctx, others)
    existing = await _existing(ctx, others)
    keys = [each.request_key for each in conversations if each.request_key]
    requests, restricted_until = await _requests(ctx, keys), await _restricted_until(ctx, keys)
    return [
        Thread(
            context=ConversationContext(each.context),
            is_connected=other_of(ctx, each) in connected,
            exists=other_of(ctx, each) in existing,
            request=requests[each.request_key] if each.request_key else None,
            side=Side.SENDER if each.sender_id == ctx.member_id else Side.RECIPIENT,
            restricted_until=restricted_until,
        )
        for each in conversations
    ]


def own_key(ctx: Context, kind: str, public_id: str, field: str) -> tuple[int, ...]:
    """The key of a conversation (CV) or message (MSG) of the viewer and another. Refused for other ids."""
    key = ids.decode_as(kind, public_id) or ()
    if len(key) != LENGTHS[kind] or ctx.member_id not in key[:2] or key[1] >= 2**31:
        raise not_found(field, public_id)
    return key


async def own_conversation(ctx: Context, key: tuple[int, ...], public_id: str) -> ConversationRow:
    """The conversation with this key. Refused where the viewer is no member of such a one."""
    conversation = await message_loader.own_conversation(ctx, key)
    if conversation is None:
        raise not_found("conversation_id", public_id)
    return conversation


async def refuse_unless(ctx: Context, verdict: Verdict, other_id: int) -> None:
    """Refuse where the verdict is against writing, with what is open instead."""
    if verdict.allowed or verdict.reason is None:
        return
    relationship = await relationships.load(ctx, other_id)
    rows = [relationship] if relationship and not relationship.is_blocking else []
    options = [option for of in await reach_options(rows, ctx) for option in of] if rows else []
    text = NOT_ALLOWED.get(verdict.reason, "Messaging is not open between the two.")
    raise Refused(MessagingNotAllowedError(message=text, reason=verdict.reason, reach_options=options))


async def _existing(ctx: Context, member_ids: Collection[int]) -> frozenset[int]:
    """Which of the members exist for the viewer; nobody, where only connections may write."""
    if ctx.deployment.policy.messaging_requires_connection:
        return frozenset()
    found = await member_loader.load_many(ctx, list(member_ids))
    return frozenset(member.id for member in found if member)


async def _requests(ctx: Context, keys: Sequence[RequestKey]) -> dict[RequestKey, RequestRow | None]:
    found = await ctx.entities(request_loader.rows_by_keys).load_many(keys)
    return dict(zip(keys, found, strict=True))


async def _restricted_until(ctx: Context, keys: Sequence[RequestKey]) -> datetime | None:
    """Until when the viewer may not write to strangers, which only requests are about."""
    return (await allowances.load(ctx)).weekly.restricted_until if keys else None
