"""What the mutations of introductions answer, and how its parts are read where they are selected."""

from collections.abc import Sequence
from dataclasses import dataclass

from loaders import connections as connection_loader
from loaders import introductions as introduction_loader
from loaders.connections import ConnectionRow
from loaders.context import Context
from loaders.introductions import PublicKey
from resolvers.mutations import Payload
from rules.seen_introductions import SeenIntroduction


@dataclass(frozen=True, kw_only=True)
class IntroductionPayload(Payload):
    """What a move came to. The introduction is read where it is selected."""

    key: PublicKey | None = None
    connected: bool = False


async def introductions_of(
    payloads: Sequence[IntroductionPayload], ctx: Context
) -> list[SeenIntroduction | None]:
    """The introduction after each move, None where it was refused."""
    keys = [(payload.key[0], payload.key[3]) for payload in payloads if payload.key]
    found = iter(await introduction_loader.load_many(ctx, keys))
    return [next(found) if payload.key else None for payload in payloads]


async def connections_of(payloads: Sequence[IntroductionPayload], ctx: Context) -> list[ConnectionRow | None]:
    """The connection that each move made."""
    keys = [payload.key for payload in payloads if payload.key and payload.connected]
    pairs = [(min(key[0], key[2]), max(key[0], key[2])) for key in keys]
    found = iter(await connection_loader.between(ctx, pairs))
    return [next(found) if payload.key and payload.connected else None for payload in payloads]
