"""What is wrong with one row, by the same rules that sign-up and profile editing follow."""

from collections.abc import Iterator
from datetime import UTC, datetime

from argon2 import Type, extract_parameters
from argon2.exceptions import InvalidHashError

from rules.accounts import check_email, check_password
from rules.members import POSITION_TEXTS, PROFILE_TEXTS, check_handle, check_texts
from rules.refusals import ValidationError
from server.importing.layouts import LinkLayout
from server.importing.reading import Values

PROFILE = ("given_name", "family_name", "headline", "location", "industry")
PROFILE_RULES = {name: PROFILE_TEXTS[name] for name in PROFILE}
COMPANY_RULES = {"company": POSITION_TEXTS["company_name"]}
READY_HASH = "$argon2id$"


def member_faults(values: Values) -> Iterator[str]:
    """Each reason against a row of `members`."""
    yield from (f"{name}: missing" for name in ("key", "handle") if not values[name])
    for error in _violations(values):
        yield f"{'.'.join(error.field or ())}: {error.message}"
    if values.get("password") and not values.get("email"):
        yield "password: there is no email to sign in with"
    if is_ready_hash(values.get("password")) and not _is_argon2id(str(values["password"])):
        yield "password: not a hash of argon2id"


def link_faults(values: Values, layout: LinkLayout) -> Iterator[str]:
    """Each reason against a row of `connections` or `follows`."""
    one, other = layout.required
    yield from (f"{name}: missing" for name in layout.required if not values[name])
    if values[one] and values[one] == values[other]:
        yield f"{other}: the same member as {one}"
    try:
        instant(values.get(layout.instant))
    except (ValueError, OverflowError):
        yield f"{layout.instant}: not an instant of ISO 8601"


def instant(text: str | None) -> datetime | None:
    """An instant of ISO 8601, in UTC where it names no offset. Raises ValueError or OverflowError."""
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def is_ready_hash(password: str | None) -> bool:
    """Whether a password is given as a hash of argon2id."""
    return password is not None and password.startswith(READY_HASH)


def _violations(values: Values) -> Iterator[ValidationError]:
    yield from check_texts(values, PROFILE_RULES)
    if handle := values["handle"]:
        yield from check_handle(handle)
    if company := values.get("company"):
        yield from check_texts({"company": company}, COMPANY_RULES)
    if email := values.get("email"):
        yield from check_email(email)
    if (password := values.get("password")) and not is_ready_hash(password):
        yield from check_password(password)


def _is_argon2id(password: str) -> bool:
    try:
        return extract_parameters(password).type is Type.ID
    except InvalidHashError:
        return False
