"""A profile over HTTP: finding it, reading it, editing it and what refuses an edit."""

import asyncio

import pytest

from rules.ids import encode
from tests.clients import Api, Json
from tests.world import World

PROFILE = """
    query($id: ID, $handle: String) {
      member(id: $id, handle: $handle) {
        id handle displayName givenName familyName headline location isViewer version
        experience { id title companyName startedOn endedOn }
        education { id school degree } skills { id name } languages
        contactInfo { email phone websites }
        hiddenSections { section }
      }
    }
"""
UPDATE = """
    mutation($input: UpdateProfileInput!) {
      updateProfile(input: $input) {
        member { headline languages version }
        userErrors {
          __typename code field
          ... on ValidationError { constraint } ... on VersionConflictError { currentVersion }
        }
      }
    }
"""
SAVE_POSITION = """
    mutation($input: SavePositionInput!) {
      savePosition(input: $input) {
        member { version experience { id title companyName startedOn endedOn } }
        userErrors { __typename code field ... on ValidationError { constraint } }
      }
    }
"""
SAVE_EDUCATION = """
    mutation($input: SaveEducationInput!) {
      saveEducation(input: $input) { member { education { id school } } userErrors { code field } }
    }
"""
DELETE_ENTRY = """
    mutation($input: DeleteProfileEntryInput!) {
      deleteProfileEntry(input: $input) {
        member { experience { id } education { id } }
        userErrors { code ... on NotFoundError { missingId } }
      }
    }
"""
SET_SKILLS = """
    mutation($input: SetSkillsInput!) {
      setSkills(input: $input) { member { skills { id name } } userErrors { code field } }
    }
"""


async def done(api: Api, member: int, document: str, **input: Json) -> Json:
    """The payload of a mutation's only field."""
    data = (await api.ask(document, {"input": input}, member=member)).data
    return next(iter(data.values()))


async def test_a_member_reads_the_own_profile_in_full(api: Api, world: World) -> None:
    ada = await world.member("ada", {"contact_email": "ada@rapport.test", "phone": "+1"})
    member = (await api.ask(PROFILE, {"handle": "ada"}, member=ada)).data["member"]
    assert member["displayName"] == "Ada Tester"
    assert member["contactInfo"] == {"email": "ada@rapport.test", "phone": "+1", "websites": []}
    assert member["hiddenSections"] == []
    assert (member["isViewer"], member["version"]) == (True, 1)


async def test_a_member_is_found_by_id_as_by_handle(api: Api, world: World) -> None:
    await world.member("ada")
    by_handle = (await api.ask(PROFILE, {"handle": "ada"})).data
    assert (await api.ask(PROFILE, {"id": by_handle["member"]["id"]})).data == by_handle


@pytest.mark.parametrize("lookup", [{}, {"id": "M_MQ", "handle": "ada"}])
async def test_a_lookup_needs_exactly_one_key(api: Api, world: World, lookup: Json) -> None:
    assert (await api.ask(PROFILE, lookup)).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    "lookup",
    [{"handle": "nobody"}, {"id": "M_OTk"}, {"id": "x"}, {"id": "V_MQ"}, {"id": ""}, {"handle": "a\0b"}],
)
async def test_an_unknown_member_is_null(api: Api, world: World, lookup: Json) -> None:
    await world.member("ada")
    assert (await api.ask(PROFILE, lookup)).data == {"member": None}


async def test_an_edit_changes_what_it_names_and_leaves_the_rest(api: Api, world: World) -> None:
    ada = await world.member("ada", {"languages": ["Swedish"], "location": "Lund"})
    payload = await done(api, ada, UPDATE, headline="  Chief Engineer ")
    assert payload["member"] == {"headline": "Chief Engineer", "languages": ["Swedish"], "version": 2}
    assert await world.value("SELECT location FROM members WHERE id = $1", ada) == "Lund"


async def test_null_clears(api: Api, world: World) -> None:
    ada = await world.member("ada", {"languages": ["Swedish"]})
    payload = await done(api, ada, UPDATE, headline=None, languages=None)
    assert payload["member"] == {"headline": None, "languages": [], "version": 2}


@pytest.mark.parametrize(
    ("input", "code", "field"),
    [
        ({"givenName": None}, "REQUIRED", ["givenName"]),
        ({"familyName": "  "}, "REQUIRED", ["familyName"]),
        ({"headline": "x" * 221}, "TOO_LONG", ["headline"]),
        ({"headline": "a\u0000b"}, "INVALID", ["headline"]),
        ({"givenName": "\u200b"}, "INVALID", ["givenName"]),
        ({"languages": ["x"] * 51}, "TOO_LONG", ["languages"]),
        ({"websites": ["https://a.test/" + "x" * 2000]}, "TOO_LONG", ["websites"]),
        ({"contactEmail": "nobody"}, "INVALID", ["contactEmail"]),
    ],
)
async def test_an_unacceptable_value_is_refused_and_nothing_changes(
    api: Api, world: World, input: Json, code: str, field: list[str]
) -> None:
    ada = await world.member("ada")
    payload = await done(api, ada, UPDATE, summary="never kept", **input)
    assert payload["member"] is None
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)]
    assert await world.value("SELECT summary FROM members WHERE id = $1", ada) is None


