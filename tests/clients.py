"""Asks the whole application over HTTP, as somebody or as nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from auth.identity import Viewer
from loaders.context import Deployment

Json = Any


@dataclass
class Answer:
    """A GraphQL response; reading a field of data that is not there fails the test with the errors."""

    status: int
    body: dict[str, Json]

    @property
    def errors(self) -> list[dict[str, Json]]:
        """The errors, none where the answer is whole."""
        found: list[dict[str, Json]] = self.body.get("errors", [])
        return found

    @property
    def codes(self) -> list[str]:
        """The code of each error."""
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def data(self) -> dict[str, Json]:
        """The data of an answer without errors."""
        assert not self.errors, self.errors
        data: dict[str, Json] = self.body["data"]
        return data


class Api:
    """A client of the GraphQL endpoint."""

    def __init__(self, http: httpx.AsyncClient, deployment: Deployment) -> None:
        self.http = http
        self.deployment = deployment

    def token(self, member_id: int, scopes: frozenset[str] | None = None) -> str:
        """An access token of this member, first-party where no scopes are named."""
        viewer = Viewer(member_id, session_id=1_000_000 + member_id, scopes=scopes)
        return self.deployment.accounts.tokens.issue(viewer, datetime.now(UTC))[0]

    async def ask(
        self,
        query: str,
        variables: Mapping[str, Json] | None = None,
        *,
        member: int | None = None,
        scopes: frozenset[str] | None = None,
        token: str | None = None,
    ) -> Answer:
        """Run an operation as the member, with the token, or as nobody."""
        if member is not None:
            token = self.token(member, scopes)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"query": query, "variables": dict(variables or {})}
        response = await self.http.post("/graphql", json=body, headers=headers)
        return Answer(response.status_code, response.json())
