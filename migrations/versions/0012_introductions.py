"""Introductions, and what they lead to.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = "IN ('REQUESTED', 'FORWARDED')"
FUNCTIONS = (
    """
    CREATE FUNCTION refuse_introduction_across_block() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM blocks
            WHERE blocker_id IN (NEW.requester_id, NEW.broker_id, NEW.target_id)
            AND blocked_id IN (NEW.requester_id, NEW.broker_id, NEW.target_id)
        ) THEN
            RAISE EXCEPTION 'no introduction across a block'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'no_link_across_block';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION refuse_block_across_introduction() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM introductions
            WHERE (requester_id = NEW.blocker_id OR broker_id = NEW.blocker_id OR target_id = NEW.blocker_id)
            AND (requester_id = NEW.blocked_id OR broker_id = NEW.blocked_id OR target_id = NEW.blocked_id)
            AND requester_state IN ('REQUESTED', 'FORWARDED') AND expires_at > NEW.blocked_at
        ) THEN
            RAISE EXCEPTION 'no block across an introduction'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'no_link_across_block';
        END IF;
        RETURN NULL;
    END $$
    """,
)
TRIGGERS = (
    """
    CREATE TRIGGER no_introduction_across_block AFTER INSERT OR UPDATE ON introductions
        FOR EACH ROW WHEN (NEW.requester_state IN ('REQUESTED', 'FORWARDED'))
        EXECUTE FUNCTION refuse_introduction_across_block()
    """,
    """
    CREATE TRIGGER no_block_across_introduction AFTER INSERT ON blocks
        FOR EACH ROW EXECUTE FUNCTION refuse_block_across_introduction()
    """,
)


def upgrade() -> None:
    op.create_table(
        "introductions",
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("broker_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'REQUESTED'"), nullable=False),
        sa.Column("requester_state", sa.Text(), server_default=sa.text("'REQUESTED'"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("message_to_broker", sa.Text(), nullable=False),
        sa.Column("message_to_target", sa.Text(), nullable=False),
        sa.Column("endorsement", sa.Text(), nullable=True, comment="What the broker added"),
        sa.Column(
            "requested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "forwarded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Since when the target knows of it",
        ),
        sa.CheckConstraint(
            "requester_id <> broker_id AND broker_id <> target_id AND target_id <> requester_id",
            name=op.f("introductions_three_members_check"),
        ),
        sa.CheckConstraint(
            "(state NOT IN ('REQUESTED', 'DECLINED_BY_BROKER') OR forwarded_at IS NULL) AND "
            "(state NOT IN ('FORWARDED', 'ACCEPTED', 'DECLINED_BY_TARGET') OR forwarded_at IS NOT NULL)",
            name=op.f("introductions_forwarded_at_check"),
        ),
        sa.CheckConstraint(
            f"NOT state {OPEN} OR requester_state = state", name=op.f("introductions_open_for_both_check")
        ),
        sa.CheckConstraint(
            "requester_state IN ('REQUESTED', 'FORWARDED', 'ACCEPTED', 'CANCELLED', 'EXPIRED')",
            name=op.f("introductions_requester_state_check"),
        ),
        sa.CheckConstraint(
            "state IN ('REQUESTED', 'FORWARDED', 'ACCEPTED', 'DECLINED_BY_BROKER', 'DECLINED_BY_TARGET', 'CANCELLED', 'EXPIRED')",
            name=op.f("introductions_state_check"),
        ),
        sa.CheckConstraint(
            "purpose IN ('NETWORKING', 'JOB_REFERRAL', 'COLLABORATION', 'ADVICE', 'BUSINESS', 'OTHER')",
            name=op.f("introductions_purpose_check"),
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["members.id"], name=op.f("introductions_requester_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["broker_id"], ["members.id"], name=op.f("introductions_broker_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["members.id"], name=op.f("introductions_target_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("requester_id", "id", name=op.f("introductions_pkey")),
        comment="state is what broker and target know, requester_state what the requester does",
    )
    op.create_index(
        "introductions_open_key",
        "introductions",
        ["requester_id", "broker_id", "target_id"],
        unique=True,
        postgresql_where=sa.text(f"requester_state {OPEN}"),
    )
    for role in ("requester", "broker", "target"):
        op.create_index(
            f"introductions_{role}_idx",
            "introductions",
            [f"{role}_id", sa.literal_column("requested_at DESC"), "id"],
            unique=False,
        )
    op.create_index(
        "introductions_expiry_idx",
        "introductions",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text(f"requester_state {OPEN}"),
    )
    op.add_column(
        "connections",
        sa.Column(
            "introduction_id",
            sa.BigInteger(),
            nullable=True,
            comment="Number of the introduction behind it, by either of the two",
        ),
    )
    op.add_column(
        "connection_requests",
        sa.Column(
            "introduction_id",
            sa.BigInteger(),
            nullable=True,
            comment="Number of the sender's introduction that it names",
        ),
    )
    op.create_index(
        "connection_requests_introduction_idx",
        "connection_requests",
        ["sender_id", "introduction_id"],
        unique=False,
        postgresql_where=sa.text("introduction_id IS NOT NULL"),
    )
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    op.execute("DROP TRIGGER no_block_across_introduction ON blocks")
    op.drop_index("connection_requests_introduction_idx", table_name="connection_requests")
    op.drop_column("connection_requests", "introduction_id")
    op.drop_column("connections", "introduction_id")
    op.drop_table("introductions")
    op.execute("DROP FUNCTION refuse_introduction_across_block")
    op.execute("DROP FUNCTION refuse_block_across_introduction")
