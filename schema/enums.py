"""Makes the enums of `rules/` and `auth/` GraphQL enums, with a description for every value."""

from enum import EnumMeta
from typing import Any

import strawberry

from auth import identity
from rules import audiences, distances, events, exports, policy, refusals, search, suggestions, terms


def describe(values: EnumMeta, description: str, **descriptions: str) -> None:
    """Make an enum one of GraphQL; a value without description, or one too many, fails at import."""
    declared: Any = strawberry.enum(values, description=description)
    for value in declared.__strawberry_definition__.values:
        value.description = descriptions.pop(value.name)
    assert not descriptions, f"{values.__name__} has no {', '.join(descriptions)}"


describe(
    identity.OAuthScope,
    "OAuth scopes a third party may ask for.",
    PROFILE_READ="Read profiles and settings as the viewer; without it profiles show only what is public.",
    PROFILE_WRITE="Change the viewer's profile, privacy and preferences.",
    NETWORK_READ="Read connections, follows, degrees, paths, suggestions and introductions.",
    NETWORK_WRITE="Remove connections, follow, block, tag, introduce, endorse and join groups.",
    REQUESTS_READ="Read connection requests and allowances.",
    REQUESTS_WRITE="Send and answer connection requests.",
    MESSAGES_READ="Read conversations.",
    MESSAGES_WRITE="Write messages.",
    CONTENT_READ="Read the feed, milestones and bookmarked jobs.",
    CONTENT_WRITE="Publish, comment, react and manage companies, jobs and groups.",
    NOTIFICATIONS_READ="Read notifications.",
    NOTIFICATIONS_WRITE="Mark notifications read and choose their kinds.",
    EXPORT="Export the viewer's connections.",
)

describe(
    terms.RelationType,
    "How two members know each other.",
    COLLEAGUE="They work or worked together.",
    CLASSMATE="They studied together.",
    CLIENT="One buys from the other.",
    VENDOR="One sells to the other.",
    BUSINESS_PARTNER="They do business together.",
    RECRUITER="One recruits or interviewed the other.",
    MET_AT_EVENT="They met at an event.",
    GROUP_MEMBER="They belong to the same group.",
    MENTOR="One advises the other.",
    INTRODUCED="A shared connection introduced them.",
    FRIEND="They know each other privately.",
    OTHER="Something else, told in `relationDetail`.",
    UNSPECIFIED="Not said.",
)

describe(
    terms.NetworkOrder,
    "Order of connections.",
    NEWEST="Latest connection first.",
    OLDEST="Earliest connection first.",
    NAME="By displayed name, in whatever case.",
    LAST_INTERACTION="Longest without interaction first; the viewer's own list only. Where there was none, "
    "it counts from the connection on.",
)

describe(
    terms.ConnectionRequestState,
    "State of a request.",
    PENDING="Open: neither answered nor closed.",
    ACCEPTED="Accepted: a connection exists or existed.",
    DECLINED="Turned down.",
    WITHDRAWN="Taken back by the sender.",
    EXPIRED="Closed by time.",
    CANCELLED="Closed because one side blocked or left, or because a moderator acted.",
)

describe(
    terms.ConnectionRequestEvent,
    "What can be done to a request.",
    SEND="The sender asks.",
    REMIND="The sender reminds.",
    WITHDRAW="The sender takes it back.",
    ACCEPT="The recipient agrees: the two are connected.",
    IGNORE="The recipient sets it aside.",
    RESTORE="The recipient takes it back to the inbox.",
    REPLY="The recipient answers without deciding.",
    DECLINE="The recipient turns it down.",
    LIFT_DECLINE="The recipient lets the sender ask again.",
    REPORT="The recipient reports it.",
    EXPIRE="Its lifetime ends.",
    CANCEL="A block, a closed account or a moderator ends it.",
)

describe(
    terms.DeclineKind,
    "How a request is declined.",
    NOT_NOW="Maybe later: the sender may ask again after `NetworkPolicy.notNowCooldown`.",
    DECLINE="No: the sender may not ask again while `NetworkPolicy.declinedCooldown` holds "
    "(by default for good).",
    DONT_KNOW="I do not know this person: as DECLINE, and counts against the sender's allowance.",
)

