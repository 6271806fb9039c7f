"""How long `rapport import` takes, against bare COPYs of the same rows into the same indexed tables.

    python -m benchmarks.import_million [--members 1000000] [--pairs 5000000] [--rounds 1]

Each round imports generated CSV files into a new database, writes its tables out, and copies them into
another new one, table by table, each with a plain COPY. Both databases are migrated and empty before, on a
server of their own with PostgreSQL's default settings, and both times end with the commit.
"""

import argparse
import asyncio
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from server import migrations, postgres
from server.importing.layouts import CONNECTIONS, MEMBERS
from server.importing.progress import bars
from server.importing.run import Import

TABLES = ("members", "handles", "positions", "connections", "adjacency")
"""What this import fills, in an order that foreign keys allow."""


def main() -> None:
    """Run the rounds and print each time, and the ratio of their medians."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as name:
        folder = Path(name)
        _write_files(folder, arguments.members, arguments.pairs)
        with postgres.running(folder / "server") as url:
            rounds = [asyncio.run(_round(url, folder, number)) for number in range(arguments.rounds)]
    imports, copies = (statistics.median(times) for times in zip(*rounds, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"import {imports:.1f} s, bare COPYs {copies:.1f} s, ratio {imports / copies:.2f} (at most 4)")
    print(f"largest memory of the importing process: {memory:.0f} MiB")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    return parser.parse_args()


def _write_files(folder: Path, members: int, pairs: int) -> None:
    with (folder / "members.csv").open("w") as file:
        file.write("key,handle,given_name,family_name,headline,company,industry,location\n")
        for key in range(members):
            company = f"Company {key % 5_000}"
            file.write(
                f"{key},member-{key},Given,Family {key},Engineer at {company},{company},Software,Europe\n"
            )
    with (folder / "connections.csv").open("w") as file:
        file.write("member,other\n")
        file.writelines(f"{one},{other}\n" for one, other in _pairs(members, pairs))


def _pairs(members: int, pairs: int) -> Iterator[tuple[int, int]]:
    """Each member knows some who came before; the first ones are known by many."""
    dice = random.Random(1)
    each = pairs // (members - 1) + 1
    left = pairs
    for member in range(members - 1, 0, -1):
        known = {int(member * dice.random() ** 2) for _ in range(min(each, member, left))}
        left -= len(known)
        yield from ((member, other) for other in known)


async def _round(url: str, folder: Path, number: int) -> tuple[float, float]:
    imported = await _empty_database(url, f"imported_{number}")
    copied = await _empty_database(url, f"copied_{number}")
    import_seconds = await _timed_import(imported, folder)
    await _write_tables(imported, folder)
    copy_seconds = await _timed_copies(copied, folder)
    print(f"round {number + 1}: import {import_seconds:.1f} s, bare COPYs {copy_seconds:.1f} s", flush=True)
    return import_seconds, copy_seconds


async def _empty_database(url: str, name: str) -> str:
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    made = postgres.with_database(url, name)
    await migrations.upgrade(made)
    return made


async def _timed_import(url: str, folder: Path) -> float:
    files = {MEMBERS: folder / "members.csv", CONNECTIONS: folder / "connections.csv"}
    start = time.perf_counter()
    with bars() as progress:
        report = await Import(files, folder / "rejects.csv").run(url, progress)
    seconds = time.perf_counter() - start
    print(f"{report}", flush=True)
    return seconds


async def _write_tables(url: str, folder: Path) -> None:
    connection = await asyncpg.connect(url)
    for table in TABLES:
        await connection.copy_from_query(f"SELECT * FROM {table} ORDER BY 1, 2", output=folder / table)
    await connection.execute("CHECKPOINT")
    await connection.close()


async def _timed_copies(url: str, folder: Path) -> float:
    connection = await asyncpg.connect(url)
    start = time.perf_counter()
    for table in TABLES:
        begun = time.perf_counter()
        await connection.copy_to_table(table, source=folder / table)
        print(f"  COPY {table}: {time.perf_counter() - begun:.1f} s", flush=True)
    seconds = time.perf_counter() - start
    await connection.close()
    return seconds


if __name__ == "__main__":
    main()
