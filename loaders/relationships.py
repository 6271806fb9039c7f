"""The door to relationships: all that lies between the viewer and other members, a hundred at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    and_,
    any_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
)

from auth.distances import degree
from auth.network import SEEN_BY, exists, is_blocking, is_second, shared_count
from auth.visibility import shows_shared
from loaders import connection_requests as request_loader
from loaders import members as member_loader
from loaders.connection_requests import RequestRow
from loaders.context import Context, Load
from loaders.members import MemberRow
from models import connections, follows, members, mutes, removals
from models.database import Row, Statement, constant, fenced
from rules.audiences import FollowAudience, RequestAudience
from rules.cooldowns import Removal
from rules.distances import NetworkDegree
from rules.relationships import Pair
from rules.terms import FollowNotifyLevel, FollowOrigin


@dataclass(frozen=True, slots=True)
class Link:
    """The viewer's connection with a member, as `loaders.connections` has it."""

    member_id: int
    other_id: int
    connected_at: datetime


@dataclass(frozen=True, slots=True)
class OwnFollow:
    """The viewer's follow of a member, as `loaders.follows` has it."""

    member_id: int
    followee_id: int
    at: datetime
    origin: FollowOrigin
    notify: FollowNotifyLevel
    is_favorite: bool
    is_private: bool
    company_id: int | None = None


class RelationshipRow(Row):
    """What lies between the viewer `member_id` and a member who exists for them, or whom they block.

    `is_muted_by` and the settings, which are the other's, are for decisions alone. `degree` and
    `mutual_count`, which take looking at others' connections, are there only where it is known that the
    operation reads them.
    """

    member_id: int
    other_id: int
    is_blocking: bool
    connected_at: datetime | None
    shares_connection: bool
    is_following: bool
    followed_at: datetime | None
    follow_origin: FollowOrigin
    notify: FollowNotifyLevel
    is_favorite: bool
    is_private: bool
    is_followed_by: bool
    followed_by_since: datetime | None
    is_muting: bool
    muted_until: datetime | None
    is_muted_by: bool
    removed_at: datetime | None
    remover_id: int | None
    who_can_request: RequestAudience
    require_note: bool
    who_can_follow: FollowAudience
    follow_first: bool
    connection_count: int
    viewer_connection_count: int
    degree: NetworkDegree | None
    mutual_count: int | None

    @property
    def link(self) -> Link | None:
        """The connection of the two."""
        at = self.connected_at
        return Link(self.member_id, self.other_id, at) if at else None

    @property
    def follow(self) -> OwnFollow | None:
        """The viewer's follow of the other."""
        if self.followed_at is None:
            return None
        terms = self.follow_origin, self.notify, self.is_favorite, self.is_private
        return OwnFollow(self.member_id, self.other_id, self.followed_at, *terms)


OTHER = members.c.id
VIEWER = members.alias("viewer")
NOW = bindparam("now", type_=DateTime(timezone=True))


def _by_key(table: Any, *conditions: ColumnElement[bool]) -> Any:
    """A row that there may be for each member, looked up by its key."""
    return fenced(select(table).where(*conditions).correlate(members)).lateral()


def _runs(table: Any) -> ColumnElement[bool]:
    return or_(table.c.muted_until.is_(None), table.c.muted_until > NOW)


LINK = _by_key(connections, connections.c.member_id == SEEN_BY, connections.c.other_id == OTHER)
FOLLOW = _by_key(follows, follows.c.follower_id == SEEN_BY, follows.c.followee_id == OTHER)
BACK = _by_key(
    follows, follows.c.follower_id == OTHER, follows.c.followee_id == SEEN_BY, ~follows.c.is_private
)
MUTE = _by_key(mutes, mutes.c.member_id == SEEN_BY, mutes.c.muted_id == OTHER, _runs(mutes))
MUTED_BACK = _by_key(mutes, mutes.c.member_id == OTHER, mutes.c.muted_id == SEEN_BY, _runs(mutes))
REMOVAL = _by_key(
    removals,
    removals.c.low_id == func.least(SEEN_BY, OTHER),
    removals.c.high_id == func.greatest(SEEN_BY, OTHER),
)
BETWEEN: Final = (LINK, FOLLOW, BACK, MUTE, MUTED_BACK, REMOVAL)


