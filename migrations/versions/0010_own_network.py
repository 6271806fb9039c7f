"""Tags and notes on connections, when their two members last had to do with each other, and goals.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# What a member wrote that only they see is no interaction for the other one; `participations` knows.
FILL = """
UPDATE connections SET last_interaction_at = last_at
FROM participations JOIN conversations ON conversations.id = conversation_id
WHERE participations.member_id = connections.member_id
AND other_id = CASE low_id WHEN participations.member_id THEN high_id ELSE low_id END
AND context = 'CONNECTION' AND last_at >= connected_at
"""


def upgrade() -> None:
    op.add_column("connections", sa.Column("note", sa.Text(), nullable=True, comment="Of `member_id` alone"))
    op.add_column(
        "connections",
        sa.Column(
            "last_interaction_at", sa.DateTime(timezone=True), nullable=True, comment="Since they connected"
        ),
    )
    op.execute(FILL)
    op.create_index(
        "connections_interaction_idx",
        "connections",
        ["member_id", sa.literal_column("coalesce(last_interaction_at, connected_at)"), "other_id"],
        unique=False,
    )
    op.create_table(
        "tags",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=True),
        sa.CheckConstraint("color ~ '^#[0-9a-f]{6}$'", name=op.f("tags_color_check")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("tags_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "id", name=op.f("tags_pkey")),
    )
    op.create_index("tags_name_key", "tags", ["member_id", sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "taggings",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id", "other_id"],
            ["connections.member_id", "connections.other_id"],
            name=op.f("taggings_member_id_other_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id", "tag_id"],
            ["tags.member_id", "tags.id"],
            name=op.f("taggings_member_id_tag_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "other_id", "tag_id", name=op.f("taggings_pkey")),
        comment="Which of a member's tags the connection with another one carries",
    )
    op.create_index("taggings_tag_idx", "taggings", ["member_id", "tag_id", "other_id"], unique=False)
    op.create_table(
        "network_goals",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("target_connections", sa.Integer(), nullable=True),
        sa.Column("weekly_requests", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("network_goals_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("network_goals_pkey")),
    )


def downgrade() -> None:
    op.drop_table("network_goals")
    op.drop_table("taggings")
    op.drop_table("tags")
    op.drop_index("connections_interaction_idx", table_name="connections")
    op.drop_column("connections", "last_interaction_at")
    op.drop_column("connections", "note")
