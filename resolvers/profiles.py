"""The sections of profiles, and editing one's own: each edit locks the member and raises its version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg
from sqlalchemy import Table

from loaders import companies as company_loader
from loaders import members as member_loader
from loaders import profiles as profile_loader
from loaders.companies import CompanyRow
from loaders.context import Context
from loaders.members import MemberRow
from loaders.profiles import EducationRow, PositionRow, SkillRow
from models import educations, positions
from models import profiles as write
from models.database import Row, Statement
from models.profiles import FoundRow, VersionRow
from resolvers.idempotency import attempt
from resolvers.mutations import Payload, mutation, not_found, refuse_if
from rules import accounts, ids
from rules.members import (
    EDUCATION_TEXTS,
    MAX_ENTRIES,
    POSITION_TEXTS,
    PROFILE_TEXTS,
    SKILL_TEXTS,
    TextRule,
    check_period,
    check_texts,
    trimmed,
)
from rules.refusals import NotFoundError, Refused, UserErrorCode, ValidationError, VersionConflictError


@dataclass(frozen=True, kw_only=True)
class ProfilePayload(Payload):
    """The viewer's profile after an edit."""

    member: MemberRow | None = None


@dataclass(frozen=True)
class Entries:
    """How the entries of one section are written; `kind` is the prefix of their public ids.

    `links` are columns that name something else than the member.
    """

    kind: str
    id_field: str
    texts: Mapping[str, TextRule]
    links: Sequence[str]
    add: Statement[Row]
    replace: Statement[FoundRow]
    remove: Statement[FoundRow]
    count: Statement[FoundRow]

    @classmethod
    def of(
        cls, table: Table, kind: str, id_field: str, texts: Mapping[str, TextRule], *links: str
    ) -> "Entries":
        """The statements of a table whose columns are these texts and links, and a period."""
        columns = (*texts, *links, "started_on", "ended_on")
        add, replace = write.add(table, columns), write.replace(table, columns)
        return cls(kind, id_field, texts, links, add, replace, write.remove(table), write.count(table))


POSITIONS = Entries.of(positions, "P", "position_id", POSITION_TEXTS, "company_id")
EDUCATIONS = Entries.of(educations, "E", "education_id", EDUCATION_TEXTS)


async def experience(members: Sequence[MemberRow], ctx: Context) -> Sequence[list[PositionRow] | None]:
    """The positions of each member, newest first."""
    return await profile_loader.experience(ctx, members)


async def employers(positions: Sequence[PositionRow], ctx: Context) -> list[CompanyRow | None]:
    """The page of each position's company; None where the position names none."""
    wanted = {position.company_id for position in positions if position.company_id}
    found = dict(zip(wanted, await company_loader.load_many(ctx, list(wanted)), strict=True))
    return [found.get(position.company_id or 0) for position in positions]


async def education(members: Sequence[MemberRow], ctx: Context) -> Sequence[list[EducationRow] | None]:
    """The courses of study of each member, newest first."""
    return await profile_loader.education(ctx, members)


async def skills(members: Sequence[MemberRow], ctx: Context) -> Sequence[list[SkillRow] | None]:
    """The skills of each member in the owner's order."""
    return await profile_loader.skills(ctx, members)


@mutation(ProfilePayload)
async def update_profile(
    ctx: Context, /, *, expected_version: int | None = None, **given: object
) -> ProfilePayload:
    """Change the columns given; what is absent stays, null clears.

    Refused for a missing name, a text or list that is too long, or a version that is not the present one.
    """
    changes = {name: _cleared(name, trimmed(value)) for name, value in given.items()}
    refuse_if([*check_texts(changes, PROFILE_TEXTS), *_check_contact_email(changes)])
    async with ctx.transaction():
        await lock(ctx, expected_version)
        await ctx.rows(write.CHANGE_PROFILE, member_id=ctx.member_id, changes=changes)
        await ctx.rows(write.BUMP, member_id=ctx.member_id)
    return await _payload(ctx)


@mutation(ProfilePayload)
async def save_position(
    ctx: Context,
    /,
    *,
    position_id: str | None = None,
    company_id: str | None = None,
    idempotency_key: str | None = None,
    **given: object,
) -> ProfilePayload:
    """Add a position, or replace the one named. Refused for a company that does not exist."""
    company = await _company(ctx, company_id)
    return await _save(ctx, POSITIONS, position_id, idempotency_key, {**given, "company_id": company})


@mutation(ProfilePayload)
async def save_education(
    ctx: Context,
    /,
    *,
    education_id: str | None = None,
    idempotency_key: str | None = None,
    **given: object,
) -> ProfilePayload:
    """Add a course of study, or replace the one named."""
    return await _save(ctx, EDUCATIONS, education_id, idempotency_key, given)


