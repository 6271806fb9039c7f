"""A profile over HTTP: reading it, editing it and what refuses an edit."""

from tests.clients import Api
from tests.world import World

PROFILE = """
    query($handle: String) {
      member(handle: $handle) {
        id handle displayName givenName familyName headline location isViewer version joinedOn
        experience { id title companyName startedOn endedOn }
        education { school degree } skills { name } languages
        contactInfo { email phone websites }
        connectionCount connectionCountLabel
        hiddenSections { section reason openedBy }
      }
    }
"""


async def test_a_member_reads_the_own_profile_in_full(api: Api, world: World) -> None:
    ada = await world.member("ada", {"contact_email": "ada@rapport.test", "phone": "+1"})
    member = (await api.ask(PROFILE, {"handle": "ada"}, member=ada)).data["member"]
    assert member["displayName"] == "Ada Tester"
    assert member["contactInfo"] == {"email": "ada@rapport.test", "phone": "+1", "websites": []}
    assert member["experience"] == []
    assert member["version"] == 1
    assert member["isViewer"]
    assert member["hiddenSections"] == []
