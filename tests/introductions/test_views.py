"""What each of the three sees, and what nobody may tell apart."""

import pytest

from rules import ids
from tests.clients import Json
from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import LOG
from tests.introductions.meeting import LIST, NODE, SEEN, WAY, Three, does, listed, refused, sees
from tests.statements import counted
from tests.world import World

EVERYTHING = f"""
    query($id: ID!, $ids: [ID!]!) {{
      node(id: $id) {{ ... on Introduction {SEEN} }}
      viewer {{
        introductions {{ totalCount nodes {{ state }} }}
        asked: introductions(states: [REQUESTED]) {{ totalCount }}
        forwarded: introductions(states: [FORWARDED]) {{ totalCount }}
        over: introductions(states: [DECLINED_BY_BROKER, DECLINED_BY_TARGET, EXPIRED]) {{ totalCount }}
        notifications {{ totalCount nodes {{ kind readAt }} }}
        quotas {{ kind used nextReleaseAt }}
        relationships(memberIds: $ids) {{
          status canRequestIntroduction {{ allowed reason }} reachOptions {{ action through {{ handle }} }}
        }}
      }}
    }}
"""


async def view(three: Three, introduction: str) -> Json:
    """All that Ada sees of it and around it, and her log."""
    asked = {"id": introduction, "ids": [three.ben.id, three.cleo.id]}
    answer = await three.ada.ask(EVERYTHING, **asked)
    return answer.data, await three.ada.world.value(LOG, three.ada.number)


@pytest.mark.parametrize("decliner", ["ben", "cleo"])
async def test_its_requester_cannot_tell_a_decline_from_silence(
    three: Three, clock: Clock, decliner: str
) -> None:
    introduction = await (three.ask() if decliner == "ben" else three.forwarded())
    before = await view(three, introduction)
    await does({"ben": three.ben, "cleo": three.cleo}[decliner], "decline", introduction)
    assert await view(three, introduction) == before
    clock.advance(days=30, seconds=-1)
    assert (await view(three, introduction))[0]["node"] == before[0]["node"]
    clock.advance(seconds=1)
    after, log = await view(three, introduction)
    assert after["node"] == before[0]["node"] | {"state": "EXPIRED"}
    assert after["viewer"]["over"] == {"totalCount": 1}
    assert log == before[1]
    assert (await refused(three.ada, "cancel", introduction))["currentState"] == "EXPIRED"


async def test_the_target_learns_nothing_before_it_is_passed_on(three: Three) -> None:
    introduction = await three.ask()
    assert await sees(three.cleo, introduction) is None
    assert await listed(three.cleo) == []
    assert await three.cleo.log() == []
    assert (await refused(three.cleo, "accept", introduction))["code"] == "NOT_FOUND"
    await does(three.ben, "decline", introduction)
    assert await three.states(introduction) == ["REQUESTED", "DECLINED_BY_BROKER", None]
    assert await listed(three.cleo) == []


async def test_lists_are_of_roles_and_of_the_states_that_the_viewer_sees(three: Three, clock: Clock) -> None:
    ada, ben, cleo = three
    declined = await three.ask()
    await does(ben, "decline", declined)
    assert await listed(ada, "REQUESTER", "REQUESTED") == [declined]
    assert await listed(ben, "BROKER", "DECLINED_BY_BROKER") == [declined]
    await does(ada, "cancel", declined)
    clock.advance(hours=1)
    forwarded = await three.forwarded()
    assert await listed(ada) == await listed(ben) == [forwarded, declined]
    assert await listed(cleo) == await listed(cleo, "TARGET", "FORWARDED") == [forwarded]
    assert await listed(ada, "BROKER") == await listed(ben, "TARGET") == await listed(cleo, "REQUESTER") == []
    assert await listed(ada, None, "CANCELLED") == [declined]
    assert await listed(ben, None, "CANCELLED") == []
    clock.advance(days=30)
    assert await listed(ada, None, "EXPIRED") == await listed(cleo, None, "EXPIRED") == [forwarded]
    assert await listed(ada, None, "FORWARDED") == []


async def test_lists_come_in_pages_that_take_a_constant_number_of_statements(
    three: Three, world: World
) -> None:
    await world.execute(
        """
        INSERT INTO introductions (
            requester_id, broker_id, target_id, state, requester_state, purpose, message_to_broker,
            message_to_target, requested_at, expires_at
        )
        SELECT $1, $2, $3, 'CANCELLED', 'CANCELLED', 'OTHER', 'x', 'x', now() - place * interval '1 day',
            now()
        FROM generate_series(1, 60) AS place
        """,
        *(each.number for each in three),
    )
    found: list[str] = []
    after = None
    while after is not None or not found:
        page = (await three.ada.ask(LIST, first=25, after=after)).data["viewer"]["introductions"]
        found += [node["id"] for node in page["nodes"]]
        assert page["totalCount"] == 60
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
    assert len(set(found)) == 60
    whole = f"query($first: Int!) {{ viewer {{ introductions(first: $first) {{ nodes {SEEN} }} }} }}"
    counts = []
    for size in (1, 50):
        async with counted(three.ada.api.deployment.pool) as statements:
            nodes = (await three.ada.ask(whole, first=size)).data["viewer"]["introductions"]["nodes"]
        assert len(nodes) == size
        counts.append(len(statements))
    assert counts[0] == counts[1]
    for wrong in ({"first": 0}, {"first": 101}, {"first": 1, "after": "none"}):
        assert (await three.ada.ask(LIST, **wrong)).codes


async def test_a_hundred_members_cost_no_more_statements_than_one(three: Three, world: World) -> None:
    await world.execute(
        "INSERT INTO members (handle, given_name, family_name) "
        "SELECT 'stranger-' || number, 'Some', 'Body' FROM generate_series(1, 99) AS number"
    )
    everybody = await world.value("SELECT array_agg(id) FROM members WHERE handle LIKE 'stranger-%'")
    counts = []
    for members in ([three.cleo.number], [three.cleo.number, *everybody]):
        async with counted(three.ada.api.deployment.pool) as statements:
            await three.ada.ask(WAY, ids=[ids.encode("M", member) for member in members])
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_nobody_else_sees_it(three: Three, newcomer: Newcomer) -> None:
    introduction = await three.forwarded()
    dan = await newcomer("dan")
    assert await sees(dan, introduction) is None
    assert await listed(dan) == []
    answer = await three.ada.api.ask(NODE, {"id": introduction})
    assert answer.data["node"] is None
    requester, broker, target, number = ids.decode_as("I", introduction) or ()
    assert await sees(three.ada, ids.encode("I", requester, target, broker, number)) is None


@pytest.mark.parametrize(("blocker", "blocked"), [("ada", "cleo"), ("cleo", "ada"), ("ben", "ada")])
@pytest.mark.parametrize("is_accepted", [False, True])
async def test_across_a_block_it_does_not_exist(
    three: Three, blocker: str, blocked: str, is_accepted: bool
) -> None:
    introduction = await three.forwarded()
    if is_accepted:
        await does(three.cleo, "accept", introduction)
    people = {each.handle: each for each in three}
    await people[blocker].does("blockMember", memberId=people[blocked].id)
    for each in three:
        seen = await sees(each, introduction)
        if each.handle in (blocker, blocked):
            assert seen is None
            assert await listed(each) == []
        else:
            assert seen["state"] == ("ACCEPTED" if is_accepted else "CANCELLED")
