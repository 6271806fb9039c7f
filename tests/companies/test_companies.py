"""Company pages: finding, making and editing them, and who edits them."""

import pytest

from auth.closing import close
from rules.ids import encode
from tests.clients import Api, Json
from tests.statements import counted
from tests.world import World

COMPANY = """
    query($id: ID, $handle: String) {
      company(id: $id, handle: $handle) {
        id handle name industry description followerCount viewerIsAdministrator
        viewerFollow { id }
        administrators { totalCount nodes { handle } }
      }
    }
"""
CREATE = """
    mutation($input: CreateCompanyInput!) {
      createCompany(input: $input) {
        company { id handle name industry description viewerIsAdministrator }
        userErrors { __typename code field }
      }
    }
"""
UPDATE = """
    mutation($input: UpdateCompanyInput!) {
      updateCompany(input: $input) {
        company { name industry description }
        userErrors {
          __typename code field ... on NotPermittedError { reason } ... on NotFoundError { missingId }
        }
      }
    }
"""
ACME = {"handle": "acme", "name": "Acme", "industry": "Anvils", "description": "All anvils."}
WRITING = frozenset({"CONTENT_WRITE"})
READING = frozenset({"PROFILE_READ"})


@pytest.fixture
async def ada(world: World) -> int:
    return await world.member("ada")


async def created(api: Api, member: int, **input: Json) -> Json:
    return (await api.ask(CREATE, {"input": ACME | input}, member=member)).data["createCompany"]


async def updated(api: Api, member: int, **input: Json) -> Json:
    return (await api.ask(UPDATE, {"input": input}, member=member)).data["updateCompany"]


async def page_of(api: Api, member: int | None, scopes: frozenset[str] | None = None) -> Json:
    answer = await api.ask(COMPANY, {"handle": "acme"}, member=member, scopes=scopes)
    return answer.data["company"]


def codes(payload: Json) -> list[Json]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


async def test_who_makes_a_page_administers_it(api: Api, ada: int) -> None:
    payload = await created(api, ada)
    assert payload["userErrors"] == []
    assert payload["company"] == {"id": encode("CO", 1), "viewerIsAdministrator": True, **ACME}
    assert (await page_of(api, ada))["administrators"] == {"totalCount": 1, "nodes": [{"handle": "ada"}]}


async def test_a_page_is_found_by_id_and_by_handle_and_by_node(api: Api, ada: int) -> None:
    id = (await created(api, ada))["company"]["id"]
    by_handle = await page_of(api, None)
    assert (await api.ask(COMPANY, {"id": id})).data["company"] == by_handle
    node = "query($id: ID!) { node(id: $id) { ... on Followable { id handle followerCount } } }"
    assert (await api.ask(node, {"id": id})).data["node"] == {"id": id, "handle": "acme", "followerCount": 0}


@pytest.mark.parametrize(
    "given",
    [{"id": encode("CO", 99)}, {"id": encode("M", 1)}, {"id": "x"}, {"handle": "none"}, {"handle": "\0"}],
)
async def test_a_page_that_is_not_there_is_null(api: Api, ada: int, given: Json) -> None:
    await created(api, ada)
    assert (await api.ask(COMPANY, given)).data == {"company": None}


@pytest.mark.parametrize("given", [{}, {"id": encode("CO", 1), "handle": "acme"}])
async def test_exactly_one_of_id_and_handle_is_given(api: Api, given: Json) -> None:
    assert (await api.ask(COMPANY, given)).codes == ["BAD_USER_INPUT"]


async def test_everybody_reads_the_page_and_only_administrators_see_who_they_are(
    api: Api, world: World, ada: int
) -> None:
    await created(api, ada)
    bob = await world.member("bob")
    for member, scopes in ((bob, None), (None, None), (ada, READING)):
        page = await page_of(api, member, scopes)
        assert (page["name"], page["description"]) == ("Acme", "All anvils.")
        assert (page["viewerIsAdministrator"], page["administrators"]) == (False, None)


async def test_a_handle_is_taken_once(api: Api, world: World, ada: int) -> None:
    await created(api, ada)
    payload = await created(api, await world.member("bob"), name="Other")
    assert (payload["company"], codes(payload)) == (None, [("TAKEN", ["handle"])])
    assert await world.value("SELECT count(*) FROM administrators") == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"handle": "Acme"}, ("INVALID", ["handle"])),
        ({"handle": "a"}, ("INVALID", ["handle"])),
        ({"name": " "}, ("REQUIRED", ["name"])),
        ({"name": "x" * 151}, ("TOO_LONG", ["name"])),
        ({"name": "a\u202eb"}, ("INVALID", ["name"])),
        ({"industry": "x" * 101}, ("TOO_LONG", ["industry"])),
        ({"description": "x" * 5_001}, ("TOO_LONG", ["description"])),
    ],
)
async def test_unacceptable_texts_are_refused(
    api: Api, world: World, ada: int, changes: Json, code: Json
) -> None:
    assert codes(await created(api, ada, **changes)) == [code]
    assert await world.value("SELECT count(*) FROM companies") == 0