def _columns() -> list[ColumnElement[Any]]:
    is_connected = LINK.c.other_id.is_not(None)
    is_open_to_followers = VIEWER.c.who_can_follow == constant(FollowAudience.ANYONE)
    follows_back = and_(BACK.c.follower_id.is_not(None), or_(is_open_to_followers, is_connected))
    return [
        SEEN_BY.label("member_id"),
        OTHER.label("other_id"),
        is_blocking().label("is_blocking"),
        LINK.c.connected_at,
        is_second().label("shares_connection"),
        FOLLOW.c.followee_id.is_not(None).label("is_following"),
        *(FOLLOW.c.followed_at, FOLLOW.c.origin.label("follow_origin")),
        *(FOLLOW.c[name] for name in ("notify", "is_favorite", "is_private")),
        follows_back.label("is_followed_by"),
        case((follows_back, BACK.c.followed_at)).label("followed_by_since"),
        MUTE.c.muted_id.is_not(None).label("is_muting"),
        MUTE.c.muted_until,
        MUTED_BACK.c.muted_id.is_not(None).label("is_muted_by"),
        *(REMOVAL.c.removed_at, REMOVAL.c.remover_id),
        *(members.c.who_can_request, members.c.require_note, members.c.who_can_follow),
        *(members.c.follow_first, members.c.connection_count),
        VIEWER.c.connection_count.label("viewer_connection_count"),
        case((exists(), degree())).label("degree"),
        case((and_(exists(), shows_shared()), shared_count())).label("mutual_count"),
    ]


COLUMNS: Final = {str(column.key): column for column in _columns()}
KEY: Final = frozenset({"member_id", "other_id"})
DISTANCES: Final = frozenset({"degree", "mutual_count"})
FACTS: Final = frozenset(COLUMNS) - DISTANCES
"""What decisions rest on: read together."""
Requests = tuple[RequestRow | None, RequestRow | None]


@lru_cache(None)
def _statement(names: frozenset[str]) -> Statement[RelationshipRow]:
    """One row for each pair."""
    source: Any = members
    if names >= FACTS:
        source = members.join(VIEWER, VIEWER.c.id == SEEN_BY)
        for link in BETWEEN:
            source = source.outerjoin(link, true())
    wanted = any_(bindparam("other_ids", type_=ARRAY(Integer))) == OTHER
    columns = [column for name, column in COLUMNS.items() if name in names]
    rows = select(*columns).select_from(source).where(wanted, or_(exists(), is_blocking()))
    # How far away somebody is may take far longer to find out than the facts.
    differing = () if names & DISTANCES else ("seen_by", "other_ids", "now")
    return Statement(rows, RelationshipRow, differing)


def _names(ctx: Context) -> frozenset[str]:
    """The columns that the operation reads of relationships: the key alone, or all facts, and distances."""
    reads = None if ctx.reads is None else ctx.reads.get(RelationshipRow, KEY)
    wanted = FACTS if reads is None else reads
    return (KEY if wanted <= KEY | DISTANCES else FACTS) | wanted & DISTANCES


async def _read(
    ctx: Context, other_ids: Sequence[int], *, names: frozenset[str]
) -> list[RelationshipRow | None]:
    found = await ctx.rows(_statement(names), other_ids=other_ids, now=ctx.now, **ctx.sight.parameters())
    rows = {row.other_id: row for row in found}
    return [rows.get(other_id) for other_id in other_ids]


@lru_cache(None)
def _reader(names: frozenset[str]) -> Load[int, RelationshipRow | None]:
    return partial(_read, names=names)


