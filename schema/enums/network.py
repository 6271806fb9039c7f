"""Enums of what links members, and of lists of them."""

from rules import distances, exports, search, suggestions, terms
from schema.enums.describing import describe

describe(
    terms.NetworkOrder,
    "Order of connections.",
    NEWEST="Latest connection first.",
    OLDEST="Earliest connection first.",
    NAME="By displayed name, in whatever case.",
    LAST_INTERACTION="Longest without interaction first; the viewer's own list only. Where there was none, "
    "it counts from the connection on.",
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
