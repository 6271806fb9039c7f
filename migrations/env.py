"""What Alembic runs: over the connection it is handed or, as `alembic …`, over the settings' database."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from models import metadata, queue
from server import database, migrations
from server.settings import read_settings


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """Whether `models` describes it, so that a revision may be made of what differs."""
    return kind != "table" or name not in queue.TABLES


def migrate(connection: Connection) -> None:
    """Run the command's migrations in the connection's transaction."""
    context.configure(connection=connection, target_metadata=metadata, include_name=is_ours)
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate(url: str) -> None:
    """The same over a connection of our own."""
    async with migrations.transaction(url) as connection:
        await connection.run_sync(migrate)


if "connection" in context.config.attributes:
    migrate(context.config.attributes["connection"])
else:
    with database.available(read_settings()) as url:
        asyncio.run(connect_and_migrate(url))
