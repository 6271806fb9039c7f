"""Expected failures, as mutations answer them in `userErrors`."""

from datetime import datetime

import strawberry

from resolvers.mutations import field_path
from rules import refusals
from rules.audiences import ProfileAction
from rules.refusals import UserErrorCode
from rules.terms import ActionBlockReason, ConnectionRequestEvent, CooldownBasis
from schema.fields import entity, field
from schema.refs import QuotaRef
from schema.verdicts import ReachOption


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


@entity(refusals.NotPermittedError, "The viewer may not do this to this object.")
class NotPermittedError(UserError):
    """An action that is closed."""

    reason: ActionBlockReason = field("Why not.")


@entity(refusals.InvalidStateError, "The object is not in a state that allows it.")
class InvalidStateError(UserError):
    """Something came before."""

    current_state: str = field("State found, as the viewer may know it.")
    available_events: list[ConnectionRequestEvent] = field("For requests: what would be possible.")


@entity(refusals.RequestCooldownError, "Too early to ask again.")
class RequestCooldownError(UserError):
    """A waiting time."""

    basis: CooldownBasis | None = field("What started the wait; null when it may not be told.")
    available_at: datetime | None = field("From when; null when not by itself.")


@entity(refusals.QuotaExceededError, "An allowance is used up.")
class QuotaExceededError(UserError):
    """Nothing is left."""

    quota: QuotaRef = field("The allowance.")


@entity(refusals.NetworkCapacityError, "One side has reached the largest network size.")
class NetworkCapacityError(UserError):
    """A network is full."""

    limit: int = field("Most connections a member can have.")
    viewer_is_full: bool = field("The viewer's side is full (else the other's).")
    alternative: ProfileAction = field("What still works.")


@entity(refusals.MessagingNotAllowedError, "Messaging is not open between the two.")
class MessagingNotAllowedError(UserError):
    """Writing is closed."""

    reason: ActionBlockReason = field("Why not.")
    reach_options: list[ReachOption] = field("What is open instead.")


@entity(refusals.VersionConflictError, "The object changed since it was read.")
class VersionConflictError(UserError):
    """Another edit came first."""

    current_version: int = field("Version found.")


@entity(refusals.IdempotencyConflictError, "The same idempotency key came with different input.")
class IdempotencyConflictError(UserError):
    """A key stands for one input."""

    idempotency_key: str = field("The key used twice.")


USER_ERRORS = (
    ValidationError,
    NotFoundError,
    NotPermittedError,
    InvalidStateError,
    RequestCooldownError,
    QuotaExceededError,
    NetworkCapacityError,
    MessagingNotAllowedError,
    VersionConflictError,
    IdempotencyConflictError,
)
