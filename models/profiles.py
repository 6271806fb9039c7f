"""Statements that write profiles and settings. Their caller holds the member's row, see `LOCK`."""

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.elements import BindParameter

from models.database import Row, Statement
from models.members import members
from rules.members import PROFILE_TEXTS

PROFILE_COLUMNS = (*PROFILE_TEXTS, "career_level")
SETTING_COLUMNS = (
    "audiences",
    "notifications",
    "connections_visibility",
    "who_can_request",
    "require_note",
    "who_can_follow",
    "follow_first",
    "profile_view_mode",
    "discoverable",
    "read_receipts",
    "broadcast_activity",
)

BEFORE = members.alias("before")
MEMBER = bindparam("member_id", type_=Integer)
FOUND: ColumnElement[int] = literal_column("1", Integer).label("found")


class VersionRow(Row):
    """What guards a profile against lost updates, and the settings that differ from the default."""

    version: int
    audiences: dict[str, str] | None
    notifications: dict[str, bool] | None


class FoundRow(Row):
    """How many rows there are, or one row for each that was written."""

    found: int


LOCK = Statement(
    select(members.c.version, members.c.audiences, members.c.notifications)
    .where(members.c.id == MEMBER, members.c.closed_at.is_(None))
    .with_for_update(key_share=True),
    VersionRow,
)
BUMP = Statement(
    update(members).values(version=members.c.version + literal_column("1")).where(members.c.id == MEMBER), Row
)


def _change(columns: tuple[str, ...]) -> Statement[FoundRow]:
    """Set those of the columns that the JSON object names; no row where they hold that already."""
    record = func.jsonb_populate_record(literal_column("before"), bindparam("changes", type_=JSONB))
    changed = record.table_valued(*(Column(name, members.c[name].type) for name in columns), name="changed")
    values = {members.c[name]: changed.c[name] for name in columns}
    held, wanted = tuple_(*(BEFORE.c[name] for name in columns)), tuple_(*values.values())
    where = (BEFORE.c.id == MEMBER, members.c.id == BEFORE.c.id, held.is_distinct_from(wanted))
    return Statement(update(members).values(values).where(*where).returning(FOUND), FoundRow)


CHANGE_PROFILE = _change(PROFILE_COLUMNS)
CHANGE_SETTINGS = _change(SETTING_COLUMNS)


def _given(table: Table, columns: tuple[str, ...]) -> dict[str, BindParameter[object]]:
    return {name: bindparam(name, type_=table.c[name].type) for name in columns}


def add(table: Table, columns: tuple[str, ...]) -> Statement[Row]:
    """Insert one entry of a profile."""
    return Statement(insert(table).values(member_id=MEMBER, **_given(table, columns)), Row)


def replace(table: Table, columns: tuple[str, ...]) -> Statement[FoundRow]:
    """Write one entry anew; no row where it is not there."""
    return Statement(
        update(table).values(**_given(table, columns)).where(*_is_entry(table)).returning(FOUND), FoundRow
    )


def remove(table: Table) -> Statement[FoundRow]:
    """Delete one entry; no row where it was not there."""
    return Statement(delete(table).where(*_is_entry(table)).returning(FOUND), FoundRow)


def count(table: Table) -> Statement[FoundRow]:
    """How many entries the profile has."""
    return Statement(select(func.count().label("found")).where(table.c.member_id == MEMBER), FoundRow)


def _is_entry(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.member_id == MEMBER, table.c.id == bindparam("entry_id", type_=BigInteger)


NAMES = bindparam("names", type_=ARRAY(Text))
DROP_SKILLS = Statement(
    text("""
        DELETE FROM skills WHERE member_id = :member_id
        AND lower(name) <> ALL (SELECT lower(wanted) FROM unnest(:names) AS wanted)
    """).bindparams(MEMBER, NAMES),
    Row,
)
PUT_SKILLS = Statement(
    text("""
        INSERT INTO skills (member_id, name, rank)
        SELECT :member_id, name, place - 1 FROM unnest(:names) WITH ORDINALITY AS wanted (name, place)
        ON CONFLICT (member_id, lower(name)) DO UPDATE SET name = excluded.name, rank = excluded.rank
    """).bindparams(MEMBER, NAMES),
    Row,
)
