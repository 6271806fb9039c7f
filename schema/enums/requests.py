"""Enums of requests to connect, of allowances and of what is refused."""

from rules import policy, refusals, terms
from schema.enums.describing import describe

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
