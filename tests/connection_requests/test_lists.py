"""The two lists of requests, as HTTP clients walk them."""

from collections.abc import Sequence

import pytest

from tests.clients import Api, Json
from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.errors import not_found
from tests.connection_requests.people import Person
from tests.statements import counted
from tests.world import World

ARGUMENTS = "$first: Int, $after: String, $last: Int, $before: String, $orderBy: RequestOrder! = NEWEST"
PAGE = "first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy"
FIELDS = """
    totalCount nodes { id } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
"""
LISTS = {
    "received": f"query({ARGUMENTS}) {{ viewer {{ page: receivedRequests({PAGE}) {{ {FIELDS} }} }} }}",
    "sent": f"query({ARGUMENTS}) {{ viewer {{ page: sentRequests({PAGE}) {{ {FIELDS} }} }} }}",
}
KINDS = pytest.mark.parametrize("kind", LISTS)
ORDERS = pytest.mark.parametrize("order", ["NEWEST", "OLDEST"])


async def five(newcomer: Newcomer, ada: Person, clock: Clock, kind: str) -> list[str]:
    """Five requests with ada, newest first; the second and the third are of the same instant."""
    made = []
    for number in range(5):
        other = await newcomer(f"friend-{number}")
        made.append(await (ada.sends(other) if kind == "sent" else other.sends(ada)))
        clock.advance(hours=number != 2)
    return [made[number] for number in (4, 2, 3, 1, 0)]


async def page(person: Person, kind: str, **arguments: Json) -> Json:
    return (await person.ask(LISTS[kind], **arguments)).data["viewer"]["page"]


def ids_of(page: Json) -> Sequence[str]:
    assert [edge["node"] for edge in page["edges"]] == page["nodes"]
    return [node["id"] for node in page["nodes"]]


@KINDS
@ORDERS
async def test_pages_join_to_the_whole_list_in_both_directions(
    ada: Person, newcomer: Newcomer, clock: Clock, kind: str, order: str
) -> None:
    newest_first = await five(newcomer, ada, clock, kind)
    whole = newest_first if order == "NEWEST" else newest_first[::-1]
    assert ids_of(await page(ada, kind, orderBy=order)) == whole
    forwards, backwards = [], []
    ahead: Json = {"first": 2}
    behind: Json = {"last": 2}
    for _ in range(3):
        one = await page(ada, kind, orderBy=order, **ahead)
        forwards.append(ids_of(one))
        ahead["after"] = one["pageInfo"]["endCursor"]
        other = await page(ada, kind, orderBy=order, **behind)
        backwards.append(ids_of(other))
        behind["before"] = other["pageInfo"]["startCursor"]
        assert one["totalCount"] == other["totalCount"] == 5
    assert forwards == [whole[:2], whole[2:4], whole[4:]]
    assert backwards == [whole[3:], whole[1:3], whole[:1]]


@KINDS
async def test_a_page_knows_whether_the_list_goes_on(
    ada: Person, newcomer: Newcomer, clock: Clock, kind: str
) -> None:
    await five(newcomer, ada, clock, kind)
    first = (await page(ada, kind, first=3))["pageInfo"]
    rest = (await page(ada, kind, first=3, after=first["endCursor"]))["pageInfo"]
    ends = [(each["hasPreviousPage"], each["hasNextPage"]) for each in (first, rest)]
    assert ends == [(False, True), (True, False)]


@KINDS
async def test_a_cursor_stays_where_it_is_when_requests_come_and_go(
    ada: Person, newcomer: Newcomer, clock: Clock, kind: str
) -> None:
    whole = await five(newcomer, ada, clock, kind)
    cursor = (await page(ada, kind, first=2))["pageInfo"]["endCursor"]
    newest = await newcomer("newest")
    await (ada.sends(newest) if kind == "sent" else newest.sends(ada))
    await ada.answers(whole[1], "withdraw" if kind == "sent" else "decline")
    assert ids_of(await page(ada, kind, first=2, after=cursor)) == whole[2:4]


@KINDS
async def test_a_cursor_is_good_for_its_own_list_alone(
    ada: Person, ben: Person, newcomer: Newcomer, clock: Clock, kind: str
) -> None:
    await five(newcomer, ada, clock, kind)
    cursor = (await page(ada, kind))["pageInfo"]["endCursor"]
    other_kind = "sent" if kind == "received" else "received"
    for person, of, order in ((ben, kind, "NEWEST"), (ada, other_kind, "NEWEST"), (ada, kind, "OLDEST")):
        answer = await person.ask(LISTS[of], after=cursor, orderBy=order)
        assert answer.codes == ["INVALID_CURSOR"]


@KINDS
async def test_a_page_size_that_no_list_has_is_a_coded_error(ada: Person, kind: str) -> None:
    for arguments in ({"first": 0}, {"first": 101}, {"last": -1}, {"first": 1, "last": 1}):
        assert (await ada.ask(LISTS[kind], **arguments)).codes == ["BAD_USER_INPUT"]


@KINDS
async def test_a_list_without_requests_is_an_empty_page(ada: Person, kind: str) -> None:
    found = await page(ada, kind)
    assert (found["totalCount"], found["edges"]) == (0, [])


