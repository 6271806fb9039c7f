"""When the recipient of a request to connect hears that it is about to expire."""

from datetime import datetime, timedelta
from typing import Final

from rules.connection_requests import Request, Side, is_open

NOTICE: Final = timedelta(days=7)


def is_expiring(request: Request, now: datetime) -> bool:
    """Whether its recipient should hear so, once: not of one that they ignore."""
    is_awaited = is_open(request, Side.RECIPIENT, now) and not request.ignored
    return is_awaited and now >= request.expires_at - NOTICE