describe(
    terms.RequestOrigin,
    "How a request came about.",
    PROFILE="From the profile page.",
    SEARCH="From search results.",
    SUGGESTION="From a suggestion.",
    INTRODUCTION="From an introduction.",
    GROUP="From a group.",
    EVENT="After meeting at an event.",
    THIRD_PARTY="From an application of a third party; set by the server.",
)

describe(
    terms.ReceivedRequestView,
    "Which received requests to list.",
    AWAITING_ANSWER="Open and not set aside.",
    IGNORED="Open and set aside.",
    DECLINED="Turned down by the viewer.",
    ALL="All the viewer may still see.",
)

describe(terms.RequestOrder, "Order of requests.", NEWEST="Latest first.", OLDEST="Earliest first.")

describe(
    terms.RequestAnswer,
    "Answer to a request in a batch.",
    ACCEPT="Accept and connect.",
    IGNORE="Set aside without an answer.",
    NOT_NOW="Decline for now.",
    DECLINE="Decline for good.",
    DONT_KNOW="Decline an unknown sender.",
)

describe(
    terms.ConnectionStatus,
    "Where the viewer and a member stand.",
    SELF="The viewer.",
    NONE="Nothing between the two.",
    REQUEST_SENT="The viewer's request is open.",
    REQUEST_RECEIVED="The member's request is open.",
    CONNECTED="They are connected.",
    BLOCKING="The viewer blocks the member.",
)

describe(
    terms.ActionBlockReason,
    "Why an action is closed.",
    NOT_SIGNED_IN="Only for members.",
    SELF="Not with oneself.",
    ALREADY_CONNECTED="The two are connected.",
    ALREADY_PENDING="A request is open.",
    NOT_CONNECTED="Only between connections.",
    RECIPIENT_DOES_NOT_ACCEPT="The other's settings do not allow it.",
    COOLDOWN="Too early; `availableAt` says from when.",
    QUOTA="The allowance is used up.",
    CAPACITY="A network is full.",
    NOTE_REQUIRED="It needs a note.",
    EMAIL_REQUIRED="It needs the recipient's address.",
    RESTRICTED="The viewer is restricted for a time.",
    NO_PATH="No shared connection leads there.",
    LIMIT_REACHED="Done as often as allowed.",
    BLOCKING="The viewer blocks the member.",
    NOT_OWNER="Only its owner, author or administrator may.",
    CLOSED="What it hangs on is closed.",
)

describe(
    terms.CooldownBasis,
    "What started a waiting time.",
    WITHDRAWN="The last request was taken back.",
    EXPIRED="The last request ran out.",
    NOT_NOW="The last request was declined for now.",
    REMOVED="A connection was removed.",
)

describe(
    terms.QuotaKind,
    "What an allowance counts.",
    WEEKLY_REQUESTS="Requests sent in 7 days.",
    PENDING_REQUESTS="Requests open at once.",
    BLOCKS="Members blocked.",
    MESSAGES="Messages sent.",
    EXPORTS="Exports started.",
    INTRODUCTIONS="Introductions asked for.",
)

describe(terms.FollowableKind, "What can be followed.", MEMBER="A person.", COMPANY="A company page.")

describe(
    terms.FollowOrigin,
    "How a follow came about.",
    MANUAL="Made by hand; outlives the connection.",
    CONNECTED="Made with the connection; ends with it.",
)

describe(
    terms.FollowNotifyLevel,
    "How loud a follow is.",
    ALL="Notify of every post.",
    HIGHLIGHTS="Notify of highlights.",
    NONE="Show in the feed only.",
)

describe(
    terms.ConversationContext,
    "What a thread hangs on.",
    CONNECTION="A connection.",
    REQUEST_REPLY="An open request that the recipient replied to.",
)

describe(
    terms.CareerLevel,
    "Career level; drives the network-size benchmark.",
    STUDENT="Still studying.",
    RECENT_GRADUATE="Just finished studying.",
    YOUNG_PROFESSIONAL="First years of work.",
    ESTABLISHED_PROFESSIONAL="Settled in the profession.",
    EXECUTIVE="Leads an organisation.",
)

