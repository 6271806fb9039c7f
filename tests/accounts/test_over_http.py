"""Accounts as a front end meets them."""

from typing import Any

from tests.clients import Api, Json
from tests.statements import counted
from tests.world import World

GRANT = """
    accessToken expiresAt refreshToken
    viewer { email member { handle displayName } sessions { id isCurrent } }
    userErrors { __typename code message field ... on ValidationError { constraint } }
"""
SIGN_UP = f"mutation ($input: SignUpInput!) {{ signUp(input: $input) {{ {GRANT} }} }}"
SIGN_IN = f"mutation ($input: SignInInput!) {{ signIn(input: $input) {{ {GRANT} }} }}"
REFRESH = f"mutation ($input: RefreshSessionInput!) {{ refreshSession(input: $input) {{ {GRANT} }} }}"
SIGN_OUT = """
mutation ($input: SignOutInput!) {
  signOut(input: $input) { endedSessionId userErrors { __typename code field } }
}
"""
CHANGE_PASSWORD = """
mutation ($input: ChangePasswordInput!) {
  changePassword(input: $input) { viewer { sessions { isCurrent } } userErrors { code field } }
}
"""
CLOSE = (
    "mutation ($input: CloseAccountInput!) { closeAccount(input: $input) { erasedAt userErrors { code } } }"
)
SESSIONS = "{ viewer { sessions { id userAgent createdAt lastUsedAt isCurrent } } }"
ADA: dict[str, Any] = {
    "email": "Ada@example.org",
    "password": "a password for tests",
    "handle": "ada",
    "givenName": "Ada",
    "familyName": "Lovelace",
}


async def run(api: Api, mutation: str, token: str | None = None, **given: object) -> dict[str, Json]:
    """The payload of a mutation with this input."""
    answer = await api.ask(mutation, {"input": given}, token=token)
    [payload] = answer.data.values()
    assert isinstance(payload, dict)
    return payload


async def test_who_signs_up_is_answered_as_the_new_member(api: Api) -> None:
    payload = await run(api, SIGN_UP, **ADA)
    assert payload["userErrors"] == []
    assert payload["viewer"]["email"] == "Ada@example.org"
    assert payload["viewer"]["member"] == {"handle": "ada", "displayName": "Ada Lovelace"}
    assert [session["isCurrent"] for session in payload["viewer"]["sessions"]] == [True]


async def test_refusals_name_the_fields_of_the_input(api: Api) -> None:
    payload = await run(api, SIGN_UP, **ADA | {"givenName": "", "password": "short"})
    assert payload["accessToken"] is payload["viewer"] is None
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("INVALID", ["password"]),
        ("REQUIRED", ["givenName"]),
    ]


async def test_a_session_from_signing_in_to_signing_out(api: Api) -> None:
    await run(api, SIGN_UP, **ADA)
    signed_in = await run(api, SIGN_IN, email=ADA["email"], password=ADA["password"])
    refreshed = await run(api, REFRESH, refreshToken=signed_in["refreshToken"])
    token = refreshed["accessToken"]
    first, second = (await api.ask(SESSIONS, token=token)).data["viewer"]["sessions"]
    assert (first["isCurrent"], second["isCurrent"]) == (True, False)
    assert first["userAgent"].startswith("python-httpx")
    ended = await run(api, SIGN_OUT, token)
    assert ended == {"endedSessionId": first["id"], "userErrors": []}
    after = await api.ask(SESSIONS, token=token)
    assert (after.status, after.codes) == (401, ["UNAUTHENTICATED"])


async def test_guesses_count_for_the_address_that_they_come_from(api: Api, world: World) -> None:
    refused = await run(api, SIGN_IN, email="nobody@example.org", password="a guess of a password")
    assert refused["accessToken"] is None
    subjects = "SELECT array_agg(subject) FROM sign_in_failures WHERE subject LIKE 'address:%'"
    assert await world.value(subjects) == ["address:127.0.0.1"]


async def test_who_asks_is_known_without_a_query(api: Api) -> None:
    token = (await run(api, SIGN_UP, **ADA))["accessToken"]
    async with counted(api.deployment.pool) as statements:
        assert (await api.ask("{ __typename }", token=token)).status == 200
    assert statements == []


async def test_a_session_is_a_node_of_its_owner_alone(api: Api) -> None:
    ada = await run(api, SIGN_UP, **ADA)
    bob = await run(api, SIGN_UP, **ADA | {"email": "bob@example.org", "handle": "bob"})
    [session] = ada["viewer"]["sessions"]
    query = "query ($id: ID!) { node(id: $id) { id ... on Session { isCurrent } } }"
    own = await api.ask(query, {"id": session["id"]}, token=ada["accessToken"])
    assert own.data["node"] == session
    others = [await api.ask(query, {"id": session["id"]}, token=bob["accessToken"])]
    others.append(await api.ask(query, {"id": session["id"]}))
    assert [answer.data["node"] for answer in others] == [None, None]


async def test_a_wrong_password_and_too_many_of_them(api: Api) -> None:
    await run(api, SIGN_UP, **ADA)
    wrong = [await run(api, SIGN_IN, email=ADA["email"], password="a guess at it") for _ in range(6)]
    assert [payload["userErrors"][0]["code"] for payload in wrong] == [
        *["INVALID_CREDENTIALS"] * 5,
        "TOO_MANY_ATTEMPTS",
    ]
    assert wrong[5]["userErrors"][0]["constraint"] == "retryAfter=PT1S"


async def test_changing_the_password_leaves_this_session(api: Api) -> None:
    here = await run(api, SIGN_UP, **ADA)
    there = await run(api, SIGN_IN, email=ADA["email"], password=ADA["password"])
    given = {"currentPassword": ADA["password"], "newPassword": "another password"}
    changed = await run(api, CHANGE_PASSWORD, here["accessToken"], **given)
    assert changed == {"viewer": {"sessions": [{"isCurrent": True}]}, "userErrors": []}
    assert (await api.ask(SESSIONS, token=there["accessToken"])).status == 401


async def test_a_closed_account_is_gone(api: Api) -> None:
    ada = await run(api, SIGN_UP, **ADA)
    closed = await run(api, CLOSE, ada["accessToken"], password=ADA["password"])
    assert closed["userErrors"] == []
    assert closed["erasedAt"] > ada["expiresAt"]
    assert (await api.ask('{ member(handle: "ada") { id } }')).data["member"] is None
    assert (await api.ask(SESSIONS, token=ada["accessToken"])).status == 401


async def test_third_parties_do_not_touch_the_account(api: Api) -> None:
    ada = await run(api, SIGN_UP, **ADA)
    viewer = api.deployment.accounts.viewer(ada["accessToken"])
    for mutation in (SIGN_OUT, CHANGE_PASSWORD, CLOSE):
        given = {"currentPassword": "", "newPassword": ""} if mutation is CHANGE_PASSWORD else {}
        given = {"password": ""} if mutation is CLOSE else given
        scopes = frozenset({"PROFILE_WRITE"})
        answer = await api.ask(mutation, {"input": given}, member=viewer.member_id, scopes=scopes)
        assert answer.codes == ["MISSING_SCOPE"]
        assert (await api.ask(mutation, {"input": given})).codes == ["UNAUTHENTICATED"]
    answer = await api.ask(SESSIONS, member=viewer.member_id, scopes=frozenset({"PROFILE_READ"}))
    assert answer.codes == ["MISSING_SCOPE"]
