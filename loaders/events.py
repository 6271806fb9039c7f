"""The door to the log of a member: raw entries, which `resolvers.events` shows to the member alone."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Integer, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from loaders.context import Context
from models.database import Row, Statement
from rules.events import EventKind, Position, StreamGapReason, gap_reason


class EventRow(Row):
    """An entry of a log, with where the log begins and ends."""

    place: int
    member_id: int
    head: int
    epoch: int
    oldest: int
    sequence: int
    kind: EventKind
    subject: str
    detail: str | None
    occurred_at: datetime

    @property
    def position(self) -> Position:
        """The place behind it."""
        return Position(self.epoch, self.sequence)


class HeadRow(Row):
    """Where a member's log ends."""

    member_id: int
    head: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries behind a position, at most as many as were asked for, and the end of the log then."""

    events: Sequence[EventRow]
    head: Position
    oldest: Position
    """The first position behind which nothing has been forgotten."""
    after: Position
    has_more: bool

    @property
    def gap(self) -> StreamGapReason | None:
        """Why entries are missing behind the position, None where none are."""
        return gap_reason(self.after, self.head, self.events[0].sequence if self.events else None)

    @property
    def end(self) -> Position:
        """Where to read on."""
        return self.events[-1].position if self.events and self.has_more else self.head


_EPOCH = "(SELECT coalesce(max(epoch), 0) AS epoch FROM log_epochs) AS epochs"
# One statement, so that the end of the log is that of the same instant.
READ = Statement(
    text(f"""
    SELECT place, inboxes.member_id, last_sequence AS head, epoch, coalesce((
        SELECT min(sequence) - 1 FROM events WHERE events.member_id = wanted.member_id
    ), last_sequence) AS oldest, sequence, kind, subject, detail, occurred_at
    FROM unnest(:member_ids, :afters) WITH ORDINALITY AS wanted (member_id, after, place)
    JOIN inboxes USING (member_id) CROSS JOIN {_EPOCH}
    LEFT JOIN LATERAL (
        SELECT * FROM events WHERE events.member_id = wanted.member_id AND sequence > after
        ORDER BY sequence LIMIT :most
    ) AS found ON true
    ORDER BY place, sequence
    """).bindparams(  # noqa: S608 - put together from constants
        bindparam("member_ids", type_=ARRAY(Integer)),
        bindparam("afters", type_=ARRAY(BigInteger)),
        bindparam("most", type_=Integer),
    ),
    EventRow,
)
HEADS = Statement(
    text(f"""
    SELECT member_id, last_sequence AS head, epoch
    FROM inboxes CROSS JOIN {_EPOCH} WHERE member_id = ANY(:member_ids)
    """).bindparams(bindparam("member_ids", type_=ARRAY(Integer))),  # noqa: S608
    HeadRow,
)


async def heads(ctx: Context, member_ids: Collection[int]) -> dict[int, Position]:
    """Where the logs of these members end; closed accounts have none."""
    rows = await ctx.rows(HEADS, member_ids=list(member_ids))
    return {row.member_id: Position(row.epoch, row.head) for row in rows}


async def read(ctx: Context, wanted: Sequence[tuple[int, Position]], most: int) -> list[Reading | None]:
    """What stands in each log behind a position, at most so many entries; None of a closed account."""
    afters = [after.sequence for _, after in wanted]
    rows = await ctx.rows(READ, member_ids=[id for id, _ in wanted], afters=afters, most=most)
    found: dict[int, list[EventRow]] = defaultdict(list)
    for row in rows:
        found[row.place].append(row)
    return [
        _reading(found[place], after, most) if place in found else None
        for place, (_, after) in enumerate(wanted, start=1)
    ]


def _reading(rows: Sequence[EventRow], after: Position, most: int) -> Reading:
    head = Position(rows[0].epoch, rows[0].head)
    events = [row for row in rows if row.sequence is not None]
    has_more = len(events) == most and events[-1].sequence < head.sequence
    return Reading(events, head, head._replace(sequence=rows[0].oldest), after, has_more)
