"""Everything between the viewer and one member."""

from datetime import datetime

import strawberry

from auth.identity import OAuthScope
from loaders.members import MemberRow
from loaders.relationships import RelationshipRow
from resolvers import relationships
from resolvers.nodes import id_of
from rules.terms import ConnectionStatus
from schema.fields import entity, field
from schema.interfaces import Node
from schema.refs import ConnectionRef, ConnectionRequestRef, FollowRef, MemberRef
from schema.verdicts import ActionVerdict, ReachOption


@entity(RelationshipRow, "Everything between the viewer and one member.")
class Relationship(Node):
    """A pair as the viewer may know it."""

    id: strawberry.ID = field(
        "Global id, the same for this pair whatever happens between them.",
        column=id_of("REL", "member_id", "other_id"),
    )
    member: MemberRef = field(
        "The other member. Of a blocked one only id, handle, display name and photo, as they were then.",
        batch=relationships.members,
    )
    status: ConnectionStatus = field("Where the two stand.", batch=relationships.statuses)
    connection: ConnectionRef | None = field("The accepted connection.", batch=relationships.connections)
    sent_request: ConnectionRequestRef | None = field(
        "The viewer's open request.",
        batch=relationships.sent_requests,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    received_request: ConnectionRequestRef | None = field(
        "The other's open request.",
        batch=relationships.received_requests,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    following: FollowRef | None = field("The viewer's follow of the member.", batch=relationships.following)
    is_followed_by: bool = field("True when the other follows the viewer openly.")
    is_blocking: bool = field(
        "The viewer blocks the member. Being blocked is never reported: the member then does not exist for "
        "the viewer."
    )
    is_muting: bool = field("The viewer mutes the member.")
    muted_until: datetime | None = field("When muting ends by itself; null when it does not.")
    can_connect: ActionVerdict = field(
        "Whether the viewer may send a request now.", batch=relationships.can_connect
    )
    can_message: ActionVerdict = field(
        "Whether the viewer may write a message now.", batch=relationships.can_message
    )
    can_follow: ActionVerdict = field("Whether the viewer may follow.", batch=relationships.can_follow)
    reach_options: list[ReachOption] = field(
        "Ways to get in touch that are open now, best first.",
        batch=relationships.reach_options,
        reads_elsewhere={MemberRow: ["contact_email"]},
    )
