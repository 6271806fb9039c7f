"""Which kinds a member wants, and what is then written and told; other settings are told alike."""

import asyncio

import pytest

from auth.identity import OAuthScope
from rules import ids
from rules.events import OFF_BY_DEFAULT, NotificationKind
from rules.notifications import differing, is_on
from tests.clients import Json
from tests.connection_requests.people import Person
from tests.notifications.inbox import asked, inbox, log, told
from tests.races import until_waiting

STORED = "SELECT notifications FROM members WHERE id = $1"
SETTINGS = "settings { id notifications { kind enabled } }"


async def choose(person: Person, **kinds: bool) -> dict[str, bool]:
    """Switch kinds on and off; what then holds."""
    preferences = [{"kind": kind, "enabled": enabled} for kind, enabled in kinds.items()]
    payload = await person.does("updateNotificationPreferences", SETTINGS, preferences=preferences)
    return enabled(payload["settings"])


def enabled(settings: Json) -> dict[str, bool]:
    return {each["kind"]: each["enabled"] for each in settings["notifications"]}


@pytest.mark.parametrize("kind", NotificationKind)
def test_a_kind_is_on_unless_it_is_off_by_default_or_switched(kind: NotificationKind) -> None:
    assert is_on(kind, None) is is_on(kind, {}) is (kind not in OFF_BY_DEFAULT)
    assert (is_on(kind, {kind: True}), is_on(kind, {kind: False})) == (True, False)


def test_only_what_differs_is_kept() -> None:
    assert differing({"NEW_FOLLOWER": False, "MESSAGE_RECEIVED": True}) is None
    assert differing({"NEW_FOLLOWER": True, "MESSAGE_RECEIVED": True}) == {"NEW_FOLLOWER": True}


async def test_all_kinds_are_told_and_only_new_followers_are_off(ada: Person) -> None:
    settings = (await ada.ask(f"{{ viewer {{ {SETTINGS} }} }}")).data["viewer"]["settings"]
    assert enabled(settings) == {kind: kind != "NEW_FOLLOWER" for kind in NotificationKind}
    assert len(settings["notifications"]) == len(NotificationKind)


async def test_kinds_not_named_stay(ada: Person) -> None:
    await choose(ada, NEW_FOLLOWER=True)
    held = await choose(ada, MESSAGE_RECEIVED=False)
    assert (held["NEW_FOLLOWER"], held["MESSAGE_RECEIVED"], held["QUOTA_NOTICE"]) == (True, False, True)
    assert await ada.world.value(STORED, ada.number) == {"NEW_FOLLOWER": True, "MESSAGE_RECEIVED": False}
    await choose(ada, NEW_FOLLOWER=False, MESSAGE_RECEIVED=True)
    assert await ada.world.value(STORED, ada.number) is None


async def test_of_two_for_one_kind_the_last_counts(ada: Person) -> None:
    both = [{"kind": "QUOTA_NOTICE", "enabled": enabled} for enabled in (True, False)]
    payload = await ada.does("updateNotificationPreferences", SETTINGS, preferences=both)
    assert enabled(payload["settings"])["QUOTA_NOTICE"] is False


async def test_a_kind_that_is_off_is_neither_kept_nor_told(ada: Person, ben: Person) -> None:
    await choose(ben, CONNECTION_REQUEST_RECEIVED=False)
    request = await ada.sends(ben)
    assert (await inbox(ben), await ben.log()) == (
        [],
        ["SETTINGS_CHANGED", "CONNECTION_REQUEST_CHANGED SEND"],
    )
    await choose(ben, CONNECTION_REQUEST_RECEIVED=True)
    await asked(ben, ada, 7)
    assert len(await inbox(ben)) == 1
    await ben.answers(request, "ignore")
    assert (await ben.log())[2:] == [
        "SETTINGS_CHANGED", "NOTIFICATION_CREATED", "CONNECTION_REQUEST_CHANGED IGNORE"
    ]  # fmt: skip


