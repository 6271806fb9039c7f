"""What a member signs in with: the address and the hash of the password."""

from collections.abc import Mapping

from sqlalchemy import text

from models.database import Connection, Row, Statement
from rules.accounts import check_email, normalised_email, taken
from rules.refusals import Refused


class CredentialsRow(Row):
    """How a member signs in; without a hash nobody can, as after the account was closed."""

    member_id: int
    email: str
    password_hash: str | None


class NewMemberRow(Row):
    """A member that was made, and whether the two unique values were free."""

    id: int
    has_email: bool
    has_handle: bool


FIND_BY_EMAIL = Statement(
    text("""
    SELECT member_id, credentials.email, password_hash
    FROM emails JOIN credentials USING (member_id) WHERE emails.email = :email
    """),
    CredentialsRow,
)
FIND_BY_MEMBER = Statement(
    text("SELECT member_id, email, password_hash FROM credentials WHERE member_id = :member_id"),
    CredentialsRow,
)
LOCK = Statement(
    text("""
    SELECT member_id, email, password_hash FROM credentials
    WHERE member_id = :member_id AND password_hash = :password_hash FOR UPDATE
    """),
    CredentialsRow,
)
CHANGE = Statement(
    text("UPDATE credentials SET password_hash = :new_hash WHERE member_id = :member_id"),
    Row,
)
CREATE = Statement(
    text("""
    WITH made AS (
        INSERT INTO members (handle, given_name, family_name, headline)
        VALUES (:handle, :given_name, :family_name, :headline) RETURNING id
    ), named AS (
        INSERT INTO handles (handle, member_id) SELECT :handle, id FROM made
        ON CONFLICT DO NOTHING RETURNING member_id
    ), addressed AS (
        INSERT INTO emails (email, member_id) SELECT :unique_email, id FROM made
        ON CONFLICT DO NOTHING RETURNING member_id
    ), secured AS (
        INSERT INTO credentials (member_id, email, password_hash) SELECT id, :email, :password_hash FROM made
    )
    SELECT id, EXISTS (SELECT FROM addressed) AS has_email, EXISTS (SELECT FROM named) AS has_handle FROM made
    """),
    NewMemberRow,
)


async def by_email(connection: Connection, email: str) -> CredentialsRow | None:
    """Those of the account with this address."""
    # What is no address belongs to nobody, and may hold what PostgreSQL does not take.
    unique = "" if any(check_email(email)) else normalised_email(email)
    found = await FIND_BY_EMAIL.rows(connection, email=unique)
    return found[0] if found else None


async def by_member(connection: Connection, member_id: int) -> CredentialsRow | None:
    """Those of a member, None where there are none."""
    found = await FIND_BY_MEMBER.rows(connection, member_id=member_id)
    return found[0] if found else None


async def lock(connection: Connection, verified: CredentialsRow) -> bool:
    """Hold what was verified until the transaction ends; False where it was changed since."""
    values = {"member_id": verified.member_id, "password_hash": verified.password_hash}
    return bool(await LOCK.rows(connection, **values))


async def change(connection: Connection, member_id: int, new_hash: str) -> None:
    """Store another hash; the row must be locked."""
    await CHANGE.rows(connection, member_id=member_id, new_hash=new_hash)


async def create_member(
    connection: Connection, email: str, password_hash: str, handle: str, profile: Mapping[str, object]
) -> int:
    """A new member who can sign in; `profile` has given_name, family_name and headline.

    Raises Refused with TAKEN for the address, the handle or both.
    """
    unique_email, typed = normalised_email(email), email.strip()
    values = {"unique_email": unique_email, "email": typed, "password_hash": password_hash, "handle": handle}
    (made,) = await CREATE.rows(connection, **values, **profile)
    free = {"email": made.has_email, "handle": made.has_handle}
    refusals = [taken(field) for field, is_free in free.items() if not is_free]
    if refusals:
        raise Refused(*refusals)
    return made.id
