"""What a member should know, grouped by kind and subject while it is unread. `events.APPEND` writes it.

Its number is that of the event which told it first, and stays when it grows. One counter for all would tell
each member what others are told: who is notified before and after an act would know if that was delivered.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.database import Row, Statement
from models.metadata import instant, member_key, metadata

notifications = Table(
    "notifications",
    metadata,
    member_key(),
    Column("id", BigInteger, primary_key=True, comment="Of the event that told it first"),
    Column("kind", Text, nullable=False, comment="See rules.events.NotificationKind"),
    Column("subject", Text, nullable=False, comment="Public id of what it is about"),
    Column("actor_ids", ARRAY(Integer), nullable=False, comment="Members behind it, newest first"),
    instant("created_at"),
    Column("read_at", DateTime(timezone=True)),
    Column("sequence", BigInteger, nullable=False, comment="Of the event that told it last"),
    Index(
        "notifications_unread_key",
        *("member_id", "kind", "subject"),
        unique=True,
        postgresql_where=text("read_at IS NULL"),
    ),
    Index("notifications_newest_idx", "member_id", text("created_at DESC")),
    Index("notifications_subject_idx", "member_id", "subject"),
    Index(
        "notifications_only_actor_idx",
        text("(actor_ids[1])"),
        postgresql_where=text("cardinality(actor_ids) = 1"),
    ),
)

ABOUT = (bindparam("member_id", type_=Integer), bindparam("subject", type_=Text))
RETRACT = Statement(
    text("DELETE FROM notifications WHERE (member_id, subject) = (:member_id, :subject)").bindparams(*ABOUT),
    Row,
)
"""What was told of the subject vanishes."""

MARK_READ = Statement(
    text("""
    UPDATE notifications SET read_at = :now
    WHERE (member_id, subject) = (:member_id, :subject) AND read_at IS NULL
    """).bindparams(*ABOUT, bindparam("now", type_=DateTime(timezone=True))),
    Row,
)
RETRACT_EACH = Statement(
    text("""
    DELETE FROM notifications USING unnest(:member_ids, :subjects) AS gone (member_id, subject)
    WHERE (notifications.member_id, notifications.subject) = (gone.member_id, gone.subject)
    """).bindparams(bindparam("member_ids", type_=ARRAY(Integer)), bindparam("subjects", type_=ARRAY(Text))),
    Row,
)
"""What these members were told of these subjects, pair by pair, vanishes."""

READ_BY_EACH = Statement(
    text("""
    UPDATE notifications SET read_at = :now
    WHERE member_id = ANY(:member_ids) AND subject = :subject AND read_at IS NULL
    """).bindparams(
        bindparam("member_ids", type_=ARRAY(Integer)),
        ABOUT[1],
        bindparam("now", type_=DateTime(timezone=True)),
    ),
    Row,
)
"""These members have read what they were told of the subject."""

READ_THESE = Statement(
    text("""
    UPDATE notifications SET read_at = :now WHERE member_id = :member_id AND id = ANY(:ids)
    """).bindparams(
        ABOUT[0], bindparam("ids", type_=ARRAY(BigInteger)), bindparam("now", type_=DateTime(timezone=True))
    ),
    Row,
)
TAKE_BACK = Statement(
    text("""
    WITH shrunk AS (
        UPDATE notifications SET actor_ids = array_remove(actor_ids, :actor_id)
        WHERE (member_id, kind, subject) = (:member_id, :kind, :subject) AND read_at IS NULL
        AND :actor_id = ANY(actor_ids) AND cardinality(actor_ids) > 1
    )
    DELETE FROM notifications
    WHERE (member_id, kind, subject) = (:member_id, :kind, :subject) AND read_at IS NULL
    AND cardinality(actor_ids) = 1 AND actor_ids[1] = :actor_id
    """).bindparams(*ABOUT, bindparam("kind", type_=Text), bindparam("actor_id", type_=Integer)),
    Row,
)
"""One actor leaves what is unread, and it vanishes with the last."""

RETRACT_OF_ACTOR = Statement(
    text("""
    WITH shrunk AS (
        UPDATE notifications SET actor_ids = array_remove(actor_ids, other_id)
        FROM (VALUES (:one, :other), (:other, :one)) AS pairs (one_id, other_id)
        WHERE member_id = one_id AND other_id = ANY(actor_ids) AND cardinality(actor_ids) > 1
    )
    DELETE FROM notifications
    WHERE cardinality(actor_ids) = 1 AND (member_id, actor_ids[1]) IN ((:one, :other), (:other, :one))
    """).bindparams(bindparam("one", type_=Integer), bindparam("other", type_=Integer)),
    Row,
)
"""Of two members each leaves what the other was told, and what was told of them alone vanishes."""