async def test_what_is_absent_stays_and_null_clears(api: Api, ada: int) -> None:
    id = (await created(api, ada))["company"]["id"]
    payload = await updated(api, ada, companyId=id, name=" Acme Ltd ", industry=None)
    assert payload["company"] == {"name": "Acme Ltd", "industry": None, "description": "All anvils."}


async def test_the_name_cannot_be_cleared(api: Api, ada: int) -> None:
    id = (await created(api, ada))["company"]["id"]
    assert codes(await updated(api, ada, companyId=id, name=None)) == [("REQUIRED", ["name"])]


async def test_only_administrators_edit_a_page(api: Api, world: World, ada: int) -> None:
    id = (await created(api, ada))["company"]["id"]
    payload = await updated(api, await world.member("bob"), companyId=id, name="Bob's")
    [error] = payload["userErrors"]
    assert (error["__typename"], error["reason"]) == ("NotPermittedError", "NOT_OWNER")
    assert (await page_of(api, ada))["name"] == "Acme"


@pytest.mark.parametrize("id", [encode("CO", 99), encode("M", 1), "", "x"])
async def test_a_page_that_is_not_there_cannot_be_edited(api: Api, ada: int, id: str) -> None:
    [error] = (await updated(api, ada, companyId=id, name="x"))["userErrors"]
    assert (error["code"], error["missingId"]) == ("NOT_FOUND", id)


@pytest.mark.parametrize(
    ("document", "input"), [(CREATE, ACME), (UPDATE, {"companyId": encode("CO", 1), "name": "x"})]
)
async def test_writing_pages_needs_its_scope(api: Api, ada: int, document: str, input: Json) -> None:
    answer = await api.ask(document, {"input": input}, member=ada, scopes=READING)
    assert answer.codes == ["MISSING_SCOPE"]
    assert (await api.ask(document, {"input": input})).codes == ["UNAUTHENTICATED"]


async def test_an_application_that_may_write_makes_a_page(api: Api, ada: int) -> None:
    answer = await api.ask(CREATE, {"input": ACME}, member=ada, scopes=WRITING)
    assert answer.data["createCompany"]["company"]["handle"] == "acme"


async def test_a_closed_account_makes_no_page(api: Api, world: World, ada: int) -> None:
    async with world.connection() as connection, connection.transaction():
        await close(connection, ada)
    payload = await created(api, ada)
    assert (payload["company"], codes(payload)) == (None, [("NOT_FOUND", None)])


async def administered(world: World, company: int, count: int) -> list[int]:
    """So many further administrators of a company, each with a company of their own."""
    members = [await world.member(f"admin-{number}") for number in range(count)]
    insert = "INSERT INTO administrators (company_id, member_id, since) VALUES ($1, $2, '2020-01-01')"
    for member in members:
        await world.execute(insert, company, member)
    return members


async def test_administrators_whom_the_viewer_does_not_see_are_neither_listed_nor_counted(
    api: Api, world: World, ada: int
) -> None:
    await created(api, ada)
    hidden, closed, _ = await administered(world, 1, 3)
    block = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'X')"
    await world.execute(block, hidden, ada)
    await world.execute("UPDATE members SET closed_at = now() WHERE id = $1", closed)
    assert (await page_of(api, ada))["administrators"] == {
        "totalCount": 2,
        "nodes": [{"handle": "ada"}, {"handle": "admin-2"}],
    }


ADMINISTRATORS = """
    query($first: Int) {
      company(handle: "acme") { administrators(first: $first) { totalCount nodes { handle headline } } }
    }
"""
MANY = """
    query($ids: [ID!]!) {
      nodes(ids: $ids) {
        ... on Company { handle followerCount viewerFollow { id } administrators { totalCount nodes { id } } }
      }
    }
"""


async def test_fifty_administrators_cost_as_many_statements_as_one(api: Api, world: World, ada: int) -> None:
    await created(api, ada)
    await administered(world, 1, 50)
    sent = []
    for size in (1, 50):
        async with counted(api.deployment.pool) as statements:
            answer = await api.ask(ADMINISTRATORS, {"first": size}, member=ada)
        assert len(answer.data["company"]["administrators"]["nodes"]) == size
        sent.append(len(statements))
    assert sent[0] == sent[1]


async def test_fifty_companies_cost_as_many_statements_as_one(api: Api, world: World, ada: int) -> None:
    for number in range(50):
        await created(api, ada, handle=f"acme-{number}")
        await world.execute("INSERT INTO company_follows VALUES ($1, $2)", ada, number + 1)
    sent = []
    for size in (1, 50):
        ids = [encode("CO", number + 1) for number in range(size)]
        async with counted(api.deployment.pool) as statements:
            nodes = (await api.ask(MANY, {"ids": ids}, member=ada)).data["nodes"]
        assert [node["viewerFollow"]["id"] for node in nodes] == [
            encode("CF", ada, number + 1) for number in range(size)
        ]
        sent.append(len(statements))
    assert sent[0] == sent[1]
