"""`rapport schema`."""

import typer

from schema.root import schema as graphql_schema


def schema() -> None:
    """Print the GraphQL schema in the schema definition language."""
    typer.echo(graphql_schema.as_str())
