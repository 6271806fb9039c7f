"""Everything between the viewer and one member."""

from datetime import datetime

import strawberry

from auth.identity import OAuthScope
from executor.fields import Argument
from loaders.members import MemberRow
from loaders.relationships import FACTS, RelationshipRow
from resolvers import distances, relationships
from resolvers.nodes import id_of
from rules.distances import MOST_PATHS, NetworkDegree
from rules.terms import ConnectionStatus
from schema.fields import entity, field
from schema.interfaces import Node
from schema.refs import ConnectionRef, ConnectionRequestRef, FollowRef, MemberRef
from schema.verdicts import ActionVerdict, ReachOption


@strawberry.type(
    description="A chain of members, viewer first, target last, each connected to the next. Never passes "
    "through a member who set the connections list to NOBODY."
)
class NetworkPath:
    """How the viewer could get to know a member."""

    members: list[MemberRef] = field("Members in order.")
    length: int = field("Number of hops.")
    broker: MemberRef = field("The viewer's own connection at the start of the chain: whom to ask.")


@entity(RelationshipRow, "Everything between the viewer and one member.")
class Relationship(Node):
    """A pair as the viewer may know it."""

    id: strawberry.ID = field(
        "Global id, the same for this pair whatever happens between them.",
        column=id_of("REL", "member_id", "other_id"),
        reads=["member_id", "other_id"],
    )
    member: MemberRef = field(
        "The other member. Of a blocked one only id, handle, display name and photo, as they were then.",
        batch=relationships.members,
        reads=["other_id", "is_blocking"],
    )
    degree: NetworkDegree | None = field(
        "Distance: 1st, 2nd, 3rd, or outside. Null of a blocked one.",
        batch=distances.degrees,
        reads=["other_id", "degree"],
    )
    status: ConnectionStatus = field("Where the two stand.", batch=relationships.statuses, reads=FACTS)
    connection: ConnectionRef | None = field(
        "The accepted connection.", batch=relationships.connections, reads=FACTS
    )
    sent_request: ConnectionRequestRef | None = field(
        "The viewer's open request.",
        batch=relationships.sent_requests,
        reads=FACTS,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    received_request: ConnectionRequestRef | None = field(
        "The other's open request.",
        batch=relationships.received_requests,
        reads=FACTS,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    following: FollowRef | None = field(
        "The viewer's follow of the member.", batch=relationships.following, reads=FACTS
    )
    is_followed_by: bool = field("True when the other follows the viewer openly.")
    is_blocking: bool = field(
        "The viewer blocks the member. Being blocked is never reported: the member then does not exist for "
        "the viewer."
    )
    is_muting: bool = field("The viewer mutes the member.")
    muted_until: datetime | None = field("When muting ends by itself; null when it does not.")
    mutual_count: int | None = field(
        "Number of shared connections; null where the member set the connections list to NOBODY. It leaves "
        "out who did so.",
        batch=distances.mutual_counts,
        reads=["other_id", "mutual_count"],
    )
    paths: list[NetworkPath] | None = field(
        "Up to `first` shortest chains of connections to the member, each through another broker, the one "
        "whom the viewer has known longest first. Null where `mutualCount` is.",
        arguments={"first": Argument(int, "How many chains, 1 to 3.", default=MOST_PATHS)},
        batch=distances.paths,
        reads=["other_id"],
        weight=10,
    )
    can_connect: ActionVerdict = field(
        "Whether the viewer may send a request now.", batch=relationships.can_connect, reads=FACTS
    )
    can_message: ActionVerdict = field(
        "Whether the viewer may write a message now.", batch=relationships.can_message, reads=FACTS
    )
    can_follow: ActionVerdict = field(
        "Whether the viewer may follow.", batch=relationships.can_follow, reads=FACTS
    )
    can_request_introduction: ActionVerdict = field(
        "Whether the viewer may ask for an introduction.",
        batch=relationships.can_request_introduction,
        reads=FACTS,
    )
    reach_options: list[ReachOption] = field(
        "Ways to get in touch that are open now, best first.",
        batch=relationships.reach_options,
        reads=FACTS,
        reads_elsewhere={MemberRow: ["contact_email"]},
    )
