"""Lists read the columns that are selected: each field alone is what it is among all."""

import pytest

from tests.clients import Json
from tests.clocks import Clock
from tests.connection_requests.people import Person
from tests.selections import each_field
from tests.statements import counted

FACTS = each_field(
    "VettingContext",
    {"sharedEmployers": "{ id }", "earlierRequests": "{ id }", "mutualConnections": "{ totalCount }"},
)
BELOW = {
    "sender": "{ handle headline followerCount }",
    "recipient": "{ handle headline followerCount }",
    "vetting": f"{{ {' '.join(FACTS.values())} }}",
    "canRemind": "{ allowed reason availableAt }",
    "conversation": "{ id }",
    "introduction": "{ id }",
}
SELECTIONS = each_field("ConnectionRequest", BELOW)
STATES = "[PENDING, ACCEPTED, DECLINED, WITHDRAWN, EXPIRED]"
LISTS = {"received": "receivedRequests(view: ALL)", "sent": f"sentRequests(states: {STATES})"}


async def listed(person: Person, kind: str, selection: str) -> list[Json]:
    """What the nodes of the list have there."""
    answer = await person.ask(f"{{ viewer {{ page: {LISTS[kind]} {{ nodes {{ {selection} }} }} }} }}")
    nodes: list[Json] = answer.data["viewer"]["page"]["nodes"]
    return nodes


@pytest.mark.parametrize("kind", LISTS)
async def test_each_field_alone_is_what_it_is_among_all(
    ada: Person, ben: Person, cleo: Person, clock: Clock, kind: str
) -> None:
    looks = ada if kind == "sent" else ben
    answered = await ada.sends(ben)
    await ben.answers(answered, "decline")
    clock.advance(days=40)
    await (ada.sends(cleo) if kind == "sent" else cleo.sends(ben))
    everything = await listed(looks, kind, " ".join(SELECTIONS.values()))
    assert len(everything) == 2
    for name, selection in SELECTIONS.items():
        assert await listed(looks, kind, selection) == [{name: node[name]} for node in everything]


async def test_each_fact_about_a_sender_alone_is_what_it_is_among_all(ada: Person, ben: Person) -> None:
    await ada.sends(ben, relationType="COLLEAGUE", note="Hello", origin="SEARCH")
    for person in (ada, ben):
        await person.does("savePosition", "member { id }", title="x", companyName="y", startedOn="2020-01-01")
    [everything] = await listed(ben, "received", f"vetting {BELOW['vetting']}")
    assert everything["vetting"]["relationCorroborated"]
    for name, selection in FACTS.items():
        [alone] = await listed(ben, "received", f"vetting {{ {selection} }}")
        assert alone == {"vetting": {name: everything["vetting"][name]}}


async def test_the_other_side_is_read_with_the_list(
    ada: Person, ben: Person, cleo: Person, clock: Clock
) -> None:
    await ada.sends(ben)
    clock.advance(hours=1)
    await cleo.sends(ben)
    async with counted(ben.api.deployment.pool) as sent:
        nodes = await listed(ben, "received", "note sender { handle } recipient { handle }")
    assert [node["sender"] for node in nodes] == [{"handle": "cleo"}, {"handle": "ada"}]
    assert sum("connection_requests" in text for text in sent) == 1
    # The viewer alone is read by themselves: they are what `viewer` looks at, and each recipient.
    assert len(sent) == 2
