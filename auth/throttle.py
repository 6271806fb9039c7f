"""Slows guesses down, by account and by address, however many processes and connections are tried at once."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import text

from models.database import Row, Statement
from models.pool import Pool
from rules.accounts import (
    PER_ACCOUNT,
    PER_ADDRESS,
    Guesses,
    GuessLimit,
    normalised_email,
    too_many_attempts,
)
from rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that guesses are counted for."""

    key: str
    limit: GuessLimit


class GuessesRow(Row):
    """What is remembered of a subject, and the instant at which it was read."""

    subject: str
    forgotten_at: datetime
    blocked_until: datetime
    now: datetime


# An update that changes nothing, because it locks the row whether or not it was there before. The time is
# read under that lock: the transaction's own may lie before what the last guess wrote.
READ_LOCKED = Statement(
    text("""
    INSERT INTO sign_in_failures (subject, forgotten_at, blocked_until)
    SELECT subject, now(), now() FROM unnest(CAST(:subjects AS text[])) AS subject
    ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
    RETURNING subject, forgotten_at, blocked_until, clock_timestamp() AS now
    """),
    GuessesRow,
)
WRITE = Statement(
    text("""
    UPDATE sign_in_failures AS stored
    SET forgotten_at = counted.forgotten_at, blocked_until = counted.blocked_until
    FROM unnest(
        CAST(:subjects AS text[]), CAST(:forgotten_at AS timestamptz[]), CAST(:blocked_until AS timestamptz[])
    ) AS counted (subject, forgotten_at, blocked_until)
    WHERE stored.subject = counted.subject
    """),
    Row,
)
CLEAR = Statement(text("DELETE FROM sign_in_failures WHERE subject = :subject"), Row)
TAKE_BACK_ONE = Statement(
    text("""
    UPDATE sign_in_failures
    SET forgotten_at = forgotten_at - CAST(:one AS interval), blocked_until = now()
    WHERE subject = :subject
    """),
    Row,
)


def subjects(client_address: str, email: str | None = None) -> list[Subject]:
    """What a guess counts for: the account of this address, whether or not there is one, and the network."""
    found = [] if email is None else [_account(email)]
    network = _network(client_address)
    return [*found, Subject(f"address:{network}", PER_ADDRESS)] if network else found


@asynccontextmanager
async def guess(pool: Pool, subjects: Sequence[Subject]) -> AsyncIterator[None]:
    """Count what follows as a failure before it is tried, and take that back if it ends well.

    Raises Refused with TOO_MANY_ATTEMPTS, and counts nothing, where a subject has to wait.
    """
    await _count(pool, subjects)
    yield
    await _take_back(pool, subjects)


async def _count(pool: Pool, subjects: Sequence[Subject]) -> None:
    limits = {subject.key: subject.limit for subject in subjects}
    async with pool.acquire() as connection, connection.transaction():
        # Always in the order of the keys, so that two guesses never wait for each other.
        found = await READ_LOCKED.rows(connection, subjects=sorted(limits))
        _refuse_if_blocked(found)
        counted = [_counted(row, limits[row.subject]) for row in found]
        await WRITE.rows(
            connection,
            subjects=[row.subject for row in found],
            forgotten_at=[guesses.forgotten_at for guesses in counted],
            blocked_until=[guesses.blocked_until for guesses in counted],
        )


def _refuse_if_blocked(found: Sequence[GuessesRow]) -> None:
    blocked = [row for row in found if row.blocked_until > row.now]
    if blocked:
        longest = max(blocked, key=lambda row: row.blocked_until)
        raise Refused(too_many_attempts(longest.blocked_until, longest.now))


def _counted(row: GuessesRow, limit: GuessLimit) -> Guesses:
    return Guesses(row.forgotten_at, row.blocked_until).after_failure(limit, row.now)


async def _take_back(pool: Pool, subjects: Sequence[Subject]) -> None:
    async with pool.acquire() as connection:
        for subject in subjects:
            if subject.limit.cleared_by_success:
                await CLEAR.rows(connection, subject=subject.key)
            else:
                await TAKE_BACK_ONE.rows(connection, subject=subject.key, one=subject.limit.forgets_one_in)


def _account(email: str) -> Subject:
    """By digest: what people type here need not be the address of a member."""
    digest = hashlib.sha256(normalised_email(email).encode(errors="surrogatepass")).hexdigest()
    return Subject(f"account:{digest}", PER_ACCOUNT)


def _network(client_address: str) -> str | None:
    """The address, of IPv6 the /64 that one customer has to himself; None where it is not known."""
    try:
        address = ip_address(client_address)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address.packed, 64), strict=False))
