"""The SQL that operations send, and that of a transaction as a script for pgbench."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from auth.accounts import Accounts
from auth.downloads import Downloads
from auth.identity import Viewer
from auth.passwords import Passwords
from auth.tokens import AccessTokens
from executor.engine import Engine
from executor.limits import Limits
from loaders.context import Context, Deployment
from models.pool import open_pool
from rules import ids
from rules.policy import NetworkPolicy
from schema.root import schema

Recorded: TypeAlias = tuple[str, Sequence[object]]


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is accepted."""

    sender: int
    recipient: int
    number: int

    @property
    def public_id(self) -> str:
        """As clients name it."""
        return ids.encode("CR", self.sender, self.recipient, self.number)


@dataclass(frozen=True, slots=True)
class Call:
    """Who sends an operation, with which variables."""

    viewer: Viewer
    variables: Mapping[str, object]


async def recorded(database_url: str, query: str, calls: Sequence[Call]) -> list[list[Recorded]]:
    """Run the operation for each caller in turn; the statements of each run, with their arguments.

    The first use of a connection sends statements of its own, with which asyncpg learns of types.
    """
    found: list[Recorded] = []

    def log(record: asyncpg.connection.LoggedQuery) -> None:
        found.append((record.query, record.args or ()))

    accounts = Accounts(AccessTokens(bytes(32), timedelta(1)), Passwords(1), timedelta(1))
    async with open_pool(database_url, size=1) as pool:
        async with pool.acquire() as connection:
            connection.add_query_logger(log)
        now = datetime.now(UTC)
        cipher, downloads = AESSIV(bytes(32)), Downloads(bytes(32), "http://benchmark.test")
        deployment = Deployment(
            pool, NetworkPolicy(), cipher, accounts, downloads, profile_url="", clock=lambda: now
        )
        engine = Engine(schema, Limits())
        runs = []
        for call in calls:
            found.clear()
            operation = engine.prepare(query, None, call.variables)
            result = await engine.execute(operation, Context(deployment, call.viewer), timeout=60)
            assert not result.errors, result.errors
            # asyncpg tells of a statement in the next turn of the event loop.
            await asyncio.sleep(0)
            runs.append(found.copy())
    accounts.passwords.close()
    return runs


async def recorded_accepts(database_url: str, query: str, *requests: Request) -> list[Recorded]:
    """Accept the requests; the statements of the last one from BEGIN to COMMIT, with their arguments."""
    calls = [Call(Viewer(each.recipient, session_id=1), {"id": each.public_id}) for each in requests]
    found = (await recorded(database_url, query, calls))[-1]
    texts = [text for text, _ in found]
    return found[texts.index("BEGIN;") : texts.index("COMMIT;") + 1]


def script(statements: Sequence[Recorded], of: Request) -> str:
    """The statements with pgbench's variables in the place of the request's numbers.

    Needs the variables first, each and done: client c takes the requests from first + c * each on.
    """
    numbers = {of.sender: ":sender", of.recipient: ":recipient", of.number: ":request"}
    head = [
        "\\set request :first + :client_id * :each + :done",
        "\\set done :done + 1",
        "\\set sender 2 * :request",
        "\\set recipient :sender + 1",
    ]
    return "\n".join([*head, *(_rendered(text, arguments, numbers) for text, arguments in statements), ""])


def _rendered(text: str, arguments: Sequence[object], numbers: dict[int, str]) -> str:
    def value(match: "re.Match[str]") -> str:
        return _value(arguments[int(match[1]) - 1], numbers)

    return re.sub(r"\$(\d+)", value, text).rstrip().rstrip(";") + ";"


def _value(value: object, numbers: dict[int, str]) -> str:
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return numbers.get(value, str(value))
    if isinstance(value, datetime):
        return f"to_timestamp({value.timestamp()})"
    if isinstance(value, dict):
        return _text(json.dumps(value, default=str))
    if isinstance(value, list | tuple):
        return f"ARRAY[{', '.join(_value(each, numbers) for each in value)}]"
    return _text(str(value))


def _text(text: str) -> str:
    """A literal without a colon, which would begin a variable; ids differ as the requests do."""
    literal = "E'" + text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a") + "'"
    return f"({literal} || :request)" if text.startswith(("CR_", "REL_")) else literal
