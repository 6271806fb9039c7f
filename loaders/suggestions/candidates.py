"""Whom the viewer may know: connections of connections, colleagues, alumni and followers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Float,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from auth.network import SEEN_BY, exists, is_first, neighbours
from auth.visibility import is_open_to_members
from models import (
    adjacency,
    connection_requests,
    connections,
    dismissed_suggestions,
    educations,
    follows,
    members,
    mutes,
    positions,
    removals,
)
from models.database import Row, Statement, constant, fenced
from rules.audiences import FollowAudience, ProfileSection
from rules.suggestions import (
    BITS,
    MOST_BROKERS,
    MOST_OF_BROKER,
    MOST_OF_SOURCE,
    MOST_SUGGESTED,
    SHARED_SCALE,
    WEIGHTS,
    SuggestionReasonKind,
)
from rules.terms import ConnectionRequestState

Kind = SuggestionReasonKind


class CandidateRow(Row):
    """Somebody whom the viewer may know; `kinds` is a sum of `BITS`."""

    id: int
    score: int
    kinds: int


def number(value: int) -> ColumnElement[int]:
    """SQL: a number that stands in the statement itself."""
    return literal_column(str(value))


NOW = bindparam("now", type_=DateTime(timezone=True))
REQUESTS = connection_requests.c
MINE, THEIRS = connections.alias("mine"), follows.alias("theirs")
OWN_IDS = func.coalesce(neighbours(SEEN_BY), literal_column("'{}'::int[]"))


def is_open() -> ColumnElement[bool]:
    """SQL: the row of `members` exists and may be new to the viewer.

    The viewer has not connected with, asked, turned down, muted, removed or dismissed that member.
    """
    is_another = members.c.id != SEEN_BY
    return and_(exists(), is_another, ~is_first(), _never_asked(), _does_not_ask(), *_not_sent_away())


def _lacks(column: ColumnElement[Any], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return ~select(column).where(*conditions).correlate(members).exists()


def _never_asked() -> ColumnElement[bool]:
    """Whatever came of it, unless it was a connection: whether a request was declined is not told."""
    asked = REQUESTS.sender_id == SEEN_BY, REQUESTS.recipient_id == members.c.id
    return _lacks(REQUESTS.id, *asked, REQUESTS.sender_state != constant(ConnectionRequestState.ACCEPTED))


def _does_not_ask() -> ColumnElement[bool]:
    """As far as a recipient knows, and the viewer did not decline."""
    asking = REQUESTS.sender_id == members.c.id, REQUESTS.recipient_id == SEEN_BY
    states = [constant(ConnectionRequestState.PENDING), constant(ConnectionRequestState.DECLINED)]
    return _lacks(REQUESTS.id, *asking, REQUESTS.state.in_(states), not_(REQUESTS.lifted))


def _not_sent_away() -> Sequence[ColumnElement[bool]]:
    """Not removed by the viewer, nor muted for now, nor dismissed."""
    low, high = func.least(SEEN_BY, members.c.id), func.greatest(SEEN_BY, members.c.id)
    pair = removals.c.low_id == low, removals.c.high_id == high
    runs = or_(mutes.c.muted_until.is_(None), mutes.c.muted_until > NOW)
    muted = mutes.c.member_id == SEEN_BY, mutes.c.muted_id == members.c.id
    gone = dismissed_suggestions.c
    return (
        _lacks(removals.c.low_id, *pair, removals.c.remover_id == SEEN_BY),
        _lacks(mutes.c.muted_id, *muted, runs),
        _lacks(gone.dismissed_id, gone.member_id == SEEN_BY, gone.dismissed_id == members.c.id),
    )


def _source(
    id: ColumnElement[int], score: ColumnElement[Any], kind: Kind, rows: Any, *conditions: ColumnElement[bool]
) -> Select[Any]:
    columns = id.label("id"), score.label("score"), number(BITS[kind]).label("kinds")
    return select(*columns).select_from(rows).where(*conditions)


def _known_to_connections() -> Select[Any]:
    """Whom the viewer's newest connections know; one who knows few tells more of whom they know."""
    own = select(adjacency.c.silent_ids).where(adjacency.c.member_id == SEEN_BY).scalar_subquery()
    is_silent = MINE.c.other_id == any_(cast(own, ARRAY(Integer)))
    newest = (
        select(MINE.c.other_id)
        .where(MINE.c.member_id == SEEN_BY, ~is_silent)
        .order_by(MINE.c.connected_at.desc())
        .limit(number(MOST_BROKERS))
        .subquery("newest")
    )
    last = func.subarray(adjacency.c.ids, number(-MOST_OF_BROKER), number(MOST_OF_BROKER))
    weight = number(SHARED_SCALE) / func.ln(func.icount(adjacency.c.ids) + number(1), type_=Float)
    # Or the array would be measured again for everybody in it.
    brokers = fenced(
        select(last.op("-")(OWN_IDS).label("ids"), weight.label("weight")).join(
            newest, newest.c.other_id == adjacency.c.member_id
        )
    ).subquery("brokers_of")
    met = func.unnest(brokers.c.ids).table_valued("id").render_derived("met")
    counted = (
        select(met.c.id, func.sum(brokers.c.weight).label("score"))
        .select_from(brokers.join(met, true()))
        .group_by(met.c.id)
        .order_by(literal_column("score").desc())
        .limit(number(2 * MOST_SUGGESTED))
        .subquery("counted")
    )
    rows = counted.join(members, members.c.id == counted.c.id)
    tells = is_open_to_members(ProfileSection.MUTUAL_CONNECTIONS)
    return _source(counted.c.id, counted.c.score, Kind.MUTUAL_CONNECTIONS, rows, tells)


