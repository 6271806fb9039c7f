"""Since when two are connected is read with their key: by the index of dates it takes all that one of them has.

Revision ID: 0013
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = """
ALTER TABLE taggings DROP CONSTRAINT taggings_member_id_other_id_fkey;
ALTER TABLE connections DROP CONSTRAINT connections_mirror_fkey, DROP CONSTRAINT connections_pkey;
ALTER TABLE connections ADD CONSTRAINT connections_pkey PRIMARY KEY (member_id, other_id) {include};
ALTER TABLE connections ADD CONSTRAINT connections_mirror_fkey FOREIGN KEY (other_id, member_id)
REFERENCES connections ON DELETE CASCADE DEFERRABLE;
ALTER TABLE taggings ADD CONSTRAINT taggings_member_id_other_id_fkey FOREIGN KEY (member_id, other_id)
REFERENCES connections ON DELETE CASCADE
"""


def upgrade() -> None:
    """Upgrade."""
    _key("INCLUDE (connected_at)")


def downgrade() -> None:
    """Downgrade."""
    _key("")


def _key(include: str) -> None:
    for statement in KEY.format(include=include).split(";"):
        op.execute(statement)
