"""The door to members: each row as this viewer may see it, hidden columns null."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Text,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from auth.visibility import exists, is_own_network, is_self, sees
from loaders.context import Context
from models import handles, members
from models.database import Row, Statement, constant
from rules.audiences import ConnectionsVisibility, ProfileSection


class MemberRow(Row):
    """A member in the eyes of one viewer. `shows_*` tell whether a section in another table is open.

    `network_size` is the length of the list of connections, for those who may see all of it.
    """

    id: int
    handle: str
    given_name: str
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
    network_size: int | None
    audiences: dict[str, str] | None
    connections_visibility: ConnectionsVisibility
    shows_experience: bool
    shows_education: bool
    shows_skills: bool
    joined_at: datetime
    version: int | None


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


def _connection_count() -> ColumnElement[Any]:
    """Exact for the owner; for others no more than the cap from which profiles show e.g. `500+`."""
    cap = bindparam("count_cap", type_=Integer)
    count = case((is_self(), members.c.connection_count), else_=func.least(members.c.connection_count, cap))
    return case((sees(ProfileSection.CONNECTION_COUNT), count)).label("connection_count")


COLUMNS: list[ColumnElement[Any]] = [
    members.c.id,
    members.c.handle,
    members.c.given_name,
    _display_name(),
    *(column for section, names in SECTION_COLUMNS.items() for column in _masked(section, names)),
    _connection_count(),
    case((is_own_network(), members.c.connection_count)).label("network_size"),
    members.c.audiences,
    members.c.connections_visibility,
    sees(ProfileSection.EXPERIENCE).label("shows_experience"),
    sees(ProfileSection.EDUCATION).label("shows_education"),
    sees(ProfileSection.SKILLS).label("shows_skills"),
    members.c.joined_at,
    case((is_self(), members.c.version)).label("version"),
]

BY_IDS = Statement(
    select(*COLUMNS).where(members.c.id == any_(bindparam("ids", type_=ARRAY(Integer))), exists()), MemberRow
)
BY_HANDLES = Statement(
    select(handles.c.handle.label("key"), handles.c.member_id).where(
        handles.c.handle == any_(bindparam("handles", type_=ARRAY(Text)))
    ),
    KeyRow,
)


async def by_ids(ctx: Context, ids: Sequence[int]) -> list[MemberRow | None]:
    """The members in the order of `ids`, None where one is missing or hidden."""
    cap = ctx.deployment.policy.connection_count_display_cap
    found = await ctx.rows(BY_IDS, ids=ids, count_cap=cap, **ctx.sight.parameters())
    rows = {row.id: row for row in found}
    return [rows.get(member_id) for member_id in ids]


async def load_many(ctx: Context, ids: Sequence[int]) -> list[MemberRow | None]:
    """Like `by_ids`, but each member is read once an operation."""
    return await ctx.entities(by_ids).load_many(ids)


async def load(ctx: Context, id: int) -> MemberRow | None:
    """One member, None where it is missing or hidden."""
    return await ctx.entities(by_ids).load(id)


async def ids_by_handle(ctx: Context, wanted: Sequence[str]) -> list[int | None]:
    """The members behind the handles, in their order, None where there is none."""
    rows = {row.key: row.member_id for row in await ctx.rows(BY_HANDLES, handles=wanted)}
    return [rows.get(handle) for handle in wanted]
