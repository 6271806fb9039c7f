"""`rapport migrate`."""

import asyncio
from typing import Annotated

import typer

from server import database, migrations
from server.settings import read_settings

Revision = Annotated[
    str | None,
    typer.Option(metavar="REVISION", help="Migrate down to this revision, `base` for before the first."),
]


def migrate(down: Revision = None) -> None:
    """Bring the database's tables to this version, or back with --down."""
    with database.available(read_settings()) as url:
        asyncio.run(migrations.downgrade(url, down) if down else migrations.upgrade(url))
    typer.echo(f"The database is at revision {down or 'head'}.")
