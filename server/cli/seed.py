"""`rapport seed`."""

import asyncio
from typing import Annotated

import typer

from server import database, migrations
from server.importing.progress import bars
from server.seeding import DEMO_HANDLE, DEMO_PASSWORD, Seeding
from server.seeding.run import DEMO_MEMBERS, DEMO_SEED
from server.settings import read_settings

Members = Annotated[int, typer.Option(min=1, max=5_000_000, help="How many members.")]
Seed = Annotated[int, typer.Option(help="Another number makes another network.")]


def seed(members: Members = DEMO_MEMBERS, seed: Seed = DEMO_SEED) -> None:
    """Fill an empty database with a made-up network, the same each time.

    It is all or nothing: where it is killed on the way, the database is empty as before.

    All its members sign in with one password, which anybody can read: not for production.
    """
    with database.available(read_settings()) as url:
        asyncio.run(migrations.upgrade(url))
        with bars() as progress:
            is_made = asyncio.run(Seeding(members, seed).run(url, progress))
    if is_made:
        typer.echo(f"Made {members} members; {DEMO_HANDLE}@example.com signs in with {DEMO_PASSWORD}.")
    else:
        typer.echo("There are members already; nothing was made.")
