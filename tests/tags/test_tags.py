"""Making, changing and deleting private tags."""

import pytest

from auth.identity import OAuthScope
from tests.clients import Json
from tests.connection_requests.errors import invalid, not_found
from tests.connection_requests.people import Person
from tests.races import all_at_once
from tests.tags.labels import TAGS, own, tag, tags
from tests.world import World

NODE = "query($id: ID!) { node(id: $id) { id ... on Tag { name color } } }"
MANY = "INSERT INTO tags (member_id, name) SELECT $1, 'tag ' || number FROM generate_series(1, $2) AS number"


async def test_a_new_tag_is_there_by_its_name(ada: Person, ben: Person) -> None:
    await tag(ada, "Lund")
    payload = await ada.does("saveTag", name="  golf club ", color="#00aaff")
    assert payload["tag"] == {"id": payload["tag"]["id"], "name": "golf club", "color": "#00aaff"}
    assert payload["viewer"]["tags"] == [{"name": "golf club"}, {"name": "Lund"}]
    assert (await ada.ask(NODE, id=payload["tag"]["id"])).data["node"] == payload["tag"]
    assert (await ben.ask(TAGS)).data["viewer"]["tags"] == []


async def test_a_tag_is_nobody_elses(ada: Person, ben: Person) -> None:
    label = await tag(ada, "Lund")
    assert (await ben.ask(NODE, id=label)).data["node"] is None
    for mutation, input in [("saveTag", {"name": "Mine"}), ("deleteTag", {})]:
        assert await ben.refused(mutation, tagId=label, **input) == not_found("tagId", label)
    for field in ("addTagIds", "removeTagIds"):
        refusal = await ben.refused("tagConnections", memberIds=[ada.id], **{field: [label]})
        assert refusal == not_found(field, label)
    assert await tags(ada) == {"Lund": 0}


async def test_what_is_absent_stays_and_null_clears(ada: Person) -> None:
    label = await tag(ada, "Lund", color="#00aaff")
    colors: list[tuple[Json, str | None]] = [
        ({}, "#00aaff"),
        ({"color": "#ff0000"}, "#ff0000"),
        ({"color": None}, None),
    ]
    for given, color in colors:
        payload = await ada.does("saveTag", tagId=label, name="Malmö", **given)
        assert payload["tag"] == {"id": label, "name": "Malmö", "color": color}


async def test_two_tags_of_one_owner_have_two_names(ada: Person, ben: Person) -> None:
    first, second = await tag(ada, "Lund"), await tag(ada, "Malmö")
    await tag(ben, "Lund")
    for given in ({"name": "LUND"}, {"name": "lund", "tagId": second}):
        assert await ada.refused("saveTag", **given) == invalid("TAKEN", "name")
    await ada.does("saveTag", tagId=first, name="LUND")
    assert await tags(ada) == {"LUND": 0, "Malmö": 0}


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"name": " "}, invalid("REQUIRED", "name")),
        ({"name": "x" * 51}, invalid("TOO_LONG", "name", "maxLength=50")),
        ({"name": "Lund", "color": "blue"}, invalid("INVALID", "color", "pattern=#rrggbb")),
        ({"name": "Lund", "color": "#00AAFF"}, invalid("INVALID", "color", "pattern=#rrggbb")),
        ({"name": "Lund", "color": "#00aaff\n#"}, invalid("INVALID", "color", "pattern=#rrggbb")),
        ({"name": "Lund", "tagId": "x"}, not_found("tagId", "x")),
    ],
)
async def test_what_no_tag_has_is_refused(ada: Person, given: Json, refusal: Json) -> None:
    assert await ada.refused("saveTag", **given) == refusal
    assert await tags(ada) == {}


async def test_there_are_two_hundred_tags_at_most(ada: Person, world: World) -> None:
    await world.execute(MANY, ada.number, 199)
    last = await tag(ada, "last")
    refusal = await ada.refused("saveTag", name="one more")
    assert refusal == {"__typename": "ValidationError", "code": "TOO_LONG", "constraint": "maxItems=200"}
    await ada.does("saveTag", tagId=last, name="renamed")
    assert len(await tags(ada)) == 200


async def test_two_tags_that_come_at_once_pass_no_bound(ada: Person, world: World) -> None:
    await world.execute(MANY, ada.number, 199)
    lock = f"SELECT FROM inboxes WHERE member_id = {ada.number} FOR UPDATE"
    both = [ada.tries("saveTag", "tag { id }", name=name) for name in ("one", "other")]
    made = [answer.data["saveTag"]["tag"] for answer in await all_at_once(world, lock, *both)]
    assert sum(each is not None for each in made) == 1
    assert len(await tags(ada)) == 200


async def test_a_deleted_tag_is_on_nothing_any_more(ada: Person, ben: Person, world: World) -> None:
    await world.connect(ada.number, ben.number)
    label, other = await tag(ada, "Lund"), await tag(ada, "Malmö")
    await ada.does("tagConnections", memberIds=[ben.id], addTagIds=[label, other])
    assert await ada.does("deleteTag", tagId=label) == {"deletedId": label}
    assert await tags(ada) == {"Malmö": 1}
    assert (await own(ada, ben))["tags"] == ["Malmö"]
    assert await ada.refused("deleteTag", tagId=label) == not_found("tagId", label)


async def test_a_token_needs_the_scopes_of_the_network(ada: Person) -> None:
    label = await tag(ada, "Lund")
    without = ada.with_scopes(OAuthScope.PROFILE_READ)
    assert (await without.ask(TAGS)).codes == ["MISSING_SCOPE"]
    assert (await without.ask(NODE, id=label)).data["node"] is None
    assert (await without.tries("deleteTag", tagId=label)).codes == ["MISSING_SCOPE"]
    writing = ada.with_scopes(OAuthScope.NETWORK_WRITE)
    payload = await writing.does("saveTag", "tag { id }", tagId=label, name="Malmö")
    assert payload == {"tag": None}
    assert await tags(ada) == {"Malmö": 0}
