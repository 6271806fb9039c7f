"""Company pages."""

import strawberry

from auth.identity import OAuthScope
from executor.fields import Argument
from loaders.companies import CompanyRow
from resolvers import companies, follows
from resolvers.nodes import id_of
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, paged, payload
from schema.interfaces import Followable
from schema.pages import MemberConnection, PageInfo
from schema.refs import FollowRef, NetworkConnectionRef

CONTENT_WRITE = [OAuthScope.CONTENT_WRITE]


@entity(CompanyRow, "A company page.")
class Company(Followable):
    """A company as one viewer sees it."""

    id: strawberry.ID = field("Global id.", column=id_of("CO", "id"))
    handle: str = field("Unique URL name.")
    name: str = field("Name of the company.")
    description: str | None = field("About the company.")
    viewer_is_administrator: bool = field("The viewer may edit it, post jobs and publish in its name.")
    administrators: MemberConnection | None = paged(
        "Who may edit the page, post jobs and publish in its name; null to everybody else.",
        batch=companies.administrators,
    )
    industry: str | None = field("Field of business.")
    follower_count: int | None = field("Followers; null when hidden.")
    viewer_follow: FollowRef | None = field("The viewer's own follow, if any.", batch=follows.of_companies)
    viewer_connections: NetworkConnectionRef | None = paged(
        "The viewer's connections who work or worked there.",
        arguments={
            "current": Argument(
                bool | None, "True: who work there now; false: who used to; null: both.", default=True
            )
        },
        batch=companies.viewer_connections,
    )
    second_degree_members: MemberConnection | None = paged(
        "Members outside the viewer's network reachable through one connection.",
        batch=companies.second_degree_members,
        weight=5,
    )


@strawberry.type(description="One place in a list of companies.")
class CompanyEdge:
    """A company in a list."""

    cursor: str = field("Opaque position in the list.")
    node: Company | None = field("The company; null when it became invisible.")


@strawberry.type(description="A page of companies.")
class CompanyConnection:
    """Companies in pages."""

    edges: list[CompanyEdge] = field("The companies with their cursors.")
    nodes: list[Company | None] = field("The companies alone; null holes are what became invisible.")
    page_info: PageInfo = field("Where this page stands in the list.")
    total_count: int | None = field("Size of the whole list; null when hidden or too costly to count.")


@input_of("createCompany")
class CreateCompanyInput:
    """A new page."""

    handle: str = given("Unique URL name: 3 to 50 lower-case letters, digits and inner hyphens.")
    name: str = given("Name of the company.")
    industry: str | None = given("Field of business.", optional=True)
    description: str | None = given("About the company.", optional=True)


@input_of("updateCompany")
class UpdateCompanyInput:
    """What changes; absent fields stay, null clears."""

    company_id: strawberry.ID = given("The company page.")
    name: str | None = given("New name.", optional=True)
    industry: str | None = given("New field of business.", optional=True)
    description: str | None = given("New text about the company.", optional=True)


@payload("createCompany")
class CreateCompanyPayload:
    """The new page."""

    company: Company | None = field("The new company page.", batch=companies.of_payloads)
    user_errors: list[UserError] = field("Empty on success.")


@payload("updateCompany")
class UpdateCompanyPayload:
    """The page after the change."""

    company: Company | None = field("The company after the change.", batch=companies.of_payloads)
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class CompanyMutations:
    """Making and editing company pages."""

    create_company: CreateCompanyPayload | None = mutation(
        "Create a company page; the viewer becomes its administrator.",
        companies.create_company,
        CreateCompanyInput,
        scopes=CONTENT_WRITE,
    )
    update_company: UpdateCompanyPayload | None = mutation(
        "Edit a company page.", companies.update_company, UpdateCompanyInput, scopes=CONTENT_WRITE
    )
