"""Client-made keys: a retry with the same key and input has one effect."""

import hashlib
from collections.abc import Mapping

import orjson

from loaders.context import Context
from models.idempotency import CLAIM, FIND
from resolvers.mutations import refuse_if
from rules.members import TextRule, check_texts
from rules.refusals import IdempotencyConflictError, Refused

KEY = TextRule(255, required=True)


async def is_retry(ctx: Context, key: str | None, mutation: str, input: Mapping[str, object]) -> bool:
    """Claim the key for this mutation; whether an earlier one of the last 24 hours has done its work.

    Runs in the mutation's transaction, so a refused mutation leaves its key free, and one that still runs is
    waited for. Raises Refused where the key stands for other input.
    """
    if key is None:
        return False
    refuse_if([*check_texts({"idempotency_key": key}, {"idempotency_key": KEY})])
    digest = hashlib.sha256(orjson.dumps([mutation, dict(input)], option=orjson.OPT_SORT_KEYS)).digest()
    if await ctx.row(CLAIM, member_id=ctx.member_id, key=key, digest=digest):
        return False
    known = await ctx.row(FIND, member_id=ctx.member_id, key=key)
    if known is None or known.digest != digest:
        text = "This key was used with other input."
        raise Refused(IdempotencyConflictError(message=text, field=["idempotency_key"], idempotency_key=key))
    return True
