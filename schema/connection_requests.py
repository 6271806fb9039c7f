"""Requests to connect: the type, its pages, and the mutations of its life."""

from datetime import datetime

import strawberry

from auth.identity import OAuthScope
from resolvers import vetting
from resolvers.connection_requests import lists, moves, payloads, sending
from resolvers.nodes import id_of
from rules.seen_requests import SeenRequest
from rules.terms import (
    ConnectionRequestEvent,
    ConnectionRequestState,
    DeclineKind,
    RelationType,
    RequestAnswer,
    RequestOrigin,
)
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, payload
from schema.interfaces import Node
from schema.pages import PageInfo
from schema.refs import (
    ConnectionRef,
    ConversationRef,
    IntroductionRef,
    MemberRef,
    MessageRef,
    QuotaRef,
    RelationshipRef,
    VettingContextRef,
)
from schema.verdicts import ActionVerdict

WRITE = [OAuthScope.REQUESTS_WRITE]
READ_MESSAGES = [OAuthScope.MESSAGES_READ]
KEY = "Client-made key (UUID). A retry with the same key and input returns the first result for 24 h."


@entity(SeenRequest, "A request to connect, seen by its sender or its recipient only.")
class ConnectionRequest(Node):
    """A request as one of the two may know it."""

    id: strawberry.ID = field(
        "Global id.", column=id_of("CR", "sender_id", "recipient_id", "number"), reads=()
    )
    sender: MemberRef | None = field(
        "Who asked. Null when the account is gone.", batch=lists.senders, reads=()
    )
    recipient: MemberRef | None = field(
        "Who was asked. Null when the account is gone.", batch=lists.recipients, reads=()
    )
    state: ConnectionRequestState = field(
        "State as the viewer may know it: a sender sees PENDING for an ignored request, and for a declined "
        "one while `NetworkPolicy.declineHiddenFromSender` holds."
    )
    ignored: bool | None = field("Recipient only: it was set aside without an answer.")
    decline_kind: DeclineKind | None = field("Recipient only: how it was declined.")
    relation_type: RelationType = field("How the sender says they know each other.")
    relation_detail: str | None = field("Free text for OTHER, or the place and date of a MET_AT_EVENT.")
    note: str | None = field("The sender's optional note.")
    reminder: str | None = field("Recipient only: the line of the last reminder.")
    sent_at: datetime = field("When it was sent.")
    expires_at: datetime | None = field("When it stops being open by itself.")
    closed_at: datetime | None = field("When it left PENDING, as the viewer may know it.")
    reminders_sent: int = field("Reminders sent so far.")
    can_remind: ActionVerdict | None = field("Sender only: whether a reminder may go out now, or from when.")
    vetting: VettingContextRef | None = field(
        "Recipient only: facts that help to judge it. Null when the sender's account is gone.",
        batch=vetting.of_requests,
        reads=vetting.reads,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    conversation: ConversationRef | None = field(
        "The clarifying thread, when the recipient replied without accepting.",
        batch=lists.conversations,
        reads=(),
        scopes=READ_MESSAGES,
    )
    introduction: IntroductionRef | None = field(
        "The introduction behind it.",
        batch=lists.introductions,
        reads=("introduction_id",),
        scopes=[OAuthScope.NETWORK_READ],
    )
    available_events: list[ConnectionRequestEvent] = field("What the viewer may do with it now.")


@strawberry.type(description="One place in a list of connection requests.")
class ConnectionRequestEdge:
    """A request in a list."""

    cursor: str = field("Opaque position in the list.")
    node: ConnectionRequest | None = field("The request; null when it became invisible.")


@strawberry.type(description="A page of connection requests.")
class ConnectionRequestConnection:
    """Requests in pages."""

    edges: list[ConnectionRequestEdge] = field("The connection requests with their cursors.")
    nodes: list[ConnectionRequest | None] = field(
        "The connection requests alone; null holes are what became invisible."
    )
    page_info: PageInfo = field("Where this page stands in the list.")
    total_count: int | None = field(
        "Size of the whole list; null when hidden or too costly to count.", batch=lists.totals
    )


@input_of("sendConnectionRequest")
class SendConnectionRequestInput:
    """Whom to ask, and how."""

    recipient_id: strawberry.ID = given("Whom to ask.")
    relation_type: RelationType = given("How the two know each other.", default=RelationType.UNSPECIFIED)
    relation_detail: str | None = given("Detail, e.g. the event, at most 200 characters.", optional=True)
    note: str | None = given(
        "Optional personal note, at most `NetworkPolicy.noteMaxLength` characters.", optional=True
    )
    recipient_email: str | None = given(
        "Needed when the recipient only takes requests from people who know the address.", optional=True
    )
    origin: RequestOrigin = given("Where it was sent from.", default=RequestOrigin.PROFILE)
    introduction_id: strawberry.ID | None = given(
        "The introduction behind it: one to the recipient that the viewer asked for and that was passed on. "
        "The relation is then INTRODUCED where none is named. Not used where the other side asked already or "
        "the viewer's own request is open.",
        optional=True,
    )
    follow_while_pending: bool = given("Follow the recipient meanwhile.", default=True)
    idempotency_key: str | None = given(KEY, optional=True)


@input_of("remindConnectionRequest")
class RemindConnectionRequestInput:
    """Which request."""

    request_id: strawberry.ID = given("The request.")
    message: str | None = given(
        "Optional friendly line, at most `NetworkPolicy.noteMaxLength` characters.", optional=True
    )
    idempotency_key: str | None = given(KEY, optional=True)


@input_of("withdrawConnectionRequest")
class WithdrawConnectionRequestInput:
    """Which request."""

    request_id: strawberry.ID = given("The request.")


@input_of("acceptConnectionRequest")
class AcceptConnectionRequestInput:
    """Which request, and what comes with it."""

    request_id: strawberry.ID = given("The request.")
    welcome_message: str | None = given(
        "Sent as the first message (thanks, why I am glad), at most 5,000 characters.", optional=True
    )
    tag_ids: list[strawberry.ID] | None = given("Tag the new connection, at most 100.", optional=True)
    follow: bool = given("Follow the new connection.", default=True)


@input_of("ignoreConnectionRequest")
class IgnoreConnectionRequestInput:
    """Which request."""

    request_id: strawberry.ID = given("The request.")


@input_of("restoreConnectionRequest")
class RestoreConnectionRequestInput:
    """Which request."""

    request_id: strawberry.ID = given("The request.")


@input_of("declineConnectionRequest")
class DeclineConnectionRequestInput:
    """Which request, and how firmly."""

    request_id: strawberry.ID = given("The request.")
    kind: DeclineKind = given("How firmly.", default=DeclineKind.DECLINE)


@input_of("liftDecline")
class LiftDeclineInput:
    """Which request."""

    request_id: strawberry.ID = given("The declined request.")


@input_of("replyToConnectionRequest")
class ReplyToConnectionRequestInput:
    """Which request, and what to answer."""

    request_id: strawberry.ID = given("The request.")
    body: str = given("Plain text, at most 5,000 characters.")
    idempotency_key: str | None = given(KEY, optional=True)


@input_of("reportConnectionRequest")
class ReportConnectionRequestInput:
    """Which request, and why."""

    request_id: strawberry.ID = given("The request.")
    comment: str | None = given("What is wrong, at most 2,000 characters.", optional=True)


@strawberry.input(description="One answer in a batch.")
class RequestAnswerInput:
    """A request and its answer."""

    request_id: strawberry.ID = given("The request.")
    answer: RequestAnswer = given("How to answer it.")


@input_of("answerConnectionRequests")
class AnswerConnectionRequestsInput:
    """Up to 100 answers."""

    answers: list[RequestAnswerInput] = given("The answers, at most 100.")


@strawberry.type(description="What every move of a request comes to.")
class RequestResult:
    """The request and the two."""

    request: ConnectionRequest | None = field("The request after the mutation.", batch=payloads.requests_of)
    relationship: RelationshipRef | None = field("Where the two stand now.", batch=payloads.relationships_of)
    user_errors: list[UserError] = field("Empty on success.")


@payload("sendConnectionRequest")
class SendConnectionRequestPayload(RequestResult):
    """What asking came to."""

    connection: ConnectionRef | None = field(
        "Set when the two were connected at once.", batch=payloads.connections_of
    )
    created: bool = field("False when an open request was returned.")
    quota: QuotaRef | None = field("What is left.", batch=payloads.quotas_of)


@payload("remindConnectionRequest")
class RemindConnectionRequestPayload(RequestResult):
    """The request reminded of."""


@payload("withdrawConnectionRequest")
class WithdrawConnectionRequestPayload(RequestResult):
    """The request taken back."""


@payload("acceptConnectionRequest")
class AcceptConnectionRequestPayload(RequestResult):
    """The new connection."""

    connection: ConnectionRef | None = field("The new connection.", batch=payloads.connections_of)
    conversation: ConversationRef | None = field(
        "The thread, when a welcome message was sent.",
        batch=payloads.conversations_of,
        scopes=READ_MESSAGES,
    )


@payload("ignoreConnectionRequest")
class IgnoreConnectionRequestPayload(RequestResult):
    """The request set aside."""


@payload("restoreConnectionRequest")
class RestoreConnectionRequestPayload(RequestResult):
    """The request back in the inbox."""


@payload("declineConnectionRequest")
class DeclineConnectionRequestPayload(RequestResult):
    """The request turned down."""


@payload("liftDecline")
class LiftDeclinePayload(RequestResult):
    """The request whose decline was lifted."""


@payload("replyToConnectionRequest")
class ReplyToConnectionRequestPayload(RequestResult):
    """The request answered with a question."""

    message: MessageRef | None = field("The message.", scopes=READ_MESSAGES)


@payload("reportConnectionRequest")
class ReportConnectionRequestPayload(RequestResult):
    """The request reported."""


@strawberry.type(description="Result of one answer in a batch.")
class RequestAnswerResult:
    """What one answer came to."""

    request_id: strawberry.ID = field("The request id given.")
    request: ConnectionRequest | None = field(
        "The request after it, when it worked.", batch=payloads.requests_of
    )
    relationship: RelationshipRef | None = field("Where the two stand now.", batch=payloads.relationships_of)
    user_errors: list[UserError] = field("What went wrong with this item.")


@payload("answerConnectionRequests")
class AnswerConnectionRequestsPayload:
    """Results in the order of the answers."""

    results: list[RequestAnswerResult] = field("One result per answer, same order.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class ConnectionRequestMutations:
    """The life of a request."""

    send_connection_request: SendConnectionRequestPayload | None = mutation(
        "Ask a member to connect. If the other side already asked, the two are connected at once. If the "
        "viewer's own request is open, it is returned unchanged.",
        sending.send_connection_request,
        SendConnectionRequestInput,
        scopes=WRITE,
    )
    remind_connection_request: RemindConnectionRequestPayload | None = mutation(
        "Remind the recipient of an open request.",
        moves.remind_connection_request,
        RemindConnectionRequestInput,
        scopes=WRITE,
    )
    withdraw_connection_request: WithdrawConnectionRequestPayload | None = mutation(
        "Take back an open request. The recipient is not told and the entry leaves their inbox.",
        moves.withdraw_connection_request,
        WithdrawConnectionRequestInput,
        scopes=WRITE,
    )
    accept_connection_request: AcceptConnectionRequestPayload | None = mutation(
        "Accept a received request.",
        moves.accept_connection_request,
        AcceptConnectionRequestInput,
        scopes=WRITE,
    )
    ignore_connection_request: IgnoreConnectionRequestPayload | None = mutation(
        "Set a received request aside. It stays open; the sender is not told and may remind.",
        moves.ignore_connection_request,
        IgnoreConnectionRequestInput,
        scopes=WRITE,
    )
    restore_connection_request: RestoreConnectionRequestPayload | None = mutation(
        "Put an ignored request back to the inbox.",
        moves.restore_connection_request,
        RestoreConnectionRequestInput,
        scopes=WRITE,
    )
    decline_connection_request: DeclineConnectionRequestPayload | None = mutation(
        "Turn a received request down. The sender is not told.",
        moves.decline_connection_request,
        DeclineConnectionRequestInput,
        scopes=WRITE,
    )
    lift_decline: LiftDeclinePayload | None = mutation(
        "Let a declined sender ask again.", moves.lift_decline, LiftDeclineInput, scopes=WRITE
    )
    reply_to_connection_request: ReplyToConnectionRequestPayload | None = mutation(
        "Answer a request with a question, without accepting. Opens a thread that lasts while the request is "
        "open.",
        moves.reply_to_connection_request,
        ReplyToConnectionRequestInput,
        scopes=WRITE,
    )
    report_connection_request: ReportConnectionRequestPayload | None = mutation(
        "Report a request as spam or abuse; it is declined as DONT_KNOW.",
        moves.report_connection_request,
        ReportConnectionRequestInput,
        scopes=WRITE,
    )
    answer_connection_requests: AnswerConnectionRequestsPayload | None = mutation(
        "Answer up to 100 received requests at once. Each is decided on its own.",
        moves.answer_connection_requests,
        AnswerConnectionRequestsInput,
        scopes=WRITE,
        weight=100,
    )
