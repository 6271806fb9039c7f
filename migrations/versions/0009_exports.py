"""Exports of members' connections and their files.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'QUEUED'"), nullable=False),
        sa.Column(
            "requested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("part_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "row_count",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Connections written",
        ),
        sa.Column("byte_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "after_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("'infinity'"),
            nullable=False,
            comment="With after_tie the connection, newest first, up to which it is written",
        ),
        sa.Column("after_tie", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "downloads", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="That were whole"
        ),
        sa.CheckConstraint(
            "(expires_at IS NOT NULL) = (state IN ('READY', 'EXPIRED'))",
            name=op.f("exports_expires_at_check"),
        ),
        sa.CheckConstraint("format IN ('CSV', 'JSON', 'VCARD')", name=op.f("exports_format_check")),
        sa.CheckConstraint(
            "state IN ('QUEUED', 'RUNNING', 'READY', 'FAILED', 'EXPIRED')", name=op.f("exports_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("exports_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "id", name=op.f("exports_pkey")),
    )
    op.create_index(
        "exports_unfinished_key",
        "exports",
        ["member_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('QUEUED', 'RUNNING')"),
    )
    op.create_index(
        "exports_expires_at_idx",
        "exports",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'READY'"),
    )
    op.create_index("exports_requested_at_idx", "exports", ["requested_at"], unique=False)
    op.create_table(
        "export_parts",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="From 0"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id", "export_id"],
            ["exports.member_id", "exports.id"],
            name=op.f("export_parts_member_id_export_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "export_id", "number", name=op.f("export_parts_pkey")),
    )


def downgrade() -> None:
    op.drop_table("export_parts")
    op.drop_table("exports")
    op.execute("DELETE FROM notifications WHERE kind = 'EXPORT_READY'")
    op.execute("DELETE FROM pgqueuer WHERE entrypoint = 'write_export'")
