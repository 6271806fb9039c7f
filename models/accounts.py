"""Credentials, signed-in devices and what guards them."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.metadata import instant, member_key, metadata

credentials = Table(
    "credentials",
    metadata,
    member_key(),
    Column("email", Text, nullable=False, comment="As typed; emails.email is the unique form"),
    Column("password_hash", Text, comment="argon2id; null where nobody can sign in yet"),
)

sessions = Table(
    "sessions",
    metadata,
    member_key(),
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("user_agent", Text),
    instant("created_at"),
    instant("last_used_at"),
    Column("expires_at", DateTime(timezone=True), nullable=False, comment="When its refresh token ends"),
    Column("access_until", DateTime(timezone=True), nullable=False, comment="End of its last access token"),
    Column("revoked_at", DateTime(timezone=True)),
    Index("sessions_revoked_idx", "access_until", postgresql_where=text("revoked_at IS NOT NULL")),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("member_id", Integer, primary_key=True),
    Column("digest", LargeBinary, primary_key=True, comment="SHA-256 of the token"),
    Column("session_id", BigInteger, nullable=False),
    Column("used_at", DateTime(timezone=True)),
    ForeignKeyConstraint(
        ["member_id", "session_id"], ["sessions.member_id", "sessions.id"], ondelete="CASCADE"
    ),
    Index("refresh_tokens_session_idx", "member_id", "session_id"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("subject", Text, primary_key=True, comment="`account:` and digest, or `address:` and network"),
    Column("forgotten_at", DateTime(timezone=True), nullable=False, comment="See rules.accounts.Guesses"),
    Column("blocked_until", DateTime(timezone=True), nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    member_key(),
    Column("key", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 of the mutation and its input"),
    Column("answer", JSONB, comment="What the first result was made of"),
    instant("created_at"),
    Index("idempotency_keys_created_at_idx", "created_at"),
)
