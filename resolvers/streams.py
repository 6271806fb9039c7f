"""What subscriptions are fed from: entries of the viewer's log, or signals that are never kept.

A source says which entries its subscription wants and what becomes of them. Who reads the log, when, and who
gets the results is told in `server.streams`.
"""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from executor.errors import CodedError
from loaders import members, messages, relationships
from loaders.context import Context
from loaders.events import EventRow
from loaders.members import MemberRow
from resolvers.events.pages import topics_of
from resolvers.events.showing import shown
from resolvers.events.told import (
    Envelope,
    NotificationCreated,
    RelationshipChanged,
    StreamCaughtUp,
    StreamGap,
)
from rules import ids
from rules.events import (
    TOPICS,
    EventKind,
    EventTopic,
    NotificationKind,
    Position,
    StreamGapReason,
    TypingSignal,
)
from rules.paging import MAX_BATCH_IDS

ConversationKey: TypeAlias = tuple[int, int, int]
CONVERSATION_KINDS = (EventKind.MESSAGE_CHANGED, EventKind.MESSAGES_READ)


class LogSource(Protocol):
    """What a subscription makes of the viewer's log."""

    after: Position | None
    """Where the client has read up to; None to begin with what is new."""

    @property
    def key(self) -> Hashable:
        """Sources with equal keys make the same of an entry, for the same viewer."""

    @property
    def begins(self) -> bool:
        """Whether the subscription begins with something before the log."""

    async def first(self, ctx: Context) -> Sequence[object]:
        """What the subscription begins with."""

    async def shown(self, ctx: Context, rows: Sequence[EventRow], *, replayed: bool) -> Sequence[object]:
        """What the subscription gets for each entry, None where it doesn't want it or must not see it."""

    def caught_up(self, at: Position, now: datetime, replayed: int) -> object:
        """The signal that all that was missed has been replayed; None where the stream has none."""

    def gap(self, at: Position, now: datetime, reason: StreamGapReason, oldest: Position) -> object:
        """The signal that something is missing; None where the stream has none."""


@dataclass(frozen=True)
class EnvelopeSource:
    """Entries in envelopes: of some topics, for some kinds of notifications, or about one conversation."""

    after: Position | None
    topics: frozenset[EventTopic]
    kinds: frozenset[NotificationKind] | None = None
    conversation: ConversationKey | None = None

    @property
    def key(self) -> Hashable:
        """All but where the client begins."""
        return self.topics, self.kinds, self.conversation

    @property
    def begins(self) -> bool:
        """Nothing but what happens."""
        return False

    async def first(self, _: Context) -> Sequence[object]:
        """Nothing."""
        return []

    async def shown(
        self, ctx: Context, rows: Sequence[EventRow], *, replayed: bool
    ) -> Sequence[Envelope | None]:
        """Envelopes for the entries that are wanted and may be seen."""
        wanted = [row for row in rows if self._wants(row)]
        found = dict(zip([row.sequence for row in wanted], await shown(ctx, wanted), strict=True))
        events = [found.get(row.sequence) for row in rows]
        return [
            Envelope(row.position, row.occurred_at, replayed, event) if self._wants_event(event) else None
            for row, event in zip(rows, events, strict=True)
        ]

    def caught_up(self, at: Position, now: datetime, replayed: int) -> Envelope:
        """An envelope whose cursor is where the live stream begins."""
        return Envelope(at, now, replayed=False, event=StreamCaughtUp(replayed))

    def gap(self, at: Position, now: datetime, reason: StreamGapReason, oldest: Position) -> Envelope:
        """An envelope whose cursor is where the stream goes on."""
        return Envelope(at, now, replayed=False, event=StreamGap(reason, oldest))

    def _wants(self, row: EventRow) -> bool:
        if self.conversation is None:
            return TOPICS[row.kind] in self.topics
        return row.kind in CONVERSATION_KINDS and _numbers(row)[:3] == self.conversation

    def _wants_event(self, event: object) -> bool:
        if self.kinds is None or not isinstance(event, NotificationCreated):
            return event is not None
        return event.notification.kind in self.kinds


