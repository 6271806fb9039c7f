"""What rules leave out because a thing does not exist yet: once it does, this says what comes with it."""

import pytest
from graphql import GraphQLEnumType

from schema.root import schema

TYPES = schema._schema.type_map

LEFT_OUT = {
    "ViewerSettings.feed": "Favourite follows are listed there and shown first in the feed; how loud a "
    "follow is decides on notifications of posts.",
    "Viewer.administeredCompanies": "The list of the viewer's company pages.",
    "Mutation.setCompanyAdministrator": "The last administrator of a company stays one, also when another "
    "account is closed.",
    "Milestone": "Accepting a request makes a NEW_CONNECTION milestone where `broadcastActivity` is on.",
    "Endorsement": "Removing a connection takes endorsements back where `withdrawReputation` asks for it; a "
    "block removes those between the two. An endorsement is an interaction of its two members.",
    "Recommendation": "The same as for endorsements.",
    "Group": "Posts by a blocked member in shared groups are left out on read; `Audience.GROUP` opens; "
    "members of the viewer's groups are suggested for SAME_GROUP; "
    "`VettingContext.sharedGroups`, and a shared group backs a request of a GROUP_MEMBER; "
    "`MemberSearchFilter.groupId` finds nobody.",
    "Post": "`VettingContext.senderRecentlyActive`: something public in the last 90 days.",
    "Comment": "Comments and reactions are interactions: they set `Connection.lastInteractionAt`.",
    "Job": "`requestIntroduction` takes a job, which `Introduction.job` shows.",
    "ConversationContext.INTRODUCTION": "The three of an introduction share a thread of their own, which "
    "`Introduction.conversation` then is.",
}
"""By `Type`, `Type.field` or `Enum.VALUE`."""


@pytest.mark.parametrize("missing", LEFT_OUT)
def test_what_rules_leave_out_does_not_exist_yet(missing: str) -> None:
    assert not _exists(missing), f"{missing} exists now. {LEFT_OUT[missing]}"


def _exists(name: str) -> bool:
    """Whether clients can see the type, or this field or value of it."""
    type_name, _, part = name.partition(".")
    found = TYPES.get(type_name)
    parts = found.values if isinstance(found, GraphQLEnumType) else getattr(found, "fields", {})
    return found is not None and (not part or part in parts)


@pytest.mark.parametrize(
    ("name", "exists"),
    [
        ("Follow", True),
        ("Follow.origin", True),
        ("FollowOrigin.MANUAL", True),
        ("Follow.nothing", False),
        ("FollowOrigin.NOTHING", False),
        ("Nothing.at", False),
    ],
)
def test_what_exists_is_found(name: str, exists: bool) -> None:
    assert _exists(name) is exists
