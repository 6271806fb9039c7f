"""Messages: what one may hold and who may write it where."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from rules.connection_requests import Request, Side, is_open
from rules.members import TextRule, check_texts, trimmed
from rules.refusals import ValidationError
from rules.terms import ActionBlockReason, ConversationContext
from rules.verdicts import OPEN, Verdict, closed

BODY: Final = TextRule(5_000, required=True)


def check_body(body: str, field: str = "body") -> Iterator[ValidationError]:
    """A message has 1 to 5,000 characters, blanks around it left out."""
    yield from check_texts({field: trimmed(body)}, {field: BODY})


def can_write(
    context: ConversationContext, *, is_connected: bool, request: Request | None, side: Side, now: datetime
) -> Verdict:
    """Whether one of the two may write in their conversation now.

    `request` is what a REQUEST_REPLY hangs on and `side` the writer's in it: a hidden decline closes the
    conversation for its recipient alone. A block and a closed account end connections and requests alike, so
    they look the same.
    """
    if context == ConversationContext.CONNECTION:
        return OPEN if is_connected else closed(ActionBlockReason.NOT_CONNECTED)
    return OPEN if is_open(request, side, now) else closed(ActionBlockReason.CLOSED)
