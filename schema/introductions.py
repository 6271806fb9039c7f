"""Introductions: the type, its pages, and the mutations of its life."""

from datetime import datetime

import strawberry

from auth.identity import OAuthScope
from resolvers.introductions import lists, moves, payloads
from rules.seen_introductions import SeenIntroduction
from rules.terms import IntroductionPurpose, IntroductionRole, IntroductionState
from schema.enums.describing import describe
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, payload
from schema.interfaces import Node
from schema.pages import PageInfo
from schema.refs import ConnectionRef, ConnectionRequestRef, ConversationRef, MemberRef

WRITE = [OAuthScope.NETWORK_WRITE]


describe(
    IntroductionRole,
    "Role in an introduction.",
    REQUESTER="Who wants to meet somebody.",
    BROKER="Who is asked to introduce.",
    TARGET="Who should be met.",
)

describe(
    IntroductionState,
    "State of an introduction.",
    REQUESTED="The broker has not decided.",
    FORWARDED="The target has not decided.",
    ACCEPTED="Requester and target are connected.",
    DECLINED_BY_BROKER="The broker turned it down; never shown to the requester.",
    DECLINED_BY_TARGET="The target turned it down; never shown to the requester.",
    CANCELLED="Taken back, the broker lost a connection, or requester and target connected another way.",
    EXPIRED="Ran out.",
)

describe(
    IntroductionPurpose,
    "What an introduction is for.",
    NETWORKING="To know each other.",
    JOB_REFERRAL="To be referred for a job.",
    COLLABORATION="To work together.",
    ADVICE="To ask for advice or mentorship.",
    BUSINESS="To do business.",
    OTHER="Something else.",
)


@entity(SeenIntroduction, "A request for an introduction along a chain.")
class Introduction(Node):
    """An introduction as one of the three may know it."""

    id: strawberry.ID = field("Global id.", column=lists.public_ids)
    requester: MemberRef | None = field("Who wants to be introduced.", batch=lists.requesters)
    broker: MemberRef | None = field("The shared connection who is asked to introduce.", batch=lists.brokers)
    target: MemberRef | None = field("Who should be met.", batch=lists.targets)
    state: IntroductionState = field(
        "State, as the viewer's role may know it: the requester sees a declined one as before until "
        "`expiresAt`, then EXPIRED."
    )
    viewer_role: IntroductionRole = field("What the viewer is in it.")
    purpose: IntroductionPurpose = field("What it is for.")
    message_to_broker: str | None = field("Message to the broker; null to the target.")
    message_to_target: str | None = field("Message for the target. The broker can read it, not change it.")
    endorsement_by_broker: str | None = field("What the broker adds when forwarding.")
    requested_at: datetime = field("When it was asked for.")
    expires_at: datetime | None = field("When it lapses by itself.")
    resulting_request: ConnectionRequestRef | None = field(
        "The connection request that names it, the last where several do. Null to the broker.",
        batch=lists.resulting_requests,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    connection: ConnectionRef | None = field(
        "The connection it led to, to the two; null while there is none.", batch=lists.connections
    )
    conversation: ConversationRef | None = field(
        "The thread of requester and target, once they are connected and one of them wrote. Null to the "
        "broker.",
        batch=lists.conversations,
        scopes=[OAuthScope.MESSAGES_READ],
    )


@strawberry.type(description="One place in a list of introductions.")
class IntroductionEdge:
    """An introduction in a list."""

    cursor: str = field("Opaque position in the list.")
    node: Introduction | None = field("The introduction; null when it became invisible.")


@strawberry.type(description="A page of introductions.")
class IntroductionConnection:
    """Introductions in pages."""

    edges: list[IntroductionEdge] = field("The introductions with their cursors.")
    nodes: list[Introduction | None] = field("The introductions alone; null holes are what became invisible.")
    page_info: PageInfo = field("Where this page stands in the list.")
    total_count: int | None = field(
        "Size of the whole list; null when hidden or too costly to count.", batch=lists.totals
    )


@input_of("requestIntroduction")
class RequestIntroductionInput:
    """Whom to ask about whom, and what to say."""

    broker_id: strawberry.ID = given("A connection of both.")
    target_id: strawberry.ID = given("Whom to meet.")
    purpose: IntroductionPurpose = given("What it is for.")
    message_to_broker: str = given("Why the broker should help, at most 2,000 characters.")
    message_to_target: str = given("What the target will read, at most 2,000 characters.")
    idempotency_key: str | None = given(
        "Client-made key (UUID). A retry with the same key and input returns the first result for 24 h.",
        optional=True,
    )


@input_of("forwardIntroduction")
class ForwardIntroductionInput:
    """Which introduction, and what to add."""

    introduction_id: strawberry.ID = given("The introduction.")
    endorsement: str | None = given("A word about the requester, at most 2,000 characters.", optional=True)


@input_of("declineIntroduction")
class DeclineIntroductionInput:
    """Which introduction."""

    introduction_id: strawberry.ID = given("The introduction.")


@input_of("acceptIntroduction")
class AcceptIntroductionInput:
    """Which introduction, and what to say."""

    introduction_id: strawberry.ID = given("The introduction.")
    message: str | None = given("First message to the requester, at most 5,000 characters.", optional=True)


@input_of("cancelIntroduction")
class CancelIntroductionInput:
    """Which introduction."""

    introduction_id: strawberry.ID = given("The introduction.")


@strawberry.type(description="What every move of an introduction comes to.")
class IntroductionResult:
    """The introduction."""

    introduction: Introduction | None = field("The introduction.", batch=payloads.introductions_of)
    user_errors: list[UserError] = field("Empty on success.")


@payload("requestIntroduction")
class RequestIntroductionPayload(IntroductionResult):
    """The introduction asked for."""


@payload("forwardIntroduction")
class ForwardIntroductionPayload(IntroductionResult):
    """The introduction passed on."""


@payload("declineIntroduction")
class DeclineIntroductionPayload(IntroductionResult):
    """The introduction turned down."""


@payload("acceptIntroduction")
class AcceptIntroductionPayload(IntroductionResult):
    """The new connection."""

    connection: ConnectionRef | None = field("The connection.", batch=payloads.connections_of)


@payload("cancelIntroduction")
class CancelIntroductionPayload(IntroductionResult):
    """The introduction taken back."""


@strawberry.type
class IntroductionMutations:
    """The life of an introduction."""

    request_introduction: RequestIntroductionPayload | None = mutation(
        "Ask a connection to introduce the viewer to one of their connections.",
        moves.request_introduction,
        RequestIntroductionInput,
        scopes=WRITE,
    )
    forward_introduction: ForwardIntroductionPayload | None = mutation(
        "Broker: pass it on.", moves.forward_introduction, ForwardIntroductionInput, scopes=WRITE
    )
    decline_introduction: DeclineIntroductionPayload | None = mutation(
        "Broker or target: turn it down, without telling why.",
        moves.decline_introduction,
        DeclineIntroductionInput,
        scopes=WRITE,
    )
    accept_introduction: AcceptIntroductionPayload | None = mutation(
        "Target: accept. The two are connected.",
        moves.accept_introduction,
        AcceptIntroductionInput,
        scopes=WRITE,
    )
    cancel_introduction: CancelIntroductionPayload | None = mutation(
        "Requester: take it back.", moves.cancel_introduction, CancelIntroductionInput, scopes=WRITE
    )