async def test_what_was_told_before_stays(ada: Person, ben: Person) -> None:
    notification = await asked(ben, ada)
    await choose(ben, CONNECTION_REQUEST_RECEIVED=False)
    await told(ben, NotificationKind.CONNECTION_REQUEST_RECEIVED, ids.encode("CR", 1, 2, 1), ada)
    assert [each["id"] for each in await inbox(ben)] == [notification]


@pytest.mark.parametrize("kind", NotificationKind)
async def test_sql_has_the_same_rule(ada: Person, ben: Person, kind: NotificationKind) -> None:
    for chosen in (None, {kind.value: True}, {kind.value: False}):
        await ada.world.execute("UPDATE members SET notifications = $1", chosen)
        await ada.world.execute("DELETE FROM notifications")
        await told(ada, kind, ids.encode("CR", 1, 2, 1), ben)
        assert await ada.world.value("SELECT count(*) FROM notifications") == is_on(kind, chosen)


async def test_the_devices_hear_of_a_change_and_of_nothing_else(ada: Person) -> None:
    changed = f"SETTINGS_CHANGED {ids.encode('VS', ada.number)}"
    await choose(ada, NEW_FOLLOWER=True)
    await choose(ada, NEW_FOLLOWER=True)
    await choose(ada)
    assert await log(ada) == [changed]
    for discoverable in (False, False, True, None):
        await ada.tries("updatePrivacy", "settings { id }", discoverable=discoverable)
    audience = [{"section": "EMAIL", "audience": "MEMBERS"}]
    for _ in range(2):
        await ada.does("updatePrivacy", "settings { id }", sectionAudiences=audience)
    assert await log(ada) == [changed] * 4


async def test_one_kind_of_settings_leaves_the_other_alone(ada: Person) -> None:
    await choose(ada, NEW_FOLLOWER=True)
    audience = [{"section": "EMAIL", "audience": "MEMBERS"}]
    payload = await ada.does("updatePrivacy", f"{SETTINGS}", sectionAudiences=audience, requireNote=True)
    assert enabled(payload["settings"])["NEW_FOLLOWER"] is True
    await choose(ada, NEW_FOLLOWER=False)
    kept = "SELECT ARRAY[audiences ->> 'EMAIL', require_note::text] FROM members"
    assert await ada.world.value(kept) == ["MEMBERS", "true"]


async def test_changes_at_once_are_all_kept_and_told(ada: Person) -> None:
    kinds = [kind.value for kind in NotificationKind]
    await asyncio.gather(*(choose(ada, **{kind: kind == "NEW_FOLLOWER"}) for kind in kinds))
    assert await ada.world.value(STORED, ada.number) == {kind: kind == "NEW_FOLLOWER" for kind in kinds}
    assert await ada.log() == ["SETTINGS_CHANGED"] * len(kinds)


@pytest.mark.parametrize(
    ("mutation", "given"),
    [("updateNotificationPreferences", {"preferences": []}), ("updatePrivacy", {"discoverable": False})],
)
async def test_whoever_waits_for_the_inbox_holds_nothing_yet(ada: Person, mutation: str, given: Json) -> None:
    """Or somebody who holds the inbox would wait for them in turn."""
    async with ada.world.connection() as connection, connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '300ms'")
        await connection.execute("SELECT FROM inboxes FOR NO KEY UPDATE")
        task = asyncio.create_task(ada.does(mutation, SETTINGS, **given))
        await until_waiting(ada.world, 1)
        await connection.execute("UPDATE members SET connection_count = connection_count")
    await task


async def test_it_takes_a_scope_of_its_own(ada: Person) -> None:
    others = ada.with_scopes(*(set(OAuthScope) - {OAuthScope.NOTIFICATIONS_WRITE}))
    answer = await others.tries("updateNotificationPreferences", SETTINGS, preferences=[])
    assert answer.codes == ["MISSING_SCOPE"]
    writer = ada.with_scopes(OAuthScope.NOTIFICATIONS_WRITE)
    off = [{"kind": "QUOTA_NOTICE", "enabled": False}]
    assert await writer.does("updateNotificationPreferences", SETTINGS, preferences=off) == {"settings": None}
    assert await ada.log() == ["SETTINGS_CHANGED"]