async def test_received_requests_are_listed_by_view(ada: Person, newcomer: Newcomer) -> None:
    moves = ["", "ignore", "decline", "report", "accept", "withdraw"]
    made = {}
    for move in moves:
        other = await newcomer(f"friend-{move}")
        made[move] = await other.sends(ada)
        if move:
            await (other if move == "withdraw" else ada).answers(made[move], move)
    assert await ada.received() == [made[""]]
    assert await ada.received("IGNORED") == [made["ignore"]]
    assert await ada.received("DECLINED") == [made["decline"], made["report"]]
    assert await ada.received("ALL") == [made[move] for move in moves[:-1]]


async def test_sent_requests_are_listed_by_the_states_their_sender_sees(
    ada: Person, newcomer: Newcomer, clock: Clock
) -> None:
    made = {}
    for move in ("", "ignore", "decline", "accept", "withdraw", "block"):
        other = await newcomer(f"friend-{move}")
        made[move] = await ada.sends(other)
        if move == "block":
            await other.does("blockMember", memberId=ada.id)
        elif move:
            await (ada if move == "withdraw" else other).answers(made[move], move)
    silent = [made[""], made["ignore"], made["decline"]]
    assert await ada.sent() == await ada.sent("PENDING") == silent
    assert await ada.sent("ACCEPTED", "WITHDRAWN") == [made["accept"], made["withdraw"]]
    assert await ada.sent("DECLINED", "CANCELLED", "EXPIRED") == []
    clock.advance(days=180)
    assert (await ada.sent("EXPIRED"), await ada.sent()) == (silent, [])


async def test_no_state_is_no_request(ada: Person, ben: Person) -> None:
    await ada.sends(ben)
    ask = "{ viewer { sentRequests(states: []) { totalCount nodes { id } } } }"
    assert (await ada.ask(ask)).data["viewer"]["sentRequests"] == {"totalCount": 0, "nodes": []}


async def test_lists_and_counts_leave_out_who_does_not_exist(ada: Person, ben: Person, cleo: Person) -> None:
    """Also requests that were over before the block: nobody is at their other end."""
    withdrawn = await ada.sends(ben)
    await ada.answers(withdrawn, "withdraw")
    accepted = await ben.sends(ada)
    await ada.answers(accepted, "accept")
    other = await ada.sends(cleo)
    await ben.does("blockMember", memberId=ada.id)
    assert await ada.sent("PENDING", "WITHDRAWN", "ACCEPTED") == [other]
    assert await ada.received("ALL") == []
    assert await ada.sees(withdrawn) is await ada.sees(accepted) is None
    refusal = await ada.refused("withdrawConnectionRequest", requestId=withdrawn)
    assert refusal == not_found("requestId", withdrawn)


MAKE_FIFTY = """
    WITH friends AS (
        INSERT INTO members (handle, given_name, family_name)
        SELECT 'friend-' || number, 'Friend', 'Tester' FROM generate_series(1, 50) AS number RETURNING id
    ), requests AS (
        INSERT INTO connection_requests (sender_id, recipient_id, sent_at, expires_at)
        SELECT %s, '2029-12-31T12:00Z', '2030-06-30T12:00Z' FROM friends RETURNING *
    ), threads AS (
        INSERT INTO conversations (low_id, high_id, context, sender_id, recipient_id, request_id, last_number)
        SELECT least(sender_id, recipient_id), greatest(sender_id, recipient_id), 'REQUEST_REPLY',
            sender_id, recipient_id, id, 1
        FROM requests RETURNING id, low_id, high_id
    ), readers AS (
        INSERT INTO participations (member_id, conversation_id, last_number, last_at)
        SELECT unnest(ARRAY[low_id, high_id]), id, 1, '2030-01-01T12:00Z' FROM threads
    )
    INSERT INTO messages (conversation_id, number, author_id, body, sent_at)
    SELECT id, 1, NULL, 'Hello?', '2030-01-01T12:00Z' FROM threads
"""
# The other side's relationship alone, because two fields may wait for each other's rows or not.
WIDE = """
    query($first: Int) {
      viewer {
        page: %sRequests(first: $first) {
          totalCount
          nodes {
            id state canRemind { allowed } availableEvents
            conversation { canWrite { allowed } lastMessage { body } participants { handle } }
            sender { handle } recipient { handle }
            %s {
              displayName primaryAction
              relationship { ...Stands member { handle } sentRequest { ...Seen } receivedRequest { ...Seen } }
            }
          }
        }
      }
    }
"""
OTHER_SIDE = {"received": "sender", "sent": "recipient"}


@KINDS
async def test_a_page_of_fifty_costs_as_many_statements_as_a_page_of_one(
    api: Api, ada: Person, world: World, kind: str
) -> None:
    pair = f"{ada.number}, id" if kind == "sent" else f"id, {ada.number}"
    await world.execute(MAKE_FIFTY % pair)
    sent = []
    for size in (1, 50):
        async with counted(api.deployment.pool) as statements:
            answer = await ada.ask(WIDE % (kind, OTHER_SIDE[kind]), first=size)
        nodes = answer.data["viewer"]["page"]["nodes"]
        assert len([node["conversation"]["lastMessage"]["body"] for node in nodes]) == size
        sent.append(statements)
    assert len(sent[0]) == len(sent[1]), sent
