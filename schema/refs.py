"""Types that name each other do so through these references, so that no type file imports another."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.accounts import Session
    from schema.connections import NetworkConnection
    from schema.members import Member
    from schema.settings import ViewerSettings
    from schema.viewer import Viewer

MemberRef = Annotated["Member", strawberry.lazy("schema.members")]
NetworkConnectionRef = Annotated["NetworkConnection", strawberry.lazy("schema.connections")]
SessionRef = Annotated["Session", strawberry.lazy("schema.accounts")]
ViewerRef = Annotated["Viewer", strawberry.lazy("schema.viewer")]
ViewerSettingsRef = Annotated["ViewerSettings", strawberry.lazy("schema.settings")]
