"""Terms that clients choose from or read, without a rule of their own."""

from enum import StrEnum


class CareerLevel(StrEnum):
    """Career level; drives the network-size benchmark."""

    STUDENT = "STUDENT"
    RECENT_GRADUATE = "RECENT_GRADUATE"
    YOUNG_PROFESSIONAL = "YOUNG_PROFESSIONAL"
    ESTABLISHED_PROFESSIONAL = "ESTABLISHED_PROFESSIONAL"
    EXECUTIVE = "EXECUTIVE"


class RelationType(StrEnum):
    """How two members know each other."""

    COLLEAGUE = "COLLEAGUE"
    CLASSMATE = "CLASSMATE"
    CLIENT = "CLIENT"
    VENDOR = "VENDOR"
    BUSINESS_PARTNER = "BUSINESS_PARTNER"
    RECRUITER = "RECRUITER"
    MET_AT_EVENT = "MET_AT_EVENT"
    GROUP_MEMBER = "GROUP_MEMBER"
    MENTOR = "MENTOR"
    INTRODUCED = "INTRODUCED"
    FRIEND = "FRIEND"
    OTHER = "OTHER"
    UNSPECIFIED = "UNSPECIFIED"


class RequestOrigin(StrEnum):
    """How a request came about."""

    PROFILE = "PROFILE"
    SEARCH = "SEARCH"
    SUGGESTION = "SUGGESTION"
    INTRODUCTION = "INTRODUCTION"
    GROUP = "GROUP"
    EVENT = "EVENT"
    THIRD_PARTY = "THIRD_PARTY"


class NetworkOrder(StrEnum):
    """Order of connections."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    NAME = "NAME"
    LAST_INTERACTION = "LAST_INTERACTION"


class ReceivedRequestView(StrEnum):
    """Which received requests to list."""

    AWAITING_ANSWER = "AWAITING_ANSWER"
    IGNORED = "IGNORED"
    DECLINED = "DECLINED"
    ALL = "ALL"


class RequestOrder(StrEnum):
    """Order of requests."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"


class RequestAnswer(StrEnum):
    """Answer to a request in a batch."""

    ACCEPT = "ACCEPT"
    IGNORE = "IGNORE"
    NOT_NOW = "NOT_NOW"
    DECLINE = "DECLINE"
    DONT_KNOW = "DONT_KNOW"


class FollowableKind(StrEnum):
    """What can be followed."""

    MEMBER = "MEMBER"
    COMPANY = "COMPANY"


class FollowOrigin(StrEnum):
    """How a follow came about."""

    MANUAL = "MANUAL"
    CONNECTED = "CONNECTED"


class FollowNotifyLevel(StrEnum):
    """How loud a follow is."""

    ALL = "ALL"
    HIGHLIGHTS = "HIGHLIGHTS"
    NONE = "NONE"


class ConversationContext(StrEnum):
    """What a thread hangs on."""

    CONNECTION = "CONNECTION"
    REQUEST_REPLY = "REQUEST_REPLY"


class ConnectionRequestState(StrEnum):
    """State of a request, as one side may know it."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class ConnectionRequestEvent(StrEnum):
    """What can be done to a request."""

    SEND = "SEND"
    REMIND = "REMIND"
    WITHDRAW = "WITHDRAW"
    ACCEPT = "ACCEPT"
    IGNORE = "IGNORE"
    RESTORE = "RESTORE"
    REPLY = "REPLY"
    DECLINE = "DECLINE"
    LIFT_DECLINE = "LIFT_DECLINE"
    REPORT = "REPORT"
    EXPIRE = "EXPIRE"
    CANCEL = "CANCEL"


class DeclineKind(StrEnum):
    """How a request is declined."""

    NOT_NOW = "NOT_NOW"
    DECLINE = "DECLINE"
    DONT_KNOW = "DONT_KNOW"


class ConnectionStatus(StrEnum):
    """Where the viewer and a member stand."""

    SELF = "SELF"
    NONE = "NONE"
    REQUEST_SENT = "REQUEST_SENT"
    REQUEST_RECEIVED = "REQUEST_RECEIVED"
    CONNECTED = "CONNECTED"
    BLOCKING = "BLOCKING"


class ActionBlockReason(StrEnum):
    """Why an action is closed."""

    NOT_SIGNED_IN = "NOT_SIGNED_IN"
    SELF = "SELF"
    ALREADY_CONNECTED = "ALREADY_CONNECTED"
    ALREADY_PENDING = "ALREADY_PENDING"
    NOT_CONNECTED = "NOT_CONNECTED"
    RECIPIENT_DOES_NOT_ACCEPT = "RECIPIENT_DOES_NOT_ACCEPT"
    COOLDOWN = "COOLDOWN"
    QUOTA = "QUOTA"
    CAPACITY = "CAPACITY"
    NOTE_REQUIRED = "NOTE_REQUIRED"
    EMAIL_REQUIRED = "EMAIL_REQUIRED"
    RESTRICTED = "RESTRICTED"
    NO_PATH = "NO_PATH"
    LIMIT_REACHED = "LIMIT_REACHED"
    BLOCKING = "BLOCKING"
    NOT_OWNER = "NOT_OWNER"
    CLOSED = "CLOSED"


class CooldownBasis(StrEnum):
    """What started a waiting time."""

    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    NOT_NOW = "NOT_NOW"
    REMOVED = "REMOVED"


class QuotaKind(StrEnum):
    """What an allowance counts."""

    WEEKLY_REQUESTS = "WEEKLY_REQUESTS"
    PENDING_REQUESTS = "PENDING_REQUESTS"
    BLOCKS = "BLOCKS"
    MESSAGES = "MESSAGES"
    EXPORTS = "EXPORTS"
    INTRODUCTIONS = "INTRODUCTIONS"


class IntroductionRole(StrEnum):
    """What a member is in an introduction."""

    REQUESTER = "REQUESTER"
    BROKER = "BROKER"
    TARGET = "TARGET"


class IntroductionState(StrEnum):
    """State of an introduction, as one of the three may know it."""

    REQUESTED = "REQUESTED"
    FORWARDED = "FORWARDED"
    ACCEPTED = "ACCEPTED"
    DECLINED_BY_BROKER = "DECLINED_BY_BROKER"
    DECLINED_BY_TARGET = "DECLINED_BY_TARGET"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


class IntroductionPurpose(StrEnum):
    """What an introduction is for."""

    NETWORKING = "NETWORKING"
    JOB_REFERRAL = "JOB_REFERRAL"
    COLLABORATION = "COLLABORATION"
    ADVICE = "ADVICE"
    BUSINESS = "BUSINESS"
    OTHER = "OTHER"
