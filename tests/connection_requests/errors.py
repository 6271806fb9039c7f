"""Refusals as `Person.refused` gives them: type, code and facts, without what is null."""

from tests.clients import Json


def not_found(field: str, missing_id: str) -> Json:
    """An id that means nothing to the viewer."""
    found = {"code": "NOT_FOUND", "field": [field], "missingId": missing_id}
    return {"__typename": "NotFoundError", **found}


def not_permitted(reason: str) -> Json:
    """Something that the viewer may not do."""
    return {"__typename": "NotPermittedError", "code": "NOT_PERMITTED", "reason": reason}


def invalid_state(state: str, *events: str) -> Json:
    """A request in this state, with which the viewer can do these things."""
    found = {"code": "INVALID_STATE", "currentState": state, "availableEvents": [*events]}
    return {"__typename": "InvalidStateError", **found}


def cooldown(basis: str | None, available_at: str) -> Json:
    """Something that has to wait."""
    why = {"basis": basis} if basis else {}
    return {"__typename": "RequestCooldownError", "code": "COOLDOWN", **why, "availableAt": available_at}


def quota_exceeded(quota: Json) -> Json:
    """An allowance that is used up."""
    return {"__typename": "QuotaExceededError", "code": "QUOTA_EXCEEDED", "quota": quota}


def full(limit: int, *, viewer: bool) -> Json:
    """A network that is full, the viewer's or the other's."""
    found = {"limit": limit, "viewerIsFull": viewer, "alternative": "FOLLOW"}
    return {"__typename": "NetworkCapacityError", "code": "CAPACITY_REACHED", **found}


def invalid(code: str, field: str, constraint: str | None = None) -> Json:
    """A value that no input accepts."""
    bound = {"constraint": constraint} if constraint else {}
    return {"__typename": "ValidationError", "code": code, "field": [field], **bound}


def conflict(key: str) -> Json:
    """An idempotency key that stands for other input."""
    found = {"code": "IDEMPOTENCY_CONFLICT", "field": ["idempotencyKey"], "idempotencyKey": key}
    return {"__typename": "IdempotencyConflictError", **found}
