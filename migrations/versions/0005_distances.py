"""Who hides the list of connections is found without reading the members; long arrays are not compressed.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "members_silent_idx",
        "members",
        ["id"],
        postgresql_where=sa.text("connections_visibility = 'NOBODY'"),
    )
    # Sorted ids hardly shrink, and every array that is read would have to be unpacked.
    op.execute("ALTER TABLE adjacency ALTER COLUMN ids SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.execute("ALTER TABLE adjacency ALTER COLUMN ids SET STORAGE EXTENDED")
    op.drop_index("members_silent_idx", table_name="members")
