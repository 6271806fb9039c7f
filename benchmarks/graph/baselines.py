"""The questions in plain SQL over `connections`, as one writes them without arrays of neighbours.

They know no privacy: nothing holds them up. $1 is the viewer, $2 the others (an array), as in each `Case`.
"""

from typing import Final

# The other's network is met halfway, which is what the planner would want.
DEGREE_BY_JOIN: Final = """
SELECT id, CASE
    WHEN EXISTS (SELECT FROM connections WHERE member_id = $1 AND other_id = id) THEN 1
    WHEN EXISTS (
        SELECT FROM connections AS mine JOIN connections AS theirs ON theirs.other_id = mine.other_id
        WHERE mine.member_id = $1 AND theirs.member_id = id
    ) THEN 2
    WHEN EXISTS (
        SELECT FROM connections AS mine
        JOIN connections AS between ON between.member_id = mine.other_id
        JOIN connections AS theirs ON theirs.other_id = between.other_id
        WHERE mine.member_id = $1 AND theirs.member_id = id
    ) THEN 3
END AS degree
FROM unnest($2::integer[]) AS other (id)
"""
DEGREE_RECURSIVE: Final = """
WITH RECURSIVE reached (id, degree) AS (
    SELECT $1::integer, 0
    UNION
    SELECT other_id, degree + 1 FROM reached JOIN connections ON member_id = id WHERE degree < 3
)
SELECT id, min(degree) AS degree FROM reached WHERE id = ANY($2::integer[]) GROUP BY id
"""
MUTUAL_COUNTS: Final = """
SELECT theirs.member_id AS id, count(*) AS count
FROM connections AS mine JOIN connections AS theirs ON theirs.other_id = mine.other_id
WHERE mine.member_id = $1 AND theirs.member_id = ANY($2::integer[])
GROUP BY theirs.member_id
"""
MUTUAL_PAGE: Final = """
SELECT theirs.other_id AS id, handle
FROM connections AS mine JOIN connections AS theirs ON theirs.other_id = mine.other_id
JOIN members ON members.id = theirs.other_id
WHERE mine.member_id = $1 AND theirs.member_id = ($2::integer[])[1]
ORDER BY theirs.other_id LIMIT 20
"""
PATHS_RECURSIVE: Final = """
WITH RECURSIVE path (ids, last) AS (
    SELECT ARRAY[$1, other_id], other_id FROM connections WHERE member_id = $1
    UNION ALL
    SELECT ids || other_id, other_id FROM path JOIN connections ON member_id = last
    WHERE cardinality(ids) < 4 AND other_id <> ALL(ids)
), ranked AS (
    SELECT last, ids, row_number() OVER (PARTITION BY last ORDER BY cardinality(ids), ids) AS place
    FROM path WHERE last = ANY($2::integer[])
)
SELECT last, ids FROM ranked WHERE place <= 3
"""
SUGGESTIONS: Final = """
SELECT theirs.other_id AS id, count(*) AS shared
FROM connections AS mine JOIN connections AS theirs ON theirs.member_id = mine.other_id
WHERE mine.member_id = $1 AND theirs.other_id <> $1
AND NOT EXISTS (SELECT FROM connections WHERE member_id = $1 AND other_id = theirs.other_id)
AND NOT EXISTS (
    SELECT FROM connection_requests
    WHERE state IN ('PENDING', 'DECLINED')
    AND (sender_id, recipient_id) IN (($1, theirs.other_id), (theirs.other_id, $1))
)
AND NOT EXISTS (
    SELECT FROM blocks
    WHERE (blocker_id, blocked_id) IN (($1, theirs.other_id), (theirs.other_id, $1))
)
AND NOT EXISTS (
    SELECT FROM dismissed_suggestions WHERE member_id = $1 AND dismissed_id = theirs.other_id
)
GROUP BY theirs.other_id ORDER BY shared DESC, id LIMIT 20
"""

# What reading costs at the least: the arrays of everybody concerned, each to its end.
ARRAYS: Final = """
SELECT member_id, icount(ids & '{0}'::integer[]) FROM adjacency
WHERE member_id = $1 OR member_id = ANY($2::integer[])
"""
ROUND_TRIP: Final = "SELECT 1"
