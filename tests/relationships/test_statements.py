"""A hundred relationships cost no more statements than one, whatever the members are to the viewer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import pytest

from rules import ids
from tests.clients import Json
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.statements import counted
from tests.world import World

MOST: Final = 10
EVERYTHING: Final = """
    query($ids: [ID!]!) {
      viewer {
        relationships(memberIds: $ids) {
          id
          member { id handle displayName photoUrl headline primaryAction }
          degree
          mutualCount
          paths { length broker { handle } members { handle } }
          status
          connection { id connectedAt members { handle } }
          sentRequest { ...Seen }
          receivedRequest { ...Seen }
          following { id createdAt origin notify isPrivate member { handle } target { id } }
          isFollowedBy isBlocking isMuting mutedUntil
          canConnect { allowed reason availableAt }
          canMessage { allowed reason availableAt }
          canFollow { allowed reason availableAt }
          canRequestIntroduction { allowed reason availableAt }
          reachOptions { action hint through { handle } }
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


STATUSES: Final[Mapping[str, str | None]] = {
    "stranger": "NONE",
    "connected": "CONNECTED",
    "asked": "REQUEST_SENT",
    "asking": "REQUEST_RECEIVED",
    "declined": "NONE",
    "muted": "NONE",
    "blocked": "BLOCKING",
    "blocking": None,
}
STRANGERS: Final = """
    INSERT INTO members (handle, given_name, family_name)
    SELECT 'stranger-' || number, 'Friend', 'Tester' FROM generate_series(1, $1::int) AS number
"""
ALL_IDS: Final = "SELECT array_agg(id) FROM members WHERE handle LIKE 'stranger-%'"


async def ask(ada: Person, member_ids: Sequence[str]) -> tuple[list[Json], list[str]]:
    """The relationships, and the statements that they cost."""
    async with counted(ada.api.deployment.pool) as statements:
        answer = await ada.ask(EVERYTHING, ids=[*member_ids])
    return answer.data["viewer"]["relationships"], statements


async def one_of_each(ada: Person, newcomer: Newcomer) -> dict[str, str]:
    """The ids of members in every relationship with ada."""
    people = {kind: await newcomer(kind) for kind in KINDS}
    for kind, make in KINDS.items():
        await make(ada, people[kind])
    return {kind: person.id for kind, person in people.items()}


async def test_a_hundred_members_cost_ten_statements_whatever_they_are(
    ada: Person, newcomer: Newcomer, world: World
) -> None:
    made = await one_of_each(ada, newcomer)
    odd = [ada.id, made["connected"], "M_OTk5", "M_", "ben", "CO_MQ", "M_MjE0NzQ4MzY0OA"]
    await world.execute(STRANGERS, 100 - len(made) - len(odd))
    strangers = [ids.encode("M", number) for number in await world.value(ALL_IDS)]
    found, statements = await ask(ada, [*made.values(), *odd, *strangers])
    statuses = [each and each["status"] for each in found]
    rest = ["SELF", "CONNECTED", *[None] * 5, *["NONE"] * len(strangers)]
    assert statuses == [*STATUSES.values(), *rest]
    assert [each["member"]["id"] for each in found if each][-len(strangers) :] == strangers
    assert len(statements) <= MOST, statements


@pytest.mark.parametrize("kind", KINDS)
async def test_one_member_costs_no_more_than_ten_either(ada: Person, newcomer: Newcomer, kind: str) -> None:
    member = await newcomer(kind)
    await KINDS[kind](ada, member)
    [found], statements = await ask(ada, [member.id])
    assert (found and found["status"]) == STATUSES[kind]
    assert len(statements) <= MOST, statements


async def test_what_nobody_asked_for_is_not_read(ada: Person, ben: Person) -> None:
    query = (
        "query($ids: [ID!]!) { viewer { relationships(memberIds: $ids) { isFollowedBy connection { id } } } }"
    )
    async with counted(ada.api.deployment.pool) as statements:
        await ada.ask(query, ids=[ben.id])
    # The links, and the members who must be there with them.
    assert len(statements) == 2
