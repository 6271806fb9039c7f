"""What members and companies are found by: the words of each, and all words that there are.

Triggers keep both, in the transaction that changes a profile. Words are folded by `search_words` of the
database: lower case, without accents. The two vectors of a document hold

- the words of names, headline, experience and skills, labelled A to D after the part that has them: the label
  of a closed word names the section whose audience decides;
- `=kind:value` for each value that a filter may ask for, `=company:#id` where a position names one by id;
- `~` in front of what is closed, and in the open one `@block` of the member: 16,384 ids make a block.

Open is what every member sees, by the owner's choice or by default; the rest is closed.
"""

import sys
from typing import Final

from sqlalchemy import Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from models.metadata import member_key, metadata

search_documents = Table(
    "search_documents",
    metadata,
    member_key(),
    Column("open_words", TSVECTOR, nullable=False, comment="For all members"),
    Column("closed_words", TSVECTOR, nullable=False, comment="For some; see models.search"),
    Index(
        "search_documents_words_idx",
        text("(open_words || closed_words)"),
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    ),
)

known_words = Table(
    "known_words",
    metadata,
    Column("word", Text(collation="C"), primary_key=True),
    Index("known_words_gaps_idx", text("search_gaps(word)"), postgresql_using="gin"),
    comment="Words that somebody is or was found by, to find what a mistyped one is like",
)

MOST: Final = 200
"""Most candidates with all words anywhere, and as many more who have them where every member sees them."""
BROKERS: Final = 50
"""Most connections of the viewer whose connections are looked through, and most of those of each."""
MOST_BEGUN: Final = 30
"""Most words with one beginning that are asked for one by one."""
MOST_COMPANIES: Final = 300
"""Most companies with the whole words, and most with words that begin so."""

# How the words of a query may be spelt. A prefix of a word is enough; a forgiving query also takes the words
# that differ from one asked for by a letter that is missing, added, another or elsewhere.
_SPELLINGS: Final = r"""
    words AS (
        SELECT place, word FROM unnest(search_words(:query)) WITH ORDINALITY AS words (word, place)
    ), spellings AS (
        SELECT place, word, '\:*' AS prefix FROM words
        UNION ALL
        SELECT place, known_words.word, '' FROM words JOIN known_words
        ON search_gaps(known_words.word) && search_gaps(words.word)
        WHERE :is_forgiving AND length(words.word) > 3
    )
"""
# For the beginning of a word the index collects all documents that have such a word; for whole words it skips
# through those of the rarest. So where few words begin like this, each is named.
_BEGUN: Final = f"""
    SELECT
        CASE WHEN are_few THEN whole ELSE format('''%s''%s', spellings.word, prefix) END AS open,
        CASE WHEN are_few THEN whole_closed ELSE format('''~%s''%s', spellings.word, prefix) END AS closed
    FROM (
        SELECT
            count(*) BETWEEN 1 AND {MOST_BEGUN} AS are_few,
            string_agg(format('''%s''', word), ' | ') AS whole,
            string_agg(format('''~%s''', word), ' | ') AS whole_closed
        FROM (
            SELECT word FROM known_words
            WHERE prefix <> '' AND word >= spellings.word AND word < spellings.word || chr({sys.maxunicode})
            LIMIT {MOST_BEGUN + 1}
        ) AS known
    ) AS known
"""  # noqa: S608
ASKED: Final = rf"""
    WITH {_SPELLINGS}, terms AS (
        SELECT
            string_agg(begun.open, ' | ') AS open,
            string_agg(begun.closed, ' | ') AS closed,
            string_agg(format('''%1$s''\:*A | ''~%1$s''\:*A', word), ' | ') AS in_name,
            string_agg(format('''%1$s''\:A | ''~%1$s''\:A', word), ' | ') AS is_name
        FROM spellings CROSS JOIN LATERAL ({_BEGUN}) AS begun GROUP BY place
    ), facets AS (
        SELECT
            string_agg(format('''=%s\:%s''', kind, search_key(value)), ' | ') AS open,
            string_agg(format('''~=%s\:%s''', kind, search_key(value)), ' | ') AS closed
        FROM unnest(:kinds, :values) AS facets (kind, value) GROUP BY kind
    ), by_words AS (
        SELECT
            string_agg(format('(%s | %s)', open, closed), ' & ') AS anywhere,
            string_agg(format('(%s)', open), ' & ') AS open,
            string_agg(closed, ' | ') AS closed,
            string_agg(format('(%s)', in_name), ' & ') AS in_name,
            string_agg(format('(%s)', is_name), ' & ') AS is_name
        FROM terms
    ), by_facets AS (
        SELECT
            string_agg(format('(%s | %s)', open, closed), ' & ') AS anywhere,
            string_agg(format('(%s)', open), ' & ') AS open,
            string_agg(closed, ' | ') AS closed
        FROM facets
    )
    SELECT
        nullif(concat_ws(' & ', by_words.anywhere, by_facets.anywhere), '') AS anywhere,
        nullif(concat_ws(' & ', by_words.open, by_facets.open), '') AS open,
        CAST(concat_ws(' & ', by_words.anywhere, by_facets.anywhere, '''@''\:*') AS tsquery) AS everything,
        CAST(nullif(concat_ws(' | ', by_words.closed, by_facets.closed), '') AS tsquery) AS closed,
        CAST(coalesce(by_words.anywhere, '''@''\:*') AS tsquery) AS words,
        CAST(by_words.in_name AS tsquery) AS in_name,
        CAST(by_words.is_name AS tsquery) AS is_name
    FROM by_words, by_facets
    WHERE :query IS NULL OR by_words.anywhere IS NOT NULL
"""  # noqa: S608 - of constants, as all below
"""The query as vectors understand it, for `search_documents`; no row where it holds no word."""

