"""Where two members stand and what the one may do about it: one decision for verdicts and for errors."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from rules.allowances import Quota
from rules.audiences import ProfileAction, RequestAudience
from rules.connection_requests import Request, Side, is_open
from rules.cooldowns import Bar, Removal, bar, is_barred_by_removal, wait
from rules.policy import NetworkPolicy
from rules.refusals import (
    NetworkCapacityError,
    NotPermittedError,
    QuotaExceededError,
    Refused,
    RequestCooldownError,
    UserError,
)
from rules.terms import ActionBlockReason, ConnectionStatus
from rules.verdicts import OPEN, ReachOption, Verdict, closed


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What lies between the viewer and a member whom they see or block.

    `sent` and `received` are the last requests from the viewer to the member and back.
    """

    is_self: bool = False
    is_blocking: bool = False
    is_connected: bool = False
    shares_connection: bool = False
    sent: Request | None = None
    received: Request | None = None
    removal: Removal | None = None
    who_can_request: RequestAudience = RequestAudience.ANYONE
    requires_note: bool = False
    is_following: bool = False
    follow_first: bool = False
    connection_count: int = 0


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What the viewer has left, and how large their network is."""

    weekly: Quota
    pending: Quota
    introductions: Quota
    connection_count: int


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a request brings along; `knows_email` is whether the address given is the recipient's."""

    has_note: bool
    knows_email: bool


class Sending(Enum):
    """What sending a request comes to."""

    ALREADY_OPEN = auto()
    ACCEPTS = auto()
    DELIVERED = auto()
    UNDELIVERED = auto()


def status(pair: Pair, now: datetime) -> ConnectionStatus:
    """Where the two stand, in the eyes of the viewer."""
    if pair.is_self:
        return ConnectionStatus.SELF
    if pair.is_blocking:
        return ConnectionStatus.BLOCKING
    if pair.is_connected:
        return ConnectionStatus.CONNECTED
    if is_open(pair.received, Side.RECIPIENT, now):
        return ConnectionStatus.REQUEST_RECEIVED
    if is_open(pair.sent, Side.SENDER, now):
        return ConnectionStatus.REQUEST_SENT
    return ConnectionStatus.NONE


def send(pair: Pair, ask: Ask, allowance: Allowance, now: datetime, policy: NetworkPolicy) -> Sending:
    """What a request by the viewer comes to now: rows 1 and 2 of the transition table. Raises Refused."""
    if refusal := standing_refusal(pair):
        raise Refused(refusal)
    if is_open(pair.received, Side.SENDER, now):
        check_capacity(allowance.connection_count, pair.connection_count, policy)
        return Sending.ACCEPTS
    if is_open(pair.sent, Side.SENDER, now):
        return Sending.ALREADY_OPEN
    if refusal := _lacks(pair, ask, policy) or _refusal(pair, allowance, now, policy):
        raise Refused(refusal)
    return Sending.UNDELIVERED if bar(pair.sent, now, policy) is Bar.HIDDEN else Sending.DELIVERED


def check_capacity(viewers_count: int, others_count: int, policy: NetworkPolicy) -> None:
    """Row 6: refuse where one of the two has as many connections as a member can have."""
    if refusal := _capacity(viewers_count, policy, viewer_is_full=True):
        raise Refused(refusal)
    if refusal := _capacity(others_count, policy, viewer_is_full=False):
        raise Refused(refusal)


def can_connect(pair: Pair, allowance: Allowance, now: datetime, policy: NetworkPolicy) -> Verdict:
    """Whether the viewer may send a request now, and what it needs."""
    try:
        sending = send(pair, Ask(has_note=True, knows_email=True), allowance, now, policy)
    except Refused as refused:
        return verdict_of(refused.errors[0])
    if sending is Sending.ALREADY_OPEN:
        return closed(ActionBlockReason.ALREADY_PENDING)
    needed = [] if sending is Sending.ACCEPTS else _needed(pair, policy)
    return Verdict(allowed=True, reason=needed[0] if needed else None)


def can_message(pair: Pair, policy: NetworkPolicy) -> Verdict:
    """Whether the viewer may write a message now."""
    if pair.is_self:
        return closed(ActionBlockReason.SELF)
    if pair.is_blocking:
        return closed(ActionBlockReason.BLOCKING)
    if policy.messaging_requires_connection and not pair.is_connected:
        return closed(ActionBlockReason.NOT_CONNECTED)
    return OPEN


def primary_action(pair: Pair, connect: Verdict, follow: Verdict, now: datetime) -> ProfileAction:
    """The button that a client should put first on the profile."""
    settled = {
        ConnectionStatus.SELF: ProfileAction.NONE,
        ConnectionStatus.BLOCKING: ProfileAction.NONE,
        ConnectionStatus.CONNECTED: ProfileAction.MESSAGE,
        ConnectionStatus.REQUEST_RECEIVED: ProfileAction.ACCEPT_REQUEST,
        ConnectionStatus.REQUEST_SENT: ProfileAction.WITHDRAW_REQUEST,
    }.get(status(pair, now))
    if settled:
        return settled
    follows_new = follow.allowed and not pair.is_following
    offers = [(connect.allowed, ProfileAction.CONNECT), (follows_new, ProfileAction.FOLLOW)]
    best_first = reversed(offers) if pair.follow_first else offers
    return next((action for is_open_now, action in best_first if is_open_now), ProfileAction.NONE)


