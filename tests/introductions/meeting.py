"""Three members between whom introductions are asked for, passed on and answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.clients import Json
from tests.connection_requests.people import Person

SEEN: Final = """{
    id state viewerRole purpose messageToBroker messageToTarget endorsementByBroker requestedAt expiresAt
    requester { handle } broker { handle } target { handle }
    resultingRequest { id } connection { id } conversation { id }
}"""
NODE: Final = f"query($id: ID!) {{ node(id: $id) {{ ... on Introduction {SEEN} }} }}"
LIST: Final = """
    query($role: IntroductionRole, $states: [IntroductionState!], $first: Int, $after: String) {
      viewer {
        introductions(role: $role, states: $states, first: $first, after: $after) {
          totalCount nodes { id } pageInfo { hasNextPage endCursor }
        }
      }
    }
"""
WAY: Final = """
    query($ids: [ID!]!) {
      viewer {
        relationships(memberIds: $ids) {
          canRequestIntroduction { allowed reason availableAt }
          reachOptions { action through { handle } }
        }
      }
    }
"""


@dataclass(frozen=True)
class Three:
    """Who asks, who is asked to introduce, and who should be met."""

    ada: Person
    ben: Person
    cleo: Person

    def __iter__(self) -> Iterator[Person]:
        return iter((self.ada, self.ben, self.cleo))

    def given(self, **given: Json) -> Json:
        """What asking for an introduction needs."""
        return {
            "brokerId": self.ben.id,
            "targetId": self.cleo.id,
            "purpose": "ADVICE",
            "messageToBroker": "You know Cleo well.",
            "messageToTarget": "I would like to learn from you.",
            **given,
        }

    async def ask(self, **given: Json) -> str:
        """Ada asks Ben for an introduction to Cleo; its id."""
        payload = await self.ada.does("requestIntroduction", "introduction { id }", **self.given(**given))
        return str(payload["introduction"]["id"])

    async def forwarded(self) -> str:
        """One that Ben passed on."""
        introduction = await self.ask()
        await does(self.ben, "forward", introduction)
        return introduction

    async def states(self, introduction: str) -> list[str | None]:
        """The state in the eyes of each, None where it does not exist for them."""
        found = [await sees(each, introduction) for each in self]
        return [each and each["state"] for each in found]


async def does(person: Person, move: str, introduction: str, /, **given: Json) -> Json:
    """Make a move: `forward`, `decline`, `accept` or `cancel`; the introduction that the mover then sees."""
    selected = f"introduction {SEEN}"
    payload = await person.does(f"{move}Introduction", selected, introductionId=introduction, **given)
    return payload["introduction"]


async def refused(person: Person, move: str, introduction: str, /, **given: Json) -> Json:
    """The facts of the error with which a move is refused."""
    selected = "introduction { id }"
    answer = await person.tries(f"{move}Introduction", selected, introductionId=introduction, **given)
    return facts(answer.data[f"{move}Introduction"])


def facts(payload: Json) -> Json:
    """The facts of the one error of a payload that says nothing else."""
    [error] = payload.pop("userErrors")
    assert not any(payload.values()), payload
    assert error.pop("message")
    return {name: value for name, value in error.items() if value not in (None, [])}


async def sees(person: Person, introduction: str) -> Json:
    """The introduction by its id, None where it does not exist for them."""
    return (await person.ask(NODE, id=introduction)).data["node"]


async def listed(person: Person, role: str | None = None, *states: str) -> list[str]:
    """The introductions in their list, as many as it says."""
    answer = await person.ask(LIST, role=role, states=states or None)
    page = answer.data["viewer"]["introductions"]
    assert page["totalCount"] == len(page["nodes"])
    return [node["id"] for node in page["nodes"]]


async def way(person: Person, *others: Person) -> list[str | None]:
    """Whom to ask about each, or why nobody can be asked; None for nobody."""
    found = (await person.ask(WAY, ids=[each.id for each in others])).data["viewer"]["relationships"]
    return [each and _way(each) for each in found]


def _way(relationship: Json) -> Json:
    options = {each["action"]: each["through"] for each in relationship["reachOptions"]}
    through = options.pop("REQUEST_INTRODUCTION", None)
    assert not any(options.values())
    verdict = relationship["canRequestIntroduction"]
    assert verdict["allowed"] == (through is not None)
    return through["handle"] if through else verdict["reason"]
