"""What only the database can tell of staged rows: duplicates, whom keys mean, what is there already.

Everything here touches the staging tables alone. Afterwards `staged_members` holds acceptable rows,
`member_keys` says which member each key means (`known` where the member was there before), and
`new_connections` and `new_follows` hold the rows to insert, in the order of their primary keys, and
`new_neighbours` and `new_followers` what they add to each member.
"""

from server.importing.layouts import CONNECTIONS, FOLLOWS, LinkLayout

REPEATED = """
WITH repeated AS (
    DELETE FROM staged_members
    USING (
        SELECT line AS later, first_value(line) OVER (PARTITION BY {column} ORDER BY line) AS earlier
        FROM staged_members WHERE {column} IS NOT NULL
    ) AS same
    WHERE line = later AND earlier < later
    RETURNING line, earlier
)
INSERT INTO rejects SELECT 'members', line, '{name}: already on line ' || earlier FROM repeated
"""
CLOSED = """
WITH closed AS (
    DELETE FROM staged_members
    USING handles JOIN members ON members.id = handles.member_id
    WHERE handles.handle = staged_members.handle AND members.closed_at IS NOT NULL
    RETURNING line
)
INSERT INTO rejects SELECT 'members', line, 'handle: belongs to a closed account' FROM closed
"""
TAKEN = """
WITH taken AS (
    DELETE FROM staged_members
    USING emails
    WHERE emails.email = email_key
    AND NOT EXISTS (SELECT FROM handles WHERE handles.handle = staged_members.handle)
    RETURNING line
)
INSERT INTO rejects SELECT 'members', line, 'email: belongs to another member' FROM taken
"""
# The subquery sorts before the numbers are drawn, so that ids follow the order of the file.
KEYS = """
CREATE TEMP TABLE member_keys ON COMMIT DROP AS
SELECT
    line, key, known,
    coalesce(known, nextval(pg_get_serial_sequence('members', 'id'))::integer) AS member_id
FROM (
    SELECT line, key, handles.member_id AS known
    FROM staged_members LEFT JOIN handles USING (handle)
    ORDER BY line
) AS keyed
"""
HANDLES_AS_KEYS = """
CREATE TEMP TABLE member_keys ON COMMIT DROP AS
SELECT NULL::integer AS line, handles.handle AS key, member_id AS known, member_id
FROM handles JOIN members ON members.id = member_id
WHERE closed_at IS NULL
"""
JUDGED = """
CREATE TEMP TABLE judged_{kind} ON COMMIT DROP AS
SELECT
    staged.line, one.member_id AS one_id, other.member_id AS other_id, coalesce(since, now()) AS since,
    CASE
        WHEN one.member_id IS NULL THEN '{one_name}: no member has this key'
        WHEN other.member_id IS NULL THEN '{other_name}: no member has this key'
        WHEN blocked.low_id IS NOT NULL THEN '{other_name}: one of the two blocks the other'
        WHEN first_value(staged.line) OVER pair < staged.line
            THEN 'already on line ' || first_value(staged.line) OVER pair
    END AS reason
FROM staged_{kind} AS staged
LEFT JOIN member_keys AS one ON one.key = staged.one
LEFT JOIN member_keys AS other ON other.key = staged.other
LEFT JOIN (
    SELECT DISTINCT least(blocker_id, blocked_id) AS low_id, greatest(blocker_id, blocked_id) AS high_id
    FROM blocks
) AS blocked ON (low_id, high_id) = ({unordered_pair})
WINDOW pair AS (PARTITION BY {pair} ORDER BY staged.line)
"""
LINK_REJECTS = "INSERT INTO rejects SELECT '{kind}', line, reason FROM judged_{kind} WHERE reason IS NOT NULL"
NEW_LINKS = """
CREATE TEMP TABLE new_{kind} ON COMMIT DROP AS
SELECT one_id AS {one}, other_id AS {other}, since AS {instant}
FROM ({rows}) AS links
WHERE NOT EXISTS (SELECT FROM {kind} WHERE {kind}.{one} = one_id AND {kind}.{other} = links.other_id)
ORDER BY 1, 2;
CREATE INDEX ON new_{kind} USING brin ({one});
ANALYZE new_{kind}
"""
ROWS = "SELECT one_id, other_id, since FROM judged_{kind} WHERE reason IS NULL"
BOTH_ROWS = """
SELECT one_id, other_id, since FROM judged_{kind} WHERE reason IS NULL
UNION ALL
SELECT other_id, one_id, since FROM judged_{kind} WHERE reason IS NULL
"""
NEIGHBOURS = """
CREATE TEMP TABLE new_neighbours ON COMMIT DROP AS
SELECT member_id, array_agg(other_id ORDER BY other_id) AS ids FROM new_connections GROUP BY member_id;
ANALYZE new_neighbours
"""
FOLLOWERS = """
CREATE TEMP TABLE new_followers ON COMMIT DROP AS
SELECT followee_id AS member_id, count(*)::integer AS followers FROM new_follows GROUP BY followee_id;
ANALYZE new_followers
"""
ORDERED_PAIR = "one.member_id, other.member_id"
UNORDERED_PAIR = "least(one.member_id, other.member_id), greatest(one.member_id, other.member_id)"


def statements(*, keys_are_handles: bool) -> list[str]:
    """What sorts the staged rows into rejected, there already and new, step by step."""
    repeated = [("key", "key"), ("handle", "handle"), ("email_key", "email")]
    return [
        "ANALYZE staged_members",
        *(REPEATED.format(column=column, name=name) for column, name in repeated),
        CLOSED,
        TAKEN,
        HANDLES_AS_KEYS if keys_are_handles else KEYS,
        "ANALYZE member_keys",
        *_links(CONNECTIONS),
        *_links(FOLLOWS),
        NEIGHBOURS,
        FOLLOWERS,
    ]


def _links(layout: LinkLayout) -> list[str]:
    one_name, other_name = layout.required
    pair = UNORDERED_PAIR if layout.mutual else ORDERED_PAIR
    names = {"kind": layout.kind, "one": layout.one_column, "other": layout.other_column}
    told = {"one_name": one_name, "other_name": other_name}
    rows = (BOTH_ROWS if layout.mutual else ROWS).format(**names)
    return [
        f"ANALYZE staged_{layout.kind}",
        JUDGED.format(**names, **told, pair=pair, unordered_pair=UNORDERED_PAIR),
        LINK_REJECTS.format(**names),
        NEW_LINKS.format(**names, instant=layout.instant, rows=rows),
    ]
