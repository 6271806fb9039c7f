"""The network rules of a deployment. Every number is configuration and is published as `Query.policy`."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from rules.paging import MAX_BATCH_IDS, MAX_PAGE_SIZE
from rules.terms import CareerLevel


class RerequestBy(StrEnum):
    """Who may ask again after a removed connection."""

    EITHER = "EITHER"
    REMOVER_ONLY = "REMOVER_ONLY"


class EndorsementAudience(StrEnum):
    """Who may endorse a skill."""

    CONNECTIONS = "CONNECTIONS"
    FOLLOWERS_AND_CONNECTIONS = "FOLLOWERS_AND_CONNECTIONS"
    ANYONE = "ANYONE"


@dataclass(frozen=True)
class NetworkBenchmark:
    """Usual network size at a career level; `maximum` None is open-ended."""

    level: CareerLevel
    minimum: int
    maximum: int | None


BENCHMARKS = (
    NetworkBenchmark(CareerLevel.STUDENT, 50, 100),
    NetworkBenchmark(CareerLevel.RECENT_GRADUATE, 100, 300),
    NetworkBenchmark(CareerLevel.YOUNG_PROFESSIONAL, 300, 500),
    NetworkBenchmark(CareerLevel.ESTABLISHED_PROFESSIONAL, 500, 1000),
    NetworkBenchmark(CareerLevel.EXECUTIVE, 1000, None),
)


@dataclass(frozen=True)
class NetworkPolicy:
    """Limits and waiting times; None means no limit, or never for a wait."""

    erasure_grace: timedelta = timedelta(days=30)
    max_connections: int | None = 30_000
    connection_count_display_cap: int | None = 500
    weekly_request_limit: int | None = 100
    max_pending_sent: int | None = 500
    note_max_length: int = 300
    note_required_for_strangers: bool = False
    mass_note_recipients: int = 10
    request_lifetime: timedelta = timedelta(days=180)
    max_reminders: int = 2
    reminder_interval: timedelta = timedelta(days=14)
    expired_cooldown: timedelta = timedelta(days=21)
    withdrawn_cooldown: timedelta = timedelta(days=21)
    not_now_cooldown: timedelta = timedelta(days=90)
    declined_cooldown: timedelta | None = None
    restricted_share: float = 0.3
    restriction: timedelta = timedelta(days=7)
    max_blocks: int | None = 1_000
    reblock_wait: timedelta = timedelta(hours=48)
    removed_cooldown: timedelta = timedelta(0)
    removed_rerequest_by: RerequestBy = RerequestBy.EITHER
    decline_hidden_from_sender: bool = True
    follow_on_connect: bool = True
    messaging_requires_connection: bool = True
    message_limit: int | None = 500
    message_window: timedelta = timedelta(days=1)
    export_limit: int | None = 10
    export_window: timedelta = timedelta(days=1)
    introduction_lifetime: timedelta = timedelta(days=30)
    introduction_limit: int | None = 20
    introduction_window: timedelta = timedelta(days=7)
    endorsement_audience: EndorsementAudience = EndorsementAudience.FOLLOWERS_AND_CONNECTIONS
    benchmarks: tuple[NetworkBenchmark, ...] = BENCHMARKS
    event_retention: timedelta = timedelta(days=30)
    max_batch_ids: int = MAX_BATCH_IDS
    max_page_size: int = MAX_PAGE_SIZE
