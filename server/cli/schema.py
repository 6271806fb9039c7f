"""`rapport schema`."""

from pathlib import Path
from typing import Annotated

import typer

import schema as schema_room
from schema.root import sdl

RELEASED = Path(schema_room.__path__[0]) / "released.graphql"


def schema(
    *,
    release: Annotated[
        bool, typer.Option("--release", help="Make it the schema that later ones must not break.")
    ] = False,
) -> None:
    """Print the GraphQL schema in the schema definition language."""
    if release:
        RELEASED.write_text(sdl(), encoding="utf-8")
    else:
        typer.echo(sdl(), nl=False)
