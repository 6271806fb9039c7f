"""Statements that remember which mutation a client-made key stood for."""

from sqlalchemy import Integer, LargeBinary, Text, bindparam, text

from models.database import Row, Statement


class DigestRow(Row):
    """What a key was used for."""

    digest: bytes


KEY = (bindparam("member_id", type_=Integer), bindparam("key", type_=Text))
DIGEST = bindparam("digest", type_=LargeBinary)

CLAIM = Statement(
    text("""
        INSERT INTO idempotency_keys AS known (member_id, key, digest) VALUES (:member_id, :key, :digest)
        ON CONFLICT (member_id, key) DO UPDATE SET digest = excluded.digest, created_at = now()
        WHERE known.created_at < now() - interval '24 hours'
        RETURNING digest
    """).bindparams(*KEY, DIGEST),
    DigestRow,
)
FIND = Statement(
    text("SELECT digest FROM idempotency_keys WHERE (member_id, key) = (:member_id, :key)").bindparams(*KEY),
    DigestRow,
)
