"""Answering up to 100 requests at once, each on its own."""

from collections.abc import Sequence

from tests.clients import Json
from tests.clocks import SetPolicy
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.errors import invalid
from tests.connection_requests.people import Person
from tests.world import World

ANSWER = "answerConnectionRequests"
STATES = {
    "ACCEPT": ("ACCEPTED", None, False),
    "IGNORE": ("PENDING", None, True),
    "NOT_NOW": ("DECLINED", "NOT_NOW", False),
    "DECLINE": ("DECLINED", "DECLINE", False),
    "DONT_KNOW": ("DECLINED", "DONT_KNOW", False),
}
MANY = """
    INSERT INTO connection_requests (sender_id, recipient_id, sent_at, expires_at)
    SELECT id, $1, '2029-12-31T12:00Z', '2030-06-30T12:00Z' FROM members WHERE id <> $1
"""
MEMBERS = """
    INSERT INTO members (handle, given_name, family_name)
    SELECT 'friend-' || number, 'Friend', 'Tester' FROM generate_series(1, $1::int) AS number
"""


def answers(requests: Sequence[str], *given: str) -> Json:
    return [{"requestId": request, "answer": answer} for request, answer in zip(requests, given, strict=True)]


async def asked(ada: Person, newcomer: Newcomer, count: int) -> list[str]:
    """So many requests to ada."""
    friends = [await newcomer(f"friend-{number}") for number in range(count)]
    return [await friend.sends(ada) for friend in friends]


async def results(person: Person, given: Json) -> list[Json]:
    found: list[Json] = (await person.does(ANSWER, answers=given))["results"]
    assert [each["requestId"] for each in found] == [each["requestId"] for each in given]
    return found


async def test_each_is_answered_in_its_way_and_in_its_place(ada: Person, newcomer: Newcomer) -> None:
    requests = await asked(ada, newcomer, len(STATES))
    found = await results(ada, answers(requests, *STATES))
    seen = [each["request"] for each in found]
    assert [each["id"] for each in seen] == requests
    assert [(each["state"], each["declineKind"], each["ignored"]) for each in seen] == [*STATES.values()]
    assert all(each["userErrors"] == [] for each in found)


async def test_one_failure_does_not_touch_the_others(
    ada: Person, ben: Person, newcomer: Newcomer, policy: SetPolicy
) -> None:
    """The second accept finds the network full, the third request is of no one, the last two go on."""
    policy(max_connections=1)
    one, two, four, five = await asked(ada, newcomer, 4)
    not_own = await ada.sends(ben)
    given = answers(
        [one, two, "CR_MS4yLjk5", four, not_own, five], *["ACCEPT"] * 3, "IGNORE", "ACCEPT", "DONT_KNOW"
    )
    found = await results(ada, given)
    codes = [[error["code"] for error in each["userErrors"]] for each in found]
    assert codes == [[], ["CAPACITY_REACHED"], ["NOT_FOUND"], [], ["NOT_FOUND"], []]
    states = [each["request"] and each["request"]["state"] for each in found]
    assert states == ["ACCEPTED", None, None, "PENDING", None, "DECLINED"]
    assert await ada.received() == [two]


async def test_of_two_answers_to_one_request_the_second_finds_what_the_first_left(
    ada: Person, newcomer: Newcomer
) -> None:
    one, two, three = await asked(ada, newcomer, 3)
    given = ["ACCEPT", "DECLINE", "DECLINE", "DONT_KNOW", "IGNORE", "IGNORE"]
    found = await results(ada, answers([one, one, two, two, three, three], *given))
    [error] = found[1]["userErrors"]
    assert (error["code"], error["currentState"]) == ("INVALID_STATE", "ACCEPTED")
    assert [each["userErrors"] for each in found[2:]] == [[]] * 4
    assert (await ada.sees(two))["declineKind"] == "DONT_KNOW"
    assert (await ada.sees(one))["state"] == "ACCEPTED"


async def test_a_hundred_are_answered_and_one_more_is_refused(ada: Person, world: World) -> None:
    await world.execute(MEMBERS, 101)
    await world.execute(MANY, ada.number)
    requests = (await ada.ask("{ viewer { receivedRequests(first: 100) { nodes { id } } } }")).data
    ids = [node["id"] for node in requests["viewer"]["receivedRequests"]["nodes"]]
    too_many = answers([*ids, ids[0]], *["ACCEPT"] * 101)
    payload = (await ada.tries(ANSWER, answers=too_many)).data[ANSWER]
    [error] = payload["userErrors"]
    assert (error["code"], error["field"], error["constraint"]) == ("TOO_LONG", ["answers"], "maxItems=100")
    assert (payload["results"], await world.value("SELECT count(*) FROM connections")) == ([], 0)
    document = """
        mutation($input: AnswerConnectionRequestsInput!) {
          answerConnectionRequests(input: $input) { results { userErrors { code } } }
        }
    """
    found = await ada.ask(document, input={"answers": too_many[:100]})
    assert found.data[ANSWER]["results"] == [{"userErrors": []}] * 100
    assert await world.value("SELECT connection_count FROM members WHERE id = $1", ada.number) == 100


async def test_no_answers_are_refused(ada: Person) -> None:
    expected = invalid("REQUIRED", "answers", "maxItems=100")
    assert await ada.refused(ANSWER, answers=[]) == expected


async def test_an_answer_that_there_is_not_is_a_bad_input(ada: Person) -> None:
    for answer in ("REPORT", "PENDING", "accept", None):
        given = [{"requestId": "CR_MS4yLjE", "answer": answer}]
        assert (await ada.tries(ANSWER, answers=given)).codes == ["BAD_USER_INPUT"]
