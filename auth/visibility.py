"""Who may see what of whom: one table of rules, from which every predicate in SQL is made.

What lies open depends on where the viewer stands to the owner; `OPEN_TO` says to whom. SQL finds out where
the viewer stands to each row of `members` and which audiences therefore lie open (`VIEW`). The predicates
below and `auth.explanations` compare these with the audiences that the owner chose.

Every statement over these predicates takes `Sight.parameters()`.
"""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    all_,
    and_,
    any_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.sql.selectable import LateralFromClause

from auth.distances import is_third
from auth.network import HIDDEN_IDS, SEEN_BY, is_first, is_second
from models import connections, follows, members
from models.database import constant, fenced
from rules.audiences import (
    DEFAULT_AUDIENCES,
    Audience,
    ConnectionsVisibility,
    FollowAudience,
    ProfileSection,
)


class Standing(Enum):
    """Where a viewer stands to the owner of a profile, in several of these places at once."""

    ANYBODY = auto()
    MEMBER = auto()
    FOLLOWER = auto()
    THIRD = auto()
    SECOND = auto()
    FIRST = auto()
    SELF = auto()


OPEN_TO: Mapping[Audience, Sequence[Standing]] = {
    Audience.PUBLIC: [Standing.ANYBODY],
    Audience.MEMBERS: [Standing.MEMBER],
    Audience.NETWORK: [Standing.SELF, Standing.FIRST, Standing.SECOND, Standing.THIRD],
    Audience.FOLLOWERS: [Standing.SELF, Standing.FIRST, Standing.FOLLOWER],
    Audience.CONNECTIONS: [Standing.SELF, Standing.FIRST],
    Audience.GROUP: [Standing.SELF],
    Audience.ONLY_ME: [Standing.SELF],
}
"""Any one of the standings opens the audience. SQL asks in this order: what is costly to know stands last."""

LIST_AUDIENCES: Mapping[ProfileSection, Mapping[ConnectionsVisibility, Audience]] = {
    ProfileSection.CONNECTIONS_LIST: {
        ConnectionsVisibility.NETWORK: Audience.NETWORK,
        ConnectionsVisibility.CONNECTIONS: Audience.CONNECTIONS,
        ConnectionsVisibility.ONLY_ME: Audience.CONNECTIONS,
        ConnectionsVisibility.NOBODY: Audience.ONLY_ME,
    },
    ProfileSection.MUTUAL_CONNECTIONS: {
        ConnectionsVisibility.NETWORK: Audience.MEMBERS,
        ConnectionsVisibility.CONNECTIONS: Audience.MEMBERS,
        ConnectionsVisibility.ONLY_ME: Audience.MEMBERS,
        ConnectionsVisibility.NOBODY: Audience.ONLY_ME,
    },
}
"""Who sees anything of the list under each setting; `shows_only_shared` tells how much of it."""

NETWORK_SECTIONS = frozenset({*LIST_AUDIENCES, ProfileSection.FOLLOWERS, ProfileSection.FOLLOWING})
"""What a token reads with NETWORK_READ; everything else takes PROFILE_READ."""


def _is_follower() -> ColumnElement[bool]:
    """While only connections may follow, no follow opens anything: to them all is open without it."""
    follow = and_(follows.c.follower_id == SEEN_BY, follows.c.followee_id == members.c.id)
    by_anyone = members.c.who_can_follow == constant(FollowAudience.ANYONE)
    return and_(by_anyone, fenced(select(follows.c.followee_id).where(follow).correlate(members)).exists())


# Without fences PostgreSQL copies what is computed once for a row into every place that asks for it.
_NEAR = fenced(select(is_first().label("is_first")).correlate(members)).lateral("near")
_STANDS_AS_ANOTHER: Mapping[Standing, ColumnElement[bool]] = {
    Standing.ANYBODY: true(),
    Standing.MEMBER: SEEN_BY.is_not(None),
    Standing.FOLLOWER: _is_follower(),
    Standing.THIRD: is_third(),
    Standing.SECOND: is_second(),
}
_STANDS: Mapping[Standing, ColumnElement[bool]] = {
    **_STANDS_AS_ANOTHER,
    Standing.FIRST: _NEAR.c.is_first,
    Standing.SELF: members.c.id == SEEN_BY,
}


def _opened(stands: Mapping[Standing, ColumnElement[bool]]) -> Select[Any]:
    """The audiences that lie open in the row of `members`."""
    opening = (
        case((or_(*(stands[place] for place in places if place in stands), false()), constant(audience)))
        for audience, places in OPEN_TO.items()
    )
    return select(func.array_remove(array(list(opening)), null()).label("audiences"))


