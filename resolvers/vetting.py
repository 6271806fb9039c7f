"""Facts about the sender of a request, for its recipient, as far as the sender's audiences go."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, TypeVar

from executor.selection import Selection
from loaders import companies as company_loader
from loaders import mutual_connections as mutual_loader
from loaders import profiles as profile_loader
from loaders import relationships
from loaders import vetting as vetting_loader
from loaders.companies import CompanyRow
from loaders.context import Context
from loaders.mutual_connections import SharedPage
from loaders.vetting import Vetting
from resolvers.connection_requests.lists import introductions as introductions_of
from resolvers.members import joined_on
from rules import vetting as rules
from rules.distances import NetworkDegree
from rules.members import completeness
from rules.paging import PageArgs
from rules.seen_requests import SeenRequest
from rules.terms import RelationType

Vettings = Sequence[Vetting]
EntryT = TypeVar("EntryT")
Section = Callable[[Context, Sequence[int]], Awaitable[Sequence[list[EntryT] | None]]]
TOLD_OF_REQUESTS: Final[Mapping[str, Sequence[str]]] = {
    "origin": ("origin",),
    "relationCorroborated": ("relation_type", "introduction_id"),
}
"""The fields that read more of a request than its key, and what they read."""


def reads(selection: Selection) -> list[str]:
    """What the facts selected read of a request."""
    return [name for field, names in TOLD_OF_REQUESTS.items() if selection.has(field) for name in names]


async def of_requests(requests: Sequence[SeenRequest], ctx: Context) -> list[Vetting | None]:
    """What helps to judge each request; None to its sender, and when the sender's account is gone."""
    return await vetting_loader.load_many(ctx, requests)


async def mutual_connections(
    vettings: Vettings, ctx: Context, *, page: PageArgs, selection: Selection
) -> list[SharedPage]:
    """One page of the connections that the viewer shares with each sender; None where the sender hides it."""
    return await mutual_loader.pages(ctx, _senders(vettings), page, selection)


async def degrees(vettings: Vettings, ctx: Context) -> list[NetworkDegree | None]:
    """The distance to each sender; None for a token that may not read the network."""
    if ctx.sight.network_viewer_id is None:
        return [None] * len(vettings)
    return await relationships.distances(ctx, _senders(vettings), "degree")


async def shared_employers(vettings: Vettings, ctx: Context) -> list[list[CompanyRow]]:
    """The companies where both worked in the same year, the latest first."""
    both = await _compared(ctx, vettings, vetting_loader.experience)
    shared = [rules.shared_employers(own or [], theirs or [], ctx.now.year) for _, own, theirs in both]
    found = await company_loader.load_many(ctx, [company for each in shared for company in each])
    companies = {company.id: company for company in found if company}
    return [[companies[company] for company in each if company in companies] for each in shared]


async def shared_schools(vettings: Vettings, ctx: Context) -> list[list[str]]:
    """The schools that both attended."""
    both = await _compared(ctx, vettings, vetting_loader.education)
    return [rules.shared_schools(own or [], theirs or []) for _, own, theirs in both]


async def relations_corroborated(vettings: Vettings, ctx: Context) -> list[bool | None]:
    """Whether the relation claimed is backed by what both know; None where nothing says enough.

    A shared employer backs a COLLEAGUE, a shared school a CLASSMATE, and an introduction that was passed on
    an INTRODUCED. Of no other relation anything is known.
    """
    colleagues = await _compared(ctx, _claiming(vettings, RelationType.COLLEAGUE), vetting_loader.experience)
    classmates = await _compared(ctx, _claiming(vettings, RelationType.CLASSMATE), vetting_loader.education)
    told: dict[Vetting, bool | None] = {
        vetting: rules.are_colleagues(own, theirs, ctx.now.year) for vetting, own, theirs in colleagues
    }
    told |= {vetting: rules.are_classmates(own, theirs) for vetting, own, theirs in classmates}
    introduced = _claiming(vettings, RelationType.INTRODUCED)
    found = await introductions_of([vetting.request for vetting in introduced], ctx)
    told |= {vetting: True for vetting, each in zip(introduced, found, strict=True) if each}
    return [told.get(vetting) for vetting in vettings]


async def follows_since(vettings: Vettings, ctx: Context) -> list[datetime | None]:
    """Since when each sender openly follows the viewer; None for a token that may not read the network."""
    found = await relationships.of_viewer(ctx, _senders(vettings))
    return [each.followed_by_since if each else None for each in found]


def senders_joined_on(vettings: Vettings, ctx: Context) -> list[date | None]:
    """The day each sender joined."""
    return joined_on([vetting.sender for vetting in vettings], ctx)


async def senders_completeness(vettings: Vettings, ctx: Context) -> list[int]:
    """How much of each sender's profile the viewer sees filled in, from 0 to 100."""
    filled = await profile_loader.filled(ctx, [vetting.sender for vetting in vettings])
    return [completeness(sections) for sections in filled]


async def are_mass_sent(vettings: Vettings, ctx: Context) -> list[bool]:
    """Whether the note of each request went to many."""
    counts = await vetting_loader.recipients_of_notes(ctx, [vetting.request for vetting in vettings])
    return [rules.is_mass_sent(recipients, ctx.deployment.policy) for recipients in counts]


async def earlier_requests(vettings: Vettings, ctx: Context) -> list[list[SeenRequest]]:
    """The last ten requests between the two before each, newest first."""
    return await vetting_loader.earlier(ctx, [vetting.request for vetting in vettings])


def _senders(vettings: Vettings) -> list[int]:
    return [vetting.sender.id for vetting in vettings]


def _claiming(vettings: Vettings, relation: RelationType) -> Vettings:
    return [vetting for vetting in vettings if vetting.request.relation_type == relation]


async def _compared(
    ctx: Context, vettings: Vettings, section: Section[EntryT]
) -> list[tuple[Vetting, list[EntryT] | None, list[EntryT] | None]]:
    """The section of the viewer and that of each sender, as far as visible."""
    if not vettings:
        return []
    own, *theirs = await ctx.entities(section).load_many([ctx.member_id, *_senders(vettings)])
    return [(vetting, own, each) for vetting, each in zip(vettings, theirs, strict=True)]
