"""Races of requests: who comes first decides, nobody is told a fault, and nothing is there twice."""

import pytest

from rules.ids import encode
from tests.contention.conftest import ROUNDS, Arena, codes


def member(id: int) -> str:
    return encode("M", id)


async def test_crossing_requests_become_one_connection(arena: Arena) -> None:
    for _ in range(ROUNDS):
        ada, bob = await arena.members(2)
        payloads = await arena.at_once(
            *(arena.do(ada, "sendConnectionRequest", "created", recipientId=member(bob)) for _ in range(4)),
            *(arena.do(bob, "sendConnectionRequest", "created", recipientId=member(ada)) for _ in range(4)),
        )
        assert [payload["created"] for payload in payloads].count(True) == 1
        assert set(codes(payloads)) <= {"NOT_PERMITTED"}
        assert await arena.status(ada, bob) == await arena.status(bob, ada) == "CONNECTED"


async def test_a_request_sent_eight_times_is_one(arena: Arena) -> None:
    for _ in range(ROUNDS):
        ada, bob = await arena.members(2)
        payloads = await arena.at_once(
            *(
                arena.do(
                    ada,
                    "sendConnectionRequest",
                    "created request { id } quota { used }",
                    recipientId=member(bob),
                )
                for _ in range(8)
            )
        )
        assert sorted(payload["created"] for payload in payloads) == [False] * 7 + [True]
        assert len({payload["request"]["id"] for payload in payloads}) == 1
        assert {payload["quota"]["used"] for payload in payloads} == {1}
        assert await arena.status(bob, ada) == "REQUEST_RECEIVED"


async def test_a_request_accepted_eight_times_makes_one_connection(arena: Arena) -> None:
    for _ in range(ROUNDS):
        ada, bob = await arena.members(2)
        request = await arena.request(ada, bob)
        accept = "acceptConnectionRequest"
        payloads = await arena.at_once(
            *(arena.do(bob, accept, "connection { id }", requestId=request) for _ in range(8))
        )
        assert codes(payloads) == []
        assert len({payload["connection"]["id"] for payload in payloads}) == 1
        told = "SELECT count(*) FROM events WHERE member_id = $1 AND detail = 'ACCEPT'"
        assert await arena.world.value(told, ada) == await arena.world.value(told, bob) == 1


async def test_accept_withdraw_and_decline_leave_one_of_three_ends(arena: Arena) -> None:
    for _ in range(ROUNDS):
        ada, bob = await arena.members(2)
        request = await arena.request(ada, bob)
        await arena.at_once(
            *(arena.do(bob, "acceptConnectionRequest", requestId=request) for _ in range(3)),
            *(arena.do(ada, "withdrawConnectionRequest", requestId=request) for _ in range(3)),
            *(arena.do(bob, "declineConnectionRequest", requestId=request) for _ in range(2)),
        )
        states = "SELECT (state, sender_state)::text FROM connection_requests WHERE sender_id = $1"
        end = await arena.world.value(states, ada)
        assert end in {"(ACCEPTED,ACCEPTED)", "(WITHDRAWN,WITHDRAWN)", "(DECLINED,WITHDRAWN)"}
        connected = await arena.status(ada, bob) == "CONNECTED"
        assert connected == (end == "(ACCEPTED,ACCEPTED)")


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_block_during_an_accept_or_a_send_ends_all(arena: Arena, accepted: bool) -> None:
    for _ in range(ROUNDS):
        ada, bob = await arena.members(2)
        request = await arena.request(ada, bob) if accepted else ""
        moves = (
            (arena.do(bob, "acceptConnectionRequest", requestId=request) for _ in range(4))
            if accepted
            else (arena.do(bob, "sendConnectionRequest", recipientId=member(ada)) for _ in range(4))
        )
        payloads = await arena.at_once(
            *moves, *(arena.do(ada, "blockMember", memberId=member(bob)) for _ in range(4))
        )
        assert set(codes(payloads)) <= {"NOT_FOUND", "NOT_PERMITTED"}
        assert (await arena.status(ada, bob), await arena.status(bob, ada)) == ("BLOCKING", None)


async def test_removing_against_accepting_leaves_both_sides_agreed(arena: Arena) -> None:
    for _ in range(ROUNDS):
        ada, bob = await arena.members(2)
        request = await arena.request(ada, bob)
        payloads = await arena.at_once(
            *(arena.do(bob, "acceptConnectionRequest", requestId=request) for _ in range(4)),
            *(arena.do(ada, "removeConnection", memberId=member(bob)) for _ in range(4)),
        )
        assert set(codes(payloads)) <= {"INVALID_STATE"}
        assert await arena.status(ada, bob) == await arena.status(bob, ada)
        assert await arena.status(ada, bob) in {"CONNECTED", "NONE"}


async def test_one_key_eight_times_has_one_effect_and_one_answer(arena: Arena) -> None:
    for number in range(ROUNDS):
        ada, bob = await arena.members(2)
        given = {"recipientId": member(bob), "note": "Hello", "idempotencyKey": f"key-{number}"}
        payloads = await arena.at_once(
            *(arena.do(ada, "sendConnectionRequest", "created request { id }", **given) for _ in range(8))
        )
        assert all(payload == payloads[0] for payload in payloads)
        assert payloads[0]["created"]


async def test_a_network_fills_up_to_its_cap_and_not_beyond(arena: Arena) -> None:
    arena.allow(max_connections=3)
    for _ in range(ROUNDS):
        hub, *others = await arena.members(9)
        requests = [await arena.request(other, hub) for other in others]
        payloads = await arena.at_once(
            *(arena.do(hub, "acceptConnectionRequest", requestId=request) for request in requests)
        )
        assert codes(payloads) == ["CAPACITY_REACHED"] * 5
        assert await arena.world.value("SELECT connection_count FROM members WHERE id = $1", hub) == 3


async def test_a_sender_whom_eight_accept_at_once_gets_no_more_than_the_cap(arena: Arena) -> None:
    arena.allow(max_connections=3)
    for _ in range(ROUNDS):
        hub, *others = await arena.members(9)
        requests = [await arena.request(hub, other) for other in others]
        payloads = await arena.at_once(
            *(
                arena.do(other, "acceptConnectionRequest", requestId=request)
                for other, request in zip(others, requests, strict=True)
            )
        )
        assert codes(payloads) == ["CAPACITY_REACHED"] * 5
        assert await arena.world.value("SELECT connection_count FROM members WHERE id = $1", hub) == 3


async def test_the_last_request_of_the_week_is_sent_once(arena: Arena) -> None:
    arena.allow(weekly_request_limit=3)
    for _ in range(ROUNDS):
        ada, *others = await arena.members(11)
        for other in others[:2]:
            await arena.request(ada, other)
        payloads = await arena.at_once(
            *(arena.do(ada, "sendConnectionRequest", recipientId=member(other)) for other in others[2:])
        )
        assert codes(payloads) == ["QUOTA_EXCEEDED"] * 7


async def test_following_and_unfollowing_at_once_leaves_one_follow_or_none(arena: Arena) -> None:
    for _ in range(ROUNDS):
        ada, bob = await arena.members(2)
        payloads = await arena.at_once(
            *(arena.do(ada, "follow", "follow { id }", targetId=member(bob)) for _ in range(5)),
            *(arena.do(ada, "unfollow", targetId=member(bob)) for _ in range(3)),
        )
        assert codes(payloads) == []
