"""What members are found by follows their profiles at once, whoever writes them."""

import pytest
from rich.progress import Progress

from server.seeding import Seeding
from tests.clients import Api, Json
from tests.search.asking import Searching
from tests.world import World

KEPT = "CREATE TEMP TABLE kept AS SELECT * FROM search_documents"
RENEWED = "SELECT write_search_documents(array_agg(id)) FROM members"
DIFFERENT = """
SELECT count(*) FROM kept FULL JOIN search_documents AS now USING (member_id)
WHERE (kept.open_words, kept.closed_words) IS DISTINCT FROM (now.open_words, now.closed_words)
"""
DOCUMENTS = "SELECT count(*) FROM search_documents"
LISTED = "SELECT count(*) FROM members WHERE discoverable AND closed_at IS NULL"


async def changed(api: Api, member: int, mutation: str, **input: Json) -> Json:
    kind = mutation[0].upper() + mutation[1:]
    text = f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
    assert (await api.ask(text, {"input": input}, member=member)).data[mutation] == {"userErrors": []}


async def test_each_edit_is_found_at_once(api: Api, ada: Searching, world: World) -> None:
    ben = await world.member("ben")
    await changed(api, ben, "updateProfile", headline="Beekeeper", familyName="Honig", languages=["Dutch"])
    await changed(api, ben, "setSkills", names=["Apiculture", "Wax"])
    await changed(api, ben, "savePosition", title="Warden", companyName="Hive")
    await changed(api, ben, "saveEducation", school="Bee College")
    for query in ("beekeeper", "apiculture", "warden hive"):
        assert await ada.found(query) == ["ben"]
    assert await ada.found(filter={"schools": ["bee college"], "languages": ["dutch"]}) == ["ben"]
    await changed(api, ben, "setSkills", names=["Wax"])
    [position] = (await api.ask('{ member(handle: "ben") { experience { id } } }', member=ben)).data[
        "member"
    ]["experience"]
    await changed(api, ben, "deleteProfileEntry", entryId=position["id"])
    for query in ("apiculture", "warden", "headline ben"):
        assert await ada.found(query) == []
    await changed(api, ben, "updatePrivacy", discoverable=False)
    assert await ada.found("beekeeper") == []


async def test_who_signs_up_is_found(api: Api, ada: Searching) -> None:
    text = "mutation($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }"
    names = {"handle": "newcomer", "givenName": "Nia", "familyName": "New"}
    signing = {"email": "nia@a.test", "password": "a long enough password", **names}
    assert (await api.ask(text, {"input": signing})).data == {"signUp": {"userErrors": []}}
    assert await ada.found("nia") == ["newcomer"]


async def test_a_seeded_network_has_all_its_documents(world: World, database_url: str) -> None:
    with Progress(disable=True) as progress:
        assert await Seeding(members=60).run(database_url, progress)
    assert await world.value(DOCUMENTS) == await world.value(LISTED) > 50
    async with world.connection() as connection:
        await connection.execute(KEPT)
        await connection.execute(RENEWED)
        assert await connection.fetchval(DIFFERENT) == 0
        await connection.execute("DROP TABLE kept")
    index = "SELECT indexdef FROM pg_indexes WHERE indexname = 'search_documents_words_idx'"
    assert "USING gin (((open_words || closed_words))) WITH (fastupdate=off)" in await world.value(index)
    enabled = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%search%' AND tgenabled <> 'O'"
    assert await world.value(enabled) == 0


async def test_what_a_member_was_found_by_goes_with_them(world: World) -> None:
    ben = await world.member("ben")
    await world.execute("DELETE FROM members WHERE id = $1", ben)
    assert await world.value(DOCUMENTS) == 0


@pytest.mark.parametrize("count", ["connection_count", "follower_count"])
async def test_counts_do_not_touch_documents(world: World, count: str) -> None:
    ben = await world.member("ben")
    await world.execute("DELETE FROM search_documents")
    await world.execute(f"UPDATE members SET {count} = 1 WHERE id = $1", ben)
    assert await world.value(DOCUMENTS) == 0
