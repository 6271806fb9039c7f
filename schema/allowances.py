"""Allowances of the viewer."""

from datetime import datetime, timedelta

import strawberry

from resolvers import allowances
from rules import allowances as rows
from rules.terms import QuotaKind
from schema.fields import entity, field
from schema.interfaces import Node


@entity(rows.Quota, "An allowance.")
class Quota(Node):
    """What a member may do, and what is left of it."""

    id: strawberry.ID = field("Global id.", value=allowances.public_id)
    kind: QuotaKind = field("What it counts.")
    window: timedelta | None = field(
        "Length of the rolling window; null when it counts what is open at the moment."
    )
    limit: int | None = field("Allowed in the window; null is unlimited.")
    used: int = field("Used in the window.")
    remaining: int | None = field("Left; null is unlimited.")
    next_release_at: datetime | None = field("When the oldest use leaves the rolling window.")
    restricted_until: datetime | None = field(
        "End of a temporary restriction, e.g. after many requests declined as unknown or reported."
    )