async def facts(ctx: Context, other_ids: Sequence[int]) -> list[RelationshipRow | None]:
    """What lies between the viewer and each of the others, whatever the token may read: for decisions."""
    return await _read(ctx, other_ids, names=FACTS)


async def load(ctx: Context, other_id: int) -> RelationshipRow | None:
    """Like `facts`, for one member and once an operation."""
    return await ctx.entities(_reader(FACTS)).load(other_id)


async def of_viewer(ctx: Context, other_ids: Sequence[int]) -> list[RelationshipRow | None]:
    """The viewer's relationships in the order of `other_ids`, None where a member does not exist for them.

    None for everybody where nobody is signed in or the token may not read the network. The members are read
    along: who disappears between the two statements takes the relationship with them.
    """
    if ctx.sight.network_viewer_id is None:
        return [None] * len(other_ids)
    found = await ctx.entities(_reader(FACTS | _names(ctx))).load_many(other_ids)
    rows = [row for row in found if row]
    there = {row.other_id for row, member in zip(rows, await others(ctx, rows), strict=True) if member}
    return [row if row and row.other_id in there else None for row in found]


async def shown(ctx: Context, other_ids: Sequence[int]) -> list[RelationshipRow | None]:
    """Like `of_viewer`, for fields that show relationships: with what the operation reads of them alone."""
    names = _names(ctx)
    if names >= FACTS:
        return await of_viewer(ctx, other_ids)
    if ctx.sight.network_viewer_id is None:
        return [None] * len(other_ids)
    return await ctx.entities(_reader(names)).load_many(other_ids)


async def distances(ctx: Context, other_ids: Sequence[int], name: str) -> list[Any]:
    """The column `name` of `DISTANCES` for each of the others; None for who does not exist for the viewer."""
    found = await ctx.entities(_reader(KEY | {name})).load_many(other_ids)
    return [row and row[name] for row in found]


async def by_keys(ctx: Context, keys: Sequence[tuple[int, int]]) -> list[RelationshipRow | None]:
    """The relationships with these keys (viewer, other)."""
    rows = await of_viewer(ctx, [other_id if other_id < 2**31 else 0 for _, other_id in keys])
    return [row if row and row.member_id == key[0] else None for key, row in zip(keys, rows, strict=True)]


async def others(ctx: Context, relationships: Sequence[RelationshipRow]) -> list[MemberRow | None]:
    """The other member of each; of those whom the viewer blocks, what was seen of them then."""
    visible = await member_loader.load_many(ctx, [row.other_id for row in relationships])
    blocked = [row.other_id for row in relationships if row.is_blocking]
    found = await ctx.entities(member_loader.faces).load_many(blocked) if blocked else []
    faces = {face.id: face for face in found if face}
    return [faces.get(row.other_id, member) for row, member in zip(relationships, visible, strict=True)]


async def requests(ctx: Context, relationships: Sequence[RelationshipRow]) -> list[Requests]:
    """The last request of the viewer to each other one, and the last one back: for decisions."""
    return await ctx.entities(request_loader.latest).load_many([row.other_id for row in relationships])


async def pairs(ctx: Context, relationships: Sequence[RelationshipRow]) -> list[Pair]:
    """What the rules of relationships ask of each."""
    both = await requests(ctx, relationships)
    return [_pair(row, *latest) for row, latest in zip(relationships, both, strict=True)]


def _pair(row: RelationshipRow, sent: RequestRow | None, received: RequestRow | None) -> Pair:
    removed_at, by_viewer = row.removed_at, row.remover_id == row.member_id
    return Pair(
        is_self=row.member_id == row.other_id,
        is_blocking=row.is_blocking,
        is_connected=row.connected_at is not None,
        shares_connection=row.shares_connection,
        sent=sent,
        received=received,
        removal=Removal(removed_at, by_viewer) if removed_at else None,
        who_can_request=row.who_can_request,
        requires_note=row.require_note,
        is_following=row.is_following,
        follow_first=row.follow_first,
        connection_count=row.connection_count,
    )
