"""A member's private tags, the connections that carry them, and the note on a connection.

Tags and notes end with the connection: what deletes its row deletes them.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    text,
)

from models.database import Row, Statement
from models.metadata import member_key, metadata

tags = Table(
    "tags",
    metadata,
    member_key(),
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("name", Text, nullable=False),
    Column("color", Text),
    CheckConstraint("color ~ '^#[0-9a-f]{6}$'", name="color"),
    Index("tags_name_key", "member_id", text("lower(name)"), unique=True),
)

taggings = Table(
    "taggings",
    metadata,
    Column("member_id", Integer, primary_key=True),
    Column("other_id", Integer, primary_key=True),
    Column("tag_id", BigInteger, primary_key=True),
    ForeignKeyConstraint(
        ["member_id", "other_id"], ["connections.member_id", "connections.other_id"], ondelete="CASCADE"
    ),
    ForeignKeyConstraint(["member_id", "tag_id"], ["tags.member_id", "tags.id"], ondelete="CASCADE"),
    Index("taggings_tag_idx", "member_id", "tag_id", "other_id"),
    comment="Which of a member's tags the connection with another one carries",
)


class TagIdRow(Row):
    """A tag that was written."""

    id: int


class OtherRow(Row):
    """The member at the other end of a connection that changed."""

    other_id: int


MEMBER, OTHER = bindparam("member_id", type_=Integer), bindparam("other_id", type_=Integer)
TAG = bindparam("tag_id", type_=BigInteger)
NAME, COLOR = bindparam("name", type_=Text), bindparam("color", type_=Text)
MANY = (
    MEMBER,
    bindparam("other_ids", type_=ARRAY(Integer)),
    bindparam("tag_ids", type_=ARRAY(BigInteger)),
)

ADD = Statement(
    text("""
    INSERT INTO tags (member_id, name, color) VALUES (:member_id, :name, :color) RETURNING id
    """).bindparams(MEMBER, NAME, COLOR),
    TagIdRow,
)
"""A new tag. Raises asyncpg.UniqueViolationError for a name that another one has."""
CHANGE = Statement(
    text("""
    UPDATE tags SET name = :name, color = :color WHERE (member_id, id) = (:member_id, :tag_id)
    """).bindparams(MEMBER, TAG, NAME, COLOR),
    Row,
)
"""Another name and colour. Raises as `ADD` does."""
DELETE = Statement(
    text("DELETE FROM tags WHERE (member_id, id) = (:member_id, :tag_id)").bindparams(MEMBER, TAG), Row
)
PUT_ON = Statement(
    text("""
    INSERT INTO taggings (member_id, other_id, tag_id)
    SELECT member_id, other_id, tag_id FROM connections CROSS JOIN unnest(:tag_ids) AS wanted (tag_id)
    WHERE member_id = :member_id AND other_id = ANY (:other_ids)
    ON CONFLICT DO NOTHING RETURNING other_id
    """).bindparams(*MANY),
    OtherRow,
)
"""Puts each of the tags on each of the connections that there are; a row for each that is new."""
TAKE_OFF = Statement(
    text("""
    DELETE FROM taggings
    WHERE member_id = :member_id AND other_id = ANY (:other_ids) AND tag_id = ANY (:tag_ids)
    RETURNING other_id
    """).bindparams(*MANY),
    OtherRow,
)
NOTE = Statement(
    text("""
    UPDATE connections SET note = :note WHERE (member_id, other_id) = (:member_id, :other_id)
    RETURNING other_id
    """).bindparams(MEMBER, OTHER, bindparam("note", type_=Text)),
    OtherRow,
)
"""Sets the note on a connection; no row where there is none."""
