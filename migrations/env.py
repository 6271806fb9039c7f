"""What Alembic runs: over the connection it is handed or, as `alembic …`, over the settings' database."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from models import metadata
from server import database, migrations
from server.settings import read_settings


def migrate(connection: Connection) -> None:
    """Run the command's migrations in the connection's transaction."""
    context.configure(connection=connection, target_metadata=metadata)
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
