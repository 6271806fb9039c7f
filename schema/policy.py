"""The rules of this deployment, readable by clients."""

from datetime import timedelta

import strawberry

from rules.policy import EndorsementAudience, RerequestBy
from rules.terms import CareerLevel
from schema.fields import field


@strawberry.type(description="Usual size of a network at a career level.")
class NetworkBenchmark:
    """A recommended size."""

    level: CareerLevel = field("Whom it is for.")
    minimum: int = field("Lower end of the recommended size.")
    maximum: int | None = field("Upper end, null for open-ended.")


@strawberry.type(description="The rules of this deployment. Every number here is configuration.")
class NetworkPolicy:
    """Limits and waiting times."""

    erasure_grace: timedelta = field("Time between closing an account and erasing its data.")
    max_connections: int | None = field("Most connections a member can have; null is no limit.")
    connection_count_display_cap: int | None = field("Connection count from which profiles show e.g. `500+`.")
    weekly_request_limit: int | None = field("Requests a member may send in 7 rolling days.")
    max_pending_sent: int | None = field("Open requests a member may have at once.")
    note_max_length: int = field("Longest note in characters.")
    note_required_for_strangers: bool = field("A note is required when the two share nothing.")
    mass_note_recipients: int = field(
        "Recipients of the same note within 7 days from which it counts as sent to many."
    )
    request_lifetime: timedelta = field("A request closes by itself after this time.")
    max_reminders: int = field("Reminders per request.")
    reminder_interval: timedelta = field("Time from sending to the first reminder and between reminders.")
    expired_cooldown: timedelta = field("Wait after an expired request.")
    withdrawn_cooldown: timedelta = field("Wait after a withdrawn request.")
    not_now_cooldown: timedelta = field("Wait after a DECLINED request with kind NOT_NOW.")
    declined_cooldown: timedelta | None = field(
        "Wait after a plain decline; null means never again unless the decliner asks or lifts it."
    )
    restricted_share: float = field(
        "Share of DONT_KNOW and reports among the last 100 answers above which a sender is restricted, 0-1."
    )
    restriction: timedelta = field("How long a restricted sender can't send requests.")
    max_blocks: int | None = field("Members that a member may block.")
    reblock_wait: timedelta = field("Wait after a lifted block, before the same member can be blocked again.")
    removed_cooldown: timedelta = field("Wait after a removed connection.")
    removed_rerequest_by: RerequestBy = field("Who may ask again after a removal.")
    decline_hidden_from_sender: bool = field(
        "A sender keeps seeing PENDING after a decline until the request would have expired."
    )
    follow_on_connect: bool = field("Two members follow each other when they connect.")
    messaging_requires_connection: bool = field("Only connections may message.")
    message_limit: int | None = field("Messages a member may send in the window; null is no limit.")
    message_window: timedelta = field("Length of that rolling window.")
    export_limit: int | None = field("Exports a member may start in the window; null is no limit.")
    export_window: timedelta = field("Length of that rolling window.")
    introduction_lifetime: timedelta = field("An introduction closes by itself after this time.")
    introduction_limit: int | None = field(
        "Introductions a member may ask for in the window; null is no limit."
    )
    introduction_window: timedelta = field("Length of that rolling window.")
    endorsement_audience: EndorsementAudience = field("Who may endorse.")
    benchmarks: list[NetworkBenchmark] = field("Network-size benchmarks.")
    event_retention: timedelta = field("How long events can be replayed.")
    max_batch_ids: int = field("Most ids in one batch field.")
    max_page_size: int = field("Most items in one page.")
