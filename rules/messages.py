"""Messages: what one may hold, who may write it where, whom it reaches, and how many one may write."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rules.allowances import Quota
from rules.connection_requests import Request, Side, is_open
from rules.members import TextRule, check_texts, trimmed
from rules.policy import NetworkPolicy
from rules.refusals import (
    InvalidStateError,
    NotPermittedError,
    QuotaExceededError,
    UserErrorCode,
    ValidationError,
)
from rules.terms import ActionBlockReason, ConversationContext
from rules.verdicts import OPEN, Verdict, closed

BODY: Final = TextRule(5_000, required=True)
CLIENT_KEY: Final = TextRule(255, required=True)
TYPING_SHOWN: Final = timedelta(seconds=6)
"""How long a member is shown typing after they signalled it."""

NOT_ALLOWED: Final = {
    ActionBlockReason.SELF: "Nobody writes to oneself.",
    ActionBlockReason.RESTRICTED: "Writing to strangers is restricted for a time.",
}


def check_body(body: str, field: str = "body") -> Iterator[ValidationError]:
    """A message has 1 to 5,000 characters, blanks around it left out."""
    yield from check_texts({field: trimmed(body)}, {field: BODY})


def check_sending(
    conversation_id: str | None, member_id: str | None, body: str, client_key: str | None
) -> Iterator[ValidationError]:
    """A message goes into a conversation or to a member, and not to both."""
    if (conversation_id is None) == (member_id is None):
        code = UserErrorCode.REQUIRED if member_id is None else UserErrorCode.INVALID
        text = "Give exactly one of `conversationId` and `memberId`."
        yield ValidationError(message=text, code=code, field=["conversation_id"])
    yield from check_body(body)
    if client_key is not None:
        yield from check_texts({"client_key": client_key}, {"client_key": CLIENT_KEY})


def check_quota(quota: Quota) -> Iterator[QuotaExceededError]:
    """Who wrote as many messages as one may waits until the oldest leaves the window."""
    if quota.is_used_up:
        yield QuotaExceededError(message="No more messages can be sent for a time.", quota=quota)


def check_own(author_id: int | None, member_id: int) -> Iterator[NotPermittedError]:
    """Only its author changes a message."""
    if author_id != member_id:
        text, reason = "Only its author may change a message.", ActionBlockReason.NOT_OWNER
        yield NotPermittedError(message=text, reason=reason, field=["message_id"])


def check_there(body: str | None) -> Iterator[InvalidStateError]:
    """What was deleted stays deleted."""
    if body is None:
        text = "The message is deleted."
        yield InvalidStateError(message=text, current_state="DELETED", field=["message_id"])


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A conversation in the eyes of one of its two members.

    `exists` is whether the other exists for them. `request` is what a REQUEST_REPLY hangs on, None where it
    is gone, and `side` theirs in it; `restricted_until` is until when they may not write to strangers.
    """

    context: ConversationContext
    is_connected: bool = False
    exists: bool = True
    request: Request | None = None
    side: Side = Side.SENDER
    restricted_until: datetime | None = None


def can_write(thread: Thread, now: datetime, policy: NetworkPolicy) -> Verdict:
    """Whether the member may write there now.

    A hidden decline closes a conversation for its recipient alone. A block and a closed account end
    connections and requests alike, so they look the same.
    """
    if thread.context == ConversationContext.REQUEST_REPLY:
        return _can_reply(thread, now)
    if policy.messaging_requires_connection:
        return OPEN if thread.is_connected else closed(ActionBlockReason.NOT_CONNECTED)
    return OPEN if thread.exists else closed(ActionBlockReason.CLOSED)


def reaches(thread: Thread, now: datetime) -> bool:
    """Whether the other receives what the member writes there: not behind a hidden decline."""
    if thread.context == ConversationContext.CONNECTION:
        return True
    others = Side.RECIPIENT if thread.side is Side.SENDER else Side.SENDER
    return is_open(thread.request, others, now)


def _can_reply(thread: Thread, now: datetime) -> Verdict:
    """Who may send no requests for a time may not write to strangers either."""
    if not is_open(thread.request, thread.side, now):
        return closed(ActionBlockReason.CLOSED)
    until = thread.restricted_until
    return closed(ActionBlockReason.RESTRICTED, until) if until else OPEN
