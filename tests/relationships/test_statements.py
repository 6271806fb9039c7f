"""A hundred relationships cost no more statements than one, whatever the members are to the viewer."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import pytest

from tests.clients import Api, Json
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.statements import counted
from tests.world import World

MOST: Final = 6
EVERYTHING: Final = """
    query($ids: [ID!]!) {
      viewer {
        relationships(memberIds: $ids) {
          id
          member { id handle displayName photoUrl headline primaryAction }
          status
          connection { id connectedAt members { handle } }
          sentRequest { ...Seen }
          receivedRequest { ...Seen }
          following { id createdAt origin notify isPrivate member { handle } target { id } }
          isFollowedBy isBlocking isMuting mutedUntil
          canConnect { allowed reason availableAt }
          canMessage { allowed reason availableAt }
          canFollow { allowed reason availableAt }
          reachOptions { action hint }
        }
      }
    }
"""
Make = Callable[[Person, Person], Awaitable[object]]


async def _nothing(ada: Person, other: Person) -> None:
    pass


async def _connected(ada: Person, other: Person) -> None:
    await other.answers(await ada.sends(other), "accept")


async def _blocked(ada: Person, other: Person) -> None:
    await ada.does("blockMember", memberId=other.id)


async def _blocking(ada: Person, other: Person) -> None:
    await other.does("blockMember", memberId=ada.id)


async def _muted(ada: Person, other: Person) -> None:
    await ada.does("muteMember", memberId=other.id)


async def _asked(ada: Person, other: Person) -> None:
    await ada.sends(other)


async def _asking(ada: Person, other: Person) -> None:
    await other.sends(ada)


async def _declined(ada: Person, other: Person) -> None:
    await ada.answers(await other.sends(ada), "decline")


KINDS: Final[Mapping[str, Make]] = {
    "stranger": _nothing,
    "connected": _connected,
    "asked": _asked,
    "asking": _asking,
    "declined": _declined,
    "muted": _muted,
    "blocked": _blocked,
    "blocking": _blocking,
}


async def ask(ada: Person, ids: list[str]) -> tuple[list[Json], list[str]]:
    """The relationships, and the statements that they cost."""
    async with counted(ada.api.deployment.pool) as statements:
        answer = await ada.ask(EVERYTHING, ids=ids)
    return answer.data["viewer"]["relationships"], statements


async def test_probe(api: Api, ada: Person, newcomer: Newcomer, world: World) -> None:
    people = {}
    for kind, make in KINDS.items():
        people[kind] = await newcomer(kind)
        await make(ada, people[kind])
    for kind, p in people.items():
        found, st = await ask(ada, [p.id])
        print(kind, found[0] and found[0]["status"], len(st), [s.split("FROM")[-1][:0] + s[:70].replace("\n"," ") for s in st])
    found, st = await ask(ada, [p.id for p in people.values()] + [ada.id, "M_OTk", "x"])
    print(len(st))
    for s in st: print("----", s[:400])
    found, st = await ask(ada, [p.id for p in people.values()] )
    print(len(st))
