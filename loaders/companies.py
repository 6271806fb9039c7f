"""The door to company pages, which everybody may read, and to who edits them, which only they may."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, ColumnElement, Integer, Text, any_, bindparam, exists, false, func, select

from auth.network import HIDDEN_IDS
from auth.network import exists as member_exists
from executor.errors import CodedError
from loaders import members as member_loader
from loaders.context import Context
from loaders.listings import Listing
from loaders.paging import Page
from loaders.timelines import Item, PositionedRow
from models import administrators, companies, company_follows, members
from models.database import Row, Statement
from rules.paging import PageArgs


class CompanyRow(Row):
    """A company's page in the eyes of one viewer."""

    id: int
    handle: str
    name: str
    industry: str | None
    description: str | None
    follower_count: int
    viewer_is_administrator: bool


class CompanyKeyRow(Row):
    """A handle and the company that it names."""

    handle: str
    id: int


VIEWER = bindparam("network_viewer_id", type_=Integer)
OWN = (administrators.c.company_id == companies.c.id, administrators.c.member_id == VIEWER)
TEXTS = [companies.c[name] for name in ("id", "handle", "name", "industry", "description")]


def _follower_count() -> ColumnElement[int]:
    """Without those who don't exist for the viewer; private follows count, as those of members do."""
    hidden = select(func.count()).where(
        company_follows.c.company_id == companies.c.id,
        company_follows.c.is_private.is_(false()),
        company_follows.c.follower_id == any_(HIDDEN_IDS),
    )
    count: ColumnElement[int] = companies.c.follower_count - hidden.scalar_subquery()
    return count.label("follower_count")


BY_IDS = Statement(
    select(
        *TEXTS,
        _follower_count(),
        exists().where(*OWN).label("viewer_is_administrator"),
    ).where(companies.c.id == any_(bindparam("ids", type_=ARRAY(Integer)))),
    CompanyRow,
)
BY_HANDLES = Statement(
    select(companies.c.handle, companies.c.id).where(
        companies.c.handle == any_(bindparam("handles", type_=ARRAY(Text)))
    ),
    CompanyKeyRow,
)
ADMINISTRATORS = Listing(
    "administrators",
    select(
        administrators.c.company_id.label("owner_id"),
        administrators.c.since.label("at"),
        administrators.c.member_id.label("tie"),
    )
    .join(members, members.c.id == administrators.c.member_id)
    .where(member_exists()),
    PositionedRow,
)
AdministratorPage = Page[Item[PositionedRow]]


async def by_ids(ctx: Context, ids: Sequence[int]) -> list[CompanyRow | None]:
    """The companies in the order of `ids`, None where there is none."""
    sight = {"network_viewer_id": ctx.sight.network_viewer_id, **ctx.sight.parameters()}
    found = await ctx.rows(BY_IDS, ids=ids, **sight)
    rows = {row.id: row for row in found}
    return [rows.get(company_id) for company_id in ids]


async def load_many(ctx: Context, ids: Sequence[int]) -> list[CompanyRow | None]:
    """Like `by_ids`, but each company is read once an operation."""
    return await ctx.entities(by_ids).load_many(ids)


async def load(ctx: Context, id: int) -> CompanyRow | None:
    """One company, None where it is missing."""
    return await ctx.entities(by_ids).load(id)


async def ids_by_handle(ctx: Context, handles: Sequence[str]) -> list[int | None]:
    """The companies behind the handles, in their order, None where there is none."""
    rows = {row.handle: row.id for row in await ctx.rows(BY_HANDLES, handles=handles)}
    return [rows.get(handle) for handle in handles]


async def administrators_of(
    ctx: Context, companies: Sequence[CompanyRow], args: PageArgs
) -> list[AdministratorPage | CodedError | None]:
    """One page of each company's administrators, the latest first; None to everybody who is none of them.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts.
    """
    ids = [company.id for company in companies if company.viewer_is_administrator]
    sight = ctx.sight.parameters()
    totals = await ADMINISTRATORS.totals(ctx, ids, **sight)

    async def show(rows: Sequence[PositionedRow]) -> list[Item[PositionedRow]]:
        found = await member_loader.load_many(ctx, [row.tie for row in rows])
        return [Item(row, member) for row, member in zip(rows, found, strict=True)]

    pages = await ADMINISTRATORS.timeline.pages(Page, ctx, totals, args, show, **sight)
    return [pages.get(company.id) for company in companies]
