"""What members ask about their own tags and connections."""

from typing import Final

from rules import ids
from tests.clients import Json
from tests.connection_requests.people import Person

TAGS: Final = "{ viewer { tags { name color connectionCount } } }"
OWN: Final = """
    query($id: ID!) {
      node(id: $id) {
        ... on Connection { relationType tags { name } privateNote lastInteractionAt request { id } }
      }
    }
"""


async def tag(owner: Person, name: str, **given: Json) -> str:
    """A new tag; its id."""
    payload = await owner.does("saveTag", "tag { id }", name=name, **given)
    return str(payload["tag"]["id"])


async def tags(owner: Person) -> dict[str, int]:
    """The names of the owner's tags in their order, and how many connections carry each."""
    found = (await owner.ask(TAGS)).data["viewer"]["tags"]
    return {each["name"]: each["connectionCount"] for each in found}


async def own(person: Person, other: Person) -> Json:
    """What somebody knows of their connection with another; None where there is none for them."""
    pair = sorted((person.number, other.number))
    found = (await person.ask(OWN, id=ids.encode("C", *pair))).data["node"]
    return found and found | {"tags": [each["name"] for each in found["tags"]]}
