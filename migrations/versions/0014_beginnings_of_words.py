"""All words are known, and found by their beginnings: only the order of bytes lets the key do that.

Revision ID: 0014
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FROM_DOCUMENTS = ("write_search_documents", "{3,32}$", "+$")
FROM_COMPANIES = ("learn_company_words", "BETWEEN 3 AND 32", "> 0")
FILL = """
INSERT INTO known_words (word)
SELECT DISTINCT ltrim(lexeme, '~')
FROM search_documents, unnest(tsvector_to_array(open_words || closed_words)) AS lexeme
WHERE lexeme ~ '^~?[^@=~]+$' AND length(ltrim(lexeme, '~')) NOT BETWEEN 3 AND 32
UNION
SELECT word FROM companies, unnest(search_words(name)) AS word WHERE length(word) NOT BETWEEN 3 AND 32
"""


def upgrade() -> None:
    """Upgrade."""
    op.execute('ALTER TABLE known_words ALTER COLUMN word TYPE text COLLATE "C"')
    for name, before, after in (FROM_DOCUMENTS, FROM_COMPANIES):
        _change(name, before, after)
    op.execute(FILL)


def downgrade() -> None:
    """Downgrade."""
    op.execute("DELETE FROM known_words WHERE length(word) NOT BETWEEN 3 AND 32")
    for name, before, after in (FROM_DOCUMENTS, FROM_COMPANIES):
        _change(name, after, before)
    op.execute('ALTER TABLE known_words ALTER COLUMN word TYPE text COLLATE "default"')


def _change(function: str, before: str, after: str) -> None:
    """Replace a part of a function."""
    op.execute(
        f"DO $do$ BEGIN EXECUTE replace("
        f"pg_get_functiondef('{function}'::regproc), $part${before}$part$, $part${after}$part$); END $do$"
    )
