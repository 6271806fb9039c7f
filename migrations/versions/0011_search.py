"""What members and companies are found by.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Lower case without accents; plus and number signs tell `C++` and `C#` from `C`.
WORDS = """
CREATE FUNCTION search_words(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN array_remove(
    regexp_split_to_array(lower(unaccent('unaccent', normalize(value, NFKC))), '[^[:alnum:]+#]+'), ''
);

CREATE FUNCTION search_key(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN array_to_string(search_words(value), ' ');

CREATE FUNCTION search_vector(value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN array_to_tsvector(search_words(value));

CREATE FUNCTION search_gaps(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE WHEN length(word) BETWEEN 3 AND 32 THEN
    ARRAY[word] || ARRAY(SELECT overlay(word PLACING '' FROM place FOR 1) FROM generate_series(1, length(word)) AS place)
END;
"""

# What a section holds is open where all members see it, by the owner's choice or by default, else closed. Each
# value is folded once, whoever has it; `%` stands where closed lexemes have their mark.
WRITE = """
CREATE FUNCTION write_search_documents(ids integer[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM search_documents WHERE member_id = ANY (ids) AND NOT EXISTS (
        SELECT FROM members WHERE id = member_id AND discoverable AND closed_at IS NULL
    );
    WITH owners AS MATERIALIZED (
        SELECT id AS member_id, audiences, given_name, family_name, headline, industry, location, languages
        FROM members WHERE id = ANY (ids) AND discoverable AND closed_at IS NULL
    ), parts AS MATERIALIZED (
        SELECT member_id, 'PUBLIC' AS audience, true AS is_open, '1A' AS place, '' AS kind, given_name AS value
        FROM owners
        UNION ALL SELECT member_id, audiences ->> 'FAMILY_NAME', false, '1A', '', family_name FROM owners
        UNION ALL SELECT member_id, audiences ->> 'HEADLINE', true, '2B', '', headline FROM owners
        UNION ALL SELECT member_id, audiences ->> 'INDUSTRY', true, '', 'industry', industry FROM owners
        UNION ALL SELECT member_id, audiences ->> 'LOCATION', true, '', 'location', location FROM owners
        UNION ALL
        SELECT member_id, audiences ->> 'SKILLS', true, '', 'language', language
        FROM owners, unnest(languages) AS language
        UNION ALL
        SELECT member_id, audiences ->> 'SKILLS', true, '4D', 'skill', name
        FROM owners JOIN skills USING (member_id)
        UNION ALL
        SELECT member_id, audiences ->> 'EXPERIENCE', true, place, kind, value
        FROM owners JOIN positions USING (member_id), LATERAL (
            VALUES
                ('3C', '', title), ('3C', '', company_name),
                ('', 'company', coalesce('#' || company_id, company_name))
        ) AS texts (place, kind, value)
        UNION ALL
        SELECT member_id, audiences ->> 'EDUCATION', true, '', 'school', school
        FROM owners JOIN educations USING (member_id)
    ), folded AS MATERIALIZED (
        SELECT place, kind, value, concat(
            ' ''%' || array_to_string(words, ''':' || place || ' ''%') || ''':' || nullif(place, ''),
            ' ''%=' || nullif(kind, '') || ':' || array_to_string(words, ' ') || ''''
        ) AS lexemes
        FROM (
            SELECT place, kind, value, search_words(value) AS words FROM parts GROUP BY place, kind, value OFFSET 0
        ) AS different
        WHERE words <> '{}'
    )
    INSERT INTO search_documents AS document (member_id, open_words, closed_words)
    SELECT
        member_id,
        CAST(concat('@', member_id >> 14, string_agg(replace(lexemes, '%', ''), '') FILTER (WHERE is_open)) AS tsvector),
        CAST(coalesce(string_agg(replace(lexemes, '%', '~'), '') FILTER (WHERE NOT is_open), '') AS tsvector)
    FROM (
        SELECT member_id, coalesce(audience IN ('PUBLIC', 'MEMBERS'), is_open) AS is_open, lexemes
        FROM parts LEFT JOIN folded USING (place, kind, value)
    ) AS lexemes_of_members
    GROUP BY member_id ORDER BY member_id
    ON CONFLICT (member_id) DO UPDATE
    SET open_words = excluded.open_words, closed_words = excluded.closed_words
    WHERE (document.open_words, document.closed_words) <> (excluded.open_words, excluded.closed_words);
    INSERT INTO known_words (word)
    SELECT DISTINCT ltrim(lexeme, '~') AS word
    FROM search_documents, unnest(tsvector_to_array(open_words || closed_words)) AS lexeme
    WHERE member_id = ANY (ids) AND lexeme ~ '^~?[^@=~]{3,32}$'
    ORDER BY word ON CONFLICT DO NOTHING;
END $$;
"""

TRIGGERS = """
CREATE FUNCTION renew_search_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM write_search_documents(ARRAY[NEW.id]);
    RETURN NULL;
END $$;

-- The argument names the column with members.
CREATE FUNCTION renew_search_documents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids integer[];
BEGIN
    EXECUTE format('SELECT array_agg(DISTINCT %I) FROM changed', TG_ARGV[0]) INTO ids;
    PERFORM write_search_documents(ids);
    RETURN NULL;
END $$;

CREATE FUNCTION learn_company_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO known_words (word)
    SELECT DISTINCT word FROM unnest(search_words(NEW.name)) AS word
    WHERE length(word) BETWEEN 3 AND 32 ORDER BY word ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER make_search_documents AFTER INSERT ON members
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION renew_search_documents('id');

CREATE TRIGGER renew_search_document AFTER UPDATE OF
    given_name, family_name, headline, location, industry, languages, audiences, discoverable, closed_at ON members
    FOR EACH ROW WHEN (
        (OLD.given_name, OLD.family_name, OLD.headline, OLD.location, OLD.industry, OLD.languages, OLD.audiences,
            OLD.discoverable, OLD.closed_at)
        IS DISTINCT FROM
        (NEW.given_name, NEW.family_name, NEW.headline, NEW.location, NEW.industry, NEW.languages, NEW.audiences,
            NEW.discoverable, NEW.closed_at)
    ) EXECUTE FUNCTION renew_search_document();

CREATE TRIGGER learn_company_words AFTER INSERT OR UPDATE OF name ON companies
    FOR EACH ROW EXECUTE FUNCTION learn_company_words();
"""
ENTRIES = """
CREATE TRIGGER renew_search_after_{event} AFTER {event} ON {table}
    REFERENCING {side} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION renew_search_documents('member_id')
"""
SECTIONS = ("positions", "educations", "skills")
EVENTS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
FILL = """
SELECT write_search_documents(array_agg(id)) FROM members GROUP BY id / 10000;

INSERT INTO known_words (word)
SELECT DISTINCT word FROM companies, unnest(search_words(name)) AS word
WHERE length(word) BETWEEN 3 AND 32 ON CONFLICT DO NOTHING;
"""
FUNCTIONS = (
    "renew_search_document()",
    "renew_search_documents()",
    "learn_company_words()",
    "write_search_documents(integer[])",
    "search_vector(text)",
    "search_gaps(text)",
    "search_key(text)",
    "search_words(text)",
)


def _execute(script: str) -> None:
    """Run statement by statement, with colons that are no parameters."""
    for statement in script.split(";\n\n"):
        op.execute(sa.text(statement.replace(":", "\\:")))


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    _execute(WORDS)
    op.add_column(
        "positions",
        sa.Column(
            "company_key", sa.Text(), sa.Computed("search_key(company_name)", persisted=True), nullable=True
        ),
    )
    op.create_index("positions_company_key_idx", "positions", ["company_key", "member_id"], unique=False)
    op.create_index(
        "companies_words_idx",
        "companies",
        [sa.literal_column("search_vector(name)")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "search_documents",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("open_words", postgresql.TSVECTOR(), nullable=False, comment="For all members"),
        sa.Column(
            "closed_words", postgresql.TSVECTOR(), nullable=False, comment="For some; see models.search"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("search_documents_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("search_documents_pkey")),
    )
    op.create_table(
        "known_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("known_words_pkey")),
        comment="Words that somebody is or was found by, to find what a mistyped one is like",
    )
    _execute(WRITE)
    _execute(FILL)
    op.create_index(
        "search_documents_words_idx",
        "search_documents",
        [sa.literal_column("(open_words || closed_words)")],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index(
        "known_words_gaps_idx",
        "known_words",
        [sa.literal_column("search_gaps(word)")],
        unique=False,
        postgresql_using="gin",
    )
    _execute(TRIGGERS)
    for table in SECTIONS:
        for event, side in EVENTS.items():
            op.execute(ENTRIES.format(table=table, event=event, side=side))


def downgrade() -> None:
    for table in SECTIONS:
        for event in EVENTS:
            op.execute(f"DROP TRIGGER renew_search_after_{event} ON {table}")
    op.execute("DROP TRIGGER learn_company_words ON companies")
    op.execute("DROP TRIGGER renew_search_document ON members")
    op.execute("DROP TRIGGER make_search_documents ON members")
    op.drop_index("known_words_gaps_idx", table_name="known_words", postgresql_using="gin")
    op.drop_table("known_words")
    op.drop_index("search_documents_words_idx", table_name="search_documents", postgresql_using="gin")
    op.drop_table("search_documents")
    op.drop_index("companies_words_idx", table_name="companies", postgresql_using="gin")
    op.drop_index("positions_company_key_idx", table_name="positions")
    op.drop_column("positions", "company_key")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP EXTENSION unaccent")