describe(
    audiences.Audience,
    "Who may see something.",
    PUBLIC="Anybody, also without an account.",
    MEMBERS="Any signed-in member.",
    NETWORK="1st to 3rd degree.",
    FOLLOWERS="Connections and followers.",
    CONNECTIONS="1st degree.",
    GROUP="Members of one group; posts only.",
    ONLY_ME="Only the owner.",
)

describe(
    audiences.ConnectionsVisibility,
    "Who sees the connections list.",
    NETWORK="1st to 3rd degree.",
    CONNECTIONS="1st degree.",
    ONLY_ME="Only the owner; shared connections stay visible to connections.",
    NOBODY="Nobody: shared connections, paths and introductions through the owner are hidden too.",
)

describe(
    audiences.ProfileSection,
    "Part of a profile.",
    FAMILY_NAME="Family name; an initial is shown instead.",
    PHOTO="Profile photo.",
    HEADLINE="Line under the name.",
    INDUSTRY="Industry and career level.",
    SUMMARY="The 'about' text.",
    EXPERIENCE="Positions held.",
    EDUCATION="Courses of study.",
    SKILLS="Skills, endorsement counts and languages.",
    ACCOMPLISHMENTS="Certificates, publications and awards.",
    RECOMMENDATIONS="Recommendations received.",
    EMAIL="Email of the contact data.",
    PHONE="Phone number.",
    WEBSITES="Web sites and the preferred channel.",
    LOCATION="Place of work or life.",
    CONNECTION_COUNT="Number of connections.",
    CONNECTIONS_LIST="The list of connections; set by `ConnectionsVisibility`.",
    MUTUAL_CONNECTIONS="Shared connections; set by `ConnectionsVisibility`.",
    FOLLOWER_COUNT="Number of followers.",
    FOLLOWERS="Who follows.",
    FOLLOWING="Who is followed.",
    ACTIVITY="Own reactions and comments, where others' feeds show them.",
    MILESTONES="Professional milestones.",
)

describe(
    distances.NetworkDegree,
    "Distance in the network of connections.",
    SELF="The viewer.",
    FIRST="Connected to the viewer.",
    SECOND="Connected to a connection.",
    THIRD="One step further.",
    OUT_OF_NETWORK="Further away, or not linked at all.",
)

describe(
    suggestions.SuggestionReasonKind,
    "Why somebody is suggested.",
    MUTUAL_CONNECTIONS="Shared connections.",
    SAME_EMPLOYER="Same employer in overlapping years.",
    SAME_SCHOOL="Same school.",
    SAME_GROUP="Same group.",
    SAME_INDUSTRY="Same industry.",
    FOLLOWS_VIEWER="The member follows the viewer.",
)

describe(
    audiences.VisibilityReason,
    "Why a part is hidden.",
    AUDIENCE_SETTING="The owner keeps it; no action opens it.",
    DEGREE_TOO_FAR="Only for members nearer in the network.",
    NOT_FOLLOWING="Only for followers.",
    NOT_SIGNED_IN="Only for members.",
    BLOCKED_BY_VIEWER="The viewer blocks the owner.",
    SCOPE_MISSING="The token's scopes do not cover it.",
    TEMPORARILY_UNAVAILABLE="It could not be loaded; try again.",
)

describe(
    audiences.ProfileAction,
    "A button on a profile.",
    CONNECT="Send a request.",
    FOLLOW="Follow the member.",
    MESSAGE="Write a message.",
    ACCEPT_REQUEST="Accept the request received.",
    WITHDRAW_REQUEST="Take back the request sent.",
    REQUEST_INTRODUCTION="Ask a shared connection.",
    EMAIL="Write to the address shown.",
    NONE="Nothing to offer.",
)

describe(
    audiences.RequestAudience,
    "Who may send requests.",
    ANYONE="Every member.",
    SECOND_DEGREE="Members with a shared connection.",
    KNOWS_EMAIL="Who knows the email address.",
    NOBODY="No one.",
)

