"""What is known about the senders of requests, for their recipient, who must be the viewer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Interval,
    bindparam,
    literal_column,
    select,
    text,
    true,
)

from loaders import members as member_loader
from loaders import profiles as profile_loader
from loaders.connection_requests import (
    COLUMNS,
    REQUEST_KEYS,
    REQUESTS,
    RequestRow,
    as_seen,
    both_exist,
    is_gone,
    key_columns,
)
from loaders.context import Context
from loaders.members import MemberRow
from loaders.profiles import EducationRow, PositionRow
from models.connection_requests import NOTE_DIGEST
from models.database import Row, Statement
from rules.connection_requests import Side
from rules.seen_requests import SeenRequest
from rules.vetting import MASS_NOTE_WINDOW

MOST_EARLIER: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Vetting:
    """A request that the viewer received and its sender, as far as visible."""

    request: SeenRequest
    sender: MemberRow


class NotedRow(Row):
    """A request and to how many members its note went, its recipient included, as far as counted."""

    number: int
    recipients: int


class EarlierRow(RequestRow):
    """A request that came before the one with the number `before`."""

    before: int


# Whoever looks and whatever became of the requests: nobody's absence is told, and withdrawing hides nothing.
NOTED = Statement(
    text(f"""
    WITH noted AS (
        SELECT id, sender_id, sent_at, {NOTE_DIGEST} AS digest
        FROM unnest(:sender_ids, :recipient_ids, :ids) AS wanted (sender_id, recipient_id, id)
        JOIN connection_requests USING (sender_id, recipient_id, id)
    )
    SELECT id AS number, (
        SELECT count(*) FROM (
            SELECT DISTINCT recipient_id FROM connection_requests
            WHERE sender_id = noted.sender_id AND note IS NOT NULL AND {NOTE_DIGEST} = noted.digest
                AND sent_at BETWEEN noted.sent_at - :window AND noted.sent_at + :window
            LIMIT :many
        ) AS recipients
    ) AS recipients
    FROM noted
    """).bindparams(  # noqa: S608 - the digest is a constant
        *(bindparam(name, type_=ARRAY(Integer)) for name in ("sender_ids", "recipient_ids")),
        bindparam("ids", type_=ARRAY(BigInteger)),
        bindparam("window", type_=Interval),
        bindparam("many", type_=Integer),
    ),
    NotedRow,
)


def _earlier() -> Statement[EarlierRow]:
    """The last requests between the two before each of these, in both directions, as the viewer knows."""
    wanted, most = REQUEST_KEYS.c, literal_column(str(MOST_EARLIER), Integer)
    sides = (
        (Side.RECIPIENT, wanted.sender_id, wanted.recipient_id),
        (Side.SENDER, wanted.recipient_id, wanted.sender_id),
    )
    ways = [
        select(*COLUMNS)
        .where(REQUESTS.sender_id == sender, REQUESTS.recipient_id == recipient, REQUESTS.id < wanted.id)
        .where(~is_gone(side), both_exist())
        .order_by(REQUESTS.id.desc())
        .limit(most)
        .lateral(side.name.lower())
        for side, sender, recipient in sides
    ]
    received, sent = (
        select(wanted.id.label("before"), *way.c).select_from(REQUEST_KEYS.join(way, true())) for way in ways
    )
    return Statement(received.union_all(sent), EarlierRow)


EARLIER = _earlier()


async def load_many(ctx: Context, requests: Sequence[SeenRequest]) -> list[Vetting | None]:
    """Each request with its sender; None where the viewer sent it, or the sender is gone."""
    # With the viewer, whose profile is what facts are compared with.
    ids = [*(request.sender_id for request in requests), ctx.member_id]
    *senders, _ = await member_loader.load_many(ctx, ids)
    return [
        Vetting(request, sender) if sender and request.side is Side.RECIPIENT else None
        for request, sender in zip(requests, senders, strict=True)
    ]


async def experience(ctx: Context, member_ids: Sequence[int]) -> list[list[PositionRow] | None]:
    """The positions of members, as far as visible."""
    return await profile_loader.of_ids(ctx, member_ids, profile_loader.experience)


async def education(ctx: Context, member_ids: Sequence[int]) -> list[list[EducationRow] | None]:
    """The courses of study of members, as far as visible."""
    return await profile_loader.of_ids(ctx, member_ids, profile_loader.education)


async def recipients_of_notes(ctx: Context, requests: Sequence[SeenRequest]) -> list[int]:
    """To how many members the same note went within 7 days of each request, counted up to what is many."""
    policy = ctx.deployment.policy
    rows = await ctx.rows(NOTED, window=MASS_NOTE_WINDOW, many=policy.mass_note_recipients, **_keys(requests))
    found = {row.number: row.recipients for row in rows}
    return [found.get(request.number, 0) for request in requests]


async def earlier(ctx: Context, requests: Sequence[SeenRequest]) -> list[list[SeenRequest]]:
    """Up to ten requests between the two before each of these, as the viewer may know them, newest first."""
    found: Mapping[int, list[SeenRequest]] = defaultdict(list)
    for row in await ctx.rows(EARLIER, **_keys(requests), **ctx.sight.parameters()):
        if request := as_seen(ctx, row):
            found[row.before].append(request)
    newest = attrgetter("number")
    return [sorted(found[request.number], key=newest, reverse=True)[:MOST_EARLIER] for request in requests]


def _keys(requests: Sequence[SeenRequest]) -> dict[str, object]:
    return key_columns([(request.sender_id, request.recipient_id, request.number) for request in requests])
