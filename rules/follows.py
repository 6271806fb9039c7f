"""Who may follow whom."""

from rules.audiences import FollowAudience
from rules.terms import ActionBlockReason
from rules.verdicts import OPEN, Verdict, closed


def can_follow(
    audience: FollowAudience, *, is_self: bool = False, is_blocking: bool = False, is_connected: bool = False
) -> Verdict:
    """Whether a member whom the viewer sees or blocks, and whose setting is `audience`, may be followed.

    Who follows already may do it again, which changes nothing.
    """
    if is_self:
        return closed(ActionBlockReason.SELF)
    if is_blocking:
        return closed(ActionBlockReason.BLOCKING)
    if audience == FollowAudience.CONNECTIONS and not is_connected:
        return closed(ActionBlockReason.RECIPIENT_DOES_NOT_ACCEPT)
    return OPEN
