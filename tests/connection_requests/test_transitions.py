"""The transition table: what each move comes to in each state, in the eyes of sender and recipient."""

from collections.abc import Mapping
from typing import Final

import pytest

from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.errors import not_found
from tests.connection_requests.moving import GIVEN, OF_RECIPIENT, OF_SENDER, STATES, outcome
from tests.connection_requests.people import Person, mutation


def _all(outcome: str) -> dict[str, str]:
    return dict.fromkeys((*OF_SENDER, *OF_RECIPIENT), outcome)


OPEN: Final = {
    "send": "open already",
    "send back": "connected",
    "remind": "PENDING / PENDING",
    "withdraw": "WITHDRAWN / gone",
    "accept": "ACCEPTED / ACCEPTED",
    "ignore": "PENDING / PENDING ignored",
    "restore": "PENDING / PENDING",
    "reply": "PENDING / PENDING",
    "decline": "PENDING / DECLINED DECLINE",
    "report": "PENDING / DECLINED DONT_KNOW",
    "lift": "PENDING / PENDING",
}
DECLINED: Final = _all("INVALID_STATE DECLINED") | {
    "send": "open already",
    "send back": "connected",
    "withdraw": "WITHDRAWN / DECLINED DECLINE",
    "decline": "PENDING / DECLINED DECLINE",
    "report": "PENDING / DECLINED DONT_KNOW",
    "lift": "PENDING / PENDING",
}
EXPECTED: Final[Mapping[str, Mapping[str, str]]] = {
    "pending": OPEN,
    "ignored": OPEN | dict.fromkeys(("remind", "reply", "lift"), "PENDING / PENDING ignored"),
    "accepted": _all("INVALID_STATE ACCEPTED")
    | dict.fromkeys(("send", "send back"), "NOT_PERMITTED ALREADY_CONNECTED")
    | {"accept": "ACCEPTED / ACCEPTED"},
    "accepted, then removed": _all("INVALID_STATE ACCEPTED") | {"send": "created", "send back": "created"},
    "declined": DECLINED | {"remind": "PENDING / DECLINED DECLINE"},
    "declined, not now": DECLINED
    | {"remind": "PENDING / DECLINED NOT_NOW", "withdraw": "WITHDRAWN / DECLINED NOT_NOW"},
    "reported": DECLINED
    | {"remind": "PENDING / DECLINED DONT_KNOW", "withdraw": "WITHDRAWN / DECLINED DONT_KNOW"},
    "withdrawn": _all("INVALID_STATE WITHDRAWN")
    | {"send": "COOLDOWN WITHDRAWN", "send back": "created", "withdraw": "WITHDRAWN / gone"},
    "declined, then withdrawn": _all("INVALID_STATE DECLINED")
    | {"send": "COOLDOWN WITHDRAWN", "send back": "created", "remind": "INVALID_STATE WITHDRAWN"}
    | dict.fromkeys(("withdraw", "decline", "lift"), "WITHDRAWN / DECLINED DECLINE")
    | {"report": "WITHDRAWN / DECLINED DONT_KNOW"},
    "declined, then lifted": OPEN,
    "expired": _all("INVALID_STATE EXPIRED") | {"send": "COOLDOWN EXPIRED", "send back": "created"},
    "declined, then expired": _all("INVALID_STATE DECLINED")
    | {"send": "COOLDOWN EXPIRED", "send back": "created", "lift": "EXPIRED / DECLINED DECLINE"}
    | dict.fromkeys(OF_SENDER, "INVALID_STATE EXPIRED"),
    "blocked": _all("NOT_FOUND") | {"send": "NOT_FOUND", "send back": "NOT_FOUND"},
    "unblocked": _all("NOT_FOUND") | {"send": "created", "send back": "created"},
}
"""How the sender and the recipient see the request after the move, or why it is refused."""


@pytest.mark.parametrize("state", STATES)
async def test_each_move_in_each_state(newcomer: Newcomer, clock: Clock, state: str) -> None:
    outcomes = {move: await outcome(newcomer, clock, state, move) for move in EXPECTED[state]}
    assert outcomes == EXPECTED[state]


async def test_a_move_is_for_one_side_alone(ada: Person, ben: Person, cleo: Person) -> None:
    request = await ada.sends(ben)
    strangers = [(move, ben) for move in OF_SENDER] + [(move, ada) for move in OF_RECIPIENT]
    for move, other_side in strangers:
        given = {"requestId": request, **GIVEN.get(move, {})}
        for stranger in (cleo, other_side):
            assert await stranger.refused(mutation(move), **given) == not_found("requestId", request)
    assert await cleo.sees(request) is None


async def test_an_id_of_no_request_is_not_found(ada: Person, ben: Person) -> None:
    await ada.sends(ben)
    for request_id in ("", "CR_", "M_MQ", "CR_MS4y", "CR_MS4yLjk5", "CR_MS4yLjEuMQ", "é"):
        refusal = await ada.refused("withdrawConnectionRequest", requestId=request_id)
        assert refusal == not_found("requestId", request_id)
