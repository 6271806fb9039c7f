"""What an idle subscription takes of the server's memory, against a socket of Starlette that does nothing.

    python -m benchmarks.idle_sockets [--sockets 2000] [--rounds 3] [--most 5000]

Each round starts `rapport serve` and a Starlette application of one route that accepts and waits for a text,
both on Uvicorn with the same loop and without compression; the latter has Uvicorn's own WebSocket
implementation. After some sockets to warm up, so many are opened; counted is by how much the process has
grown (USS, the memory that nobody shares with it). On Rapport's each a member of its own follows
`viewerEvents`, with a token and a log of its own; on Starlette's nobody has said anything.

Then one process of Rapport holds the most, from as many members; all of them get the event that comes last.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from statistics import median

from benchmarks.peers import bare
from benchmarks.serving import Server, serving
from benchmarks.sockets import Sockets, allow_files, holding
from benchmarks.streaming import DOCUMENT, KEY, tell_of_message, tokens, writing, written
from server import postgres

WARMING_UP = 100
TOGETHER = 500
SETTLING_SECONDS = 3
FIRST_READER = 2


def main() -> None:
    """Print what a socket takes of each, the ratio of the medians, and what came of the most."""
    arguments = _arguments()
    most = max(arguments.sockets + WARMING_UP, arguments.most)
    allow_files(most + 1_000)
    with (
        tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as name,
        postgres.running(Path(name)) as url,
    ):
        database = asyncio.run(written(url, FIRST_READER + most, messages=1))
        _compare(database, arguments)
        asyncio.run(_hold_most(database, arguments.most))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sockets", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=5_000)
    return parser.parse_args()


def _compare(database: str, arguments: argparse.Namespace) -> None:
    taken: list[tuple[float, float]] = []
    for number in range(1, arguments.rounds + 1):
        ours = _taken(serving(database, KEY), arguments.sockets, are_members=True)
        theirs = _taken(bare(), arguments.sockets, are_members=False)
        taken.append((ours, theirs))
        print(f"round {number}: subscription {ours:,.0f} bytes, bare socket {theirs:,.0f}", flush=True)
    ours, theirs = (median(each) for each in zip(*taken, strict=True))
    print(f"median: {ours:,.0f} bytes against {theirs:,.0f}, {ours / theirs:.2f} times, wanted 1.4")


def _taken(started: AbstractContextManager[Server], count: int, *, are_members: bool) -> float:
    """Bytes for each socket."""
    with started as server, holding() as sockets:
        _open(server, sockets, range(WARMING_UP), are_members=are_members)
        before = _memory(server)
        _open(server, sockets, range(WARMING_UP, WARMING_UP + count), are_members=are_members)
        return (_memory(server) - before) / count


def _open(server: Server, sockets: Sockets, numbers: range, *, are_members: bool) -> None:
    for start in range(numbers.start, numbers.stop, TOGETHER):
        some = numbers[start - numbers.start :][:TOGETHER]
        sockets.open(server.address, len(some))
        if are_members:
            sockets.begin(tokens(_members(some)), DOCUMENT)


def _memory(server: Server) -> int:
    """Bytes of the process alone, when it has come to rest."""
    time.sleep(SETTLING_SECONDS)
    return int(server.process.memory_full_info().uss)


def _members(numbers: Iterable[int]) -> list[int]:
    return [FIRST_READER + number for number in numbers]


async def _hold_most(database: str, count: int) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(serving(database, KEY))
        sockets = stack.enter_context(holding())
        before = _memory(server)
        _open(server, sockets, range(count), are_members=True)
        after = _memory(server)
        seconds = await _told(database, sockets, _members(range(count)))
    print(f"{count:,} subscriptions in one process: {before >> 20} MiB became {after >> 20}")
    print(f"all of them got an event {seconds:.2f} s after it was begun to be written")


async def _told(database: str, sockets: Sockets, members: list[int]) -> float:
    """Seconds from the beginning of the transaction that tells all to the last message."""
    async with writing(database) as deployment:
        start = time.monotonic()
        await tell_of_message(deployment, members, 1)
        received = await asyncio.to_thread(sockets.received, len(members))
    assert received.fewest == 1
    return received.at - start


if __name__ == "__main__":
    main()
