"""Client-made keys: a retry with the same key and input has one effect and gets the first answer."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from loaders.context import Context
from models.idempotency import FIND, KEEP
from resolvers.mutations import refuse_if
from rules.members import TextRule, check_texts
from rules.refusals import IdempotencyConflictError, Refused

KEY = TextRule(255, required=True)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One use of a key. `first` is what an earlier use in the last 24 hours kept, None for the first use."""

    key: str | None
    digest: bytes = b""
    first: Mapping[str, object] | None = None

    async def keep(self, ctx: Context, answer: Mapping[str, object]) -> None:
        """Remember with the effect what the answer is made of."""
        if self.key is None:
            return
        kept = await ctx.row(
            KEEP, member_id=ctx.member_id, key=self.key, digest=self.digest, answer=answer, now=ctx.now
        )
        if kept is None:
            raise _conflict(self.key)


async def attempt(ctx: Context, key: str | None, mutation: str, input: Mapping[str, object]) -> Attempt:
    """Look up the key. Runs in the mutation's transaction and under its lock of the viewer.

    So a refused mutation leaves its key free, and one that still runs is waited for. Raises Refused where the
    key stands for other input.
    """
    if key is None:
        return Attempt(None)
    refuse_if([*check_texts({"idempotency_key": key}, {"idempotency_key": KEY})])
    digest = hashlib.sha256(orjson.dumps([mutation, dict(input)], option=orjson.OPT_SORT_KEYS)).digest()
    known = await ctx.row(FIND, member_id=ctx.member_id, key=key, now=ctx.now)
    if known and known.digest != digest:
        raise _conflict(key)
    return Attempt(key, digest, known.answer if known else None)


def _conflict(key: str) -> Refused:
    text = "This key was used with other input."
    return Refused(IdempotencyConflictError(message=text, field=["idempotency_key"], idempotency_key=key))
