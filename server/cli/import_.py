"""`rapport import`."""

import asyncio
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from server import database, migrations
from server.failure import Failure
from server.importing.layouts import CONNECTIONS, FOLLOWS, MEMBERS, Layout
from server.importing.progress import bars
from server.importing.run import Import, Report
from server.settings import read_settings


def _columns(layout: Layout) -> str:
    optional = f"; optional {', '.join(layout.optional)}"
    return f"CSV with the columns {', '.join(layout.required)}{optional}."


Members = Annotated[Path | None, typer.Option(metavar="FILE", help=_columns(MEMBERS))]
Connections = Annotated[Path | None, typer.Option(metavar="FILE", help=_columns(CONNECTIONS))]
Follows = Annotated[Path | None, typer.Option(metavar="FILE", help=_columns(FOLLOWS))]
Rejects = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="For rejected rows; else rejects.csv beside the first file."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Load nothing if any row is rejected.")]


def import_(
    members: Members = None,
    connections: Connections = None,
    follows: Follows = None,
    rejects: Rejects = None,
    strict: Strict = False,
) -> None:
    """Load members, connections and follows from CSV files in one transaction.

    The files are UTF-8 with commas and a header, columns in any order. A key
    is what the files call a member; without --members it is the handle.

    A row whose handle exists is that member. Whoever and whatever is there
    already stays as it is, so running an import again changes nothing.

    A company becomes the current position; its title is the headline up to
    the first comma. A password is plain text or a hash ($argon2id$...). An
    instant is ISO 8601; where there is none, it is that of the import.

    Bad rows go to the rejects file (file, line, reason, row) and the rest is
    loaded, which is success; with --strict nothing is, and the exit code is
    1. Other writers wait while rows are loaded; readers don't.
    """
    given = {MEMBERS: members, CONNECTIONS: connections, FOLLOWS: follows}
    files = {layout: path for layout, path in given.items() if path}
    if not files:
        raise Failure("name at least one file: --members, --connections or --follows")
    rejects = rejects or next(iter(files.values())).with_name("rejects.csv")
    _tell(_run(Import(files, rejects, strict)), files, rejects)


def _run(wanted: Import) -> Report:
    try:
        with database.available(read_settings()) as url:
            asyncio.run(migrations.upgrade(url))
            with bars() as progress:
                return asyncio.run(wanted.run(url, progress))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Failure(f"nothing was loaded: {error}") from error


def _tell(report: Report, files: dict[Layout, Path], rejects: Path) -> None:
    for kind in (layout.kind for layout in files):
        counts = report.loaded.get(kind)
        rejected = report.rejected.get(kind, 0)
        if counts:
            loaded = f"{counts.loaded:>10,} loaded {counts.unchanged:>10,} unchanged"
            typer.echo(f"{kind:<12}{loaded} {rejected:>10,} rejected")
    if report.rejected:
        typer.echo(f"{sum(report.rejected.values()):,} rejected rows are in {rejects}", err=True)
    if not report.is_loaded:
        raise Failure("nothing was loaded, because of --strict")
