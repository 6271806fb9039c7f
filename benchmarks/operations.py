"""What three operations cost Rapport, and what they cost others over the same rows.

    python -m benchmarks.operations [--rounds 3] [--seconds 5] [--warm-up 6]
                                    [--only Rapport Mercurius …] [--operations Q1 Q3]

- Q1, a profile page: a member, 20 connections and 10 pending requests, each with the other's name;
- Q2, one member with three fields;
- Q3, a network of a network: 50 connections with 5 connections of each, five fields a member.

Rapport serves whole, as `rapport serve` does in production: tokens are checked, limits measured, privacy
applied. So each member asks for themselves, with a token of their own; the rivals ask for no token and know
no privacy, and the rows are such that they give the same answers all the same, which is verified first:

- PostGraphile 5, node/postgraphile.js, and Mercurius 16 with JIT and loaders, node/mercurius.js;
- Strawberry as one begins with it, with SQLAlchemy's ORM and DataLoaders, rivals/strawberry_orm.py;
- bare: the SQL that Rapport sends, recorded at the start, in a handler without a framework, rivals/bare.py;
- statement: the same handler with one statement that returns the JSON, rivals/statement.py.

Each is one process. All are started together; wrk loads one after another with 16 connections, each round
beginning with another of them. Counted is the CPU of the server's process; PostgreSQL's stands beside it.
"""

import argparse
import asyncio
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import orjson
import psutil

from benchmarks.rivals import operations
from benchmarks.rivals.load import Figures, load, require_wrk, write_requests
from benchmarks.rivals.network import network
from benchmarks.rivals.operations import NAMES, canonical
from benchmarks.rivals.reads import steps
from benchmarks.rivals.servers import CONTENDERS, Contender, World
from benchmarks.serving import Server
from server import postgres

RECORDED = 3
COMPARED = 16
WANTED: dict[str, dict[str, float]] = {
    "PostGraphile": {"Q1": 1.2, "Q2": 2, "Q3": 2},
    "Mercurius": {"Q1": 1.4, "Q2": 0.9, "Q3": 2},
    "Strawberry": {"Q1": 20, "Q3": 25},
    "bare": {"Q1": 0.75, "Q2": 0.75, "Q3": 0.75},
}

Taken = dict[str, dict[str, list[Figures]]]
"""By the names of a server and an operation."""


@dataclass(frozen=True, slots=True)
class Runner:
    """A contender that runs, with its requests in files and the mean size of its answers in bytes."""

    contender: Contender
    server: Server
    postmaster: psutil.Process
    files: dict[str, Path]
    sizes: dict[str, float]

    @property
    def name(self) -> str:
        """The contender's."""
        return self.contender.name

    def answers(self, operation: str, member_ids: list[int]) -> list[Any]:
        """What it answers these members, in the one shape; remembers the size."""
        bodies = [
            _post(self.server.address, *each) for each in self.contender.requests(operation, member_ids)
        ]
        self.sizes[operation] = sum(map(len, bodies)) / len(bodies)
        return [canonical(orjson.loads(each)) for each in bodies]

    def measured(self, operation: str, seconds: int) -> Figures:
        """What it costs under load."""
        size = self.sizes[operation]
        return load(self.server, self.postmaster, self.files[operation], size, seconds)


