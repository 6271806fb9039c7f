"""What the mutations of requests answer, and how its parts are read where they are selected."""

from collections.abc import Sequence
from dataclasses import dataclass

from loaders import allowances, relationships
from loaders import connection_requests as request_loader
from loaders import connections as connection_loader
from loaders.connection_requests import RequestKey
from loaders.connections import ConnectionRow
from loaders.context import Context
from loaders.messages import ConversationRow
from loaders.relationships import RelationshipRow
from models.messages import MessageRow
from resolvers.connection_requests.effects import other_of
from resolvers.messages import reading
from resolvers.mutations import Payload, not_found
from rules.allowances import Quota
from rules.seen_requests import SeenRequest


@dataclass(frozen=True, kw_only=True)
class RequestPayload(Payload):
    """What a move came to. The request and the relationship are read where they are selected."""

    key: RequestKey | None = None
    connected: bool = False
    created: bool = False
    message: MessageRow | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerPayload(RequestPayload):
    """What one answer of a batch came to."""

    request_id: str


@dataclass(frozen=True, kw_only=True)
class AnswersPayload(Payload):
    """One result for each answer."""

    results: Sequence[AnswerPayload] = ()


async def requests_of(payloads: Sequence[RequestPayload], ctx: Context) -> list[SeenRequest | None]:
    """The request after each move, None where it was refused or is gone."""
    keys = [payload.key for payload in payloads if payload.key]
    found = iter(await request_loader.load_many(ctx, keys))
    return [next(found) if payload.key else None for payload in payloads]


async def relationships_of(payloads: Sequence[RequestPayload], ctx: Context) -> list[RelationshipRow | None]:
    """Where the two stand after each move."""
    others = [other_of(ctx, payload.key) for payload in payloads if payload.key]
    found = iter(await relationships.of_viewer(ctx, others))
    return [next(found) if payload.key else None for payload in payloads]


async def connections_of(payloads: Sequence[RequestPayload], ctx: Context) -> list[ConnectionRow | None]:
    """The connection that each move made."""
    keys = [payload.key for payload in payloads if payload.key and payload.connected]
    found = iter(await connection_loader.between(ctx, [(min(key[:2]), max(key[:2])) for key in keys]))
    return [next(found) if payload.key and payload.connected else None for payload in payloads]


async def conversations_of(payloads: Sequence[RequestPayload], ctx: Context) -> list[ConversationRow | None]:
    """The conversation in which each move wrote."""
    found = iter(await reading.conversations([each.message for each in payloads if each.message], ctx))
    return [next(found) if payload.message else None for payload in payloads]


async def quotas_of(payloads: Sequence[RequestPayload], ctx: Context) -> list[Quota | None]:
    """What is left of the viewer's weekly requests."""
    return [(await allowances.load(ctx)).weekly if payload.key else None for payload in payloads]


async def find(ctx: Context, other_id: int, field: str, public_id: str) -> RelationshipRow:
    """What lies between the viewer and a member who exists for them. Refused for anybody else."""
    relationship = await relationships.load(ctx, other_id)
    if relationship is None or relationship.is_blocking:
        raise not_found(field, public_id)
    return relationship
