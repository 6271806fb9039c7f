"""Whether somebody knows a member's address, which must not be found out by trying."""

from auth.credentials import by_email
from auth.throttle import Subject, guess
from models.pool import Pool
from rules.accounts import PER_GUESSER


class _WrongAddress(Exception):  # noqa: N818 - ends a guess, and nobody hears of it
    """The guess was wrong, and stays counted."""


async def knows_address(pool: Pool, guesser_id: int, member_id: int, email: str) -> bool:
    """Whether the address is the member's. Raises Refused with TOO_MANY_ATTEMPTS for who guesses a lot."""
    try:
        async with guess(pool, [Subject(f"recipient:{guesser_id}", PER_GUESSER)]):
            async with pool.acquire() as connection:
                found = await by_email(connection, email)
            if found is None or found.member_id != member_id:
                raise _WrongAddress
    except _WrongAddress:
        return False
    return True
