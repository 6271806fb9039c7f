"""Searching members over GraphQL with the bare look-up in the same index.

    python -m benchmarks.search [--database-url URL | --members 20000] [--searches 1000] [--blocked 10000]

The database is a seeded one that exists, or one seeded for this run on a server of its own. Queries are
made from profiles: names, first letters of names, words of headlines, skills and companies, some mistyped. In
turn, each on one connection:

- GraphQL: a page of 20 members by relevance, with names, headlines and the length of the list, over HTTP;
- bare: 20 ids from the index by the same words, as a prepared statement of the driver.

Then it pages through some of the lists, 7 and 50 at a time, and compares the two. Last, members search for
members who block them, or whom they block, by their names and headlines, several at a time; none may be
found. The blocks are made for this and taken back, whereupon some of the searches are repeated.
"""

import argparse
import asyncio
import random
import re
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
import orjson

from auth.identity import Viewer
from auth.tokens import AccessTokens
from benchmarks.clients import Call, answer
from benchmarks.serving import serving
from models.pool import SESSION_SETTINGS
from server import migrations, postgres
from server.importing.progress import bars
from server.seeding import Seeding

KEY: Final = "the key that signs tokens in benchmarks"
SEARCH: Final = """
query($query: String, $first: Int, $after: String) {
  memberSearch(query: $query, first: $first, after: $after) {
    totalCount nodes { handle displayName headline } pageInfo { hasNextPage endCursor }
  }
}
"""
BARE: Final = """
SELECT member_id FROM search_documents WHERE (open_words || closed_words) @@ $1::text::tsquery LIMIT 20
"""
PEOPLE: Final = """
SELECT id, handle, given_name, family_name, headline,
    (SELECT name FROM skills WHERE member_id = members.id LIMIT 1) AS skill,
    (SELECT company_name FROM positions WHERE member_id = members.id LIMIT 1) AS company
FROM (
    SELECT * FROM members WHERE discoverable AND closed_at IS NULL ORDER BY hashint4(id), id LIMIT $1
) AS members
"""
BLOCK: Final = """
INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'benchmark', 'benchmark')
"""
UNBLOCK: Final = "DELETE FROM blocks WHERE handle = 'benchmark'"
PAIRS: Final = 100
CONTROLS: Final = 200
CLIENTS: Final = 4
LISTS: Final = 30
TOKENS = AccessTokens(KEY.encode(), timedelta(hours=10))


@dataclass(frozen=True, slots=True)
class Search:
    """A query and who searches."""

    viewer: int
    query: str


class Client:
    """One connection to the server, with nothing between."""

    def __init__(self, address: str) -> None:
        where = urlsplit(address)
        self._connection = socket.create_connection((where.hostname, where.port))

    def page(self, search: Search, first: int = 20, after: str | None = None) -> Any:
        """A page of what is found."""
        token, _ = TOKENS.issue(Viewer(search.viewer, session_id=search.viewer), datetime.now(UTC))
        variables = {"query": search.query, "first": first, "after": after}
        self._connection.sendall(Call(token, SEARCH, variables).request())
        _, body = answer(self._connection)
        found = orjson.loads(body)
        assert "errors" not in found, found["errors"]
        return found["data"]["memberSearch"]

    def all(self, search: Search, size: int) -> list[str]:
        """The handles of the whole list, by pages of this size."""
        handles: list[str] = []
        page: Any = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
        while page["pageInfo"]["hasNextPage"]:
            page = self.page(search, size, page["pageInfo"]["endCursor"])
            handles += [node["handle"] for node in page["nodes"]]
        return handles