async def test_an_address_that_is_not_https_is_no_url(api: Api, world: World) -> None:
    ada = await world.member("ada")
    answer = await api.ask(UPDATE, {"input": {"photoUrl": "http://a.test/x.png"}}, member=ada)
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_an_edit_of_an_older_version_is_refused(api: Api, world: World) -> None:
    ada = await world.member("ada")
    await done(api, ada, UPDATE, headline="One", expectedVersion=1)
    [error] = (await done(api, ada, UPDATE, headline="Two", expectedVersion=1))["userErrors"]
    assert (error["__typename"], error["currentVersion"]) == ("VersionConflictError", 2)


async def test_of_two_edits_at_once_of_one_version_one_wins(api: Api, world: World) -> None:
    ada = await world.member("ada")
    edits = [done(api, ada, UPDATE, headline=f"Edit {n}", expectedVersion=1) for n in range(5)]
    refused = [bool(payload["userErrors"]) for payload in await asyncio.gather(*edits)]
    assert sorted(refused) == [False, True, True, True, True]


async def test_nobody_edits_without_signing_in(api: Api, world: World) -> None:
    answer = await api.ask(UPDATE, {"input": {"headline": "x"}})
    assert answer.codes == ["UNAUTHENTICATED"]


async def test_a_token_without_the_scope_may_not_edit(api: Api, world: World) -> None:
    ada = await world.member("ada")
    answer = await api.ask(UPDATE, {"input": {}}, member=ada, scopes=frozenset({"PROFILE_READ"}))
    assert answer.codes == ["MISSING_SCOPE"]


async def test_positions_are_listed_current_first_then_latest(api: Api, world: World) -> None:
    ada = await world.member("ada")
    await done(
        api, ada, SAVE_POSITION, title="Past", companyName="A", startedOn="2010-01-01", endedOn="2012-01-01"
    )
    await done(api, ada, SAVE_POSITION, title="Now", companyName="B", startedOn="2015-01-01")
    payload = await done(
        api, ada, SAVE_POSITION, title="Later", companyName="C", startedOn="2012-01-01", endedOn="2014-01-01"
    )
    assert [position["title"] for position in payload["member"]["experience"]] == ["Now", "Later", "Past"]
    assert payload["member"]["version"] == 4


async def test_a_saved_position_is_replaced_by_its_id(api: Api, world: World) -> None:
    ada = await world.member("ada")
    payload = await done(api, ada, SAVE_POSITION, title="Engineer", companyName="A")
    [position] = payload["member"]["experience"]
    payload = await done(api, ada, SAVE_POSITION, positionId=position["id"], title="Lead", companyName="A")
    assert payload["member"]["experience"] == [{**position, "title": "Lead"}]


@pytest.mark.parametrize("position_id", ["P_MS4x", "P_Mi4x", "E_MS4x", "nonsense", ""])
async def test_an_entry_of_others_or_of_nobody_is_not_found(api: Api, world: World, position_id: str) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    await done(api, bob, SAVE_POSITION, title="Engineer", companyName="A")
    payload = await done(api, ada, SAVE_POSITION, positionId=position_id, title="x", companyName="y")
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]
    payload = await done(api, ada, DELETE_ENTRY, entryId=position_id)
    assert [error["missingId"] for error in payload["userErrors"]] == [position_id]


async def test_a_position_names_a_company_that_the_network_knows(api: Api, world: World) -> None:
    ada = await world.member("ada")
    company = await world.value("INSERT INTO companies (handle, name) VALUES ('acme', 'Acme') RETURNING id")
    acme = encode("CO", company)
    payload = await done(api, ada, SAVE_POSITION, title="x", companyName="ACME", companyId=acme)
    [position] = payload["member"]["experience"]
    query = "query($id: ID!) { node(id: $id) { ... on Position { companyName company { id name } } } }"
    seen = (await api.ask(query, {"id": position["id"]}, member=ada)).data["node"]
    assert seen == {"companyName": "ACME", "company": {"id": acme, "name": "Acme"}}
    await done(api, ada, SAVE_POSITION, positionId=position["id"], title="x", companyName="ACME")
    assert (await api.ask(query, {"id": position["id"]}, member=ada)).data["node"]["company"] is None


@pytest.mark.parametrize("company_id", ["CO_OTk", "M_MQ", "nonsense", ""])
async def test_a_company_that_does_not_exist_is_refused(api: Api, world: World, company_id: str) -> None:
    ada = await world.member("ada")
    payload = await done(api, ada, SAVE_POSITION, title="x", companyName="y", companyId=company_id)
    errors = [(error["code"], error["field"]) for error in payload["userErrors"]]
    assert (payload["member"], errors) == (None, [("NOT_FOUND", ["companyId"])])
    assert await world.value("SELECT count(*) FROM positions") == 0


