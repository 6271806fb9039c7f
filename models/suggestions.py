"""People whom a member may know: lists that are kept for a minute, and who was dismissed from them."""

from sqlalchemy import ARRAY, Column, DateTime, Index, Integer, SmallInteger, Table, bindparam, text

from models.database import Row, Statement
from models.metadata import instant, member_key, metadata

suggestion_lists = Table(
    "suggestion_lists",
    metadata,
    member_key(),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("ids", ARRAY(Integer), nullable=False, comment="Candidates, best first"),
    Column("scores", ARRAY(Integer), nullable=False),
    Column("kinds", ARRAY(SmallInteger), nullable=False, comment="Sums of rules.suggestions.BITS"),
    Index("suggestion_lists_made_at_idx", "made_at"),
    # What is lost in a crash is made again when it is asked for.
    prefixes=["UNLOGGED"],
)

dismissed_suggestions = Table(
    "dismissed_suggestions",
    metadata,
    member_key(),
    member_key("dismissed_id"),
    instant("dismissed_at"),
    Index("dismissed_suggestions_dismissed_id_idx", "dismissed_id"),
)


class KeptRow(Row):
    """Whose list was written."""

    member_id: int


MEMBER = bindparam("member_id", type_=Integer)
NOW = bindparam("now", type_=DateTime(timezone=True))

KEEP = Statement(
    text("""
    INSERT INTO suggestion_lists AS list (member_id, made_at, ids, scores, kinds)
    VALUES (:member_id, :now, :ids, :scores, :kinds)
    ON CONFLICT (member_id) DO UPDATE
    SET made_at = excluded.made_at, ids = excluded.ids, scores = excluded.scores, kinds = excluded.kinds
    RETURNING member_id
    """).bindparams(
        MEMBER,
        NOW,
        bindparam("ids", type_=ARRAY(Integer)),
        bindparam("scores", type_=ARRAY(Integer)),
        bindparam("kinds", type_=ARRAY(SmallInteger)),
    ),
    KeptRow,
)
DISMISS = Statement(
    text("""
    INSERT INTO dismissed_suggestions (member_id, dismissed_id, dismissed_at)
    VALUES (:member_id, :dismissed_id, :now) ON CONFLICT DO NOTHING RETURNING member_id
    """).bindparams(MEMBER, NOW, bindparam("dismissed_id", type_=Integer)),
    KeptRow,
)
