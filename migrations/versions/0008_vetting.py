"""Positions at companies that the network knows; notes that went to many.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NOTE_DIGEST = r"md5(lower(regexp_replace(note, '\s+', ' ', 'g')))"


def upgrade() -> None:
    op.add_column("positions", sa.Column("company_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("positions_company_id_fkey"),
        "positions",
        "companies",
        ["company_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index("positions_company_id_idx", "positions", ["company_id"], unique=False)
    op.create_index(
        "connection_requests_note_idx",
        "connection_requests",
        ["sender_id", sa.text(NOTE_DIGEST), "sent_at"],
        unique=False,
        postgresql_where=sa.text("note IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("connection_requests_note_idx", table_name="connection_requests")
    op.drop_index("positions_company_id_idx", table_name="positions")
    op.drop_constraint(op.f("positions_company_id_fkey"), "positions", type_="foreignkey")
    op.drop_column("positions", "company_id")
