"""What helps to judge a request."""

from datetime import date, datetime

import strawberry

from loaders.members import MemberRow
from loaders.profiles import FILLED, SHOWN
from resolvers import vetting
from rules.distances import NetworkDegree
from rules.terms import RequestOrigin
from schema.fields import field, paged
from schema.pages import MemberConnection
from schema.refs import CompanyRef, ConnectionRequestRef

CAREER = {MemberRow: SHOWN}


@strawberry.type(
    description="Why the viewer sees this request and what is known about its sender, as far as the sender "
    "shows it to the viewer. Facts only, no score."
)
class VettingContext:
    """A received request in the light of what its recipient may know."""

    mutual_connections: MemberConnection | None = paged(
        "Shared connections with the sender; null where the sender set the connections list to NOBODY.",
        batch=vetting.mutual_connections,
        weight=3,
    )
    shared_employers: list[CompanyRef] = field(
        "Employers both worked at in overlapping years, the latest first, at most 10; of those that the "
        "viewer's own profile says to be companies of the network.",
        batch=vetting.shared_employers,
        reads_elsewhere=CAREER,
    )
    shared_schools: list[str] = field(
        "Schools both attended, at most 10.", batch=vetting.shared_schools, reads_elsewhere=CAREER
    )
    degree: NetworkDegree | None = field(
        "Distance to the sender, which a request does not change.", batch=vetting.degrees
    )
    relation_corroborated: bool | None = field(
        "Whether the claimed relation is backed by both profiles: a shared employer in overlapping years for "
        "COLLEAGUE, a shared school for CLASSMATE; or, for INTRODUCED, by the introduction that the request "
        "names. Null when it cannot be checked.",
        batch=vetting.relations_corroborated,
        reads_elsewhere=CAREER,
    )
    follows_viewer_since: datetime | None = field(
        "Since when the sender openly follows the viewer.", batch=vetting.follows_since
    )
    sender_joined_on: date | None = field(
        "Day the sender joined.",
        batch=vetting.senders_joined_on,
        reads_elsewhere={MemberRow: ["joined_at"]},
    )
    sender_profile_completeness: int = field(
        "Sections of the sender's profile that the viewer sees filled in, 0-100.",
        batch=vetting.senders_completeness,
        reads_elsewhere={MemberRow: FILLED},
    )
    origin: RequestOrigin = field(
        "How the sender came to the viewer's profile, as their client said.",
        value=lambda each: each.request.origin,
    )
    note_is_mass_sent: bool = field(
        "The same note text went to many recipients within 7 days of this request.",
        batch=vetting.are_mass_sent,
    )
    earlier_requests: list[ConnectionRequestRef] = field(
        "Earlier requests between the two, newest first, at most 10.", batch=vetting.earlier_requests
    )
