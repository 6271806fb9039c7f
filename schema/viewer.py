"""The signed-in member's private root."""

import strawberry

from auth import identity
from auth.identity import OAuthScope
from resolvers import accounts, connections, members, settings
from resolvers.nodes import id_of
from schema.fields import entity, field, paged
from schema.interfaces import Node
from schema.refs import MemberRef, NetworkConnectionRef, SessionRef, ViewerSettingsRef


@entity(identity.Viewer, "The signed-in member's private root.")
class Viewer(Node):
    """What belongs to the viewer alone."""

    id: strawberry.ID = field("Global id.", value=id_of("V", "member_id"))
    member: MemberRef = field("The public face of the viewer.", batch=members.of_viewers)
    email: str | None = field(
        "Address to sign in with, null where the account has none; what others see is `ContactInfo.email`.",
        batch=accounts.emails_of_viewers,
        scopes=[],
    )
    settings: ViewerSettingsRef = field(
        "Privacy settings.", batch=settings.of_viewers, scopes=[OAuthScope.PROFILE_READ]
    )
    connection_count: int | None = field(
        "Number of 1st-degree connections.",
        batch=connections.counts_of_viewers,
        scopes=[OAuthScope.NETWORK_READ],
    )
    connections: NetworkConnectionRef | None = paged(
        "1st-degree connections, newest first.",
        batch=connections.of_viewers,
        scopes=[OAuthScope.NETWORK_READ],
    )
    sessions: list[SessionRef] = field(
        "Devices signed in as the viewer, at most 100.", batch=accounts.of_viewers, scopes=[]
    )
