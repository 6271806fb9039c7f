"""Exports of members' connections, and their files in pieces that are written one after the other.

The row of an export knows how far its file is. A piece is written together with that, and only by who knows
the last one: whoever goes on, after a restart or beside another, neither repeats nor misses one.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    bindparam,
    text,
)

from models.database import Row, Statement
from models.metadata import choice, instant, member_key, metadata, one_of
from rules.exports import ExportFormat, ExportState

exports = Table(
    "exports",
    metadata,
    member_key(),
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("format", Text, nullable=False),
    choice("state", ExportState.QUEUED),
    instant("requested_at"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("part_count", Integer, nullable=False, server_default=text("0")),
    Column("row_count", Integer, nullable=False, server_default=text("0"), comment="Connections written"),
    Column("byte_count", BigInteger, nullable=False, server_default=text("0")),
    Column(
        "after_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("'infinity'"),
        comment="With after_tie the connection, newest first, up to which it is written",
    ),
    Column("after_tie", Integer, nullable=False, server_default=text("0")),
    Column("expires_at", DateTime(timezone=True)),
    Column("downloads", Integer, nullable=False, server_default=text("0"), comment="That were whole"),
    one_of("format", ExportFormat),
    one_of("state", ExportState),
    CheckConstraint("(expires_at IS NOT NULL) = (state IN ('READY', 'EXPIRED'))", name="expires_at"),
    Index(
        "exports_unfinished_key",
        "member_id",
        unique=True,
        postgresql_where=text("state IN ('QUEUED', 'RUNNING')"),
    ),
    Index("exports_expires_at_idx", "expires_at", postgresql_where=text("state = 'READY'")),
    Index("exports_requested_at_idx", "requested_at"),
)

export_parts = Table(
    "export_parts",
    metadata,
    Column("member_id", Integer, primary_key=True),
    Column("export_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True, comment="From 0"),
    Column("data", LargeBinary, nullable=False),
    ForeignKeyConstraint(["member_id", "export_id"], ["exports.member_id", "exports.id"], ondelete="CASCADE"),
)


class NumberRow(Row):
    """The number of an export."""

    id: int


class AttemptRow(Row):
    """How often an export was begun."""

    attempts: int


INSTANT = DateTime(timezone=True)
KEY = (bindparam("member_id", type_=Integer), bindparam("id", type_=BigInteger))
NOW = bindparam("now", type_=INSTANT)

QUEUE = Statement(
    text("""
    INSERT INTO exports (member_id, format, requested_at) VALUES (:member_id, :format, :now) RETURNING id
    """).bindparams(KEY[0], bindparam("format", type_=Text), NOW),
    NumberRow,
)
BEGIN = Statement(
    text("""
    UPDATE exports SET state = 'RUNNING', attempts = attempts + 1
    WHERE (member_id, id) = (:member_id, :id) AND state IN ('QUEUED', 'RUNNING')
    RETURNING attempts
    """).bindparams(*KEY),
    AttemptRow,
)
"""No row where there is nothing to do."""

WRITE = Statement(
    text("""
    WITH moved AS (
        UPDATE exports SET state = :state, expires_at = :expires_at, part_count = part_count + 1,
            row_count = row_count + :rows, byte_count = byte_count + length(:data),
            after_at = :after_at, after_tie = :after_tie
        WHERE (member_id, id) = (:member_id, :id) AND state = 'RUNNING' AND part_count = :number
        RETURNING member_id, id
    )
    INSERT INTO export_parts (member_id, export_id, number, data)
    SELECT member_id, id, :number, :data FROM moved RETURNING export_id AS id
    """).bindparams(
        *KEY,
        *(bindparam(name, type_=Integer) for name in ("number", "rows", "after_tie")),
        *(bindparam(name, type_=INSTANT) for name in ("after_at", "expires_at")),
        bindparam("state", type_=Text),
        bindparam("data", type_=LargeBinary),
    ),
    NumberRow,
)
"""The next piece, and how far the file is with it. No row where the piece was written by somebody else."""

FAIL = Statement(
    text("""
    WITH failed AS (
        UPDATE exports SET state = 'FAILED' WHERE (member_id, id) = (:member_id, :id) AND state = 'RUNNING'
        RETURNING member_id, id
    )
    DELETE FROM export_parts USING failed
    WHERE (export_parts.member_id, export_id) = (failed.member_id, failed.id)
    """).bindparams(*KEY),
    Row,
)
USE_UP = Statement(
    text("""
    UPDATE exports SET downloads = downloads + 1
    WHERE (member_id, id, downloads) = (:member_id, :id, :downloads) AND state = 'READY'
    RETURNING id
    """).bindparams(*KEY, bindparam("downloads", type_=Integer)),
    NumberRow,
)
"""No row where so many downloads are not all that there were."""

EXPIRE = Statement(
    text("""
    WITH over AS (
        UPDATE exports SET state = 'EXPIRED' WHERE state = 'READY' AND expires_at <= :now
        RETURNING member_id, id
    )
    DELETE FROM export_parts USING over
    WHERE (export_parts.member_id, export_id) = (over.member_id, over.id)
    """).bindparams(NOW),
    Row,
)
FORGET = Statement(
    text("DELETE FROM exports WHERE requested_at <= :end AND state IN ('FAILED', 'EXPIRED')").bindparams(
        bindparam("end", type_=INSTANT)
    ),
    Row,
)