def main() -> None:
    """Print the percentiles of both sides and what the other two checks found."""
    arguments = _arguments()
    with _database(arguments) as url, serving(url, KEY) as server:
        asyncio.run(_run(url, server.address, arguments))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database-url")
    parser.add_argument("--members", type=int, default=20_000)
    parser.add_argument("--searches", type=int, default=1_000)
    parser.add_argument("--blocked", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


@contextmanager
def _database(arguments: argparse.Namespace) -> Iterator[str]:
    if arguments.database_url:
        yield arguments.database_url
        return
    with (
        tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as folder,
        postgres.running(Path(folder)) as url,
    ):
        asyncio.run(_seed(url, arguments.members))
        yield url


async def _seed(url: str, members: int) -> None:
    await migrations.upgrade(url)
    with bars() as progress:
        await Seeding(members).run(url, progress)


async def _run(url: str, address: str, arguments: argparse.Namespace) -> None:
    connection = await asyncpg.connect(url, server_settings=SESSION_SETTINGS)
    client = Client(address)
    dice = random.Random(arguments.seed)
    people = await connection.fetch(PEOPLE, 5_000)
    await _compare(connection, client, [_search(dice, people) for _ in range(arguments.searches)])
    _page_through(client, [_search(dice, people) for _ in range(LISTS)])
    await _search_across_blocks(connection, address, dice, people, arguments.blocked)
    await connection.close()


def _search(dice: random.Random, people: Sequence[asyncpg.Record]) -> Search:
    """Something that stands in somebody's profile, or nearly."""
    who = dice.choice(people)
    kinds: list[tuple[int, Callable[[], str]]] = [
        (3, lambda: f"{who['given_name']} {who['family_name']}"),
        (2, lambda: str(who["family_name"])),
        (2, lambda: str(who["given_name"])),
        (1, lambda: str(who["family_name"])[: dice.randint(1, 4)]),
        (1, lambda: dice.choice((who["headline"] or who["handle"]).split())),
        (1, lambda: who["skill"] or who["handle"]),
        (1, lambda: who["company"] or who["handle"]),
        (1, lambda: _mistyped(dice, str(who["family_name"]))),
    ]
    [make] = dice.choices([make for _, make in kinds], [weight for weight, _ in kinds])
    return Search(dice.choice(people)["id"], make())


def _mistyped(dice: random.Random, word: str) -> str:
    place = dice.randrange(len(word))
    return word[:place] + word[place + 1 :]


async def _compare(connection: Any, client: Client, searches: Sequence[Search]) -> None:
    for search in searches[:50]:
        client.page(search)
    statement = await connection.prepare(BARE)
    sides: tuple[list[float], list[float]] = ([], [])
    for search in searches:
        words = await connection.fetchval("SELECT search_words($1)", search.query)
        terms = " & ".join(f"('{word}':* | '~{word}':*)" for word in words)
        start = time.perf_counter()
        client.page(search)
        middle = time.perf_counter()
        await statement.fetch(terms)
        sides[0].append((middle - start) * 1_000)
        sides[1].append((time.perf_counter() - middle) * 1_000)
    graphql, bare = (statistics.quantiles(times, n=100) for times in sides)
    for name, side in (("GraphQL", graphql), ("bare", bare)):
        print(f"{name}: p50 {side[49]:.2f} ms, p95 {side[94]:.2f} ms, p99 {side[98]:.2f} ms")
    print(f"p95 of GraphQL / bare {graphql[94] / bare[94]:.1f}, wanted at most 10")


def _page_through(client: Client, searches: Sequence[Search]) -> None:
    different = sum(client.all(search, 7) != client.all(search, 50) for search in searches)
    print(f"{len(searches)} lists in pages of 7 and of 50: {different} differ, wanted 0")


async def _search_across_blocks(
    connection: Any, address: str, dice: random.Random, people: Sequence[asyncpg.Record], searches: int
) -> None:
    pairs = await _blocked_pairs(connection, dice, people)
    asked = [_search_for(dice, *dice.choice(pairs)) for _ in range(searches)]
    try:
        found, of = await asyncio.to_thread(_found, address, asked)
        print(f"{of} searches for members across {len(pairs)} blocks: {found} found, wanted 0")
    finally:
        await connection.execute(UNBLOCK)
    found, of = await asyncio.to_thread(_found, address, asked[:CONTROLS])
    print(f"{of} of them when the blocks are gone: {found} found, wanted more than 0")


def _search_for(
    dice: random.Random, viewer: asyncpg.Record, other: asyncpg.Record
) -> tuple[Search, asyncpg.Record]:
    """A search of the viewer by some of the words of the other's name and headline."""
    words = [other["given_name"], other["family_name"], *re.findall(r"\w+", other["headline"] or "")]
    return Search(viewer["id"], " ".join(dice.sample(words, dice.randint(1, len(words))))), other


def _found(address: str, asked: Sequence[tuple[Search, asyncpg.Record]]) -> tuple[int, int]:
    """How many of the searches found the other among the first 100, and how many searches there were."""
    clients = SimpleQueue[Client]()
    for _ in range(CLIENTS):
        clients.put(Client(address))

    def is_found(asked: tuple[Search, asyncpg.Record]) -> bool:
        search, other = asked
        client = clients.get()
        page = client.page(search, 100)
        clients.put(client)
        return other["handle"] in {node["handle"] for node in page["nodes"]}

    with ThreadPoolExecutor(CLIENTS) as threads, bars() as progress:
        found = progress.track(threads.map(is_found, asked), len(asked), description="Across blocks")
        return sum(found), len(asked)


async def _blocked_pairs(
    connection: Any, dice: random.Random, people: Sequence[asyncpg.Record]
) -> list[tuple[asyncpg.Record, asyncpg.Record]]:
    """Pairs of a viewer and a member who can't see each other; every other one was blocked by the viewer."""
    pairs: list[tuple[asyncpg.Record, asyncpg.Record]] = []
    while len(pairs) < PAIRS:
        pair = dice.choice(people), dice.choice(people)
        blocker, blocked = pair if len(pairs) % 2 else pair[::-1]
        try:
            await connection.execute(BLOCK, blocker["id"], blocked["id"])
            pairs.append(pair)
        except asyncpg.IntegrityConstraintViolationError:
            continue
    return pairs


if __name__ == "__main__":
    main()
