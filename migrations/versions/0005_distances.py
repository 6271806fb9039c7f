"""Long arrays of neighbours are not compressed.

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sorted ids hardly shrink, and every array that is read would have to be unpacked.
    op.execute("ALTER TABLE adjacency ALTER COLUMN ids SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.execute("ALTER TABLE adjacency ALTER COLUMN ids SET STORAGE EXTENDED")
