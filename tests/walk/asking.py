"""The questions and mutations of the walk as clients put them, and answers in the words of the model."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from strawberry.utils.str_converters import to_camel_case

from executor.engine import Engine
from loaders.context import Context
from rules.ids import decode, encode
from schema.root import schema
from tests.walk.moves import NEVER_SENT, Move
from tests.walk.telling import Json

VERDICT: Final = "{ allowed reason availableAt }"
QUOTA: Final = "{ kind limit used remaining nextReleaseAt restrictedUntil }"
LINK: Final = "{ connectedAt introduction { id } }"
RELATIONSHIP: Final = f"""{{
    member {{ handle }} status connection {LINK} sentRequest {{ id }} receivedRequest {{ id }}
    following {{ createdAt origin isPrivate }} isFollowedBy isBlocking isMuting mutedUntil
    canConnect {VERDICT} canMessage {VERDICT} canFollow {VERDICT}
    canRequestIntroduction {VERDICT} reachOptions {{ action through {{ handle }} }}
}}"""
REQUEST: Final = f"""{{
    id sender {{ handle }} recipient {{ handle }} state ignored declineKind note reminder sentAt expiresAt
    closedAt remindersSent canRemind {VERDICT} availableEvents
    conversation {{ canWrite {VERDICT} messages(first: 1) {{ totalCount }} }} introduction {{ id }}
}}"""
INTRODUCTION: Final = f"""{{
    id requester {{ handle }} broker {{ handle }} target {{ handle }} state viewerRole purpose
    messageToBroker messageToTarget endorsementByBroker requestedAt expiresAt
    resultingRequest {{ id }} connection {{ connectedAt }} conversation {{ canWrite {VERDICT} }}
}}"""
LISTED: Final = "{ id state ignored declineKind closedAt remindersSent availableEvents }"
HANDLES: Final = "(first: 20) { totalCount nodes { handle } }"
ERRORS: Final = f"""userErrors {{
    code
    ... on ValidationError {{ constraint }}
    ... on NotFoundError {{ missingId }}
    ... on NotPermittedError {{ reason }}
    ... on InvalidStateError {{ currentState availableEvents }}
    ... on RequestCooldownError {{ basis availableAt }}
    ... on QuotaExceededError {{ quota {QUOTA} }}
    ... on NetworkCapacityError {{ limit viewerIsFull alternative }}
    ... on MessagingNotAllowedError {{ reason }}
    ... on IdempotencyConflictError {{ idempotencyKey }}
}}"""
PROFILE: Final = f"""member(id: $other) {{
    handle familyName connectionCount connectionCountLabel followerCount primaryAction
    viewerFollow {{ createdAt origin isPrivate }}
    connections{HANDLES}
    followers(first: 20) {{ totalCount nodes {{ member {{ handle }} }} }}
    following(first: 20) {{ totalCount nodes {{ target {{ handle }} }} }}
}}"""
BETWEEN: Final = f"relationships(memberIds: $others) {RELATIONSHIP}"
ONE: Final = f"""
    node(id: $request) {{ ... on ConnectionRequest {REQUEST} }}
    introduction: node(id: $introduction) {{ ... on Introduction {INTRODUCTION} }}
"""
OWN: Final = f"""
    all: sentRequests(
        states: [PENDING ACCEPTED DECLINED WITHDRAWN EXPIRED CANCELLED] first: 6
    ) {{ totalCount nodes {LISTED} }}
    sentRequests(states: $states first: 6) {{ totalCount nodes {{ id }} }}
    every: receivedRequests(view: ALL first: 6) {{ totalCount nodes {LISTED} }}
    receivedRequests(view: $view first: 6) {{ totalCount nodes {{ id }} }}
    introductions(first: 6) {{ totalCount nodes {INTRODUCTION} }}
    some: introductions(role: $role states: $stages first: 6) {{ totalCount nodes {{ id }} }}
    quotas {QUOTA}
    requestQuota {QUOTA}
    connectionCount
    connections(first: 20) {{ totalCount edges {{ node {{ handle }} connection {LINK} }} }}
    followers(first: 20) {{ totalCount nodes {{ member {{ handle }} }} }}
    following(first: 20) {{ totalCount nodes {{ target {{ handle }} }} }}
    blockedMembers{HANDLES}
    mutedMembers{HANDLES}
