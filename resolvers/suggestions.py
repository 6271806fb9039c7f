"""People whom the viewer may know, and no longer wanting to be told of one."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.identity import Viewer
from executor.selection import Selection
from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.paging import Page
from loaders.suggestions import lists
from loaders.suggestions.lists import Suggestion
from models.suggestions import DISMISS
from resolvers import relationships
from resolvers.inboxes import lock
from resolvers.mutations import Payload, mutation, not_found
from rules import ids
from rules import suggestions as rules
from rules.audiences import ProfileAction
from rules.paging import PageArgs
from rules.suggestions import SuggestionReasonKind


@dataclass(frozen=True, slots=True)
class SuggestionReason:
    """One reason; `count` is how many connections are shared."""

    kind: SuggestionReasonKind
    text: str
    count: int | None


@dataclass(frozen=True, kw_only=True)
class DismissSuggestionPayload(Payload):
    """The suggestion that is gone."""

    dismissed_id: str | None = None


async def of_viewers(
    viewers: Sequence[Viewer],
    ctx: Context,
    *,
    page: PageArgs,
    selection: Selection,
    reasons: Sequence[SuggestionReasonKind] | None = None,
) -> list[Page[Suggestion] | None]:
    """A page of those whom the viewer may know."""
    found = await lists.pages(ctx, page, reasons, selection)
    return [found for _ in viewers]


def reasons(suggestions: Sequence[Suggestion], ctx: Context) -> list[list[SuggestionReason]]:
    """Why each is suggested, strongest first."""
    return [[_reason(each, kind, ctx) for kind in each.kinds] for each in suggestions]


async def actions(suggestions: Sequence[Suggestion], ctx: Context) -> list[ProfileAction]:
    """Whether to connect or to follow first."""
    members: list[MemberRow] = [each.member for each in suggestions]
    return await relationships.primary_actions(members, ctx)


@mutation(DismissSuggestionPayload)
async def dismiss(ctx: Context, *, suggestion_id: str) -> DismissSuggestionPayload:
    """Suggest a member no more; a repetition changes nothing."""
    key = ids.decode_as("SUG", suggestion_id)
    other_id = key[1] if key and len(key) == 2 and key[0] == ctx.member_id and key[1] < 2**31 else 0
    async with ctx.transaction():
        await lock(ctx, ctx.member_id)
        if other_id == ctx.member_id or await member_loader.load(ctx, other_id) is None:
            raise not_found("suggestion_id", suggestion_id)
        await ctx.rows(DISMISS, member_id=ctx.member_id, dismissed_id=other_id, now=ctx.now)
    return DismissSuggestionPayload(dismissed_id=suggestion_id)


def _reason(suggestion: Suggestion, kind: SuggestionReasonKind, ctx: Context) -> SuggestionReason:
    count = suggestion.shared if kind is SuggestionReasonKind.MUTUAL_CONNECTIONS else None
    return SuggestionReason(kind, rules.text(kind, ctx.client.language, count), count)
