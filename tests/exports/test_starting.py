"""Asking for an export, what is seen of it until it is ready, and what refuses it."""

import asyncio

import pytest

from auth.identity import OAuthScope
from tests.clients import Json
from tests.clocks import Clock, SetPolicy, after
from tests.connection_requests.errors import conflict
from tests.connection_requests.people import Person
from tests.exports.exporting import befriend, exported, key, listed, shown, start, write
from tests.notifications.inbox import inbox
from tests.races import all_at_once
from tests.world import World

QUEUE = "SELECT array_agg(entrypoint || convert_from(payload, 'UTF8')) FROM pgqueuer"
BUSY = {"__typename": "InvalidStateError", "code": "INVALID_STATE", "availableEvents": []}


async def test_it_is_queued_with_its_job(ada: Person, world: World) -> None:
    payload = await ada.does("startNetworkExport", "export { id format state requestedAt }", format="JSON")
    member, number = key(payload["export"]["id"])
    assert payload["export"] == {
        "id": payload["export"]["id"],
        "format": "JSON",
        "state": "QUEUED",
        "requestedAt": after(),
    }
    assert member == ada.number
    assert await world.value(QUEUE) == [f"write_export[{member},{number}]"]


async def test_it_is_csv_by_default(ada: Person) -> None:
    payload = await ada.does("startNetworkExport", "export { format }")
    assert payload["export"] == {"format": "CSV"}


async def test_it_is_seen_as_a_node_and_in_the_list_from_the_queue_to_its_end(
    ada: Person, clock: Clock
) -> None:
    await befriend(ada, 3)
    export = await start(ada)
    waiting = {"id": export, "format": "CSV", "state": "QUEUED", "requestedAt": after(), "rowCount": 0}
    nothing = {"downloadUrl": None, "expiresAt": None}
    assert await listed(ada) == [await shown(ada, export)] == [waiting | nothing]
    clock.advance(hours=1)
    await write(ada, export)
    ready = await shown(ada, export)
    address = ready.pop("downloadUrl")
    assert address.startswith("http://127.0.0.1:8000/exports/")
    written = waiting | {"rowCount": 3, "expiresAt": after(days=7, hours=1)}
    assert ready == written | {"state": "READY"}
    clock.advance(days=7)
    assert await listed(ada) == [written | {"state": "EXPIRED", "downloadUrl": None}]
    clock.advance(days=30)
    assert await listed(ada) == []


async def test_who_exports_is_notified_when_it_is_ready(ada: Person) -> None:
    export = await exported(ada)
    [notification] = await inbox(ada)
    assert notification["kind"] == "EXPORT_READY"
    assert notification["text"] == "The export of your connections can be downloaded."
    assert notification["subject"] == {"__typename": "NetworkExport", "id": export, "format": "CSV"}
    assert await ada.log() == ["NOTIFICATION_CREATED"]


async def test_who_has_switched_the_notice_off_hears_nothing(ada: Person) -> None:
    preferences = [{"kind": "EXPORT_READY", "enabled": False}]
    await ada.does("updateNotificationPreferences", "settings { id }", preferences=preferences)
    heard = await ada.log()
    export = await exported(ada)
    assert (await shown(ada, export))["state"] == "READY"
    assert await ada.log() == heard


async def test_exports_are_listed_newest_first(ada: Person, clock: Clock) -> None:
    made = []
    for _ in range(3):
        made.append(await exported(ada))
        clock.advance(hours=1)
    assert [each["id"] for each in await listed(ada)] == made[::-1]


async def test_one_is_written_at_a_time(ada: Person, ben: Person) -> None:
    export = await start(ada)
    assert await ada.refused("startNetworkExport") == BUSY | {"currentState": "QUEUED"}
    await ada.world.execute("UPDATE exports SET state = 'RUNNING'")
    assert await ada.refused("startNetworkExport") == BUSY | {"currentState": "RUNNING"}
    await start(ben)
    await write(ada, export)
    await start(ada)


async def test_of_two_at_once_one_is_started(ada: Person, world: World) -> None:
    answers = await all_at_once(
        world,
        "SELECT FROM inboxes FOR NO KEY UPDATE",
        *(ada.tries("startNetworkExport", "export { id }") for _ in range(2)),
    )
    errors = [answer.data["startNetworkExport"]["userErrors"] for answer in answers]
    assert sorted(len(each) for each in errors) == [0, 1]
    assert await world.value("SELECT count(*) FROM pgqueuer") == 1


