"""Words and values that members are found by have a longest length, or one could be longer than a vector holds.

Compatibility forms grow when they are folded: a headline of 200 characters became a word of 3,600 bytes, which
PostgreSQL refused, and so the change of the profile.

Revision ID: 0015
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FOLDED = "lower(unaccent('unaccent', normalize(value, NFKC)))"
FUNCTION = (
    "CREATE OR REPLACE FUNCTION {}(value text) RETURNS {} LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN {}"
)
WORDS, KEY = (FUNCTION.format("search_words", "text[]", "{}"), FUNCTION.format("search_key", "text", "{}"))
# Of longer words and values the beginning counts.
BOUNDED = (
    WORDS.format(
        rf"ARRAY(SELECT left(word, 100) FROM regexp_split_to_table({FOLDED}, '[^[\:alnum\:]+#]+') AS word WHERE word <> '')"  # noqa: S608
    ),
    KEY.format("left(array_to_string(search_words(value), ' '), 400)"),
)
UNBOUNDED = (
    WORDS.format(rf"array_remove(regexp_split_to_array({FOLDED}, '[^[\:alnum\:]+#]+'), '')"),
    KEY.format("array_to_string(search_words(value), ' ')"),
)
JOINED = "':' || array_to_string(words, ' ')", "':' || left(array_to_string(words, ' '), 400)"
REWRITE = """
SELECT write_search_documents(array_agg(member_id)) FROM search_documents WHERE EXISTS (
    SELECT FROM unnest(tsvector_to_array(open_words || closed_words)) AS lexeme WHERE length(lexeme) > 100
)
"""


def upgrade() -> None:
    """Upgrade."""
    _change(JOINED[0], JOINED[1], BOUNDED)


def downgrade() -> None:
    """Downgrade."""
    _change(JOINED[1], JOINED[0], UNBOUNDED)


def _change(before: str, after: str, functions: tuple[str, ...]) -> None:
    """Replace how words and values are folded, and fold again what may have become another."""
    for function in functions:
        op.execute(function)
    op.execute(
        f"DO $do$ BEGIN EXECUTE replace(pg_get_functiondef("
        f"'write_search_documents'::regproc), $part${before}$part$, $part${after}$part$); END $do$"
    )
    op.execute("REINDEX INDEX companies_words_idx")
    op.execute(REWRITE)
