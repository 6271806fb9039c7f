"""Whether something may be done now, and what may be done instead."""

from datetime import datetime

import strawberry

from resolvers import relationships
from rules.audiences import ProfileAction
from rules.terms import ActionBlockReason
from schema.fields import field
from schema.refs import MemberRef


@strawberry.type(description="Whether an action is open, and if not why and until when.")
class ActionVerdict:
    """A verdict about the viewer."""

    allowed: bool = field("It can be done now.")
    reason: ActionBlockReason | None = field(
        "Why it cannot be done now. With NOTE_REQUIRED and EMAIL_REQUIRED it can, with what they name."
    )
    available_at: datetime | None = field("When it opens by itself, if ever.")


@strawberry.type(description="One way to get in touch.")
class ReachOption:
    """Something that is open now."""

    action: ProfileAction = field("What to do.")
    hint: str = field("Plain-language hint.")
    through: MemberRef | None = field("For introductions: the person to ask.", batch=relationships.throughs)