describe(audiences.FollowAudience, "Who may follow.", ANYONE="Every member.", CONNECTIONS="Connections only.")

describe(
    audiences.ProfileViewMode,
    "How a visitor appears.",
    FULL="With name and photo.",
    SEMI_PRIVATE="With a label such as position and industry.",
    PRIVATE="Counted only, and own visitors are counted only.",
)

describe(
    policy.RerequestBy,
    "Who may ask again after a removed connection.",
    EITHER="Both of the two.",
    REMOVER_ONLY="Only who removed the connection.",
)

describe(
    policy.EndorsementAudience,
    "Who may endorse.",
    CONNECTIONS="Connections only.",
    FOLLOWERS_AND_CONNECTIONS="Connections, and followers with approval.",
    ANYONE="Every member, with approval outside connections.",
)

describe(
    refusals.UserErrorCode,
    "Stable error codes.",
    INVALID="A value is not acceptable.",
    TOO_LONG="A text or list is too long.",
    REQUIRED="A value is missing.",
    TAKEN="A value that must be unique is in use.",
    INVALID_CREDENTIALS="Email or password is wrong, or the token is no longer valid.",
    TOO_MANY_ATTEMPTS="Too many guesses; try later.",
    NOT_FOUND="Missing or not visible.",
    IDEMPOTENCY_CONFLICT="The key was used with other input.",
    NOT_PERMITTED="The viewer may not.",
    INVALID_STATE="Not in its present state.",
    COOLDOWN="Too early.",
    QUOTA_EXCEEDED="An allowance is used up.",
    CAPACITY_REACHED="A network is full.",
    MESSAGING_NOT_ALLOWED="The two may not write to each other.",
    VERSION_CONFLICT="Changed since it was read.",
)

describe(
    events.EventTopic,
    "Topics of the event log.",
    NOTIFICATIONS="Notifications; needs NOTIFICATIONS_READ.",
    REQUESTS="Connection requests; needs REQUESTS_READ.",
    RELATIONSHIPS="Relationships; needs NETWORK_READ.",
    MESSAGES="Messages; needs MESSAGES_READ.",
    SETTINGS="Settings; needs PROFILE_READ.",
)

describe(
    events.StreamGapReason,
    "Why a stream has a hole.",
    CURSOR_TOO_OLD="The events after the cursor are no longer kept.",
    CONSUMER_TOO_SLOW="The client read too slowly; the stream closes.",
    LOG_RESET="The log was started anew, e.g. after a restore.",
)

describe(
    events.NotificationKind,
    "Kind of a notification. New kinds may be added: treat unknown ones as plain text.",
    CONNECTION_REQUEST_RECEIVED="Somebody asks to connect.",
    CONNECTION_REQUEST_REMINDER="Somebody reminds of a request.",
    CONNECTION_REQUEST_ACCEPTED="A request was accepted.",
    CONNECTION_REQUEST_EXPIRING="A received request soon runs out.",
    CONNECTION_REQUEST_REPLIED="A recipient replied to a request.",
    NEW_FOLLOWER="Somebody follows; off by default.",
    INTRODUCTION_REQUESTED="Somebody asks to be introduced.",
    INTRODUCTION_FORWARDED="An introduction was passed on.",
    INTRODUCTION_ANSWERED="An introduction was accepted.",
    MESSAGE_RECEIVED="A message arrived.",
    QUOTA_NOTICE="An allowance is restricted for a time.",
    EXPORT_READY="An export can be downloaded.",
)

describe(
    exports.ExportFormat,
    "Export format.",
    CSV="Comma-separated values, UTF-8.",
    JSON="A JSON array.",
    VCARD="Business cards, vCard 4.0.",
)

describe(
    exports.ExportState,
    "State of an export.",
    QUEUED="Waiting for its turn.",
    RUNNING="Being written.",
    READY="To be downloaded.",
    FAILED="Went wrong; start a new one.",
    EXPIRED="The file is deleted.",
)

describe(
    search.MemberSearchOrder,
    "Order of member search.",
    RELEVANCE="Best match first, near members before far ones.",
    DEGREE="Nearest first.",
    NEWEST="Latest to join first.",
)