"""
BRIEF: Final = f"""
query($others: [ID!]! $request: ID! $introduction: ID!) {{ viewer {{ {BETWEEN} }} {ONE} }}
"""
WHOLE: Final = f"""
query(
    $others: [ID!]! $other: ID! $request: ID! $states: [ConnectionRequestState!]! $view: ReceivedRequestView!
    $introduction: ID! $role: IntroductionRole $stages: [IntroductionState!]
) {{ viewer {{ {BETWEEN} {OWN} }} {PROFILE} {ONE} }}
"""
FACE: Final = f"query($other: ID!) {{ {PROFILE} }}"
MOVED: Final = f"request {REQUEST} relationship {RELATIONSHIP}"
PAYLOADS: Final[Mapping[str, str]] = {
    "sendConnectionRequest": f"{MOVED} created quota {QUOTA} connection {LINK}",
    "remindConnectionRequest": MOVED,
    "withdrawConnectionRequest": MOVED,
    "acceptConnectionRequest": f"{MOVED} connection {LINK} conversation {{ canWrite {VERDICT} }}",
    "ignoreConnectionRequest": MOVED,
    "restoreConnectionRequest": MOVED,
    "declineConnectionRequest": MOVED,
    "liftDecline": MOVED,
    "replyToConnectionRequest": f"{MOVED} message {{ body }}",
    "reportConnectionRequest": MOVED,
    "removeConnection": f"relationship {RELATIONSHIP} removedConnectionId",
    "removeConnections": f"relationships {RELATIONSHIP} removedConnectionIds",
    "blockMember": f"relationship {RELATIONSHIP} quota {QUOTA}",
    "unblockMember": f"relationship {RELATIONSHIP}",
    "muteMember": f"relationship {RELATIONSHIP}",
    "unmuteMember": f"relationship {RELATIONSHIP}",
    "reportMember": "accepted",
    "follow": f"relationship {RELATIONSHIP} follow {{ createdAt origin isPrivate }}",
    "updateFollow": "follow { createdAt origin isPrivate }",
    "unfollow": f"relationship {RELATIONSHIP} removedFollowId",
    "removeFollower": f"relationship {RELATIONSHIP} removedFollowId",
    "answerConnectionRequests": f"results {{ requestId {MOVED} {ERRORS} }}",
    "requestIntroduction": f"introduction {INTRODUCTION}",
    "forwardIntroduction": f"introduction {INTRODUCTION}",
    "declineIntroduction": f"introduction {INTRODUCTION}",
    "acceptIntroduction": f"introduction {INTRODUCTION} connection {LINK}",
    "cancelIntroduction": f"introduction {INTRODUCTION}",
    "updatePrivacy": "settings { whoCanRequest requireNote whoCanFollow followFirst connectionsVisibility }",
}
TEXTS: Final[Mapping[str, Mapping[str, Json]]] = {
    "replyToConnectionRequest": {"body": "What is it about?"},
    "reportMember": {"comment": "Writes nonsense."},
    "requestIntroduction": {
        "purpose": "ADVICE",
        "messageToBroker": "You know each other.",
        "messageToTarget": "How do you do?",
    },
}
FIELDS: Final = {
    "request": "requestId",
    "line": "message",
    "welcome": "welcomeMessage",
    "email": "recipientEmail",
    "keep": "keepFollowing",
    "private": "isPrivate",
    "key": "idempotencyKey",
    "other": "memberId",
    "others": "memberIds",
    "broker": "brokerId",
    "introduction": "introductionId",
    "word": "endorsement",
}
"""The names of inputs for those of the model, where they differ."""
OWN_FIELDS: Final = {
    "sendConnectionRequest": {"other": "recipientId", "follow": "followWhilePending"},
    "requestIntroduction": {"other": "targetId"},
    "acceptIntroduction": {"message": "message"},
    "follow": {"other": "targetId"},
    "unfollow": {"other": "targetId"},
    "updateFollow": {"other": "targetId"},
}


class Names:
    """The ids of members and requests, and the words of the model for them."""

    def __init__(self, members: Mapping[str, int]) -> None:
        self.members = members
        self.ids = {name: encode("M", number) for name, number in members.items()}
        self.ids["nobody"] = encode("M", 999)
        self.words = {id: name for name, id in self.ids.items()}
        self.learn(f"#{NEVER_SENT}", encode("CR", 1, 2, NEVER_SENT))
        self.learn(f"~{NEVER_SENT}", encode("I", 1, 2, 3, NEVER_SENT))

    def learn(self, word: str, id: str) -> None:
        """A new request or introduction has this id."""
        self.ids[word] = id
        self.words[id] = word

    def input(self, move: Move) -> dict[str, Json]:
        """The input of the mutation that the move is."""
        fields = {**FIELDS, **OWN_FIELDS.get(move.verb, {})}
        given = {
            fields.get(name, to_camel_case(name)): self._value(name, value)
            for name, value in move.given.items()
        }
        return {**TEXTS.get(move.verb, {}), **given}

    def _value(self, name: str, value: Json) -> Json:
        match name, value:
            case "introduction", int():
                return self.ids[f"~{value}"]
            case "other" | "broker", _:
                return self.ids[value]
            case "others", _:
                return [self.ids[each] for each in value]
            case "request", _:
                return self.ids[f"#{value}"]
            case "answers", _:
                return [{"requestId": self.ids[f"#{number}"], "answer": answer} for number, answer in value]
            case "email", str():
                return f"{value}@rapport.test"
            case "report", _:
                return "Writes nonsense." if value else None
        return value.isoformat() if isinstance(value, datetime) else value

    def told(self, answer: Json) -> Json:
        """An answer in the words of the model."""
        match answer:
            case dict():
                return {name: self.told(value) for name, value in answer.items()}
            case list():
                return [self.told(value) for value in answer]
            case str():
                return self.word(answer)
        return answer

    def word(self, text: str) -> str:
        """A text of an answer; of an id what the model calls it."""
        if text in self.words or (decoded := decode(text)) is None:
            return self.words.get(text, text)
        kind, numbers = decoded
        handles = {number: name for name, number in self.members.items()}
        return " ".join([kind, *(handles.get(number, str(number)) for number in numbers)])


def written(value: Json) -> Json:
    """What the model says, with instants as clients read them."""
    match value:
        case dict():
            return {name: written(each) for name, each in value.items()}
        case list():
            return [written(each) for each in value]
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
    return value


ENGINE: Final = Engine(schema)


async def ask(ctx: Context, document: str, variables: Json) -> Json:
    """The data of an answer without errors."""
    operation = ENGINE.prepare(document, None, variables)
    result = await ENGINE.execute(operation, ctx)
    assert not result.errors, result.errors
    return result.data


def mutation(verb: str) -> str:
    """The document of a mutation with its whole payload."""
    name = f"{verb[0].upper()}{verb[1:]}Input"
    return f"mutation($input: {name}!) {{ {verb}(input: $input) {{ {PAYLOADS[verb]} {ERRORS} }} }}"
