"""Where operations are sent, with what they cost: to the engine in this process, or over HTTP."""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.applications import Starlette

from auth.identity import Viewer
from executor.engine import Engine
from executor.errors import RequestError
from executor.failures import InvalidRequest
from loaders.context import Context, Deployment
from models.pool import Pool, PooledConnection, open_pool
from schema.root import schema
from tests.clients import Api
from tests.privacy.renaming import Json

SESSION = 1_000_000_001
"""Of everybody: one that does not exist."""
ENGINE = Engine(schema)
TURNS = 50
"""Of the event loop: more than any operation goes on for without the database."""


class Patient(PooledConnection):
    """Hands out what it found when everybody else waits for it, so that it is no chance what is batched.

    Loaders read together what is asked for while they wait. How much that is depends on how fast the database
    answers, unless there is one connection and it is slower than everything else.
    """

    async def rows(self, *args: Any) -> list[Any]:
        """As always, but later."""
        found = await super().rows(*args)
        for _ in range(TURNS):
            await asyncio.sleep(0)
        return found


def patient_pool(url: str) -> AbstractAsyncContextManager[Pool]:
    """A pool whose one connection is patient."""
    return open_pool(url, 1, connection_class=Patient)


@dataclass(frozen=True)
class Answer:
    """A response, and the SQL statements that it took, in short and in order."""

    body: Json
    statements: list[str]


class Host(Protocol):
    """Answers operations of members."""

    deployment: Deployment

    async def ask(
        self, member_id: int, scopes: frozenset[str] | None, text: str, variables: Mapping[str, Json]
    ) -> Answer:
        """The answer to an operation of this member."""


@dataclass
class InProcess:
    """The engine without a network in between; `sent` is where all statements are written."""

    deployment: Deployment
    sent: list[str]

    async def ask(
        self, member_id: int, scopes: frozenset[str] | None, text: str, variables: Mapping[str, Json]
    ) -> Answer:
        """The answer of the engine."""
        viewer = Viewer(member_id, session_id=SESSION, scopes=scopes)
        self.sent.clear()
        try:
            operation = ENGINE.prepare(text, None, variables)
            operation.check_scopes(scopes)
            result = await ENGINE.execute(operation, Context(self.deployment, viewer))
        except InvalidRequest as invalid:
            return Answer({"errors": [error.formatted for error in invalid.errors]}, [])
        except RequestError as error:
            return Answer({"errors": [error.formatted]}, [])
        return Answer(dict(result.formatted), [*map(_short, self.sent)])


@dataclass
class OverHttp:
    """The whole application; names of headers and the length of the body count too."""

    app: Starlette
    api: Api
    deployment: Deployment
    sent: list[str]

    async def ask(
        self, member_id: int, scopes: frozenset[str] | None, text: str, variables: Mapping[str, Json]
    ) -> Answer:
        """The answer of the application."""
        self.app.state.deployment = self.deployment
        self.sent.clear()
        headers = {"Authorization": f"Bearer {self.api.token(member_id, scopes)}"}
        body = {"query": text, "variables": dict(variables)}
        response = await self.api.http.post("/graphql", json=body, headers=headers)
        outside = {"status": response.status_code, "headers": [*response.headers]}
        # The numbers in the id of a private follow are random.
        length = None if '"FP_' in response.text else len(response.content)
        return Answer({**response.json(), **outside, "length": length}, [*map(_short, self.sent)])


def _short(statement: str) -> str:
    """Enough of a statement to find it, and what it differs by from all others."""
    return f"{' '.join(statement.split())[:100]} #{hashlib.sha256(statement.encode()).hexdigest()[:8]}"