@mutation(ProfilePayload)
async def delete_profile_entry(ctx: Context, *, entry_id: str) -> ProfilePayload:
    """Delete one's own position or course of study."""
    entries = EDUCATIONS if ids.decode_as(EDUCATIONS.kind, entry_id) else POSITIONS
    async with ctx.transaction():
        await lock(ctx)
        key = _own_key(ctx, entries, "entry_id", entry_id)
        if not await ctx.row(entries.remove, member_id=ctx.member_id, entry_id=key):
            raise Refused(_not_found("entry_id", entry_id))
        await ctx.rows(write.BUMP, member_id=ctx.member_id)
    return await _payload(ctx)


@mutation(ProfilePayload)
async def set_skills(
    ctx: Context, *, names: Sequence[str], expected_version: int | None = None
) -> ProfilePayload:
    """Set the skills in order; a name that was there before, in whatever case, stays the same skill."""
    wanted = [name.strip() for name in names]
    refuse_if([*check_texts({"names": wanted}, SKILL_TEXTS)])
    async with ctx.transaction():
        await lock(ctx, expected_version)
        await ctx.rows(write.DROP_SKILLS, member_id=ctx.member_id, names=wanted)
        await _put_skills(ctx, wanted)
        await ctx.rows(write.BUMP, member_id=ctx.member_id)
    return await _payload(ctx)


async def lock(ctx: Context, expected_version: int | None = None) -> VersionRow:
    """Hold the viewer's row until the transaction ends. Refused where its version is another one."""
    found = await ctx.row(write.LOCK, member_id=ctx.member_id)
    if found is None:
        raise Refused(NotFoundError(message="The account is closed."))
    if expected_version not in (None, found.version):
        text = "The profile changed since it was read."
        raise Refused(
            VersionConflictError(message=text, field=["expected_version"], current_version=found.version)
        )
    return found


async def _put_skills(ctx: Context, names: Sequence[str]) -> None:
    """What is the same name in another case is for PostgreSQL to say, whose index it is."""
    try:
        await ctx.rows(write.PUT_SKILLS, member_id=ctx.member_id, names=names)
    except asyncpg.CardinalityViolationError:
        text = "A skill is named twice."
        raise Refused(ValidationError(message=text, code=UserErrorCode.INVALID, field=["names"])) from None


async def _save(
    ctx: Context, entries: Entries, entry_id: str | None, key: str | None, given: Mapping[str, object]
) -> ProfilePayload:
    texts = {name: trimmed(given.get(name)) for name in entries.texts}
    period = {name: _date(given.get(name)) for name in ("started_on", "ended_on")}
    values = {**texts, **period, **{name: given.get(name) for name in entries.links}}
    refuse_if([*check_texts(texts, entries.texts), *check_period(**period)])
    async with ctx.transaction():
        await lock(ctx)
        use = await attempt(ctx, key, entries.id_field, {**values, "id": entry_id})
        if use.first is None:
            await _write(ctx, entries, entry_id, values)
            await ctx.rows(write.BUMP, member_id=ctx.member_id)
            await use.keep(ctx, {})
    return await _payload(ctx)


async def _company(ctx: Context, public_id: str | None) -> int | None:
    if public_id is None:
        return None
    company = await company_loader.load(ctx, ids.number("CO", public_id))
    if company is None:
        raise not_found("company_id", public_id)
    return company.id


async def _write(ctx: Context, entries: Entries, entry_id: str | None, values: Mapping[str, object]) -> None:
    if entry_id is None:
        await _refuse_where_full(ctx, entries)
        await ctx.rows(entries.add, member_id=ctx.member_id, **values)
        return
    key = _own_key(ctx, entries, entries.id_field, entry_id)
    if not await ctx.row(entries.replace, member_id=ctx.member_id, entry_id=key, **values):
        raise Refused(_not_found(entries.id_field, entry_id))


async def _refuse_where_full(ctx: Context, entries: Entries) -> None:
    counted = await ctx.row(entries.count, member_id=ctx.member_id)
    if counted and counted.found >= MAX_ENTRIES:
        text, constraint = f"At most {MAX_ENTRIES} entries.", f"maxItems={MAX_ENTRIES}"
        raise Refused(ValidationError(message=text, code=UserErrorCode.TOO_LONG, constraint=constraint))


async def _payload(ctx: Context) -> ProfilePayload:
    return ProfilePayload(member=await member_loader.load(ctx, ctx.member_id))


def _own_key(ctx: Context, entries: Entries, field: str, entry_id: str) -> int:
    key = ids.decode_as(entries.kind, entry_id)
    if key is None or len(key) != 2 or key[0] != ctx.member_id:
        raise Refused(_not_found(field, entry_id))
    return key[1]


def _not_found(field: str, missing_id: str) -> NotFoundError:
    return NotFoundError(message="There is no such entry.", field=[field], missing_id=missing_id)


def _cleared(name: str, value: object) -> object:
    return [] if value is None and PROFILE_TEXTS.get(name, TextRule(0)).max_items else value


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _check_contact_email(changes: Mapping[str, object]) -> Sequence[ValidationError]:
    address = changes.get("contact_email")
    return [*accounts.check_email(address, "contact_email")] if isinstance(address, str) else []
