"""Statements that remember which mutation a client-made key stood for, and what it answered first."""

from sqlalchemy import DateTime, Integer, LargeBinary, Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from models.database import Row, Statement


class AnswerRow(Row):
    """What a key was used for, and what the first result was made of."""

    digest: bytes
    answer: dict[str, object]


KEY = (bindparam("member_id", type_=Integer), bindparam("key", type_=Text))
NOW = bindparam("now", type_=DateTime(timezone=True))

FIND = Statement(
    text("""
        SELECT digest, answer FROM idempotency_keys
        WHERE (member_id, key) = (:member_id, :key) AND created_at >= :now - interval '24 hours'
    """).bindparams(*KEY, NOW),
    AnswerRow,
)
KEEP = Statement(
    text("""
        INSERT INTO idempotency_keys AS known (member_id, key, digest, answer, created_at)
        VALUES (:member_id, :key, :digest, :answer, :now)
        ON CONFLICT (member_id, key) DO UPDATE
        SET digest = excluded.digest, answer = excluded.answer, created_at = excluded.created_at
        WHERE known.created_at < :now - interval '24 hours'
        RETURNING digest, answer
    """).bindparams(
        *KEY, NOW, bindparam("digest", type_=LargeBinary), bindparam("answer", type_=JSONB(none_as_null=True))
    ),
    AnswerRow,
)
"""No row where the key stands for something else by now."""
