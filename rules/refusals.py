"""Expected failures of a mutation, as the client reads them in `userErrors`.

A rule or a resolver raises `Refused` with one or more of these; the transaction is rolled back and the errors
become the payload's `userErrors`. The classes carry the names and fields of their GraphQL types.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.allowances import Quota
from rules.audiences import ProfileAction
from rules.terms import ActionBlockReason, ConnectionRequestEvent, CooldownBasis
from rules.verdicts import ReachOption


class UserErrorCode(StrEnum):
    """Stable codes of expected failures."""

    INVALID = "INVALID"
    TOO_LONG = "TOO_LONG"
    REQUIRED = "REQUIRED"
    TAKEN = "TAKEN"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS"
    NOT_FOUND = "NOT_FOUND"
    NOT_PERMITTED = "NOT_PERMITTED"
    INVALID_STATE = "INVALID_STATE"
    COOLDOWN = "COOLDOWN"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    CAPACITY_REACHED = "CAPACITY_REACHED"
    MESSAGING_NOT_ALLOWED = "MESSAGING_NOT_ALLOWED"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    VERSION_CONFLICT = "VERSION_CONFLICT"


@dataclass(frozen=True, kw_only=True)
class UserError:
    """What every expected failure has; `field` is the path to the input field, outermost first."""

    message: str
    code: UserErrorCode
    field: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class ValidationError(UserError):
    """An input value is not acceptable; `constraint` names the violated bound, e.g. `maxLength=300`."""

    constraint: str | None = None


@dataclass(frozen=True, kw_only=True)
class NotFoundError(UserError):
    """The object does not exist or is not visible: the two are the same answer."""

    code: UserErrorCode = UserErrorCode.NOT_FOUND
    missing_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class NotPermittedError(UserError):
    """The viewer may not do this to this object."""

    code: UserErrorCode = UserErrorCode.NOT_PERMITTED
    reason: ActionBlockReason


@dataclass(frozen=True, kw_only=True)
class InvalidStateError(UserError):
    """The object is not in a state that allows it; `current_state` as the viewer may know it."""

    code: UserErrorCode = UserErrorCode.INVALID_STATE
    current_state: str
    available_events: Sequence[ConnectionRequestEvent] = ()


@dataclass(frozen=True, kw_only=True)
class RequestCooldownError(UserError):
    """Too early; `basis` None may not be told, `available_at` None is not by itself."""

    code: UserErrorCode = UserErrorCode.COOLDOWN
    basis: CooldownBasis | None
    available_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class QuotaExceededError(UserError):
    """An allowance is used up."""

    code: UserErrorCode = UserErrorCode.QUOTA_EXCEEDED
    quota: Quota


@dataclass(frozen=True, kw_only=True)
class NetworkCapacityError(UserError):
    """One side has as many connections as a member can have: the viewer, or else the other."""

    code: UserErrorCode = UserErrorCode.CAPACITY_REACHED
    limit: int
    viewer_is_full: bool
    alternative: ProfileAction = ProfileAction.FOLLOW


@dataclass(frozen=True, kw_only=True)
class MessagingNotAllowedError(UserError):
    """Messaging is not open between the two; `reach_options` is what is open instead."""

    code: UserErrorCode = UserErrorCode.MESSAGING_NOT_ALLOWED
    reason: ActionBlockReason
    reach_options: Sequence[ReachOption] = ()


@dataclass(frozen=True, kw_only=True)
class VersionConflictError(UserError):
    """The object changed since it was read."""

    code: UserErrorCode = UserErrorCode.VERSION_CONFLICT
    current_version: int


@dataclass(frozen=True, kw_only=True)
class IdempotencyConflictError(UserError):
    """The same idempotency key came with different input."""

    code: UserErrorCode = UserErrorCode.IDEMPOTENCY_CONFLICT
    idempotency_key: str


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A mutation may not go on; nothing of it stays."""

    def __init__(self, *errors: UserError) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors
