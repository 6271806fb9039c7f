"""Suggestions: lists that are kept for a while, who was dismissed, and who worked or studied where.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestion_lists",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ids", sa.ARRAY(sa.Integer()), nullable=False, comment="Candidates, best first"),
        sa.Column("scores", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column(
            "kinds",
            sa.ARRAY(sa.SmallInteger()),
            nullable=False,
            comment="Sums of rules.suggestions.BITS",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("suggestion_lists_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("suggestion_lists_pkey")),
        prefixes=["UNLOGGED"],
    )
    op.create_index("suggestion_lists_made_at_idx", "suggestion_lists", ["made_at"])
    op.create_table(
        "dismissed_suggestions",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("dismissed_id", sa.Integer(), nullable=False),
        sa.Column(
            "dismissed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["dismissed_id"],
            ["members.id"],
            name=op.f("dismissed_suggestions_dismissed_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("dismissed_suggestions_member_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "dismissed_id", name=op.f("dismissed_suggestions_pkey")),
    )
    op.create_index("dismissed_suggestions_dismissed_id_idx", "dismissed_suggestions", ["dismissed_id"])
    op.create_index("positions_company_idx", "positions", [sa.text("lower(company_name)"), "member_id"])
    op.create_index("educations_school_idx", "educations", [sa.text("lower(school)"), "member_id"])


def downgrade() -> None:
    op.drop_index("educations_school_idx", table_name="educations")
    op.drop_index("positions_company_idx", table_name="positions")
    op.drop_table("dismissed_suggestions")
    op.drop_table("suggestion_lists")
