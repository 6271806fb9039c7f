"""The commands together, and how they end."""

import signal
import sys

import typer

from server.cli.import_ import import_
from server.cli.migrate import migrate
from server.cli.restart_log import restart_log
from server.cli.schema import schema
from server.cli.seed import seed
from server.cli.serve import serve
from server.cli.token import token
from server.cli.worker import worker
from server.failure import Failure, terminate

app = typer.Typer(
    name="rapport",
    help="A GraphQL API server for professional networks. Settings come from RAPPORT_… variables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(worker)
app.command()(migrate)
app.command()(seed)
app.command("import")(import_)
app.command()(token)
app.command()(restart_log)
app.command()(schema)


def main() -> None:
    """Run one command; what went wrong in an expected way is told on stderr, with exit code 1."""
    signal.signal(signal.SIGTERM, terminate)
    try:
        app()
    except Failure as failure:
        typer.echo(f"rapport: {failure}", err=True)
        sys.exit(1)
