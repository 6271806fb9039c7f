"""The door to members: each row as this viewer may see it, hidden columns null."""

from collections.abc import Collection, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Text,
    all_,
    and_,
    any_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.sql.selectable import FromClause, LateralFromClause

from auth.closing import closed_account
from auth.network import HIDDEN_IDS, SEEN_BY, exists, neighbours, shared_ids
from auth.visibility import NETWORK_AUDIENCES, OPEN_AUDIENCES, VIEW, sees, sees_as_owner, shows_only_shared
from executor.reads import attributes_below
from executor.selection import Selection
from loaders.context import Context, Load
from loaders.entities import Entities
from loaders.timelines import Along
from models import blocks, connections, follows, handles, members
from models.database import Row, Statement, constant, fenced
from rules.audiences import FollowAudience, ProfileSection


class MemberRow(Row):
    """A member in the eyes of one viewer. `shows_*` tell whether a section in another table is open.

    Counts leave out who does not exist for the viewer. `network_size` is the length of the list of
    connections, None where it is hidden; `only_shared` says that the list has only what the viewer shares.

    A face stands for a member whom the viewer blocks: id, handle, display name and photo, all else None.
    """

    id: int
    handle: str
    given_name: str | None
    family_name: str | None
    display_name: str
    headline: str | None
    photo_url: str | None
    location: str | None
    industry: str | None
    career_level: str | None
    summary: str | None
    languages: list[str] | None
    accomplishments: list[str] | None
    contact_email: str | None
    phone: str | None
    websites: list[str] | None
    preferred_channel: str | None
    connection_count: int | None
    follower_count: int | None
    shows_connections: bool
    network_size: int | None
    only_shared: bool
    audiences: dict[str, str] | None
    connections_visibility: str
    who_can_follow: str
    open_audiences: list[str]
    network_audiences: list[str]
    shows_experience: bool
    shows_education: bool
    shows_skills: bool
    shows_followers: bool
    shows_following: bool
    joined_at: datetime | None
    version: int | None
    is_face: bool


STATEMENTS_KEPT: Final = 256


class KeyRow(Row):
    """A unique text and the member it belongs to."""

    key: str
    member_id: int


SECTION_COLUMNS = {
    ProfileSection.FAMILY_NAME: ("family_name",),
    ProfileSection.HEADLINE: ("headline",),
    ProfileSection.PHOTO: ("photo_url",),
    ProfileSection.LOCATION: ("location",),
    ProfileSection.INDUSTRY: ("industry", "career_level"),
    ProfileSection.SUMMARY: ("summary",),
    ProfileSection.SKILLS: ("languages",),
    ProfileSection.ACCOMPLISHMENTS: ("accomplishments",),
    ProfileSection.EMAIL: ("contact_email",),
    ProfileSection.PHONE: ("phone",),
    ProfileSection.WEBSITES: ("websites", "preferred_channel"),
}


