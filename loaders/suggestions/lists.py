"""The door to people whom the viewer may know.

Finding them takes milliseconds, so a list of the best is kept for a minute; who may be shown is asked anew
whenever a page is read, and what connects the two as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
)

from auth.network import SEEN_BY, shared_count
from auth.visibility import VIEW_OF_OTHERS, is_open_to_members, shows_shared
from executor.selection import Selection
from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.paging import NODES, Key, KeysetList, Page, check, invalid_cursor, page
from loaders.suggestions.candidates import FOUND, Kind, is_open, number
from models import (
    members,
    suggestion_lists,
)
from models.database import Statement, fenced
from models.suggestions import KEEP
from rules.audiences import ProfileSection
from rules.paging import PageArgs
from rules.suggestions import (
    BITS,
    FRESH_FOR,
    MOST_SUGGESTED,
)


class ListRow(MemberRow):
    """A candidate of the list that is kept, whose columns are null if invisible.

    All of it is null in the one row of a list without any. `shared`, how many connections both have, is
    there where it is wanted, null where the candidate does not tell.
    """

    candidate_id: int | None
    score: int
    kinds: int
    shared: int | None


@dataclass(slots=True, eq=False)
class Suggestion:
    """Somebody whom the viewer may know, and why.

    `told` is a sum of `BITS`; `shared` is how many connections the two have in common, None where it was not
    counted.
    """

    viewer_id: int
    member: MemberRow
    score: int
    told: int
    shared: int | None

    @property
    def kinds(self) -> list[Kind]:
        """Why, strongest first."""
        return [kind for kind in Kind if self.told & BITS[kind]]

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


COMMON = fenced(select(case((shows_shared(), shared_count())).label("count")).correlate(members)).lateral(
    "common"
)
"""How many connections the viewer shares with the row of `members`, null where that one does not tell."""


def _told(kinds: ColumnElement[int], *, counts: bool) -> ColumnElement[int]:
    """The reasons that may still be told; being in the same industry is none by itself."""
    zero, supports = number(0), BITS[Kind.SAME_INDUSTRY]
    holds = {kind: is_open_to_members(section) for kind, section in SECTIONS.items()}
    if counts:
        holds[Kind.MUTUAL_CONNECTIONS] = COMMON.c.count > zero
    hidden = (case((each, zero), else_=number(BITS[kind])) for kind, each in holds.items())
    told = kinds.op("&")(func.int4(number(sum(BITS.values())) - sum(hidden, zero)))
    return case((told.op("&")(number(~supports)) == zero, zero), else_=told)


def _kept(*, backward: bool, counts: bool) -> Select[Any]:
    """A page of the list that is kept, if it is fresh; one row without a candidate where none is left."""
    kept = suggestion_lists
    columns = kept.c.ids, kept.c.scores, kept.c.kinds
    listed = func.unnest(*columns).table_valued("id", "score", "kinds", with_ordinality="place")
    candidate = listed.render_derived("candidate")
    place = candidate.c.place.desc() if backward else candidate.c.place
    # In this order they are tried, until the page is full.
    only = bindparam("only", type_=ARRAY(Integer))
    asked = (
        _beyond("after", candidate, "__lt__", "__gt__"),
        _beyond("before", candidate, "__gt__", "__lt__"),
        or_(only.is_(None), candidate.c.id == any_(only)),
    )
    tried = select(candidate).where(*asked).order_by(place).correlate(kept)
    trying = fenced(tried).subquery("trying")
    told = _told(trying.c.kinds, counts=counts)
    shared = [COMMON.c.count.label("shared")] if counts else []
    rows = trying.join(members, members.c.id == trying.c.id)
    shown = (
        select(trying.c.id.label("candidate_id"), trying.c.score, told.label("kinds"), *shared)
        .select_from(rows.join(COMMON, true()) if counts else rows)
        .where(told.op("&")(bindparam("wanted", type_=Integer)) != number(0), is_open())
        .order_by(trying.c.place.desc() if backward else trying.c.place)
        .limit(bindparam("size", type_=Integer))
        .correlate(kept)
        .lateral("shown")
    )
    is_fresh = kept.c.made_at > bindparam("oldest", type_=DateTime(timezone=True))
    return (
        select(*shown.c)
        .select_from(kept.outerjoin(shown, true()))
        .where(kept.c.member_id == SEEN_BY, is_fresh)
    )


@lru_cache(member_loader.STATEMENTS_KEPT)
def _page(names: frozenset[str], *, backward: bool, counts: bool) -> Statement[ListRow]:
    """The same with these columns of the members."""
    top = _kept(backward=backward, counts=counts).subquery("top")
    others, joined = member_loader.joined_by("candidate_id", names, VIEW_OF_OTHERS)(top)
    return Statement(select(*top.c, *others).select_from(top.outerjoin(joined, true())), ListRow)


def _beyond(name: str, candidate: Any, score_is: str, id_is: str) -> ColumnElement[bool]:
    score, id = (bindparam(f"{name}_{part}", type_=Integer) for part in ("score", "id"))
    is_tied = and_(candidate.c.score == score, getattr(candidate.c.id, id_is)(id))
    return or_(getattr(candidate.c.score, score_is)(score), is_tied)


FIRST, LAST = (2**31 - 1, 0), (-1, 0)


async def pages(
    ctx: Context, args: PageArgs, kinds: Sequence[Kind] | None, selection: Selection
) -> Page[Suggestion] | None:
    """A page of those whom the viewer may know for one of these reasons, best first; None without the scope.

    Where no reasons are selected it is not counted what the two share.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts, INVALID_CURSOR for another list's
    cursor.
    """
    check(args)
    if ctx.sight.network_viewer_id is None:
        return None
    wanted = sum(BITS[kind] for kind in set(kinds if kinds is not None else Kind))
    of = KeysetList(ctx.deployment.cursor_cipher, f"suggestions {wanted}", ctx.member_id)
    after, before = _position(of, args.after, FIRST), _position(of, args.before, LAST)
    names = member_loader.columns_at(ctx, selection, *((*path, "member") for path in NODES))
    tells = any(selection.has(*path, "reasons") for path in NODES)
    rows = await _rows(
        ctx, wanted, args.size + 1, after, before, names=names, counts=tells, backward=args.backward
    )
    suggested = [_suggestion(ctx, row, row) for row in rows]
    total = None
    if selection.has("totalCount"):
        total = len(await _rows(ctx, wanted, MOST_SUGGESTED, counts=tells))
    return page(Page, of, suggested, args, total)


async def by_keys(ctx: Context, keys: Sequence[tuple[int, int]]) -> list[Suggestion | None]:
    """The suggestions with these keys (viewer, other), None where nobody is suggested now."""
    if ctx.sight.network_viewer_id is None:
        return [None] * len(keys)
    only = [other_id for viewer_id, other_id in keys if viewer_id == ctx.member_id and other_id < 2**31]
    rows = await _rows(ctx, sum(BITS.values()), MOST_SUGGESTED, counts=True, only=only)
    members = await member_loader.load_many(ctx, [row.id for row in rows])
    suggested = [_suggestion(ctx, row, member) for row, member in zip(rows, members, strict=True) if member]
    found = {(ctx.member_id, each.other_id): each for each in suggested}
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
    names: frozenset[str] = member_loader.ALWAYS,
    counts: bool = False,
    backward: bool = False,
    only: Sequence[int] | None = None,
) -> list[ListRow]:
    """Candidates from the list with these columns of members; it is made where there is no fresh one."""
    names = names or member_loader.ALWAYS
    statement = _page(names, backward=backward, counts=counts)
    values = {
        "wanted": wanted,
        "only": only,
        "size": size,
        "now": ctx.now,
        "oldest": ctx.now - FRESH_FOR,
        "count_cap": ctx.deployment.policy.connection_count_display_cap,
        **dict(zip(("after_score", "after_id"), after, strict=True)),
        **dict(zip(("before_score", "before_id"), before, strict=True)),
        **ctx.sight.parameters(),
    }
    rows = await ctx.rows(statement, **values)
    if not rows:
        await make(ctx)
        rows = await ctx.rows(statement, **values)
    shown = [row for row in rows if row.id is not None]
    member_loader.know(ctx, names, shown)
    return shown


def _suggestion(ctx: Context, row: ListRow, member: MemberRow) -> Suggestion:
    return Suggestion(ctx.member_id, member, row.score, row.kinds, row.get("shared"))


def _position(of: KeysetList, cursor: str | None, otherwise: tuple[int, int]) -> tuple[int, int]:
    if cursor is None:
        return otherwise
    match of.key(cursor):
        case (int(score), int(id)):
            return score, id
    raise invalid_cursor()
