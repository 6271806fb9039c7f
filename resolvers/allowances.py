"""Allowances: what the viewer may do, and what is left of it."""

from collections.abc import Sequence

from auth.identity import OAuthScope, Viewer
from loaders import allowances, safety
from loaders.context import Context
from rules import ids
from rules.allowances import Quota
from rules.terms import QuotaKind

KINDS = list(QuotaKind)


async def of_viewers(viewers: Sequence[Viewer], ctx: Context) -> list[list[Quota]]:
    """All allowances of the viewer, one of each kind."""
    return [await _all(ctx) for _ in viewers]


async def by_keys(ctx: Context, keys: Sequence[tuple[int, int]]) -> list[Quota | None]:
    """The viewer's allowances with these keys (member, number of the kind from 1)."""
    if ctx.viewer is None or not ctx.viewer.may(OAuthScope.REQUESTS_READ):
        return [None] * len(keys)
    found = {public_id(quota): quota for quota in await _all(ctx)}
    return [found.get(ids.encode("Q", *key)) for key in keys]


def public_id(quota: Quota) -> str:
    """The same id for the same allowance, whatever is left of it."""
    return id_of(quota.member_id, quota.kind)


def id_of(member_id: int, kind: QuotaKind) -> str:
    """The public id of a member's allowance of a kind."""
    return ids.encode("Q", member_id, KINDS.index(kind) + 1)


async def _all(ctx: Context) -> list[Quota]:
    requests = await allowances.load(ctx)
    rest = [await safety.block_quota(ctx), await allowances.messages(ctx), await allowances.exports(ctx)]
    return [requests.weekly, requests.pending, *rest, requests.introductions]
