"""Who answers: the engine, the statements that it sends, and the baselines."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from auth.accounts import Accounts
from auth.downloads import Downloads
from auth.passwords import Passwords
from auth.tokens import AccessTokens
from benchmarks.graph.cases import Case
from benchmarks.graph.questions import Question
from benchmarks.recording import Recorded, recorded
from executor.engine import Engine
from executor.limits import Limits
from loaders.context import Context, Deployment
from models.pool import SESSION_SETTINGS, open_pool, prepare_connection
from rules.policy import NetworkPolicy
from schema.root import schema

Answer: TypeAlias = Callable[[Case], Awaitable[object]]
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

GRAPHQL: Final = "GraphQL"
KEPT: Final = "GraphQL, kept"
STATEMENTS: Final = "its statements"
FORGET: Final = "TRUNCATE suggestion_lists"
FORGET_ONE: Final = "DELETE FROM suggestion_lists WHERE member_id = $1"


@dataclass(frozen=True, slots=True)
class Contender:
    """A name, one function for each client, and what is done before each answer, which is not timed."""

    name: str
    clients: Sequence[Answer]
    before: Answer | None = None


@asynccontextmanager
async def contenders(
    url: str, question: Question, cases: Sequence[Case], clients: int, longest: float
) -> AsyncIterator[list[Contender]]:
    """All who answer a question, each client with a connection of its own; no baseline takes longer."""
    sent = await statements(url, question, cases)
    runs = {case.viewer_id: run for case, run in zip(cases, sent, strict=True)}
    limits = {"statement_timeout": f"{longest * 1000:.0f}", "jit": "off"}
    async with AsyncExitStack() as stack:
        engine, forget = await stack.enter_async_context(_engine(url, question.operation, clients))
        ours = [await stack.enter_async_context(connected(url, SESSION_SETTINGS)) for _ in range(clients)]
        theirs = [await stack.enter_async_context(connected(url, limits)) for _ in range(clients)]
        yield [
            Contender(GRAPHQL, [engine] * clients, forget if question.is_kept else None),
            *([Contender(KEPT, [engine] * clients, engine)] if question.is_kept else []),
            Contender(STATEMENTS, [_replay(each, runs) for each in ours]),
            *(_baseline(question, name, theirs) for name in question.baselines),
        ]


async def statements(url: str, question: Question, cases: Sequence[Case]) -> list[list[Recorded]]:
    """What the operation sends for each case, where nothing is kept for it."""
    async with connected(url, {}) as connection:
        await connection.execute(FORGET)
    # The first use of a connection sends statements that are not the operation's: somebody else has it.
    first = Case(cases[0].other_ids[0], cases[0].other_ids)
    return (await recorded(url, question.operation, [each.call for each in (first, *cases)]))[1:]


@asynccontextmanager
async def connected(url: str, settings: dict[str, str]) -> AsyncIterator[Connection]:
    """A connection with the codecs that recorded statements count on."""
    connection = await asyncpg.connect(url, server_settings=settings)
    try:
        await prepare_connection(connection)
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _engine(url: str, operation: str, clients: int) -> AsyncIterator[tuple[Answer, Answer]]:
    """What answers, and what forgets what was kept for the viewer."""
    accounts = Accounts(AccessTokens(bytes(32), timedelta(1)), Passwords(1), timedelta(1))
    engine = Engine(schema, Limits())
    async with open_pool(url, size=clients) as pool:
        cipher, downloads = AESSIV(bytes(32)), Downloads(bytes(32), "http://benchmark.test")
        deployment = Deployment(pool, NetworkPolicy(), cipher, accounts, downloads, profile_url="")

        async def answer(case: Case) -> None:
            prepared = engine.prepare(operation, None, case.call.variables)
            result = await engine.execute(prepared, Context(deployment, case.call.viewer), timeout=600)
            assert not result.errors, result.errors

        async def forget(case: Case) -> None:
            async with pool.acquire() as connection:
                await connection.execute(FORGET_ONE, case.viewer_id)

        yield answer, forget
    accounts.passwords.close()


def _replay(connection: Connection, runs: dict[int, list[Recorded]]) -> Answer:
    async def answer(case: Case) -> None:
        for text, arguments in runs[case.viewer_id]:
            await connection.fetch(text, *arguments)

    return answer


def _baseline(question: Question, name: str, connections: Sequence[Connection]) -> Contender:
    text, times = question.baselines[name], question.times.get(name, 1)
    return Contender(name, [_ask(connection, text, times) for connection in connections])


def _ask(connection: Connection, text: str, times: int) -> Answer:
    wanted = [number for number in (1, 2) if f"${number}" in text]

    async def answer(case: Case) -> None:
        arguments = [(case.viewer_id, case.other_ids)[number - 1] for number in wanted]
        for _ in range(times):
            await connection.fetch(text, *arguments)

    return answer
