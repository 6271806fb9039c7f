"""Follows: the type, its pages, and the mutations."""

from datetime import datetime
from operator import attrgetter

import strawberry

from auth.identity import OAuthScope
from loaders.follows import FollowRow
from loaders.relationships import OwnFollow
from resolvers import following, follows
from rules.terms import FollowNotifyLevel, FollowOrigin
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, payload
from schema.interfaces import Followable, Node
from schema.pages import PageInfo
from schema.refs import MemberRef, RelationshipRef

NETWORK_WRITE = [OAuthScope.NETWORK_WRITE]
TARGET = "Member or company."
PRIVATE = "Counted for the target, but not named."


@entity(FollowRow | OwnFollow, "A one-way subscription to a member's or company's public updates.")
class Follow(Node):
    """Who follows whom, and how."""

    id: strawberry.ID = field("Global id.", batch=follows.public_ids)
    member: MemberRef | None = field(
        "Who follows. Null for a private follow seen by others.", batch=follows.members
    )
    target: Followable | None = field(
        "What is followed; null when it became invisible.", batch=follows.targets
    )
    created_at: datetime = field(
        "Since when. A follow that turns private is dated anew.", value=attrgetter("at")
    )
    origin: FollowOrigin | None = field("Made by hand, or because the two connected. Only for the two.")
    notify: FollowNotifyLevel | None = field("How loud it is. Only for the follower.")
    is_favorite: bool | None = field("Shown first in the feed. Only for the follower.")
    is_private: bool = field("Private follows are counted but not named to the target.")


@strawberry.type(description="One place in a list of follows.")
class FollowEdge:
    """A follow in a list."""

    cursor: str = field("Opaque position in the list.")
    node: Follow | None = field("The follow; null when it became invisible.")


@strawberry.type(description="A page of follows.")
class FollowConnection:
    """Follows in pages."""

    edges: list[FollowEdge] = field("The follows with their cursors.")
    nodes: list[Follow | None] = field("The follows alone; null holes are what became invisible.")
    page_info: PageInfo = field("Where this page stands in the list.")
    total_count: int | None = field(
        "Size of the whole list; null when hidden or too costly to count.", batch=follows.totals
    )


@input_of("follow")
class FollowInput:
    """Whom, and how."""

    target_id: strawberry.ID = given(TARGET)
    notify: FollowNotifyLevel = given("How loud.", default=FollowNotifyLevel.HIGHLIGHTS)
    is_private: bool = given(PRIVATE, default=False)


@input_of("updateFollow")
class UpdateFollowInput:
    """What changes; absent and null stay."""

    target_id: strawberry.ID = given(TARGET)
    notify: FollowNotifyLevel | None = given("How loud.", optional=True)
    is_private: bool | None = given(PRIVATE, optional=True)
    is_favorite: bool | None = given("Show first in the feed.", optional=True)


@input_of("unfollow")
class UnfollowInput:
    """Whom no longer."""

    target_id: strawberry.ID = given(TARGET)


@input_of("removeFollower")
class RemoveFollowerInput:
    """Who no longer."""

    member_id: strawberry.ID = given("The follower.")


@payload("follow")
class FollowPayload:
    """The follow."""

    follow: Follow | None = field("The follow.", batch=following.follows)
    relationship: RelationshipRef | None = field(
        "For members: where the two stand now.", batch=following.relationships
    )
    user_errors: list[UserError] = field("Empty on success.")


@payload("updateFollow")
class UpdateFollowPayload:
    """The follow."""

    follow: Follow | None = field("The follow.", batch=following.follows)
    user_errors: list[UserError] = field("Empty on success.")


@payload("unfollow")
class UnfollowPayload:
    """What ended."""

    target: Followable | None = field("What is no longer followed.", batch=following.targets)
    removed_follow_id: strawberry.ID | None = field("The follow that ended; null when there was none.")
    relationship: RelationshipRef | None = field(
        "For members: where the two stand now.", batch=following.relationships
    )
    user_errors: list[UserError] = field("Empty on success.")


@payload("removeFollower")
class RemoveFollowerPayload:
    """What ended."""

    relationship: RelationshipRef | None = field("Where the two stand now.", batch=following.relationships)
    removed_follow_id: strawberry.ID | None = field("The follow that ended; null when there was none.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class FollowMutations:
    """Following and no longer following."""

    follow: FollowPayload | None = mutation(
        "Follow a member or company. Doing it twice changes nothing.",
        following.follow,
        FollowInput,
        scopes=NETWORK_WRITE,
    )
    update_follow: UpdateFollowPayload | None = mutation(
        "Change loudness or privacy of a follow.",
        following.update_follow,
        UpdateFollowInput,
        scopes=NETWORK_WRITE,
    )
    unfollow: UnfollowPayload | None = mutation(
        "Stop following. Connections can be unfollowed and stay connected.",
        following.unfollow,
        UnfollowInput,
        scopes=NETWORK_WRITE,
    )
    remove_follower: RemoveFollowerPayload | None = mutation(
        "Remove a follower. They are not told. Private followers, who are not named, stay.",
        following.remove_follower,
        RemoveFollowerInput,
        scopes=NETWORK_WRITE,
    )
