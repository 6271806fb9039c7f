"""The door to people whom the viewer may know.

Finding them takes milliseconds, so a list of the best is kept for a minute; who may be shown is asked anew
whenever a page is read, and what connects the two as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
)

from auth.visibility import SEEN_BY, is_open_to_members
from loaders import members as member_loader
from loaders.context import Context
from loaders.distances import shared_counts
from loaders.members import MemberRow
from loaders.paging import Key, KeysetList, Page, check, invalid_cursor, page
from loaders.suggestions.candidates import FOUND, CandidateRow, Kind, is_open, number
from models import (
    members,
    suggestion_lists,
)
from models.database import Statement
from models.suggestions import KEEP
from rules.audiences import ProfileSection
from rules.paging import PageArgs
from rules.suggestions import (
    BITS,
    FRESH_FOR,
    MOST_SUGGESTED,
)


class ListRow(CandidateRow):
    """A candidate of the list that is kept; all None in the one row of a list without any."""


@dataclass(slots=True, eq=False)
class Suggestion:
    """Somebody whom the viewer may know, and why: `shared` is how many connections the two have in common."""

    viewer_id: int
    member: MemberRow
    score: int
    kinds: Sequence[Kind]
    shared: int

    @property
    def other_id(self) -> int:
        """Who is suggested."""
        return self.member.id

    @property
    def key(self) -> Key:
        """The position in the list."""
        return (self.score, self.member.id)

    @property
    def node(self) -> "Suggestion":
        """What stands at the position."""
        return self


SECTIONS: Final = {
    Kind.MUTUAL_CONNECTIONS: ProfileSection.MUTUAL_CONNECTIONS,
    Kind.SAME_EMPLOYER: ProfileSection.EXPERIENCE,
    Kind.SAME_SCHOOL: ProfileSection.EDUCATION,
    Kind.SAME_INDUSTRY: ProfileSection.INDUSTRY,
}
"""What the other must show to everybody for a reason to be told."""


def _told(kinds: ColumnElement[int]) -> ColumnElement[int]:
    """The reasons that may still be told; being in the same industry is none by itself."""
    zero, supports = number(0), BITS[Kind.SAME_INDUSTRY]
    hidden = (
        case((is_open_to_members(section), zero), else_=number(BITS[kind]))
        for kind, section in SECTIONS.items()
    )
    told = kinds.op("&")(func.int4(number(sum(BITS.values())) - sum(hidden, zero)))
    return case((told.op("&")(number(~supports)) == zero, zero), else_=told)


def _kept(*, backward: bool) -> Select[Any]:
    """A page of the list that is kept, if it is fresh; one row without a candidate where none is left."""
    kept = suggestion_lists
    columns = kept.c.ids, kept.c.scores, kept.c.kinds
    listed = func.unnest(*columns).table_valued("id", "score", "kinds", with_ordinality="place")
    candidate = listed.render_derived("candidate")
    place = candidate.c.place.desc() if backward else candidate.c.place
    # In this order they are tried, until the page is full.
    between = (
        _beyond("after", candidate, "__lt__", "__gt__"),
        _beyond("before", candidate, "__gt__", "__lt__"),
    )
    tried = select(candidate).where(*between).order_by(place).correlate(kept)
    trying = tried.offset(number(0)).subquery("trying")
    told = _told(trying.c.kinds)
    shown = (
        select(trying.c.id, trying.c.score, told.label("kinds"))
        .join(members, members.c.id == trying.c.id)
        .where(told.op("&")(bindparam("wanted", type_=Integer)) != number(0), is_open())
        .order_by(trying.c.place.desc() if backward else trying.c.place)
        .limit(bindparam("size", type_=Integer))
        .correlate(kept)
        .lateral("shown")
    )
    is_fresh = kept.c.made_at > bindparam("oldest", type_=DateTime(timezone=True))
    return (
        select(shown.c.id, shown.c.score, shown.c.kinds)
        .select_from(kept.outerjoin(shown, true()))
        .where(kept.c.member_id == SEEN_BY, is_fresh)
    )


def _beyond(name: str, candidate: Any, score_is: str, id_is: str) -> ColumnElement[bool]:
    score, id = (bindparam(f"{name}_{part}", type_=Integer) for part in ("score", "id"))
    is_tied = and_(candidate.c.score == score, getattr(candidate.c.id, id_is)(id))
    return or_(getattr(candidate.c.score, score_is)(score), is_tied)


FORWARD, BACKWARD = (Statement(_kept(backward=backward), ListRow) for backward in (False, True))
FIRST, LAST = (2**31 - 1, 0), (-1, 0)


async def pages(
    ctx: Context, args: PageArgs, kinds: Sequence[Kind] | None, *, counts: bool, reasons: bool = True
) -> Page[Suggestion] | None:
    """A page of those whom the viewer may know for one of these reasons, best first; None without the scope.

    Without `reasons` it is not counted what the two share.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts, INVALID_CURSOR for another list's
    cursor.
    """
    check(args)
    if ctx.sight.network_viewer_id is None:
        return None
    wanted = sum(BITS[kind] for kind in set(kinds if kinds is not None else Kind))
    of = KeysetList(ctx.deployment.cursor_cipher, f"suggestions:{ctx.member_id}:{wanted}")
    after, before = _position(of, args.after, FIRST), _position(of, args.before, LAST)
    rows = await _rows(ctx, wanted, args.size + 1, after, before, backward=args.backward)
    total = len(await _rows(ctx, wanted, MOST_SUGGESTED)) if counts else None
    return page(of, await _suggestions(ctx, rows, reasons=reasons), args, total)


async def by_keys(ctx: Context, keys: Sequence[tuple[int, int]]) -> list[Suggestion | None]:
    """The suggestions with these keys (viewer, other), None where nobody is suggested now."""
    if ctx.sight.network_viewer_id is None:
        return [None] * len(keys)
    wanted = {other_id for viewer_id, other_id in keys if viewer_id == ctx.member_id}
    rows = [row for row in await _rows(ctx, sum(BITS.values()), MOST_SUGGESTED) if row.id in wanted]
    found = {(ctx.member_id, each.other_id): each for each in await _suggestions(ctx, rows)}
    return [found.get(key) for key in keys]


async def make(ctx: Context) -> None:
    """Find whom the viewer may know, and keep that for a minute."""
    found = await ctx.rows(FOUND, now=ctx.now, **ctx.sight.parameters())
    columns = {
        "ids": [row.id for row in found],
        "scores": [row.score for row in found],
        "kinds": [row.kinds for row in found],
    }
    await ctx.rows(KEEP, member_id=ctx.member_id, now=ctx.now, **columns)


async def _rows(
    ctx: Context,
    wanted: int,
    size: int,
    after: tuple[int, int] = FIRST,
    before: tuple[int, int] = LAST,
    *,
    backward: bool = False,
) -> list[ListRow]:
    """Candidates from the list, which is made where there is no fresh one."""
    values = {
        "wanted": wanted,
        "size": size,
        "now": ctx.now,
        "oldest": ctx.now - FRESH_FOR,
        **dict(zip(("after_score", "after_id"), after, strict=True)),
        **dict(zip(("before_score", "before_id"), before, strict=True)),
        **ctx.sight.parameters(),
    }
    statement = BACKWARD if backward else FORWARD
    rows = await ctx.rows(statement, **values)
    if not rows:
        await make(ctx)
        rows = await ctx.rows(statement, **values)
    return [row for row in rows if row.id is not None]


async def _suggestions(ctx: Context, rows: Sequence[ListRow], *, reasons: bool = True) -> list[Suggestion]:
    """What is suggested, as far as a reason is left."""
    ids = [row.id for row in rows]
    nodes = await member_loader.load_many(ctx, ids)
    counts: Sequence[int | None] = [None] * len(ids)
    if reasons:
        counts = await ctx.entities(shared_counts).load_many(ids)
    found = zip(rows, nodes, counts, strict=True)
    suggested = [
        Suggestion(ctx.member_id, node, row.score, _kinds(row, shared or 0), shared or 0)
        for row, node, shared in found
        if node
    ]
    return [each for each in suggested if each.kinds or not reasons]


def _kinds(row: ListRow, shared: int) -> list[Kind]:
    kinds = [kind for kind in Kind if row.kinds & BITS[kind]]
    return [kind for kind in kinds if shared or kind is not Kind.MUTUAL_CONNECTIONS]


def _position(of: KeysetList, cursor: str | None, otherwise: tuple[int, int]) -> tuple[int, int]:
    if cursor is None:
        return otherwise
    match of.key(cursor):
        case (int(score), int(id)):
            return score, id
    raise invalid_cursor()
