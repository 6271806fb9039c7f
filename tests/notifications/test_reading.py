"""Lists, counts and single notifications, as their member reads them and as nobody else does."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import pytest

from auth.identity import OAuthScope
from rules import ids
from rules.events import NotificationKind, Position
from schema.scalars import instant_text
from tests.clients import Json
from tests.clocks import Clock, after
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.notifications.inbox import (
    LIST,
    asked,
    handles,
    inbox,
    listed,
    marks,
    node,
    told,
    unread,
)
from tests.statements import counted

READ = OAuthScope.NOTIFICATIONS_READ
RECEIVED, REPLIED = "CONNECTION_REQUEST_RECEIVED", "CONNECTION_REQUEST_REPLIED"


async def test_a_notification_says_what_happened_by_whom_and_when(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    [notification] = await inbox(ben)
    assert notification == {
        "id": notification["id"],
        "kind": RECEIVED,
        "text": "Ada T. asks to connect with you.",
        "actorCount": 1,
        "createdAt": after(),
        "readAt": None,
        "cursor": Position(0, 2).text,
        "actors": [{"handle": "ada"}],
        "subject": {"__typename": "ConnectionRequest", "id": request, "state": "PENDING"},
    }
    assert ids.decode_as("N", notification["id"])
    assert await node(ben, notification["id"]) == notification


async def test_the_newest_comes_first_also_of_one_instant(ada: Person, ben: Person, clock: Clock) -> None:
    made = [await asked(ben, ada, number) for number in (1, 2)]
    clock.advance(hours=1)
    made.append(await asked(ben, ada, 3))
    assert [each["id"] for each in await inbox(ben)] == made[::-1]


async def test_one_that_grows_moves_to_the_front(ben: Person, newcomer: Newcomer, clock: Clock) -> None:
    ada, eve, kim, lea = [await newcomer(handle) for handle in ("alma", "eve", "kim", "lea")]
    subject = ids.encode("CR", 8, 9, 7)
    reply = NotificationKind.CONNECTION_REQUEST_REPLIED
    first = await told(ben, reply, subject, ada)
    await asked(ben, kim)
    for actor in (kim, eve, lea, eve):
        clock.advance(hours=1)
        await told(ben, reply, subject, actor)
    grown, _ = await inbox(ben)
    assert (grown["id"], grown["createdAt"]) == (first, after(hours=4))
    assert handles(grown) == ["eve", "lea", "kim", "alma"]
    assert grown["cursor"] == Position(0, 6).text


async def test_what_was_read_does_not_grow(ada: Person, ben: Person) -> None:
    first = await asked(ben, ada)
    await marks(ben, notificationIds=[first])
    assert await asked(ben, ada) != first
    assert [bool(each["readAt"]) for each in await inbox(ben)] == [False, True]


async def test_kinds_and_the_unread_ones_are_chosen(ada: Person, ben: Person) -> None:
    subject = ids.encode("CR", ben.number, ada.number, 1)
    replied = await told(ben, NotificationKind.CONNECTION_REQUEST_REPLIED, subject, ada)
    received = await asked(ben, ada)
    await marks(ben, notificationIds=[received])
    for kinds, only_unread, expected in (
        (None, False, [received, replied]),
        ([REPLIED], False, [replied]),
        ([RECEIVED], True, []),
        ([RECEIVED, REPLIED], True, [replied]),
        ([], False, []),
    ):
        assert [each["id"] for each in await inbox(ben, kinds, unread=only_unread)] == expected


async def test_pages_join_to_the_whole_list(ada: Person, ben: Person) -> None:
    made = [await asked(ben, ada, number) for number in range(1, 6)]
    first = await listed(ben, first=2)
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (5, True)
    rest = await listed(ben, first=5, after=first["pageInfo"]["endCursor"])
    assert [each["id"] for each in first["nodes"] + rest["nodes"]] == made[::-1]
    last = await listed(ben, last=1)
    assert [each["id"] for each in last["nodes"]] == made[:1]


async def test_a_cursor_of_another_member_is_a_coded_error(ada: Person, ben: Person) -> None:
    await asked(ben, ada)
    await asked(ada, ben)
    cursor = (await listed(ada))["edges"][0]["cursor"]
    answer = await ben.ask(LIST, unread=False, after=cursor)
    assert answer.codes == ["INVALID_CURSOR"]
    assert (await ben.ask(LIST, unread=False, first=101)).codes == ["BAD_USER_INPUT"]


async def test_only_its_member_finds_a_notification(ada: Person, ben: Person, cleo: Person) -> None:
    notification = await asked(ben, ada)
    [number] = (ids.decode_as("N", notification) or ())[1:]
    for person in (ada, cleo):
        assert await node(person, notification) is None
        assert await node(person, ids.encode("N", person.number, number)) is None
    assert await node(ben, ids.encode("N", ben.number, number + 1)) is None
    wrong = ids.encode("N", ada.number, number)
    both = await ben.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[wrong, notification])
    assert both.data["nodes"] == [None, {"id": notification}]
    assert await inbox(cleo) == []


async def test_a_third_party_needs_the_scope(ada: Person, ben: Person) -> None:
    notification = await asked(ben, ada)
    other = ben.with_scopes(OAuthScope.NOTIFICATIONS_WRITE, OAuthScope.REQUESTS_READ)
    assert await node(other, notification) is None
    for field in ("unreadNotificationCount", "notifications { totalCount }"):
        answer = await other.ask(f"{{ viewer {{ {field} }} }}")
        assert answer.codes == ["MISSING_SCOPE"]
    assert await node(ben.with_scopes(READ), notification)
    assert await unread(ben.with_scopes(READ)) == 1


async def test_the_newest_actors_are_shown_as_many_as_are_asked_for(ben: Person, newcomer: Newcomer) -> None:
    subject = ids.encode("CR", 8, 9, 7)
    for number in range(11):
        actor = await newcomer(f"actor-{number}")
        await told(ben, NotificationKind.CONNECTION_REQUEST_REPLIED, subject, actor)
    shown = (
        "{ viewer { notifications { nodes { actorCount a: actors { id } b: actors(first: 10) { id } } } } }"
    )
    [found] = (await ben.ask(shown)).data["viewer"]["notifications"]["nodes"]
    assert (found["actorCount"], len(found["a"]), len(found["b"])) == (11, 3, 10)
    for first in (0, 11, -1):
        wrong = f"{{ viewer {{ notifications {{ nodes {{ actors(first: {first}) {{ id }} }} }} }} }}"
        assert (await ben.ask(wrong)).codes == ["BAD_USER_INPUT"]


async def test_a_notification_holds_its_newest_thousand_actors(ada: Person, ben: Person) -> None:
    await asked(ben, ada)
    await ben.world.execute("UPDATE notifications SET actor_ids = ARRAY(SELECT generate_series(100, 1200))")
    await asked(ben, ada)
    held = "SELECT ARRAY[cardinality(actor_ids), actor_ids[1], actor_ids[2]] FROM notifications"
    assert await ben.world.value(held) == [1000, ada.number, 100]


async def test_unread_ones_are_counted_to_999(ada: Person, ben: Person) -> None:
    insert = """
    INSERT INTO notifications (member_id, id, kind, subject, actor_ids, sequence)
    SELECT $1, number, 'CONNECTION_REQUEST_REPLIED', 'CR_' || number, ARRAY[$2::int], number
    FROM generate_series(1, $3::int) AS number
    """
    await ben.world.execute(insert, ben.number, ada.number, 1_001)
    page = (await ben.ask("{ viewer { unreadNotificationCount notifications { totalCount } } }")).data
    assert page["viewer"] == {"unreadNotificationCount": 999, "notifications": {"totalCount": 1_001}}


@pytest.mark.parametrize("end", ["block", "being blocked", "closing"])
async def test_whose_actors_are_all_gone_or_hidden_does_not_exist(
    ada: Person, ben: Person, cleo: Person, end: str
) -> None:
    """The rows are hidden as they are read, whatever became of them when it happened."""
    alone, grouped = await asked(ben, ada, 1), await asked(ben, cleo, 2)
    kind, subject = NotificationKind.CONNECTION_REQUEST_RECEIVED, ids.encode("CR", cleo.number, ben.number, 2)
    await told(ben, kind, subject, ada)
    assert await unread(ben) == 2
    assert await events(ben) == [alone, grouped, grouped]
    await disappear(ada, ben, end)
    assert await events(ben) == [grouped, grouped]
    [left] = await inbox(ben)
    assert (left["id"], handles(left)) == (grouped, ["cleo"])
    assert left["text"] == "Cleo T. asks to connect with you."
    assert await node(ben, alone) is None
    assert await unread(ben) == 1
    await disappear(cleo, ben, end)
    assert (await inbox(ben), await unread(ben), await events(ben)) == ([], 0, [])


async def events(person: Person) -> list[str]:
    """The notifications of which their log tells."""
    found = (await person.ask(EVENTS)).data["viewer"]["events"]["events"]
    return [each["event"]["notification"]["id"] for each in found]


async def disappear(actor: Person, reader: Person, end: str) -> None:
    if end == "closing":
        await actor.world.execute("UPDATE members SET closed_at = now() WHERE id = $1", actor.number)
        return
    pair = (reader.number, actor.number) if end == "block" else (actor.number, reader.number)
    insert = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'X')"
    await actor.world.execute(insert, *pair)


EVENTS: Final = """
    { viewer { events { events { event { ... on NotificationCreated { notification { id } } } } } } }
