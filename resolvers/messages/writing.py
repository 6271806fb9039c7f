"""Writing a message and telling of it: the one way in which any mutation does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loaders import allowances
from loaders import messages as message_loader
from loaders.connection_requests import RequestKey
from loaders.context import Context
from models.messages import POST, MessageRow
from resolvers.messages.reading import message_id
from resolvers.mutations import refuse_if
from rules import ids
from rules.events import Event, EventKind, NotificationKind
from rules.messages import check_quota
from rules.terms import ConversationContext


@dataclass(frozen=True, slots=True)
class Place:
    """The conversation of two members, or that about a request; the first message makes it."""

    one: int
    other: int
    request_key: RequestKey | None = None

    @property
    def context(self) -> ConversationContext:
        """What it hangs on."""
        return ConversationContext.REQUEST_REPLY if self.request_key else ConversationContext.CONNECTION

    @property
    def key(self) -> Mapping[str, object]:
        """The columns by which there is one of it."""
        sender_id, recipient_id, request_id = self.request_key or (None, None, None)
        hangs_on = {"sender_id": sender_id, "recipient_id": recipient_id, "request_id": request_id}
        return {"low_id": min(self.one, self.other), "high_id": max(self.one, self.other), **hangs_on}


@dataclass(frozen=True, slots=True)
class ClientKey:
    """What the author calls a message, and a digest of what it was to be: it is sent once, however often."""

    text: str
    digest: bytes


def about(request_key: RequestKey) -> Place:
    """The conversation about a request."""
    return Place(*request_key[:2], request_key)


async def write(
    ctx: Context,
    place: Place,
    body: str,
    key: ClientKey | None = None,
    *,
    is_delivered: bool = True,
) -> MessageRow:
    """Write what the viewer says. Refused where they wrote as much as they may.

    Runs in the transaction of a caller who holds both inboxes, has checked the body and that the viewer may
    write, and tells what `told` gives.
    """
    refuse_if([*check_quota(await allowances.messages(ctx))])
    [message] = await ctx.rows(
        POST[place.context],
        context=place.context,
        author_id=ctx.member_id,
        body=body.strip(),
        is_undelivered=not is_delivered,
        now=ctx.now,
        client_key=key and key.text,
        client_digest=key and key.digest,
        **place.key,
    )
    return message


async def again(ctx: Context, first: Mapping[str, Any]) -> MessageRow | None:
    """The message that an earlier attempt wrote and kept by conversation and number."""
    conversation_id, number = first["message"]
    return (await message_loader.load_messages(ctx, [(conversation_id, number)]))[0]


def told(message: MessageRow) -> list[Event]:
    """What the members of the conversation are to be told of a message: the author, and whom it reaches."""
    either = (message.low_id, message.high_id)
    members = [message.author_id] if message.is_undelivered else either
    subject = message_id(message)
    return [Event(member_id, EventKind.MESSAGE_CHANGED, subject) for member_id in members if member_id]


def notified(message: MessageRow, member_id: int) -> Event:
    """The notification of a message: those of one conversation are one while they are unread."""
    return Event(
        member_id,
        EventKind.NOTIFICATION_CREATED,
        conversation_id(message),
        notification=NotificationKind.MESSAGE_RECEIVED,
        actor_id=message.author_id,
    )


def conversation_id(message: MessageRow) -> str:
    """The public id of a message's conversation."""
    return ids.encode("CV", *message.key[:3])