async def test_a_position_that_ends_before_it_starts_is_refused(api: Api, world: World) -> None:
    ada = await world.member("ada")
    payload = await done(
        api, ada, SAVE_POSITION, title="x", companyName="y", startedOn="2020-01-02", endedOn="2020-01-01"
    )
    assert [error["field"] for error in payload["userErrors"]] == [["endedOn"]]


async def test_a_retry_with_the_same_key_adds_one_position(api: Api, world: World) -> None:
    ada = await world.member("ada")
    save = {"title": "Engineer", "companyName": "A", "idempotencyKey": "one"}
    payloads = await asyncio.gather(*(done(api, ada, SAVE_POSITION, **save) for _ in range(5)))
    assert [payload["userErrors"] for payload in payloads] == [[]] * 5
    assert await world.value("SELECT count(*) FROM positions") == 1


async def test_the_same_key_with_other_input_is_a_conflict(api: Api, world: World) -> None:
    ada = await world.member("ada")
    await done(api, ada, SAVE_POSITION, title="Engineer", companyName="A", idempotencyKey="one")
    payload = await done(api, ada, SAVE_POSITION, title="Lead", companyName="A", idempotencyKey="one")
    [error] = payload["userErrors"]
    assert (error["__typename"], error["code"]) == ("IdempotencyConflictError", "IDEMPOTENCY_CONFLICT")


async def test_a_key_is_forgotten_after_a_day(api: Api, world: World) -> None:
    ada = await world.member("ada")
    save = {"title": "Engineer", "companyName": "A", "idempotencyKey": "one"}
    await done(api, ada, SAVE_POSITION, **save)
    await world.execute("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'")
    await done(api, ada, SAVE_POSITION, **save)
    assert await world.value("SELECT count(*) FROM positions") == 2


async def test_a_profile_holds_a_hundred_positions_and_no_more(api: Api, world: World) -> None:
    ada = await world.member("ada")
    rows = "SELECT $1, 'x', 'y' FROM generate_series(1, 100)"
    await world.execute(f"INSERT INTO positions (member_id, title, company_name) {rows}", ada)
    payload = await done(api, ada, SAVE_POSITION, title="x", companyName="y")
    assert [error["constraint"] for error in payload["userErrors"]] == ["maxItems=100"]


async def test_an_entry_is_deleted_once(api: Api, world: World) -> None:
    ada = await world.member("ada")
    [entry] = (await done(api, ada, SAVE_EDUCATION, school="Lund"))["member"]["education"]
    deleted = await done(api, ada, DELETE_ENTRY, entryId=entry["id"])
    assert deleted["member"]["education"] == []
    assert (await done(api, ada, DELETE_ENTRY, entryId=entry["id"]))["userErrors"][0]["code"] == "NOT_FOUND"


async def test_a_kept_skill_stays_the_same_skill(api: Api, world: World) -> None:
    ada = await world.member("ada")
    before = (await done(api, ada, SET_SKILLS, names=["Python", "SQL", "Go"]))["member"]["skills"]
    after = (await done(api, ada, SET_SKILLS, names=["Rust", "sql", "Python"]))["member"]["skills"]
    assert [skill["name"] for skill in after] == ["Rust", "sql", "Python"]
    assert after[2]["id"] == before[0]["id"]
    assert after[1]["id"] == before[1]["id"]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["a", "A"], "INVALID"),
        (["\u0391\u03a3", "\u03b1\u03c3"], "INVALID"),
        ([""], "REQUIRED"),
        (["x"] * 101, "TOO_LONG"),
    ],
)
async def test_unacceptable_skills_are_refused(api: Api, world: World, names: list[str], code: str) -> None:
    ada = await world.member("ada")
    payload = await done(api, ada, SET_SKILLS, names=names)
    assert code in [error["code"] for error in payload["userErrors"]]


@pytest.mark.parametrize("key", ["", "x" * 256, "a\0b"])
async def test_a_key_that_none_can_be_is_refused(api: Api, world: World, key: str) -> None:
    ada = await world.member("ada")
    payload = await done(api, ada, SAVE_POSITION, title="x", companyName="y", idempotencyKey=key)
    assert [error["field"] for error in payload["userErrors"]] == [["idempotencyKey"]]


@pytest.mark.parametrize("day", ["20260101", "2026-W01-1", "2026-13-01", "", "0001-1-1"])
async def test_a_day_has_one_form(api: Api, world: World, day: str) -> None:
    ada = await world.member("ada")
    input = {"title": "x", "companyName": "y", "startedOn": day}
    assert (await api.ask(SAVE_POSITION, {"input": input}, member=ada)).codes == ["BAD_USER_INPUT"]


async def test_a_year_that_no_career_has_is_refused(api: Api, world: World) -> None:
    ada = await world.member("ada")
    payload = await done(api, ada, SAVE_POSITION, title="x", companyName="y", startedOn="0001-01-01")
    assert [error["constraint"] for error in payload["userErrors"]] == ["year=1900-2100"]
