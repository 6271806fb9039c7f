"""What an account needs: addresses, passwords and how guesses are slowed."""

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rules.refusals import UserErrorCode, ValidationError

MIN_PASSWORD: Final = 10
MAX_PASSWORD: Final = 128
MAX_EMAIL: Final = 254
"""Longest address that SMTP can carry (RFC 5321, 4.5.3.1.3)."""

MAX_SESSIONS: Final = 100
"""Most devices of a member that are signed in at once; one more ends the one that was used least recently."""

MAX_USER_AGENT: Final = 300
LONGEST_BLOCK: Final = timedelta(minutes=15)

_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@(?:[^\s@.\x00-\x1f\x7f]{1,63}\.)+[^\s@.\x00-\x1f\x7f]{2,63}")


def normalised_email(email: str) -> str:
    """The form in which an address is unique: composed, without case and blanks around it.

    Cut beyond the longest address, because composing takes time in the square of the length.
    """
    return unicodedata.normalize("NFC", email[: MAX_EMAIL + 1].strip()).casefold()


def check_email(email: str, field: str = "email") -> Iterator[ValidationError]:
    """An address has the form `local@domain.tld`; whether it receives mail is not looked at."""
    if len(email) > MAX_EMAIL:
        text, code = f"At most {MAX_EMAIL} characters.", UserErrorCode.TOO_LONG
        yield ValidationError(message=text, code=code, field=[field], constraint=f"maxLength={MAX_EMAIL}")
    elif not _EMAIL.fullmatch(email.strip()) or any("\ud800" <= letter <= "\udfff" for letter in email):
        yield ValidationError(message="Not an email address.", code=UserErrorCode.INVALID, field=[field])


def check_password(password: str, field: str = "password") -> Iterator[ValidationError]:
    """A password has 10 to 128 characters of any kind."""
    if len(password) > MAX_PASSWORD:
        text, code = f"At most {MAX_PASSWORD} characters.", UserErrorCode.TOO_LONG
        yield ValidationError(message=text, code=code, field=[field], constraint=f"maxLength={MAX_PASSWORD}")
    elif len(password) < MIN_PASSWORD:
        text, code = f"At least {MIN_PASSWORD} characters.", UserErrorCode.INVALID
        yield ValidationError(message=text, code=code, field=[field], constraint=f"minLength={MIN_PASSWORD}")


@dataclass(frozen=True, slots=True)
class GuessLimit:
    """How failed guesses add up: `free` of them cost no wait, and one is forgotten in each `forgets_one_in`.

    A success clears them all, or else only takes back the one that was counted for it beforehand.
    """

    free: int
    forgets_one_in: timedelta
    cleared_by_success: bool


PER_ACCOUNT: Final = GuessLimit(5, timedelta(hours=1), cleared_by_success=True)
PER_GUESSER: Final = GuessLimit(5, timedelta(hours=1), cleared_by_success=False)
"""Of addresses of others: knowing one of them doesn't pay for guessing more."""
PER_ADDRESS: Final = GuessLimit(100, timedelta(minutes=5), cleared_by_success=False)
"""Generous, because many people may stand behind one address."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """What is remembered of failed guesses: when the last one is forgotten, and how long the next must wait.

    The time left to `forgotten_at`, counted in the limit's `forgets_one_in`, is the number of failures.
    """

    forgotten_at: datetime
    blocked_until: datetime

    def after_failure(self, limit: GuessLimit, now: datetime) -> "Guesses":
        """The same with one failure more."""
        forgotten_at = max(self.forgotten_at, now) + limit.forgets_one_in
        failures = math.ceil((forgotten_at - now) / limit.forgets_one_in)
        return Guesses(forgotten_at, now + block_after(failures, limit.free))


def block_after(failures: int, free: int) -> timedelta:
    """How long the next guess must wait: not before `free` failures, then 1, 2, 4 … seconds to 15 minutes."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free, 20)), LONGEST_BLOCK)


def too_many_attempts(blocked_until: datetime, now: datetime) -> ValidationError:
    """The refusal of a guess that comes too early."""
    seconds = max(1, math.ceil((blocked_until - now).total_seconds()))
    text = f"Too many attempts; try again in {seconds} seconds."
    return ValidationError(
        message=text, code=UserErrorCode.TOO_MANY_ATTEMPTS, constraint=f"retryAfter=PT{seconds}S"
    )


def invalid_credentials(field: str | None = None) -> ValidationError:
    """The one answer to a wrong password, an unknown address and a token that is no longer good."""
    return ValidationError(
        message="Email, password or token is not valid.",
        code=UserErrorCode.INVALID_CREDENTIALS,
        field=[field] if field else None,
    )


def taken(field: str) -> ValidationError:
    """The refusal of a value that somebody else has."""
    return ValidationError(message="Already in use.", code=UserErrorCode.TAKEN, field=[field])
