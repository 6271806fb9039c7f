"""Company pages: finding one, making one and editing it."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from executor.errors import CodedError
from executor.selection import Selection
from loaders import colleagues as colleague_loader
from loaders import companies as company_loader
from loaders.colleagues import SecondPage
from loaders.companies import AdministratorPage, CompanyRow
from loaders.connections import NetworkRow
from loaders.context import Context
from loaders.paging import Page
from models.companies import CHANGE_COMPANY, CREATE_COMPANY
from resolvers.inboxes import lock
from resolvers.mutations import Payload, mutation, refuse_if
from rules import ids
from rules.accounts import taken
from rules.companies import COMPANY_TEXTS
from rules.members import check_handle, check_texts, trimmed
from rules.paging import PageArgs
from rules.refusals import NotFoundError, NotPermittedError, Refused
from rules.terms import ActionBlockReason


@dataclass(frozen=True, kw_only=True)
class CompanyPayload(Payload):
    """The company that was written."""

    company_id: int | None = None


async def company(ctx: Context, *, id: str | None = None, handle: str | None = None) -> CompanyRow | None:
    """The company with this id or handle, None where there is none.

    Raises CodedError BAD_USER_INPUT unless exactly one of the two is given.
    """
    if (id is None) == (handle is None):
        raise CodedError("BAD_USER_INPUT", "Give exactly one of `id` and `handle`.")
    if id is not None:
        return await company_loader.load(ctx, ids.number("CO", id))
    if handle is None or any(check_handle(handle)):
        return None
    [found] = await company_loader.ids_by_handle(ctx, [handle])
    return await company_loader.load(ctx, found or 0)


async def administrators(
    companies: Sequence[CompanyRow], ctx: Context, *, page: PageArgs
) -> Sequence[AdministratorPage | CodedError | None]:
    """One page of each company's administrators, None to everybody else."""
    return await company_loader.administrators_of(ctx, companies, page)


async def viewer_connections(
    companies: Sequence[CompanyRow],
    ctx: Context,
    *,
    page: PageArgs,
    selection: Selection,
    current: bool | None = None,
) -> Sequence[Page[NetworkRow] | CodedError | None]:
    """One page of the viewer's connections at each company; None without a viewer's network."""
    return await colleague_loader.connections_at(ctx, companies, page, selection, is_current=current)


async def second_degree_members(
    companies: Sequence[CompanyRow], ctx: Context, *, page: PageArgs
) -> Sequence[SecondPage]:
    """One page of the members at each company whom a connection knows; None without a viewer's network."""
    return await colleague_loader.second_degree_at(ctx, companies, page)


async def of_payloads(payloads: Sequence[CompanyPayload], ctx: Context) -> list[CompanyRow | None]:
    """The company after each mutation."""
    return await company_loader.load_many(ctx, [payload.company_id or 0 for payload in payloads])


@mutation(CompanyPayload)
async def create_company(
    ctx: Context, *, handle: str, name: str, industry: str | None = None, description: str | None = None
) -> CompanyPayload:
    """Make a page whose administrator the viewer is. Refused for a handle in use and for texts too long."""
    given = {"name": name, "industry": industry, "description": description}
    texts = {key: trimmed(value) for key, value in given.items()}
    refuse_if([*check_handle(handle), *check_texts(texts, COMPANY_TEXTS)])
    async with ctx.transaction():
        await lock(ctx, ctx.member_id)
        try:
            made = await ctx.row(CREATE_COMPANY, handle=handle, member_id=ctx.member_id, now=ctx.now, **texts)
        except asyncpg.UniqueViolationError:
            raise Refused(taken("handle")) from None
    return CompanyPayload(company_id=made.id if made else None)


@mutation(CompanyPayload)
async def update_company(ctx: Context, /, *, company_id: str, **given: object) -> CompanyPayload:
    """Change the texts given; what is absent stays, null clears. Refused to all but administrators."""
    changes = {key: trimmed(value) for key, value in given.items()}
    refuse_if([*check_texts(changes, COMPANY_TEXTS)])
    async with ctx.transaction():
        await lock(ctx, ctx.member_id)
        [found] = await company_loader.by_ids(ctx, [ids.number("CO", company_id)])
        if found is None:
            raise Refused(_not_found(company_id))
        values = {"member_id": ctx.member_id, "changes": changes}
        if not await ctx.row(CHANGE_COMPANY, company_id=found.id, **values):
            raise Refused(_not_owner())
    return CompanyPayload(company_id=found.id)


def _not_found(missing_id: str) -> NotFoundError:
    return NotFoundError(message="There is no such company.", field=["company_id"], missing_id=missing_id)


def _not_owner() -> NotPermittedError:
    text = "Only administrators edit a company's page."
    return NotPermittedError(message=text, field=["company_id"], reason=ActionBlockReason.NOT_OWNER)