"""
SEVERAL: Final = [kind for kind in NotificationKind if kind.name.startswith("CONNECTION_REQUEST")]


@pytest.mark.parametrize(("kinds", "expected"), [(SEVERAL[:1], 5), (SEVERAL, 7)], ids=["one kind", "several"])
async def test_fifty_cost_as_many_statements_as_one_of_each_kind(
    ben: Person, newcomer: Newcomer, kinds: Sequence[NotificationKind], expected: int
) -> None:
    for number in range(50):
        actor = await newcomer(f"actor-{number}")
        request = ids.encode("CR", actor.number, ben.number, number + 1)
        await told(ben, kinds[number % len(kinds)], request, actor)
    sent = []
    for size in (len(kinds), 50):
        async with counted(ben.api.deployment.pool) as statements:
            assert len((await listed(ben, first=size))["nodes"]) == size
        sent.append(statements)
    assert [len(each) for each in sent] == [expected] * 2, sent[0]


async def test_what_is_not_asked_for_costs_nothing(ada: Person, ben: Person) -> None:
    await asked(ben, ada)
    async with counted(ben.api.deployment.pool) as statements:
        await ben.ask("{ viewer { notifications { nodes { id kind createdAt } } } }")
    assert len(statements) == 1, statements
    async with counted(ben.api.deployment.pool) as statements:
        await ben.ask("{ viewer { unreadNotificationCount } }")
    assert len(statements) == 1, statements


async def test_instants_are_those_of_the_clock(ada: Person, ben: Person, clock: Clock) -> None:
    notification = await asked(ben, ada)
    clock.advance(days=2)
    await marks(ben, notificationIds=[notification])
    found: Json = await node(ben, notification)
    assert (found["createdAt"], found["readAt"]) == (after(), instant_text(clock.now))
    assert clock.now - timedelta(days=2) < clock.now