# From the latest members on: in the last block, in eight before, and among all others. Little is read of
# what is common, and always the same; for what is rare the index is asked three times, not once a block. The
# blocks are a word among the others, so that the planner can't put the two asunder. The order is no column's,
# or it would read all members in theirs, which took seconds among a million.
_LATEST: Final = rf"""
    SELECT found.member_id
    FROM asked CROSS JOIN (SELECT max(member_id) >> 14 AS newest FROM search_documents) AS documents
    CROSS JOIN (VALUES (0, 0), (1, 8), (9, NULL)) AS steps (nearest, farthest)
    CROSS JOIN LATERAL (
        SELECT '(' || string_agg(format('''@%s''', block), ' | ') || ')' AS words
        FROM generate_series(newest - farthest, newest - nearest) AS block
    ) AS blocks
    CROSS JOIN LATERAL (
        SELECT member_id FROM search_documents
        WHERE (open_words || closed_words) @@ CAST(
            coalesce(nullif(concat_ws(' & ', blocks.words, asked.{{query}}), ''), '''@''\:*') AS tsquery
        ) AND member_id >> 14 <= newest - nearest
        ORDER BY member_id + 0 DESC LIMIT {MOST}
    ) AS found
    WHERE nearest <= newest AND {{condition}} LIMIT {MOST}
"""  # noqa: S608
_MATCHES: Final = """
    CROSS JOIN asked CROSS JOIN LATERAL (
        SELECT member_id FROM search_documents
        WHERE member_id = ids.id AND (open_words || closed_words) @@ asked.everything OFFSET 0
    ) AS found
"""
CANDIDATES: Final = rf"""
    WITH latest AS MATERIALIZED ({_LATEST.format(query="anywhere", condition=":within IS NULL")}),
    cut AS MATERIALIZED (SELECT count(*) = {MOST} AS is_cut FROM latest),
    open_to_all AS ({_LATEST.format(query="open", condition="(SELECT is_cut FROM cut)")}),
    around AS (
        SELECT :seen_by AS id
        UNION
        SELECT unnest(ids) FROM adjacency WHERE member_id = :seen_by
        UNION
        SELECT unnest(theirs.ids[1\:{BROKERS}])
        FROM adjacency AS own, adjacency AS theirs
        WHERE own.member_id = :seen_by AND theirs.member_id = ANY (own.ids[1\:{BROKERS}])
    ), candidates AS (
        SELECT member_id, false AS is_near FROM latest
        UNION ALL
        SELECT member_id, false FROM open_to_all
        UNION ALL SELECT member_id, false FROM (SELECT unnest(:within) AS id) AS ids {_MATCHES}
        UNION ALL
        SELECT member_id, true FROM around AS ids {_MATCHES} WHERE :looks_near AND (SELECT is_cut FROM cut)
    )
    SELECT member_id, bool_and(is_near) AS is_near, (SELECT is_cut FROM cut) AS is_cut
    FROM candidates GROUP BY member_id
"""  # noqa: S608
"""Who may be found by what is `asked`; `is_near` where only the viewer's network led to them."""

_COMPANIES: Final = f"""
    SELECT id, name FROM companies, asked WHERE search_vector(name) @@ asked.{{query}}
    ORDER BY id LIMIT {MOST_COMPANIES}
"""  # noqa: S608
COMPANY_CANDIDATES: Final = f"""
    WITH {_SPELLINGS}, terms AS (
        SELECT
            string_agg(format('''%s''', word), ' | ') AS whole,
            string_agg(format('''%s''%s', word, prefix), ' | ') AS begun
        FROM spellings GROUP BY place
    ), asked AS MATERIALIZED (
        SELECT
            CAST(string_agg(format('(%s)', whole), ' & ') AS tsquery) AS whole,
            CAST(string_agg(format('(%s)', begun), ' & ') AS tsquery) AS begun
        FROM terms
    ), whole AS MATERIALIZED ({_COMPANIES.format(query="whole")}),
    begun AS MATERIALIZED ({_COMPANIES.format(query="begun")}),
    candidates AS (
        SELECT id, CASE WHEN search_key(name) = search_key(:query) THEN 0 ELSE 1 END AS quality FROM whole
        UNION ALL SELECT id, 2 FROM begun
    )
    SELECT
        id, min(quality) AS quality,
        {MOST_COMPANIES} IN ((SELECT count(*) FROM whole), (SELECT count(*) FROM begun)) AS is_cut
    FROM candidates GROUP BY id
"""  # noqa: S608
"""Companies by their names: 0 for the name itself, 1 for its words, 2 for words that begin so."""
