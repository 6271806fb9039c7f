"""Requests to connect whose time is over, or soon will be. `connection_requests.CHANGE` closes them."""

from sqlalchemy import BigInteger, DateTime, Integer, bindparam, text

from models.connection_requests import KeyRow
from models.database import Statement

NOW = bindparam("now", type_=DateTime(timezone=True))

EXPIRED = Statement(
    text("""
    SELECT sender_id, recipient_id, id FROM connection_requests
    WHERE (state = 'PENDING' OR sender_state = 'PENDING') AND expires_at <= :now
    ORDER BY expires_at, id LIMIT 100
    """).bindparams(NOW),
    KeyRow,
)
"""Some that one side at least still holds open."""

EXPIRING = Statement(
    text("""
    SELECT sender_id, recipient_id, id FROM connection_requests
    WHERE state = 'PENDING' AND NOT ignored AND NOT expiry_announced
        AND expires_at > :now AND expires_at <= :now + CAST(:notice AS interval)
    ORDER BY expires_at, id LIMIT 100
    """).bindparams(NOW),
    KeyRow,
)
"""Some of whose expiry the recipient has not heard."""

ANNOUNCE = Statement(
    text("""
    UPDATE connection_requests SET expiry_announced = true
    WHERE (sender_id, recipient_id, id) = (:sender_id, :recipient_id, :id) AND NOT expiry_announced
    RETURNING sender_id, recipient_id, id
    """).bindparams(
        *(bindparam(name, type_=Integer) for name in ("sender_id", "recipient_id")),
        bindparam("id", type_=BigInteger),
    ),
    KeyRow,
)
"""A row where that had not been done."""