def reach_options(
    pair: Pair,
    connect: Verdict,
    follow: Verdict,
    broker_id: int | None,
    *,
    shows_email: bool,
    now: datetime,
    policy: NetworkPolicy,
) -> list[ReachOption]:
    """Ways to get in touch that are open now, best first; `broker_id` is who may be asked to introduce."""
    received = is_open(pair.received, Side.RECIPIENT, now)
    introduced = ProfileAction.REQUEST_INTRODUCTION
    options = [
        (can_message(pair, policy).allowed, ProfileAction.MESSAGE, "Write a message."),
        (received, ProfileAction.ACCEPT_REQUEST, "Accept the request to write messages."),
        (shows_email, ProfileAction.EMAIL, "Write to the address on the profile."),
        (connect.allowed and not received, ProfileAction.CONNECT, "Ask to connect, with a note."),
        (broker_id is not None, introduced, "Ask a shared connection to introduce you."),
        (follow.allowed and not pair.is_following, ProfileAction.FOLLOW, "Follow to see what is published."),
    ]
    through = {introduced: broker_id}
    return [ReachOption(action, hint, through.get(action)) for is_open, action, hint in options if is_open]


def standing_refusal(pair: Pair) -> UserError | None:
    """Why the two, as they stand, can't be brought together."""
    reasons = {
        ActionBlockReason.SELF: pair.is_self,
        ActionBlockReason.BLOCKING: pair.is_blocking,
        ActionBlockReason.ALREADY_CONNECTED: pair.is_connected,
    }
    found = next((reason for reason, holds in reasons.items() if holds), None)
    return _not_permitted(found) if found else None


def _lacks(pair: Pair, ask: Ask, policy: NetworkPolicy) -> UserError | None:
    has = {
        ActionBlockReason.EMAIL_REQUIRED: ask.knows_email,
        ActionBlockReason.NOTE_REQUIRED: ask.has_note,
    }
    missing = [needed for needed in _needed(pair, policy) if not has[needed]]
    return _not_permitted(missing[0]) if missing else None


def _needed(pair: Pair, policy: NetworkPolicy) -> list[ActionBlockReason]:
    strangers = policy.note_required_for_strangers and not pair.shares_connection
    needs = {
        ActionBlockReason.EMAIL_REQUIRED: pair.who_can_request == RequestAudience.KNOWS_EMAIL,
        ActionBlockReason.NOTE_REQUIRED: pair.requires_note or strangers,
    }
    return [reason for reason, holds in needs.items() if holds]


def _refusal(pair: Pair, allowance: Allowance, now: datetime, policy: NetworkPolicy) -> UserError | None:
    """Why a new request can't be sent now, whatever it brings along."""
    return (
        _audience(pair)
        or _cooldown(pair, now, policy)
        or _barred(pair, now, policy)
        or _quota(allowance)
        or _capacity(allowance.connection_count, policy, viewer_is_full=True)
    )


def _audience(pair: Pair) -> UserError | None:
    closed_to_viewer = pair.who_can_request == RequestAudience.NOBODY or (
        pair.who_can_request == RequestAudience.SECOND_DEGREE and not pair.shares_connection
    )
    return _not_permitted(ActionBlockReason.RECIPIENT_DOES_NOT_ACCEPT) if closed_to_viewer else None


def _cooldown(pair: Pair, now: datetime, policy: NetworkPolicy) -> UserError | None:
    found = wait(pair.sent, pair.removal, now, policy)
    if found is None:
        return None
    text = "It is too early to ask again."
    return RequestCooldownError(message=text, basis=found.basis, available_at=found.until)


def _barred(pair: Pair, now: datetime, policy: NetworkPolicy) -> UserError | None:
    """The same answer as a closed inbox."""
    is_barred = bar(pair.sent, now, policy) is Bar.OPEN or is_barred_by_removal(pair.removal, policy)
    return _not_permitted(ActionBlockReason.RECIPIENT_DOES_NOT_ACCEPT) if is_barred else None


def _quota(allowance: Allowance) -> UserError | None:
    weekly = allowance.weekly
    if weekly.restricted_until:
        return QuotaExceededError(message="Sending requests is restricted for a time.", quota=weekly)
    if weekly.is_used_up:
        return QuotaExceededError(message="No more requests can be sent this week.", quota=weekly)
    if allowance.pending.is_used_up:
        return QuotaExceededError(message="Too many requests are open.", quota=allowance.pending)
    return None


def _capacity(count: int, policy: NetworkPolicy, *, viewer_is_full: bool) -> UserError | None:
    limit = policy.max_connections
    if limit is None or count < limit:
        return None
    text = f"{'Your' if viewer_is_full else 'Their'} network is full."
    return NetworkCapacityError(message=text, limit=limit, viewer_is_full=viewer_is_full)


def _not_permitted(reason: ActionBlockReason) -> NotPermittedError:
    texts = {
        ActionBlockReason.SELF: "This can't be done with oneself.",
        ActionBlockReason.BLOCKING: "The member is blocked.",
        ActionBlockReason.ALREADY_CONNECTED: "The two are connected.",
        ActionBlockReason.NOTE_REQUIRED: "The request needs a note.",
        ActionBlockReason.EMAIL_REQUIRED: "The request needs the recipient's address.",
    }
    return NotPermittedError(message=texts.get(reason, "The member does not accept requests."), reason=reason)


def verdict_of(error: UserError) -> Verdict:
    """What an error says, as a verdict."""
    match error:
        case NotPermittedError(reason=reason):
            return closed(reason)
        case RequestCooldownError(available_at=available_at):
            return closed(ActionBlockReason.COOLDOWN, available_at)
        case QuotaExceededError(quota=quota) if quota.restricted_until:
            return closed(ActionBlockReason.RESTRICTED, quota.restricted_until)
        case QuotaExceededError(quota=quota):
            return closed(ActionBlockReason.QUOTA, quota.next_release_at)
        case _:
            return closed(ActionBlockReason.CAPACITY)
