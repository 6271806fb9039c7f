"""What all mutations have in common: refusals become `userErrors`, and lost races are run again."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import asyncpg
from strawberry.utils.str_converters import to_camel_case

from loaders.context import Context
from rules.refusals import NotFoundError, Refused, UserError

ATTEMPTS = 5
LOST_RACES = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


@dataclass(frozen=True, kw_only=True)
class Payload:
    """Result of a mutation; everything but `user_errors` is null where it was refused."""

    user_errors: Sequence[UserError] = ()


PayloadT = TypeVar("PayloadT", bound=Payload)
P = ParamSpec("P")
Mutation = Callable[Concatenate[Context, P], Coroutine[Any, Any, PayloadT]]


def mutation(payload: type[PayloadT]) -> Callable[[Mutation[P, PayloadT]], Mutation[P, PayloadT]]:
    """Run a mutation so that `Refused` gives an empty payload with the errors, a lost race another try."""

    def decorate(work: Mutation[P, PayloadT]) -> Mutation[P, PayloadT]:
        @wraps(work)
        async def carry_out(ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> PayloadT:
            try:
                return await _with_retries(lambda: work(ctx, *args, **kwargs))
            except Refused as refusal:
                return payload(user_errors=refusal.errors)

        return carry_out

    return decorate


async def _with_retries(attempt: Callable[[], Awaitable[PayloadT]]) -> PayloadT:
    for _ in range(ATTEMPTS - 1):
        try:
            return await attempt()
        except LOST_RACES:
            continue
    return await attempt()


def refuse_if(errors: Sequence[UserError]) -> None:
    """Refuse with all these errors at once, where there are any."""
    if errors:
        raise Refused(*errors)


def not_found(field: str, missing_id: str) -> Refused:
    """The refusal of an id that means nothing to the viewer."""
    return Refused(NotFoundError(message="There is no such object.", field=[field], missing_id=missing_id))


def field_path(error: UserError) -> list[str] | None:
    """The path of an error in the names of the schema."""
    return None if error.field is None else [to_camel_case(name) for name in error.field]
