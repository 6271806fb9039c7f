"""Members, profiles, accounts, connections and follows.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=True),
        sa.Column("photo_url", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("career_level", sa.Text(), nullable=True),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "accomplishments", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("websites", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("preferred_channel", sa.Text(), nullable=True),
        sa.Column("connection_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "audiences",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Audiences that differ from the default, by section",
        ),
        sa.Column(
            "connections_visibility", sa.Text(), server_default=sa.text("'CONNECTIONS'"), nullable=False
        ),
        sa.Column("who_can_request", sa.Text(), server_default=sa.text("'ANYONE'"), nullable=False),
        sa.Column("require_note", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("who_can_follow", sa.Text(), server_default=sa.text("'ANYONE'"), nullable=False),
        sa.Column("follow_first", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("profile_view_mode", sa.Text(), server_default=sa.text("'FULL'"), nullable=False),
        sa.Column("discoverable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("read_receipts", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("broadcast_activity", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "career_level IN ('STUDENT', 'RECENT_GRADUATE', 'YOUNG_PROFESSIONAL', 'ESTABLISHED_PROFESSIONAL', 'EXECUTIVE')",
            name=op.f("members_career_level_check"),
        ),
        sa.CheckConstraint(
            "connections_visibility IN ('NETWORK', 'CONNECTIONS', 'ONLY_ME', 'NOBODY')",
            name=op.f("members_connections_visibility_check"),
        ),
        sa.CheckConstraint(
            "profile_view_mode IN ('FULL', 'SEMI_PRIVATE', 'PRIVATE')",
            name=op.f("members_profile_view_mode_check"),
        ),
        sa.CheckConstraint(
            "who_can_follow IN ('ANYONE', 'CONNECTIONS')", name=op.f("members_who_can_follow_check")
        ),
        sa.CheckConstraint(
            "who_can_request IN ('ANYONE', 'SECOND_DEGREE', 'KNOWS_EMAIL', 'NOBODY')",
            name=op.f("members_who_can_request_check"),
        ),
        sa.CheckConstraint("connection_count >= 0", name=op.f("members_connection_count_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("members_pkey")),
    )
    op.create_index(
        "members_closed_at_idx",
        "members",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="`account:` and digest, or `address:` and network"
        ),
        sa.Column(
            "forgotten_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="See rules.accounts.Guesses",
        ),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("sign_in_failures_pkey")),
    )
    op.create_table(
        "adjacency",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "ids", postgresql.ARRAY(sa.Integer()), nullable=False, comment="Connected members, ascending"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("adjacency_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("adjacency_pkey")),
    )
    op.create_table(
        "connections",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column(
            "connected_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("member_id <> other_id", name=op.f("connections_two_members_check")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("connections_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id", "member_id"],
            ["connections.member_id", "connections.other_id"],
            name="connections_mirror_fkey",
            deferrable=True,
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "other_id", name=op.f("connections_pkey")),
    )
    op.create_index(
        "connections_newest_idx",
        "connections",
        ["member_id", sa.literal_column("connected_at DESC"), "other_id"],
        unique=False,
    )
    op.create_table(
        "credentials",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False, comment="As typed; emails.email is the unique form"),
        sa.Column(
            "password_hash", sa.Text(), nullable=True, comment="argon2id; null where nobody can sign in yet"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("credentials_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("credentials_pkey")),
    )
    op.create_table(
        "educations",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("degree", sa.Text(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ended_on >= started_on", name=op.f("educations_period_check")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("educations_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "id", name=op.f("educations_pkey")),
    )
    op.create_table(
        "emails",
        sa.Column("email", sa.Text(), nullable=False, comment="Normalised, see rules.accounts"),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("emails_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("email", name=op.f("emails_pkey")),
    )
    op.create_index("emails_member_id_idx", "emails", ["member_id"], unique=False)
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("followee_id", sa.Integer(), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("follower_id <> followee_id", name=op.f("follows_two_members_check")),
        sa.ForeignKeyConstraint(
            ["followee_id"], ["members.id"], name=op.f("follows_followee_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["members.id"], name=op.f("follows_follower_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follower_id", "followee_id", name=op.f("follows_pkey")),
    )
    op.create_index(
        "follows_followers_idx",
        "follows",
        ["followee_id", sa.literal_column("followed_at DESC"), "follower_id"],
        unique=False,
    )
    op.create_table(
        "handles",
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("handles_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("handle", name=op.f("handles_pkey")),
    )
    op.create_index("handles_member_id_idx", "handles", ["member_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the mutation and its input"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("idempotency_keys_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "key", name=op.f("idempotency_keys_pkey")),
    )
    op.create_table(
        "positions",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("company_name", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.CheckConstraint("ended_on >= started_on", name=op.f("positions_period_check")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("positions_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "id", name=op.f("positions_pkey")),
    )
    op.create_table(
        "sessions",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "last_used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True), nullable=False, comment="When its refresh token ends"
        ),
        sa.Column(
            "access_until",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="End of its last access token",
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("sessions_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "id", name=op.f("sessions_pkey")),
    )
    op.create_index(
        "sessions_revoked_idx",
        "sessions",
        ["access_until"],
        unique=False,
        postgresql_where=sa.text("revoked_at IS NOT NULL"),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the token"),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id", "session_id"],
            ["sessions.member_id", "sessions.id"],
            name=op.f("refresh_tokens_member_id_session_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "digest", name=op.f("refresh_tokens_pkey")),
    )
    op.create_index("refresh_tokens_session_idx", "refresh_tokens", ["member_id", "session_id"], unique=False)
    op.create_table(
        "skills",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False, comment="Place in the owner's order, from 0"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("skills_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "id", name=op.f("skills_pkey")),
    )
    op.create_index(
        "skills_member_id_name_key", "skills", ["member_id", sa.literal_column("lower(name)")], unique=True
    )


def downgrade() -> None:
    op.drop_index("skills_member_id_name_key", table_name="skills")
    op.drop_table("skills")
    op.drop_index("refresh_tokens_session_idx", table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index(
        "sessions_revoked_idx", table_name="sessions", postgresql_where=sa.text("revoked_at IS NOT NULL")
    )
    op.drop_table("sessions")
    op.drop_table("positions")
    op.drop_table("idempotency_keys")
    op.drop_index("handles_member_id_idx", table_name="handles")
    op.drop_table("handles")
    op.drop_index("follows_followers_idx", table_name="follows")
    op.drop_table("follows")
    op.drop_index("emails_member_id_idx", table_name="emails")
    op.drop_table("emails")
    op.drop_table("educations")
    op.drop_table("credentials")
    op.drop_index("connections_newest_idx", table_name="connections")
    op.drop_table("connections")
    op.drop_table("adjacency")
    op.drop_table("sign_in_failures")
    op.drop_index(
        "members_closed_at_idx", table_name="members", postgresql_where=sa.text("closed_at IS NOT NULL")
    )
    op.drop_table("members")
