"""How a member's requests to connect were answered, and for how long they may send no more."""

from sqlalchemy import DateTime, Integer, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from models.database import Row, Statement


class SenderRow(Row):
    """A member who sent requests."""

    sender_id: int


class AnswersRow(SenderRow):
    """The kinds of decline, None for an acceptance, of the last answers to the member's requests."""

    answers: list[str | None]


INSTANT = DateTime(timezone=True)
ANSWERED = Statement(
    text("""
    SELECT DISTINCT sender_id FROM connection_requests
    WHERE closed_at >= :since AND state IN ('ACCEPTED', 'DECLINED') AND NOT undelivered
    """).bindparams(bindparam("since", type_=INSTANT)),
    SenderRow,
)
"""Members whose requests were answered since then."""

ANSWERS = Statement(
    text("""
    SELECT sender_id, array_agg(
        CASE WHEN reported THEN 'DONT_KNOW' ELSE decline_kind END ORDER BY closed_at DESC
    ) AS answers
    FROM unnest(:member_ids) AS senders (member_id) CROSS JOIN LATERAL (
        SELECT sender_id, decline_kind, reported, closed_at FROM connection_requests
        WHERE sender_id = member_id AND state IN ('ACCEPTED', 'DECLINED') AND NOT undelivered
        ORDER BY closed_at DESC LIMIT :most
    ) AS judged
    GROUP BY sender_id
    """).bindparams(bindparam("member_ids", type_=ARRAY(Integer)), bindparam("most", type_=Integer)),
    AnswersRow,
)
RESTRICT = Statement(
    text("""
    UPDATE members SET requests_restricted_until = :until
    WHERE id = :member_id AND (requests_restricted_until <= :now) IS NOT FALSE
    RETURNING id AS sender_id
    """).bindparams(
        bindparam("member_id", type_=Integer),
        *(bindparam(name, type_=INSTANT) for name in ("now", "until")),
    ),
    SenderRow,
)
"""No row where the member is restricted already."""