@dataclass(frozen=True)
class RelationshipSource:
    """What lies between the viewer and some members: as it is now, then whenever it changes."""

    member_ids: tuple[str, ...]
    after: Position | None = None

    @property
    def key(self) -> Hashable:
        """The members."""
        return self.member_ids

    @property
    def begins(self) -> bool:
        """With the members, if there are any."""
        return bool(self.member_ids)

    async def first(self, ctx: Context) -> Sequence[RelationshipChanged]:
        """The present state of each, in the order asked for."""
        numbers = [ids.number("M", member_id) for member_id in self.member_ids]
        found = await relationships.of_viewer(ctx, numbers) if numbers else []
        return [RelationshipChanged(*each) for each in zip(self.member_ids, found, strict=True)]

    async def shown(
        self, ctx: Context, rows: Sequence[EventRow], *, replayed: bool
    ) -> Sequence[RelationshipChanged | None]:
        """The relationship with the member of each entry."""
        del replayed
        wanted = [row for row in rows if self._wants(row)]
        found = dict(zip([row.sequence for row in wanted], await shown(ctx, wanted), strict=True))
        return [
            event if isinstance(event := found.get(row.sequence), RelationshipChanged) else None
            for row in rows
        ]

    def caught_up(self, at: Position, now: datetime, replayed: int) -> None:
        """Nothing: whoever comes back begins with the present state."""

    def gap(self, at: Position, now: datetime, reason: StreamGapReason, oldest: Position) -> None:
        """Nothing: whoever comes back begins with the present state."""

    def _wants(self, row: EventRow) -> bool:
        is_relationship = row.kind == EventKind.RELATIONSHIP_CHANGED
        return is_relationship and ids.encode("M", _numbers(row)[1]) in self.member_ids


@dataclass(frozen=True, slots=True)
class Typing:
    """A member types, until an instant."""

    member: MemberRow
    until: datetime


@dataclass(frozen=True)
class TypingSource:
    """Who types in a conversation."""

    conversation: ConversationKey

    @property
    def key(self) -> Hashable:
        """The conversation."""
        return self.conversation

    async def shown(self, ctx: Context, signal: TypingSignal) -> Typing | None:
        """The other member's signal, where both share receipts now and exist for each other."""
        if signal.member_id == ctx.member_id:
            return None
        [conversation] = await messages.conversations_by_keys(ctx, [self.conversation])
        member = await members.load(ctx, signal.member_id)
        if conversation is None or member is None:
            return None
        [is_shared] = await messages.share_receipts(ctx, [conversation])
        return Typing(member, signal.until) if is_shared else None


async def notifications(
    _: Context, *, after: Position | None = None, kinds: Collection[NotificationKind] | None = None
) -> EnvelopeSource:
    """The viewer's notifications."""
    topics = frozenset({EventTopic.NOTIFICATIONS})
    return EnvelopeSource(after, topics, None if kinds is None else frozenset(kinds))


async def viewer_events(
    ctx: Context, *, after: Position | None = None, topics: Collection[EventTopic] | None = None
) -> EnvelopeSource:
    """All that the viewer is told, within the scopes of the token."""
    return EnvelopeSource(after, topics_of(ctx, topics))


async def conversation_events(
    ctx: Context, *, conversation_id: str, after: Position | None = None
) -> EnvelopeSource:
    """What happens in one conversation. Raises CodedError NOT_FOUND."""
    key = await _conversation(ctx, conversation_id)
    return EnvelopeSource(after, frozenset(), conversation=key)


async def typing(ctx: Context, *, conversation_id: str) -> TypingSource:
    """Who types in one conversation. Raises CodedError NOT_FOUND."""
    return TypingSource(await _conversation(ctx, conversation_id))


async def relationship_changes(_: Context, *, member_ids: Sequence[str]) -> RelationshipSource:
    """What lies between the viewer and up to 100 members. Raises CodedError BAD_USER_INPUT for more."""
    if len(member_ids) > MAX_BATCH_IDS:
        raise CodedError("BAD_USER_INPUT", f"At most {MAX_BATCH_IDS} ids at once.")
    return RelationshipSource(tuple(dict.fromkeys(member_ids)))


async def _conversation(ctx: Context, conversation_id: str) -> ConversationKey:
    match ids.decode_as("CV", conversation_id):
        case (low_id, high_id, id):
            key = low_id, high_id, id
            if await messages.conversations_by_keys(ctx, [key]) != [None]:
                return key
    raise CodedError("NOT_FOUND", "There is no such conversation.")


def _numbers(row: EventRow) -> tuple[int, ...]:
    decoded = ids.decode(row.subject)
    return decoded[1] if decoded else ()
