"""The door to a member's settings: only their owner's context reads them."""

from collections.abc import Sequence

from sqlalchemy import Integer, bindparam, select

from auth.network import exists
from loaders.context import Context
from models import members
from models.database import Row, Statement


class SettingsRow(Row):
    """The settings of the viewer; `audiences` and `notifications` hold what differs from the default."""

    member_id: int
    audiences: dict[str, str] | None
    notifications: dict[str, bool] | None
    connections_visibility: str
    who_can_request: str
    require_note: bool
    who_can_follow: str
    follow_first: bool
    profile_view_mode: str
    discoverable: bool
    read_receipts: bool
    broadcast_activity: bool


COLUMNS = [members.c[name] for name in SettingsRow.__annotations__ if name != "member_id"]
OF_MEMBER = Statement(
    select(members.c.id.label("member_id"), *COLUMNS).where(
        members.c.id == bindparam("member_id", type_=Integer), exists()
    ),
    SettingsRow,
)


async def of_viewer(ctx: Context, member_ids: Sequence[int]) -> list[SettingsRow | None]:
    """The settings of these members, None for everybody but a viewer whose token may read the profile."""
    own = ctx.sight.viewer_id
    row = None
    if own in member_ids:
        row = await ctx.row(OF_MEMBER, member_id=own, **ctx.sight.parameters())
    return [row if member_id == own else None for member_id in member_ids]
