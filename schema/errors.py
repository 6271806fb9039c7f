"""Expected failures, as mutations answer them in `userErrors`."""

import strawberry

from resolvers.mutations import field_path
from rules import refusals
from rules.refusals import UserErrorCode
from schema.fields import entity, field


@strawberry.interface(description="An expected failure of a mutation that a user can understand.")
class UserError:
    """What every failure says."""

    message: str = field("Readable, localised.")
    code: UserErrorCode = field("Stable code.")
    field: list[str] | None = field("Path to the input field, outermost first.", value=field_path)


@entity(refusals.ValidationError, "An input value is not acceptable.")
class ValidationError(UserError):
    """A violated bound, a value in use, or wrong credentials."""

    constraint: str | None = field("The violated bound, e.g. `maxLength=300`.")


@entity(refusals.NotFoundError, "The object does not exist or is not visible (indistinguishable on purpose).")
class NotFoundError(UserError):
    """Missing or hidden."""

    missing_id: strawberry.ID | None = field("The id given.")


@entity(refusals.VersionConflictError, "The object changed since it was read.")
class VersionConflictError(UserError):
    """Another edit came first."""

    current_version: int = field("Version found.")


@entity(refusals.IdempotencyConflictError, "The same idempotency key came with different input.")
class IdempotencyConflictError(UserError):
    """A key stands for one input."""

    idempotency_key: str = field("The key used twice.")


USER_ERRORS = (ValidationError, NotFoundError, VersionConflictError, IdempotencyConflictError)
