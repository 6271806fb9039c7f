"""The door to the sections of a profile that stand in tables of their own.

All are read through their member, whose row says whether the section lies open to the viewer.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

from sqlalchemy import ARRAY, Integer, Table, any_, bindparam, exists, select
from sqlalchemy.dialects.postgresql import distinct_on

from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from models import educations, positions
from models import members as member_table
from models import skills as skill_table
from models.database import Row, Statement
from rules.audiences import ProfileSection


class EntryRow(Row):
    """What every entry of a profile has."""

    member_id: int
    id: int


class PositionRow(EntryRow):
    """A position held."""

    title: str
    company_name: str
    company_id: int | None
    started_on: date | None
    ended_on: date | None
    description: str | None


class CurrentRow(EntryRow):
    """The position that a member holds now."""

    title: str
    company_name: str


class EducationRow(EntryRow):
    """A course of study."""

    school: str
    degree: str | None
    started_on: date | None
    ended_on: date | None


class SkillRow(EntryRow):
    """A skill on a profile."""

    name: str


class EntriesRow(Row):
    """Which sections of a member have entries, whoever sees them."""

    id: int
    has_positions: bool
    has_educations: bool
    has_skills: bool


EntryT = TypeVar("EntryT", bound=EntryRow)


MEMBER_IDS = bindparam("member_ids", type_=ARRAY(Integer))
DIFFERING: Final = ("member_ids",)


def _of_members(table: Table, row: type[EntryT], *order: object) -> Statement[EntryT]:
    columns = [table.c[name] for name in ("member_id", "id", *row.__annotations__)]
    found = select(*columns).where(table.c.member_id == any_(MEMBER_IDS)).order_by(*order)  # type: ignore[arg-type]
    return Statement(found, row, DIFFERING)


def _newest_first(table: Table) -> tuple[object, ...]:
    """Current entries first, then the latest to end; entries without dates last."""
    ended, started = table.c.ended_on, table.c.started_on
    undated = ended.is_(None) & started.is_(None)
    return undated, ended.desc().nulls_first(), started.desc().nulls_last(), table.c.id.desc()


POSITIONS = _of_members(positions, PositionRow, *_newest_first(positions))
CURRENT = Statement(
    select(*(positions.c[name] for name in ("member_id", "id", *CurrentRow.__annotations__)))
    .ext(distinct_on(positions.c.member_id))
    .where(positions.c.member_id == any_(MEMBER_IDS), positions.c.ended_on.is_(None))
    .order_by(positions.c.member_id, positions.c.started_on.desc().nulls_last(), positions.c.id.desc()),
    CurrentRow,
    DIFFERING,
)
EDUCATIONS = _of_members(educations, EducationRow, *_newest_first(educations))
SKILLS = _of_members(skill_table, SkillRow, skill_table.c.rank, skill_table.c.id)
ENTRIES = Statement(
    select(
        member_table.c.id,
        *(
            exists().where(table.c.member_id == member_table.c.id).label(f"has_{table.name}")
            for table in (positions, educations, skill_table)
        ),
    ).where(member_table.c.id == any_(MEMBER_IDS)),
    EntriesRow,
    DIFFERING,
)

SHOWN = ("shows_experience", "shows_education", "shows_skills")
"""The columns of a member that say which sections the viewer sees."""

TEXTS: Mapping[ProfileSection, str] = {
    ProfileSection.PHOTO: "photo_url",
    ProfileSection.HEADLINE: "headline",
    ProfileSection.LOCATION: "location",
    ProfileSection.INDUSTRY: "industry",
    ProfileSection.SUMMARY: "summary",
}
FILLED = (*SHOWN, *TEXTS.values())
"""The columns of a member that `filled` takes."""


async def experience(ctx: Context, members: Sequence[MemberRow]) -> list[list[PositionRow] | None]:
    """The positions of each member, newest first; None where they are hidden."""
    return await _entries(ctx, members, POSITIONS, lambda member: member.shows_experience)


async def current_positions(ctx: Context, members: Sequence[MemberRow]) -> list[CurrentRow | None]:
    """The first of each member's positions where they hold it still; None where there is none or hidden."""
    found = await _entries(ctx, members, CURRENT, lambda member: member.shows_experience)
    return [entries[0] if entries else None for entries in found]


async def education(ctx: Context, members: Sequence[MemberRow]) -> list[list[EducationRow] | None]:
    """The courses of study of each member, newest first; None where they are hidden."""
    return await _entries(ctx, members, EDUCATIONS, lambda member: member.shows_education)


async def skills(ctx: Context, members: Sequence[MemberRow]) -> list[list[SkillRow] | None]:
    """The skills of each member in the owner's order; None where they are hidden."""
    return await _entries(ctx, members, SKILLS, lambda member: member.shows_skills)


async def _entries(
    ctx: Context,
    members: Sequence[MemberRow],
    statement: Statement[EntryT],
    shown: Callable[[MemberRow], bool],
) -> list[list[EntryT] | None]:
    visible = {member.id for member in members if shown(member)}
    entries: dict[int, list[EntryT]] = defaultdict(list)
    if visible:
        for row in await ctx.rows(statement, member_ids=list(visible)):
            entries[row.member_id].append(row)
    return [entries[member.id] if member.id in visible else None for member in members]


Section = Callable[[Context, Sequence[MemberRow]], Awaitable[list[list[EntryT] | None]]]


async def by_keys(
    ctx: Context, keys: Sequence[tuple[int, int]], section: Section[EntryT]
) -> list[EntryT | None]:
    """The entries of a section with these keys (member, entry), None where hidden or missing."""
    lists = await of_ids(ctx, list({member_id for member_id, _ in keys}), section)
    found = {(row.member_id, row.id): row for rows in lists for row in rows or []}
    return [found.get(key) for key in keys]


async def of_ids(
    ctx: Context, member_ids: Sequence[int], section: Section[EntryT]
) -> list[list[EntryT] | None]:
    """A section of each of these different members; None where it or the member is hidden."""
    owners = await member_loader.load_many(ctx, member_ids, SHOWN)
    visible = [owner for owner in owners if owner]
    lists = {owner.id: rows for owner, rows in zip(visible, await section(ctx, visible), strict=True)}
    return [lists.get(member_id) for member_id in member_ids]


async def filled(ctx: Context, members: Sequence[MemberRow]) -> list[set[ProfileSection]]:
    """The sections that the viewer sees something in; `FILLED` are the columns that it takes."""
    found = {row.id: row for row in await ctx.rows(ENTRIES, member_ids=[member.id for member in members])}
    return [_filled(member, found.get(member.id)) for member in members]


def _filled(member: MemberRow, entries: EntriesRow | None) -> set[ProfileSection]:
    texts = {section for section, column in TEXTS.items() if getattr(member, column)}
    shown = {
        ProfileSection.EXPERIENCE: entries and entries.has_positions and member.shows_experience,
        ProfileSection.EDUCATION: entries and entries.has_educations and member.shows_education,
        ProfileSection.SKILLS: entries and entries.has_skills and member.shows_skills,
    }
    return texts | {section for section, is_shown in shown.items() if is_shown}