def _colleagues() -> Select[Any]:
    mine, theirs = positions.alias("own"), positions.alias("other")
    begins: ColumnElement[Any] = literal_column("'-infinity'::date")
    ends: ColumnElement[Any] = literal_column("'infinity'::date")
    overlaps = and_(
        func.coalesce(mine.c.started_on, begins) <= func.coalesce(theirs.c.ended_on, ends),
        func.coalesce(theirs.c.started_on, begins) <= func.coalesce(mine.c.ended_on, ends),
    )
    same = func.lower(theirs.c.company_name) == func.lower(mine.c.company_name)
    return _fellows(mine, theirs, and_(same, overlaps), Kind.SAME_EMPLOYER, ProfileSection.EXPERIENCE)


def _alumni() -> Select[Any]:
    mine, theirs = educations.alias("own"), educations.alias("other")
    same = func.lower(theirs.c.school) == func.lower(mine.c.school)
    return _fellows(mine, theirs, same, Kind.SAME_SCHOOL, ProfileSection.EDUCATION)


def _fellows(
    mine: Any, theirs: Any, is_same: ColumnElement[bool], kind: Kind, section: ProfileSection
) -> Select[Any]:
    """Each once, as far as they show the section to everybody."""
    last = (
        select(theirs.c.member_id)
        .where(is_same)
        .correlate(mine)
        .order_by(theirs.c.member_id.desc())
        .limit(number(MOST_OF_SOURCE))
        .lateral("last")
    )
    rows = mine.join(last, true()).join(members, members.c.id == last.c.member_id)
    found = _source(members.c.id, number(WEIGHTS[kind]), kind, rows, mine.c.member_id == SEEN_BY)
    return found.where(is_open_to_members(section)).distinct()


def _followers() -> Select[Any]:
    viewer = members.alias("viewer")
    newest = (
        select(THEIRS.c.follower_id)
        .join(viewer, viewer.c.id == THEIRS.c.followee_id)
        .where(
            THEIRS.c.followee_id == SEEN_BY,
            not_(THEIRS.c.is_private),
            viewer.c.who_can_follow == constant(FollowAudience.ANYONE),
        )
        .order_by(THEIRS.c.followed_at.desc())
        .limit(number(MOST_OF_SOURCE))
        .subquery("newest_followers")
    )
    kind = Kind.FOLLOWS_VIEWER
    return _source(newest.c.follower_id, number(WEIGHTS[kind]), kind, newest)


def _found() -> Select[Any]:
    """The best candidates for the viewer, best first."""
    sources = union_all(_known_to_connections(), _colleagues(), _alumni(), _followers()).subquery("sources")
    summed = (
        select(
            sources.c.id,
            func.sum(sources.c.score).label("score"),
            func.bit_or(sources.c.kinds).label("kinds"),
        )
        .group_by(sources.c.id)
        .subquery("summed")
    )
    own = select(members.c.industry).where(members.c.id == SEEN_BY).correlate(None).scalar_subquery()
    shares = and_(members.c.industry == own, is_open_to_members(ProfileSection.INDUSTRY))
    more, bit = WEIGHTS[Kind.SAME_INDUSTRY], BITS[Kind.SAME_INDUSTRY]
    zero = number(0)
    score = func.round(summed.c.score + case((shares, number(more)), else_=zero)).cast(Integer)
    kinds = summed.c.kinds + case((shares, number(bit)), else_=zero)
    return (
        select(members.c.id, score.label("score"), kinds.label("kinds"))
        .join(summed, summed.c.id == members.c.id)
        .where(is_open())
        .order_by(literal_column("score").desc(), members.c.id)
        .limit(number(MOST_SUGGESTED))
    )


FOUND = Statement(_found(), CandidateRow)
