"""Client-made keys: a retry with the same key and input has one effect."""

import hashlib
from collections.abc import Mapping

import orjson

from loaders.context import Context
from models.idempotency import CLAIM, FIND
from rules.refusals import IdempotencyConflictError, Refused, UserErrorCode, ValidationError

MAX_KEY = 255


async def is_retry(ctx: Context, key: str | None, mutation: str, input: Mapping[str, object]) -> bool:
    """Claim the key for this mutation; whether an earlier one of the last 24 hours has done its work.

    Runs in the mutation's transaction, so a refused mutation leaves its key free, and one that still runs is
    waited for. Raises Refused where the key stands for other input.
    """
    if key is None:
        return False
    _check(key)
    digest = hashlib.sha256(orjson.dumps([mutation, dict(input)], option=orjson.OPT_SORT_KEYS)).digest()
    if await ctx.row(CLAIM, member_id=ctx.member_id, key=key, digest=digest):
        return False
    known = await ctx.row(FIND, member_id=ctx.member_id, key=key)
    if known is None or known.digest != digest:
        text = "This key was used with other input."
        raise Refused(IdempotencyConflictError(message=text, field=["idempotency_key"], idempotency_key=key))
    return True


def _check(key: str) -> None:
    if not 1 <= len(key) <= MAX_KEY:
        code = UserErrorCode.TOO_LONG if key else UserErrorCode.REQUIRED
        text = f"A key has 1 to {MAX_KEY} characters."
        constraint = f"maxLength={MAX_KEY}"
        raise Refused(
            ValidationError(message=text, code=code, field=["idempotency_key"], constraint=constraint)
        )