def main() -> None:
    """Compare the answers, run the rounds and print the medians and their ratios."""
    arguments = _arguments()
    require_wrk()
    with (
        tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as name,
        postgres.running(Path(name) / "server") as url,
        ExitStack() as stack,
    ):
        world, member_ids, postmaster = asyncio.run(_world(url, Path(name)))
        chosen = [each for each in CONTENDERS if each.name in arguments.only]
        runners = [_started(stack, world, postmaster, each, member_ids) for each in chosen]
        for operation in arguments.operations:
            _compare(runners, member_ids[:: len(member_ids) // COMPARED], operation)
        _report(_rounds(runners, arguments), arguments.operations)


def _arguments() -> argparse.Namespace:
    names = [each.name for each in CONTENDERS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of load for each figure")
    parser.add_argument("--warm-up", type=int, default=6, help="seconds of load before the first round")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--operations", nargs="+", choices=NAMES, default=list(NAMES))
    return parser.parse_args()


async def _world(url: str, folder: Path) -> tuple[World, list[int], psutil.Process]:
    """The rows and what Rapport sends for them, whom to ask for, and PostgreSQL's first process."""
    database, member_ids = await network(url)
    known = {name: await steps(database, operations.RAPPORT[name], member_ids[:RECORDED]) for name in NAMES}
    connection = await asyncpg.connect(database)
    postmaster = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()")).parent()
    await connection.close()
    assert postmaster
    sent = ", ".join(f"{name} {len(known[name])}" for name in NAMES)
    print(f"{len(member_ids)} members ask; statements of Rapport: {sent}", flush=True)
    return World(database, folder, known), member_ids, postmaster


def _started(
    stack: ExitStack, world: World, postmaster: psutil.Process, contender: Contender, member_ids: list[int]
) -> Runner:
    server = stack.enter_context(contender.start(world))
    files = {name: world.folder / f"{contender.name}-{name}" for name in NAMES}
    for name, file in files.items():
        write_requests(file, contender.requests(name, member_ids))
    return Runner(contender, server, postmaster, files, {})


def _compare(runners: Sequence[Runner], member_ids: list[int], operation: str) -> None:
    """End the benchmark unless all give these members the same answers."""
    answers = [runner.answers(operation, member_ids) for runner in runners]
    for runner, theirs in zip(runners, answers, strict=True):
        if theirs != answers[0]:
            sys.exit(f"{operation}: {runner.name} answers\n{theirs}\nwhere others do\n{answers[0]}")
    sizes = ", ".join(f"{runner.name} {runner.sizes[operation]:,.0f}" for runner in runners)
    print(f"{operation}, {NAMES[operation]}: {len(member_ids)} answers agree; bytes: {sizes}", flush=True)


def _post(address: str, token: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(f"{address}/graphql", body, headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        content: bytes = response.read()
    return content


def _rounds(runners: Sequence[Runner], arguments: argparse.Namespace) -> Taken:
    """The figures of each contender and operation, one for each round; what warms up doesn't count."""
    taken: Taken = {runner.name: {name: [] for name in arguments.operations} for runner in runners}
    for runner, operation in product(runners, arguments.operations):
        runner.measured(operation, arguments.warm_up)
    for number in range(arguments.rounds):
        shift = number % len(runners)
        for operation, runner in product(arguments.operations, [*runners[shift:], *runners[:shift]]):
            figures = runner.measured(operation, arguments.seconds)
            taken[runner.name][operation].append(figures)
            print(f"round {number + 1}: {operation} {runner.name:<13}{figures}", flush=True)
    return taken


def _report(taken: Taken, names: Sequence[str]) -> None:
    """Print the medians, then how many times as efficient Rapport is as each other one."""
    middle = {(who, name): _median(figures[name]) for who, figures in taken.items() for name in names}
    print("\nmedians")
    for name, who in product(names, taken):
        print(f"{name} {who:<13}{middle[who, name]}")
    for who in [who for who in taken if who != "Rapport" and "Rapport" in taken]:
        ratios = {name: middle["Rapport", name].per_core / middle[who, name].per_core for name in names}
        shown = ", ".join(_ratio(who, name, ratio) for name, ratio in ratios.items())
        print(f"Rapport / {who:<13}{shown}")


def _median(figures: Sequence[Figures]) -> Figures:
    return Figures(
        median(each.per_core for each in figures),
        median(each.database for each in figures),
        median(each.rate for each in figures),
    )


def _ratio(who: str, name: str, ratio: float) -> str:
    wanted = WANTED.get(who, {}).get(name)
    return f"{name} {ratio:.2f}" + (f" (wanted {wanted})" if wanted else "")


if __name__ == "__main__":
    main()
