"""Exports of the viewer's connections, and starting one."""

from datetime import datetime

import strawberry

from auth.identity import OAuthScope
from loaders.exports import ExportRow
from resolvers import exports
from resolvers.nodes import id_of
from rules.exports import ExportFormat, ExportState
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, payload
from schema.interfaces import Node
from schema.scalars import URL


@entity(ExportRow, "An export of the viewer's 1st-degree connections.")
class NetworkExport(Node):
    """A file of the viewer's connections."""

    id: strawberry.ID = field("Global id.", column=id_of("EX", "member_id", "id"))
    format: ExportFormat = field("Format of the file.")
    state: ExportState = field("How far it is.")
    requested_at: datetime = field("Asked for at.")
    download_url: URL | None = field(
        "Download address while READY. It needs no token, is good for an hour and for one download: the "
        "first one that is whole uses it up. Ask for the field again to get another.",
        batch=exports.download_urls,
    )
    expires_at: datetime | None = field("When the file is deleted.")
    row_count: int | None = field("Rows written.")


@input_of("startNetworkExport")
class StartNetworkExportInput:
    """Which format."""

    format: ExportFormat = given("Format of the file.", default=ExportFormat.CSV)
    idempotency_key: str | None = given(
        "Client-made key (UUID). A retry with the same key and input returns the first result for 24 h.",
        optional=True,
    )


@payload("startNetworkExport")
class StartNetworkExportPayload:
    """What waits now."""

    export: NetworkExport | None = field("The export as it was queued.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class ExportMutations:
    """Exporting."""

    start_network_export: StartNetworkExportPayload | None = mutation(
        "Export the viewer's 1st-degree connections. Contact details only where their owner shares them with "
        "connections. One export is written at a time.",
        exports.start_network_export,
        StartNetworkExportInput,
        scopes=[OAuthScope.EXPORT],
    )
