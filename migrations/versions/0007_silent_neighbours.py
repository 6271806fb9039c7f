"""Each member's array of neighbours says which of them hide their connections from everybody.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What was known of the members who stay need not be looked up again.
KEEP = """
CREATE FUNCTION keep_silent_ids() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.silent_ids := (coalesce(OLD.silent_ids, '{}') & NEW.ids) | ARRAY(
        SELECT id FROM members
        WHERE connections_visibility = 'NOBODY' AND id = ANY (NEW.ids - coalesce(OLD.ids, '{}'))
    );
    RETURN NEW;
END
$$
"""
TELL = """
CREATE FUNCTION tell_neighbours_of_silence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE adjacency SET silent_ids = CASE
        WHEN NEW.connections_visibility = 'NOBODY' THEN silent_ids | NEW.id ELSE silent_ids - NEW.id
    END
    WHERE member_id = ANY (CAST((SELECT ids FROM adjacency WHERE member_id = NEW.id) AS int[]));
    RETURN NULL;
END
$$
"""
TRIGGERS = """
CREATE TRIGGER keep_silent_ids BEFORE INSERT OR UPDATE OF ids ON adjacency
FOR EACH ROW EXECUTE FUNCTION keep_silent_ids();

CREATE TRIGGER tell_neighbours_of_silence AFTER UPDATE OF connections_visibility ON members
FOR EACH ROW WHEN ((OLD.connections_visibility = 'NOBODY') <> (NEW.connections_visibility = 'NOBODY'))
EXECUTE FUNCTION tell_neighbours_of_silence()
"""
FILL = """
UPDATE adjacency SET silent_ids = silent.ids
FROM (
    SELECT member_id, array_agg(other_id ORDER BY other_id) AS ids
    FROM connections JOIN members ON members.id = other_id
    WHERE connections_visibility = 'NOBODY' GROUP BY member_id
) AS silent
WHERE adjacency.member_id = silent.member_id
"""


def upgrade() -> None:
    op.add_column(
        "adjacency",
        sa.Column(
            "silent_ids",
            sa.ARRAY(sa.Integer()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Those of them who hide their connections from everybody; kept by triggers",
        ),
    )
    for statement in (FILL, KEEP, TELL, *TRIGGERS.split(";\n\n")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER tell_neighbours_of_silence ON members")
    op.execute("DROP TRIGGER keep_silent_ids ON adjacency")
    op.execute("DROP FUNCTION tell_neighbours_of_silence(), keep_silent_ids()")
    op.drop_column("adjacency", "silent_ids")
