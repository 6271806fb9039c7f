"""Messages that are read, edited and sent once; preferences of notifications; epochs of the log.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FILL = """
INSERT INTO participations (member_id, conversation_id, last_number, last_at, read_number)
SELECT members.id, conversations.id, last_number, sent_at, last_number
FROM conversations JOIN messages ON conversation_id = conversations.id AND number = last_number
JOIN members ON members.id IN (low_id, high_id)
"""

# What its author alone saw would be everybody's without the columns that say so.
WITHDRAW = """
UPDATE messages SET body = CASE WHEN is_undelivered THEN '' ELSE coalesce(delivered_body, body, '') END
WHERE is_undelivered OR delivered_body IS NOT NULL OR body IS NULL
"""


def upgrade() -> None:
    op.alter_column(
        "events",
        "cause",
        new_column_name="detail",
        comment="What more is told of it, see rules.events.EventKind",
    )
    op.create_table(
        "log_epochs",
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("epoch", name=op.f("log_epochs_pkey")),
        comment="The last one is in every cursor; `rapport restart-log` starts another after a restore",
    )
    op.add_column(
        "members",
        sa.Column(
            "notifications",
            postgresql.JSONB(),
            nullable=True,
            comment="Kinds switched on or off against the default",
        ),
    )
    op.create_index(
        "notifications_newest_idx",
        "notifications",
        ["member_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.alter_column("messages", "body", nullable=True, comment="None when it was deleted")
    op.add_column("messages", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "messages",
        sa.Column(
            "delivered_body",
            sa.Text(),
            nullable=True,
            comment="What the other member has, where a change did not reach them",
        ),
    )
    op.add_column("messages", sa.Column("delivered_edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "messages",
        sa.Column(
            "client_key", sa.Text(), nullable=True, comment="What its author called it, to send it once"
        ),
    )
    op.add_column(
        "messages",
        sa.Column(
            "client_digest", sa.LargeBinary(), nullable=True, comment="Of what was to be sent under that key"
        ),
    )
    op.add_column(
        "messages",
        sa.Column(
            "is_undelivered",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Only for its author",
        ),
    )
    op.drop_index("messages_author_id_idx", table_name="messages")
    op.create_index("messages_author_idx", "messages", ["author_id", "sent_at"], unique=False)
    op.create_index(
        "messages_client_key",
        "messages",
        ["author_id", "client_key"],
        unique=True,
        postgresql_where=sa.text("client_key IS NOT NULL"),
    )
    op.create_table(
        "participations",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "last_number",
            sa.BigInteger(),
            nullable=False,
            comment="Of the newest message that the member sees",
        ),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False, comment="When that was sent"),
        sa.Column(
            "read_number",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Read up to here",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("participations_conversation_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("participations_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "conversation_id", name=op.f("participations_pkey")),
    )
    op.create_index(
        "participations_newest_idx",
        "participations",
        ["member_id", sa.text("last_at DESC"), "conversation_id"],
        unique=False,
    )
    op.create_index("participations_conversation_id_idx", "participations", ["conversation_id"], unique=False)
    op.create_table(
        "readings",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=False, comment="Number of the last message read"),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False, comment="Whether both shared receipts then"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("readings_conversation_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("readings_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "member_id", "up_to", name=op.f("readings_pkey")),
        comment="Each time that a member read on; a message was read when the first of them reached it",
    )
    op.create_index("readings_member_id_idx", "readings", ["member_id"], unique=False)
    op.execute(FILL)


def downgrade() -> None:
    op.execute(WITHDRAW)
    op.drop_table("readings")
    op.drop_table("participations")
    op.drop_index("messages_client_key", table_name="messages")
    op.drop_index("messages_author_idx", table_name="messages")
    op.create_index("messages_author_id_idx", "messages", ["author_id"], unique=False)
    for name in (
        *("is_undelivered", "client_digest", "client_key"),
        *("delivered_edited_at", "delivered_body", "edited_at"),
    ):
        op.drop_column("messages", name)
    op.alter_column("messages", "body", nullable=False, comment=None)
    op.drop_index("notifications_newest_idx", table_name="notifications")
    op.drop_column("members", "notifications")
    op.drop_table("log_epochs")
    op.alter_column(
        "events", "detail", new_column_name="cause", comment="What was done to a connection request"
    )
