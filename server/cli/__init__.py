"""The command line `rapport`: one file for each command."""

from server.cli.program import main

__all__ = ["main"]
