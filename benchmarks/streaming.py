"""What benchmarks of streams share: members who write to each other, and who tells them of it."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
from pydantic import SecretStr

from auth.identity import Viewer
from auth.tokens import AccessTokens
from loaders.context import Context, Deployment
from resolvers.inboxes import lock, tell
from rules import ids
from rules.events import Event, EventKind
from server import migrations, postgres
from server.deployment import deployed
from server.settings import Settings

KEY = "the key that signs tokens in benchmarks"
DOCUMENT = (
    "subscription { viewerEvents(topics: [MESSAGES]) { cursor occurredAt replayed event { __typename "
    "... on MessageChanged { message { id body sentAt author { id displayName } } } } } }"
)
AUTHOR, CONVERSATION_OFFSET = 1, 1_000_000
# The author has a conversation with each other member; all messages are there from the start.
WORLD = (
    """
    INSERT INTO members (handle, given_name, family_name)
    SELECT 'member-' || id, 'Given', 'Family' FROM generate_series(1, $1) AS id
    """,
    f"""
    INSERT INTO conversations (id, low_id, high_id, last_number, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT {CONVERSATION_OFFSET} + id, {AUTHOR}, id, $2, now() FROM generate_series(2, $1) AS id
    """,
    """
    INSERT INTO participations (member_id, conversation_id, last_number, last_at)
    SELECT member_id, id, last_number, now()
    FROM conversations, LATERAL (VALUES (low_id), (high_id)) AS either (member_id)
    """,
    f"""
    INSERT INTO messages (conversation_id, number, author_id, body, sent_at)
    SELECT id, number, {AUTHOR}, repeat('Shall we meet? ', 8), now()
    FROM conversations, generate_series(1, last_number) AS number
    """,
)


async def written(url: str, members: int, messages: int) -> str:
    """A migrated database with so many members, and so many messages of the first to each other one."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE DATABASE streams")
    await connection.close()
    database = postgres.with_database(url, "streams")
    await migrations.upgrade(database)
    connection = await asyncpg.connect(database)
    for statement in WORLD:
        values = [members, messages][: 1 + ("$2" in statement)] if "$" in statement else []
        await connection.execute(statement, *values)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return database


def tokens(member_ids: Iterable[int]) -> list[str]:
    """An access token of each member."""
    made, now = AccessTokens(KEY.encode(), timedelta(hours=1)), datetime.now(UTC)
    return [made.issue(Viewer(each, session_id=each), now)[0] for each in member_ids]


@asynccontextmanager
async def writing(database: str) -> AsyncIterator[Deployment]:
    """What another process of the same deployment has, which writes and wakes."""
    settings = Settings(
        database_url=database, secret_key=SecretStr(KEY), environment="production", pool_size=1
    )
    async with deployed(settings) as deployment:
        yield deployment


async def tell_of_message(deployment: Deployment, member_ids: Sequence[int], number: int) -> None:
    """Tell these members, in one transaction, of the message to each of them that has this number."""
    context = Context(deployment, None)
    async with context.transaction():
        await lock(context, *member_ids)
        await tell(context, [_event(each, number) for each in member_ids])


def _event(member_id: int, number: int) -> Event:
    subject = ids.encode("MSG", AUTHOR, member_id, CONVERSATION_OFFSET + member_id, number)
    return Event(member_id, EventKind.MESSAGE_CHANGED, subject)
