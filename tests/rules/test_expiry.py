"""When a recipient hears that a request is about to expire."""

import pytest

from rules.expiry import is_expiring
from rules.terms import ConnectionRequestState, DeclineKind
from tests.rules.pairs import EXPIRES, MOMENT, Request, day


def test_it_is_expiring_in_its_last_seven_days() -> None:
    assert [
        is_expiring(Request(), at) for at in (day(173) - MOMENT, day(173), EXPIRES - MOMENT, EXPIRES)
    ] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "request_",
    [
        Request(ignored=True),
        Request(state=ConnectionRequestState.DECLINED, decline_kind=DeclineKind.NOT_NOW),
        Request(state=ConnectionRequestState.WITHDRAWN),
    ],
)
def test_nobody_waits_for_the_end_of_what_is_ignored_or_over(request_: Request) -> None:
    assert not is_expiring(request_, EXPIRES - MOMENT)
