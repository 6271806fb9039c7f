"""Exports of a member's connections: their states, how long they are kept, and when one may be started."""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Final

from rules.allowances import Quota
from rules.refusals import InvalidStateError, QuotaExceededError, UserError

DOWNLOADABLE: Final = timedelta(days=7)
"""How long a file can be downloaded once it is written."""
LISTED: Final = timedelta(days=30)
"""How long an export is remembered."""
MOST_LISTED: Final = 100
ADDRESS_LIFETIME: Final = timedelta(hours=1)
"""How long an address is good for a download to begin; whoever asks again gets another one."""
MOST_ATTEMPTS: Final = 5
"""How often an export is begun, or begun again where it was left, before it has failed."""


class ExportFormat(StrEnum):
    """Export format."""

    CSV = "CSV"
    JSON = "JSON"
    VCARD = "VCARD"


class ExportState(StrEnum):
    """State of an export."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    READY = "READY"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


def check_start(unfinished: ExportState | None, quota: Quota) -> Iterator[UserError]:
    """One export of a member at a time, and no more than the allowance has."""
    if unfinished:
        text = "An export is being written already."
        yield InvalidStateError(message=text, current_state=unfinished)
    elif quota.is_used_up:
        yield QuotaExceededError(message="No more exports for now.", quota=quota)
