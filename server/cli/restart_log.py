"""`rapport restart-log`."""

import asyncio

import typer

from server import database
from server.settings import read_settings

START = """
INSERT INTO log_epochs (epoch) SELECT coalesce(max(epoch), 0) + 1 FROM log_epochs RETURNING epoch
"""


def restart_log() -> None:
    """Tell all readers that events are missing, after the database was restored from a backup.

    Their cursors are from the time after the backup, when other events had the same numbers: each stream says
    so by a StreamGap and goes on from the log as it is now.
    """
    with database.available(read_settings()) as url:
        epoch = asyncio.run(_restart(url))
    typer.echo(f"The log is in epoch {epoch}.")


async def _restart(url: str) -> int:
    async with database.connected(url) as connection:
        epoch: int = await connection.fetchval(START)
        return epoch
