"""Searches over HTTP, and members with something to be found by."""

from dataclasses import dataclass

from tests.clients import Api, Json
from tests.world import World

SEARCH = """
    query(
      $query: String, $filter: MemberSearchFilter, $orderBy: MemberSearchOrder! = RELEVANCE,
      $first: Int, $after: String, $last: Int, $before: String
    ) {
      memberSearch(
        query: $query, filter: $filter, orderBy: $orderBy,
        first: $first, after: $after, last: $last, before: $before
      ) {
        totalCount nodes { handle } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
"""
POSITION = (
    "INSERT INTO positions (member_id, title, company_name, ended_on) VALUES ($1, $2, $3, $4::text::date)"
)
EDUCATION = "INSERT INTO educations (member_id, school) VALUES ($1, $2)"
SKILL = "INSERT INTO skills (member_id, name, rank) VALUES ($1, $2, 0)"


@dataclass(frozen=True)
class Searching:
    """Searches by one member."""

    api: Api
    member: int
    scopes: frozenset[str] | None = None

    async def page(self, query: str | None = None, **arguments: Json) -> Json:
        """The page of results, None where there is none."""
        variables = {"query": query, **arguments}
        answer = await self.api.ask(SEARCH, variables, member=self.member, scopes=self.scopes)
        return answer.data["memberSearch"]

    async def found(self, query: str | None = None, **arguments: Json) -> list[str]:
        """The handles of the first page, which is the whole list."""
        page = await self.page(query, **arguments)
        handles = [node["handle"] for node in page["nodes"]]
        assert page["totalCount"] == len(handles)
        return handles

    async def refused(self, query: str | None = None, **arguments: Json) -> list[str]:
        """The codes of the errors."""
        answer = await self.api.ask(SEARCH, {"query": query, **arguments}, member=self.member)
        return answer.codes


async def works(
    world: World, member: int, company: str, title: str = "Baker", until: str | None = None
) -> None:
    """Give the member a position."""
    await world.execute(POSITION, member, title, company, until)
