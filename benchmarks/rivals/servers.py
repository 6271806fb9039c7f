"""The servers that are compared: how each is started and asked."""

import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import orjson

from benchmarks.peers import node_serving
from benchmarks.rivals import operations
from benchmarks.rivals.replay import Step
from benchmarks.serving import Server, serving, started
from benchmarks.streaming import KEY, tokens
from rules import ids

Steps = Mapping[str, list[Step]]


@dataclass(frozen=True, slots=True)
class World:
    """What there is to serve: the database, the folder for files, and the statements that Rapport sends."""

    database: str
    folder: Path
    steps: Steps


@dataclass(frozen=True, slots=True)
class Contender:
    """A server by its name, how to start it, and what it is sent for each operation."""

    name: str
    start: Callable[[World], AbstractContextManager[Server]]
    queries: Mapping[str, str]
    is_rapport: bool = False

    def requests(self, operation: str, member_ids: list[int]) -> list[tuple[str, bytes]]:
        """The token, if one is needed, and the body of the request of each member."""
        bearers = tokens(member_ids) if self.is_rapport else [""] * len(member_ids)
        names = [ids.encode("M", id) if self.is_rapport else id for id in member_ids]
        bodies = [
            orjson.dumps({"query": self.queries[operation], "variables": {"id": name}}) for name in names
        ]
        return list(zip(bearers, bodies, strict=True))


@contextmanager
def _rapport(world: World) -> Iterator[Server]:
    with serving(world.database, KEY) as server:
        yield server


@contextmanager
def _node(script: str, world: World) -> Iterator[Server]:
    """Servers of Node.js are told of the database by the variables that node-postgres reads."""
    parts = urlsplit(world.database)
    options = parse_qs(parts.query)
    environment = {
        "PGHOST": options["host"][0],
        "PGPORT": options["port"][0],
        "PGUSER": parts.username or "",
        "PGDATABASE": parts.path.removeprefix("/"),
    }
    with node_serving(script, environment) as server:
        yield server


@contextmanager
def _python(module: str, world: World) -> Iterator[Server]:
    steps = world.folder / "steps"
    steps.write_bytes(pickle.dumps(world.steps))
    command = [sys.executable, "-c", f"from benchmarks.rivals.{module} import serve; serve()"]
    with started(command, {"DATABASE_URL": world.database, "STEPS": str(steps)}) as server:
        yield server


CONTENDERS = (
    Contender("Rapport", _rapport, operations.RAPPORT, is_rapport=True),
    Contender("PostGraphile", partial(_node, "postgraphile.js"), operations.POSTGRAPHILE),
    Contender("Mercurius", partial(_node, "mercurius.js"), operations.PLAIN),
    Contender("Strawberry", partial(_python, "strawberry_orm"), operations.PLAIN),
    Contender("bare", partial(_python, "bare"), operations.NAMED),
    Contender("statement", partial(_python, "statement"), operations.NAMED),
)
