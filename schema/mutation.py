"""The root of all writes."""

import strawberry

from schema.accounts import AccountMutations
from schema.companies import CompanyMutations
from schema.connection_requests import ConnectionRequestMutations
from schema.exports import ExportMutations
from schema.follows import FollowMutations
from schema.introductions import IntroductionMutations
from schema.messages import MessageMutations
from schema.network_health import NetworkHealthMutations
from schema.notifications import NotificationMutations
from schema.profiles import ProfileMutations
from schema.removals import RemovalMutations
from schema.safety import SafetyMutations
from schema.settings import SettingsMutations
from schema.suggestions import SuggestionMutations
from schema.tags import TagMutations


@strawberry.type(
    description="Write operations. Each takes one `input` and answers expected refusals as `userErrors`."
)
class Mutation(
    AccountMutations,
    CompanyMutations,
    ConnectionRequestMutations,
    ExportMutations,
    FollowMutations,
    IntroductionMutations,
    MessageMutations,
    NetworkHealthMutations,
    NotificationMutations,
    ProfileMutations,
    RemovalMutations,
    SafetyMutations,
    SettingsMutations,
    SuggestionMutations,
    TagMutations,
):
    """What can be done, each feature in its own file."""