def _masked(section: ProfileSection, names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [case((sees(section), members.c[name])).label(name) for name in names]


def _display_name() -> ColumnElement[Any]:
    initial = func.left(members.c.family_name, literal_column("1")).op("||")(constant("."))
    family = case((sees(ProfileSection.FAMILY_NAME), members.c.family_name), else_=initial)
    return func.concat_ws(constant(" "), members.c.given_name, family).label("display_name")


def _visible(size: ColumnElement[Any], hidden: ColumnElement[Any]) -> ColumnElement[Any]:
    """The size without the hidden ones, who are counted for viewers with blocks alone."""
    has_blocks = func.cardinality(HIDDEN_IDS) > literal_column("0")
    return case((has_blocks, size - func.coalesce(hidden, literal_column("0"))), else_=size)


def _link_count() -> ColumnElement[Any]:
    hidden = neighbours(members.c.id).op("&")(HIDDEN_IDS)
    return _visible(members.c.connection_count, func.icount(hidden))


def _connection_count() -> ColumnElement[Any]:
    """Exact for the owner; for others no more than the cap from which profiles show e.g. `500+`."""
    cap = bindparam("count_cap", type_=Integer)
    count = case((sees_as_owner(), _link_count()), else_=func.least(_link_count(), cap))
    return case((sees(ProfileSection.CONNECTION_COUNT), count)).label("connection_count")


def _network_size() -> ColumnElement[Any]:
    shared = func.coalesce(func.icount(shared_ids()), literal_column("0"))
    size = case((shows_only_shared(), shared), else_=_link_count())
    return case((sees(ProfileSection.CONNECTIONS_LIST), size)).label("network_size")


def _follower_count() -> ColumnElement[Any]:
    """While only connections may follow, the follows of others are suspended and do not count.

    Private follows count whoever looks: that one is missing would name it to who blocks its follower.
    """
    followers = select(func.count()).where(follows.c.followee_id == members.c.id).correlate(members)
    openly = follows.c.is_private.is_(false())
    hidden = followers.where(openly, follows.c.follower_id == any_(HIDDEN_IDS)).scalar_subquery()
    connected = followers.where(
        connections.c.member_id == members.c.id,
        connections.c.other_id == follows.c.follower_id,
        or_(follows.c.is_private, follows.c.follower_id != all_(HIDDEN_IDS)),
    ).scalar_subquery()
    only_connections = members.c.who_can_follow == constant(FollowAudience.CONNECTIONS)
    count = case((only_connections, connected), else_=_visible(members.c.follower_count, hidden))
    return case((sees(ProfileSection.FOLLOWER_COUNT), count)).label("follower_count")


COLUMNS: Mapping[str, ColumnElement[Any]] = {
    str(column.key): column
    for column in (
        members.c.id,
        members.c.handle,
        members.c.given_name,
        _display_name(),
        *(column for section, names in SECTION_COLUMNS.items() for column in _masked(section, names)),
        _connection_count(),
        _follower_count(),
        sees(ProfileSection.CONNECTIONS_LIST).label("shows_connections"),
        _network_size(),
        shows_only_shared().label("only_shared"),
        members.c.audiences,
        members.c.connections_visibility,
        members.c.who_can_follow,
        OPEN_AUDIENCES.label("open_audiences"),
        NETWORK_AUDIENCES.label("network_audiences"),
        sees(ProfileSection.EXPERIENCE).label("shows_experience"),
        sees(ProfileSection.EDUCATION).label("shows_education"),
        sees(ProfileSection.SKILLS).label("shows_skills"),
        sees(ProfileSection.FOLLOWERS).label("shows_followers"),
        sees(ProfileSection.FOLLOWING).label("shows_following"),
        members.c.joined_at,
        case((sees_as_owner(), members.c.version)).label("version"),
        false().label("is_face"),
    )
}
# A column whose type nobody needs to know is not annotated.
MemberRow.read(COLUMNS)
ALWAYS: Final = frozenset({"id", "handle", "is_face"})
TOGETHER: Final = [
    frozenset(names)
    for names in (
        ("given_name", "family_name"),
        ("photo_url", "location"),
        ("industry", "career_level", "summary", "languages", "accomplishments"),
        ("contact_email", "phone", "websites", "preferred_channel"),
        ("shows_connections", "only_shared"),
        ("shows_experience", "shows_education", "shows_skills", "shows_followers", "shows_following"),
        ("joined_at", "version"),
        ("audiences", "connections_visibility", "who_can_follow", "open_audiences", "network_audiences"),
    )
]
"""What is read together if any of it is wanted, so that there are not too many statements to be planned; each
other column is read by itself."""
EVERYTHING: Final = frozenset(COLUMNS)
IDS = bindparam("ids", type_=ARRAY(Integer))
ID: Final = attrgetter("id")


def columns(ctx: Context, also: Collection[str] = ()) -> frozenset[str]:
    """The columns that the operation reads of members, and those that a loader or resolver needs itself."""
    wanted = None if ctx.reads is None else ctx.reads.get(MemberRow, frozenset())
    return EVERYTHING if wanted is None else _columns(wanted.union(also) if also else wanted)


def columns_at(ctx: Context, selection: Selection, *paths: Sequence[str]) -> frozenset[str]:
    """The columns that are read of the members at these places below a field; none where none is selected."""
    return selection.once(_columns_at, ctx.reads is not None, *paths)


def _columns_at(selection: Selection, is_certain: bool, *paths: Sequence[str]) -> frozenset[str]:
    places = [place for path in paths if (place := selection.below(*path))]
    if not places:
        return frozenset()
    reads = [_attributes(place) for place in places]
    known = [names for names in reads if names is not None]
    return _columns(frozenset().union(*known)) if is_certain and len(known) == len(places) else EVERYTHING


def _attributes(place: Selection) -> frozenset[str] | None:
    found = attributes_below(place)
    return None if found is None else found.get(MemberRow, frozenset())


@lru_cache(STATEMENTS_KEPT)
def _columns(wanted: frozenset[str]) -> frozenset[str]:
    return ALWAYS.union(wanted & EVERYTHING, *(names for names in TOGETHER if names & wanted))


def selected(names: Collection[str]) -> list[ColumnElement[Any]]:
    """The columns of these names, for statements that join a view."""
    return [column for name, column in COLUMNS.items() if name in names]


def joined_by(column: str, names: Collection[str], view: LateralFromClause = VIEW) -> Along:
    """The members whose ids a page's rows have in a column, read along with them where they are visible."""

    def joined(top: FromClause) -> tuple[Sequence[ColumnElement[Any]], LateralFromClause]:
        seen = and_(members.c.id == top.c[column], exists())
        columns = select(*selected(names)).select_from(members.join(view, true()))
        # The fence keeps the members where they are: a join of another kind would lose the order.
        member = fenced(columns.where(seen)).lateral("member")
        return list(member.c), member

    return joined


@lru_cache(STATEMENTS_KEPT)
def _by_ids(names: frozenset[str]) -> Statement[MemberRow]:
    there = and_(members.c.id == any_(IDS), exists())
    found = select(*selected(names)).select_from(members.join(VIEW, true())).where(there)
    return Statement(found, MemberRow, differing=("seen_by", "ids"))


# The block alone says who was blocked: whatever became of the member since is nobody's business.
FACE = {
    "id": blocks.c.blocked_id,
    "handle": blocks.c.handle,
    "display_name": blocks.c.display_name,
    "photo_url": blocks.c.photo_url,
    "is_face": true(),
} | {name: false() for name in COLUMNS if name.startswith("shows_")}
FACES = Statement(
    select(*(FACE.get(name, null()).label(name) for name in COLUMNS)).where(
        blocks.c.blocker_id == SEEN_BY, blocks.c.blocked_id == any_(IDS)
    ),
    MemberRow,
)
BY_HANDLES = Statement(
    select(handles.c.handle.label("key"), handles.c.member_id).where(
        handles.c.handle == any_(bindparam("handles", type_=ARRAY(Text)))
    ),
    KeyRow,
)


async def by_ids(
    ctx: Context, ids: Sequence[int], *, names: frozenset[str] = EVERYTHING
) -> list[MemberRow | None]:
    """The members in the order of `ids`, None where one is missing or hidden."""
    cap = ctx.deployment.policy.connection_count_display_cap
    found = await ctx.rows(_by_ids(names), ids=ids, count_cap=cap, **ctx.sight.parameters())
    return _in_order(found, ids)


async def faces(ctx: Context, ids: Sequence[int]) -> list[MemberRow | None]:
    """The faces of the members among `ids` whom the viewer blocks, in their order; None for all others."""
    return _in_order(await ctx.rows(FACES, ids=ids, **ctx.sight.parameters()), ids)


def _in_order(found: Sequence[MemberRow], ids: Sequence[int]) -> list[MemberRow | None]:
    rows = {row.id: row for row in found}
    return [rows.get(member_id) for member_id in ids]


def load_many(
    ctx: Context, ids: Sequence[int], also: Collection[str] = ()
) -> Coroutine[Any, Any, list[MemberRow | None]]:
    """The members in the order of `ids`, None where one is missing or hidden; each is read once an operation.

    Their rows have the columns that the operation's fields read, and those named by `also`.
    """
    return _entities(ctx, columns(ctx, also)).load_many(ids)


def load_known(
    ctx: Context, ids: Sequence[int], selection: Selection
) -> Coroutine[Any, Any, list[MemberRow | None]]:
    """The same for members that a page may have brought along with what is selected of them."""
    brought = ctx.known_entities(_reader(columns_at(ctx, selection, ())))
    return brought.load_many(ids) if brought else load_many(ctx, ids)


def load(ctx: Context, id: int, also: Collection[str] = ()) -> Coroutine[Any, Any, MemberRow | None]:
    """One member, None where it is missing or hidden."""
    return _entities(ctx, columns(ctx, also)).load(id)


async def own(ctx: Context, also: Collection[str] = ()) -> MemberRow:
    """The viewer. Raises CodedError UNAUTHENTICATED where the account was closed a moment ago."""
    found = await load(ctx, ctx.member_id, also)
    if found is None:
        raise closed_account()
    return found


def know(ctx: Context, names: frozenset[str], rows: Sequence[MemberRow]) -> None:
    """Take members with these columns that another statement read on its way.

    Those who are invisible have no id, and nobody asks for that.
    """
    _entities(ctx, names).know(zip(map(ID, rows), rows, strict=True))


def _entities(ctx: Context, names: frozenset[str]) -> Entities[int, MemberRow | None]:
    return ctx.entities(_reader(names))


@lru_cache(STATEMENTS_KEPT)
def _reader(names: frozenset[str]) -> Load[int, MemberRow | None]:
    return partial(by_ids, names=names)


async def ids_by_handle(ctx: Context, wanted: Sequence[str]) -> list[int | None]:
    """The members behind the handles, in their order, None where there is none."""
    rows = {row.key: row.member_id for row in await ctx.rows(BY_HANDLES, handles=wanted)}
    return [rows.get(handle) for handle in wanted]
