"""Changing privacy settings."""

import pytest

from tests.clients import Api, Json
from tests.world import World

UPDATE = """
    mutation($input: UpdatePrivacyInput!) {
      updatePrivacy(input: $input) {
        settings {
          id connectionsVisibility whoCanRequest requireNote discoverable
          sectionAudiences { section audience }
        }
        userErrors { code field message }
      }
    }
"""


async def changed(api: Api, member: int, **input: Json) -> Json:
    return (await api.ask(UPDATE, {"input": input}, member=member)).data["updatePrivacy"]


def audiences(payload: Json) -> dict[str, str]:
    return {each["section"]: each["audience"] for each in payload["settings"]["sectionAudiences"]}


async def test_what_is_absent_stays(api: Api, world: World) -> None:
    ada = await world.member("ada")
    await changed(api, ada, whoCanRequest="NOBODY", requireNote=True)
    settings = (await changed(api, ada, connectionsVisibility="NOBODY"))["settings"]
    assert (settings["whoCanRequest"], settings["requireNote"], settings["discoverable"]) == (
        "NOBODY",
        True,
        True,
    )
    assert settings["connectionsVisibility"] == "NOBODY"


async def test_an_audience_is_kept_only_while_it_differs_from_the_default(api: Api, world: World) -> None:
    ada = await world.member("ada")
    payload = await changed(api, ada, sectionAudiences=[{"section": "EMAIL", "audience": "MEMBERS"}])
    assert audiences(payload)["EMAIL"] == "MEMBERS"
    assert await world.value("SELECT audiences FROM members") == {"EMAIL": "MEMBERS"}
    await changed(api, ada, sectionAudiences=[{"section": "EMAIL", "audience": "CONNECTIONS"}])
    assert await world.value("SELECT audiences FROM members") is None


@pytest.mark.parametrize(("section", "audience"), [("EMAIL", "GROUP"), ("CONNECTIONS_LIST", "PUBLIC")])
async def test_an_audience_that_a_section_cannot_have_is_refused(
    api: Api, world: World, section: str, audience: str
) -> None:
    ada = await world.member("ada")
    chosen = [{"section": "PHONE", "audience": "PUBLIC"}, {"section": section, "audience": audience}]
    payload = await changed(api, ada, sectionAudiences=chosen)
    assert [error["field"] for error in payload["userErrors"]] == [["sectionAudiences", "1", "audience"]]
    assert await world.value("SELECT audiences FROM members") is None


@pytest.mark.parametrize("name", ["discoverable", "sectionAudiences"])
async def test_a_setting_cannot_be_cleared(api: Api, world: World, name: str) -> None:
    ada = await world.member("ada")
    payload = await changed(api, ada, **{name: None})
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [("REQUIRED", [name])]


async def test_settings_need_their_scope(api: Api, world: World) -> None:
    ada = await world.member("ada")
    ask = "{ viewer { settings { id } } }"
    assert (await api.ask(ask, member=ada, scopes=frozenset({"NETWORK_READ"}))).codes == ["MISSING_SCOPE"]
    assert (await api.ask(ask, member=ada, scopes=frozenset({"PROFILE_READ"}))).data["viewer"]["settings"]