def _opened_once(opened: Select[Any]) -> ColumnElement[Any]:
    return fenced(opened.correlate(members)).lateral("opened").c.audiences


def _open_to(*standings: Standing) -> list[ColumnElement[str]]:
    """The audiences that any of these opens."""
    return [constant(each) for each, places in OPEN_TO.items() if not {*standings}.isdisjoint(places)]


def _view(opened: ColumnElement[Any]) -> LateralFromClause:
    """Of the audiences that lie open those that the token covers; what is open to anybody takes no token."""
    public = array(_open_to(Standing.ANYBODY))
    audiences = (
        case((bindparam(scope, type_=Boolean), opened), else_=public).label(name)
        for scope, name in (("reads_profiles", "open_audiences"), ("reads_network", "network_audiences"))
    )
    return fenced(select(*audiences).correlate(members)).lateral("view")


VIEW = _view(_opened_once(_opened(_STANDS).select_from(_NEAR)))
"""SQL: the audiences that lie open in the row of `members`, in profiles and in lists of the network."""
VIEW_OF_CONNECTIONS = _view(array(_open_to(Standing.ANYBODY, Standing.MEMBER, Standing.FIRST)))
"""SQL: the same in statements in which each row of `members` is connected to the viewer: nothing is asked."""
VIEW_OF_OTHERS = _view(_opened_once(_opened(_STANDS_AS_ANOTHER)))
"""SQL: the same in statements in which no row of `members` is the viewer or connected to them."""
OPEN_AUDIENCES: ColumnElement[Sequence[str]] = literal_column("view.open_audiences", ARRAY(Text))
NETWORK_AUDIENCES: ColumnElement[Sequence[str]] = literal_column("view.network_audiences", ARRAY(Text))
"""SQL: the columns of the view that a statement joins, whichever it is."""


def sees(section: ProfileSection) -> ColumnElement[bool]:
    """SQL: the viewer may see this section of the row of `members`, from a statement that joins a view."""
    opened = NETWORK_AUDIENCES if section in NETWORK_SECTIONS else OPEN_AUDIENCES
    return _chosen(section) == any_(opened)


def _chosen(section: ProfileSection) -> ColumnElement[str]:
    if section in LIST_AUDIENCES:
        settings = {constant(key): constant(audience) for key, audience in LIST_AUDIENCES[section].items()}
        return case(settings, value=members.c.connections_visibility)
    chosen = members.c.audiences.op("->>")(constant(section))
    return func.coalesce(chosen, constant(DEFAULT_AUDIENCES[section]))


def sees_as_owner() -> ColumnElement[bool]:
    """SQL: the row of `members` is the viewer's own and the token covers the profile."""
    return constant(Audience.ONLY_ME) == any_(OPEN_AUDIENCES)


def shows_only_shared() -> ColumnElement[bool]:
    """SQL: others see of the connections of the row of `members` only those whom they know as well."""
    return members.c.connections_visibility == constant(ConnectionsVisibility.ONLY_ME)


def shows_shared() -> ColumnElement[bool]:
    """SQL: the row of `members`, another's, shows to who is signed in whom both are connected to."""
    return and_(members.c.id != SEEN_BY, is_open_to_members(ProfileSection.MUTUAL_CONNECTIONS))


def is_open_to_members(section: ProfileSection) -> ColumnElement[bool]:
    """SQL: whoever is signed in sees this section of the row of `members`, however far away."""
    return _chosen(section).in_(_open_to(Standing.ANYBODY, Standing.MEMBER))


def is_listed() -> ColumnElement[bool]:
    """SQL: the list of connections of `member_id` shows this row of `connections` to the viewer.

    The parameter `only_shared` has the members for whom `shows_only_shared` holds.
    """
    mine = connections.alias("mine")
    links = and_(mine.c.member_id == SEEN_BY, mine.c.other_id == connections.c.other_id)
    shows_all = connections.c.member_id != all_(bindparam("only_shared", type_=ARRAY(Integer)))
    is_shown = or_(shows_all, fenced(select(mine.c.other_id).where(links)).exists())
    return and_(is_shown, connections.c.other_id != all_(HIDDEN_IDS))


def is_between() -> ColumnElement[bool]:
    """SQL: the viewer is one of the two members of the row of `connections`; nobody else knows since when."""
    return or_(connections.c.member_id == SEEN_BY, connections.c.other_id == SEEN_BY)


def audience_of(section: ProfileSection, changed: Mapping[str, str] | None) -> Audience:
    """The audience of a section: the owner's choice or the default."""
    return Audience((changed or {}).get(section, DEFAULT_AUDIENCES[section]))
