"""What the graph costs as the network grows: degrees, shared connections, paths, pages and suggestions.

    python -m benchmarks.graph URL [URL …] [--clients 1 8] [--groups random heavy hubs] [--only degree …]
                               [--cases 200] [--timeout 10] [--budget 20]

Each URL is a database that `rapport seed --members …` filled; with several, the last one's times are divided
by the first one's. Each question is put in GraphQL to the engine, in this process and without HTTP, and to
the database in the very statements that the engine sends; and in plain SQL over the two rows of each
connection, without arrays and without privacy, by joins and by recursion. All take turns over the same
viewers: anybody, the thousandth with most connections, and the twenty with most. A baseline that takes longer
than `--timeout` seconds is stopped and counted as that; who has used `--budget` seconds asks no more.
Suggestions, which are kept for a minute, are looked for anew, and asked for when they are kept.

Times are milliseconds for a client. What is touched is told by EXPLAIN, as a median of five viewers.
"""

import argparse
import math
from collections.abc import Sequence
from itertools import product

import asyncpg
import uvloop

from benchmarks.graph.cases import GROUPS, Case, cases
from benchmarks.graph.contenders import connected, contenders, statements
from benchmarks.graph.explaining import arguments, beginning, touched
from benchmarks.graph.measuring import Times, measured
from benchmarks.graph.questions import QUESTIONS, Question
from models.pool import SESSION_SETTINGS

EXPLAINED = 5
Key = tuple[str, str, int, str]
"""A question's name, a group, a number of clients and a contender."""


def main() -> None:
    """Measure all, and print each figure as soon as it is known."""
    uvloop.run(_main(_arguments()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--only", nargs="+", default=[""], help="beginnings of questions")
    parser.add_argument("--cases", type=int, default=200, help="viewers of each group at most")
    parser.add_argument("--timeout", type=float, default=10, help="seconds a baseline may take")
    parser.add_argument("--budget", type=float, default=20, help="seconds for each figure")
    return parser.parse_args()


async def _main(options: argparse.Namespace) -> None:
    chosen = [each for each in QUESTIONS if each.name.startswith(tuple(options.only))]
    viewers = [await _viewers(url, options) for url in options.urls]
    for question, group, clients in product(chosen, options.groups, options.clients):
        print(f"\n{question.name}, {group} viewers, {clients} clients", flush=True)
        taken = [
            await _taken(url, question, found[group], clients, options)
            for url, found in zip(options.urls, viewers, strict=True)
        ]
        if len(taken) > 1:
            _report_growth(taken[0], taken[-1])


async def _viewers(url: str, options: argparse.Namespace) -> dict[str, list[Case]]:
    connection = await asyncpg.connect(url)
    try:
        members, links = await connection.fetchrow("SELECT count(*), sum(connection_count) FROM members") or (
            0,
            0,
        )
        print(f"{members:,} members with {links / members:.1f} connections each", flush=True)
        return {group: await cases(connection, group, options.cases) for group in options.groups}
    finally:
        await connection.close()


async def _taken(
    url: str, question: Question, found: Sequence[Case], clients: int, options: argparse.Namespace
) -> dict[str, Times]:
    async with contenders(url, question, found, clients, options.timeout) as chosen:
        times = await measured(chosen, found, options.budget)
    print(f" database {options.urls.index(url) + 1}", flush=True)
    for name, each in times.items():
        print(f"  {name:<16}{_shown(each, options.timeout)}", flush=True)
    if clients == 1:
        await _explain(url, question, found[:EXPLAINED], options.timeout)
    return times


def _shown(times: Times, longest: float) -> str:
    values = {f"p{percent}": times.percentile(percent) for percent in (50, 95, 99)}
    figures = (
        f"{name} " + (f">{longest:.0f} s".rjust(10) if math.isinf(value) else f"{value:10.2f}")
        for name, value in values.items()
    )
    return "  ".join(figures) + f"  ({len(times.seconds)})"


async def _explain(url: str, question: Question, found: Sequence[Case], longest: float) -> None:
    """Tell what the statements of ours and of the baselines touch, where they come to an end."""
    ours = await statements(url, question, found)
    async with connected(url, SESSION_SETTINGS) as connection:
        for text, each in await touched(connection, ours):
            print(f"  {each}: {beginning(text)}", flush=True)
    limits = {"statement_timeout": f"{longest * 1000:.0f}", "jit": "off"}
    async with connected(url, limits) as connection:
        for name, text in question.baselines.items():
            try:
                (_, told), *_ = await touched(connection, [[arguments(text, each)] for each in found])
            except asyncpg.QueryCanceledError:
                continue
            print(f"  {told}: {name}", flush=True)


def _report_growth(first: dict[str, Times], last: dict[str, Times]) -> None:
    """How many times as long the same takes in the last network as in the first."""
    for name, times in first.items():
        before, after = times.percentile(50), last[name].percentile(50)
        if not math.isinf(after):
            print(f"  {name:<16}grows to {after / before:.2f} times", flush=True)


if __name__ == "__main__":
    main()