async def test_a_retry_gets_the_first_answer_and_starts_nothing(
    ada: Person, world: World, clock: Clock
) -> None:
    first = await start(ada, idempotencyKey="k")
    assert await start(ada, idempotencyKey="k") == first
    await write(ada, first)
    assert await start(ada, idempotencyKey="k") == first
    assert await ada.refused("startNetworkExport", format="JSON", idempotencyKey="k") == conflict("k")
    assert await world.value("SELECT count(*) FROM pgqueuer") == 1
    clock.advance(hours=24, microseconds=1)
    assert await start(ada, idempotencyKey="k") != first


async def test_exports_of_a_day_are_an_allowance(ada: Person, clock: Clock, policy: SetPolicy) -> None:
    policy(export_limit=2)
    await exported(ada)
    clock.advance(hours=1)
    await exported(ada)
    quota = await ada.quota("EXPORTS")
    assert quota == {
        "kind": "EXPORTS",
        "window": "P1D",
        "limit": 2,
        "used": 2,
        "remaining": 0,
        "nextReleaseAt": after(days=1),
        "restrictedUntil": None,
    }
    refusal = await ada.refused("startNetworkExport")
    assert refusal == {"__typename": "QuotaExceededError", "code": "QUOTA_EXCEEDED", "quota": quota}
    clock.advance(hours=23)
    await exported(ada)


async def test_a_refused_start_changes_nothing(ada: Person, world: World, policy: SetPolicy) -> None:
    policy(export_limit=0)
    assert (await ada.refused("startNetworkExport", idempotencyKey="k"))["code"] == "QUOTA_EXCEEDED"
    left = "SELECT (SELECT count(*) FROM exports) + (SELECT count(*) FROM idempotency_keys)"
    assert await world.value(left) == await world.value("SELECT count(*) FROM pgqueuer") == 0


@pytest.mark.parametrize("scope", OAuthScope)
async def test_it_takes_the_scope_of_exports_and_no_other(ada: Person, scope: OAuthScope) -> None:
    export = await exported(ada)
    client = ada.with_scopes(scope)
    started = await client.tries("startNetworkExport", "export { id }")
    read = await client.ask("{ viewer { exports { id downloadUrl } } }")
    found = await shown(client, export)
    if scope is OAuthScope.EXPORT:
        assert started.data["startNetworkExport"]["userErrors"] == []
        assert [each["id"] for each in read.data["viewer"]["exports"]][1:] == [export]
        assert found["downloadUrl"]
    else:
        assert started.codes == read.codes == ["MISSING_SCOPE"]
        assert found is None


async def test_nobody_sees_the_exports_of_others(ada: Person, ben: Person) -> None:
    export = await exported(ada)
    assert await listed(ben) == []
    for nobodys in (export, "EX_MS45OTk", "EX_MS4x"):
        assert await shown(ben, nobodys) is None
    answer = await ada.api.ask(f'{{ node(id: "{export}") {{ id }} viewer {{ exports {{ id }} }} }}')
    assert answer.data == {"node": None, "viewer": None}


async def test_nobody_starts_one_without_a_token(ada: Person) -> None:
    answer = await ada.api.ask("mutation { startNetworkExport(input: {}) { export { id } } }")
    assert answer.codes == ["UNAUTHENTICATED"]


async def test_rows_are_counted_while_they_are_written(ada: Person, world: World) -> None:
    await befriend(ada, 48)
    export = await start(ada)
    async with world.connection() as connection, connection.transaction():
        await connection.execute("SELECT FROM inboxes FOR NO KEY UPDATE")
        writing = asyncio.create_task(write(ada, export))
        seen: list[Json] = []
        while not seen or seen[-1]["rowCount"] < 40:
            seen.append(await shown(ada, export))
            await asyncio.sleep(0.01)
        assert {each["state"] for each in seen[1:]} <= {"QUEUED", "RUNNING"}
        assert seen[-1]["downloadUrl"] is None
    await writing
    assert (await shown(ada, export))["rowCount"] == 48
