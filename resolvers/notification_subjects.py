"""What notifications are about, found by the public ids that they hold."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from loaders import connection_requests as request_loader
from loaders import connections as connection_loader
from loaders import exports as export_loader
from loaders import follows as follow_loader
from loaders import introductions as introduction_loader
from loaders import messages as message_loader
from loaders.context import Context
from loaders.follows import FollowRow
from loaders.notifications import NotificationRow
from models.messages import MessageRow
from resolvers import allowances
from rules import ids
from rules.events import NotificationKind

Numbers = tuple[Any, ...]
Load = Callable[[Sequence[NotificationRow], Context], Awaitable[Sequence[object]]]


async def subjects(rows: Sequence[NotificationRow], ctx: Context) -> list[object]:
    """What each notification is about, None where that is gone, hidden or not for the token."""
    by_kind: dict[Load, list[NotificationRow]] = defaultdict(list)
    for row in rows:
        by_kind[SUBJECTS[NotificationKind(row.kind)]].append(row)
    found: dict[int, object] = {}
    for load, of_kind in by_kind.items():
        found.update(zip([row.id for row in of_kind], await load(of_kind, ctx), strict=True))
    return [found[row.id] for row in rows]


async def _requests(rows: Sequence[NotificationRow], ctx: Context) -> Sequence[object]:
    return await request_loader.by_keys(ctx, [_numbers(row) for row in rows])


async def _connections(rows: Sequence[NotificationRow], ctx: Context) -> Sequence[object]:
    """The connection that a request made; the request where the connection is gone."""
    pairs = [_pair(row) for row in rows]
    connections = await connection_loader.between(ctx, pairs)
    requests = await _requests(rows, ctx)
    return [connection or request for connection, request in zip(connections, requests, strict=True)]


async def _introductions(rows: Sequence[NotificationRow], ctx: Context) -> Sequence[object]:
    return await introduction_loader.by_keys(ctx, [_numbers(row) for row in rows])


async def _newest_messages(rows: Sequence[NotificationRow], ctx: Context) -> Sequence[MessageRow | None]:
    """The newest message of each conversation that the viewer sees."""
    found = await message_loader.conversations_by_keys(ctx, [_numbers(row) for row in rows])
    keys = [(conversation.id, conversation.last_number) for conversation in found if conversation]
    newest = iter(await message_loader.load_messages(ctx, keys))
    return [next(newest) if conversation else None for conversation in found]


async def _newest_follows(rows: Sequence[NotificationRow], ctx: Context) -> Sequence[FollowRow | None]:
    return await follow_loader.by_keys(ctx, [(row.actor_ids[0], row.member_id) for row in rows])


async def _quotas(rows: Sequence[NotificationRow], ctx: Context) -> Sequence[object]:
    return await allowances.by_keys(ctx, [_numbers(row) for row in rows])


async def _exports(rows: Sequence[NotificationRow], ctx: Context) -> Sequence[object]:
    return await export_loader.by_keys(ctx, [_numbers(row) for row in rows])


SUBJECTS: Mapping[NotificationKind, Load] = {
    NotificationKind.CONNECTION_REQUEST_RECEIVED: _requests,
    NotificationKind.CONNECTION_REQUEST_REMINDER: _requests,
    NotificationKind.CONNECTION_REQUEST_ACCEPTED: _connections,
    NotificationKind.CONNECTION_REQUEST_EXPIRING: _requests,
    NotificationKind.CONNECTION_REQUEST_REPLIED: _requests,
    NotificationKind.NEW_FOLLOWER: _newest_follows,
    NotificationKind.INTRODUCTION_REQUESTED: _introductions,
    NotificationKind.INTRODUCTION_FORWARDED: _introductions,
    NotificationKind.INTRODUCTION_ANSWERED: _introductions,
    NotificationKind.MESSAGE_RECEIVED: _newest_messages,
    NotificationKind.QUOTA_NOTICE: _quotas,
    NotificationKind.EXPORT_READY: _exports,
}


def _numbers(row: NotificationRow) -> Numbers:
    """The key of the subject."""
    decoded = ids.decode(row.subject)
    assert decoded is not None
    return decoded[1]


def _pair(row: NotificationRow) -> tuple[int, int]:
    sender_id, recipient_id, _ = _numbers(row)
    return min(sender_id, recipient_id), max(sender_id, recipient_id)
