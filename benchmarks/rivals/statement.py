"""One SQL statement for each operation whose result is the response: what PostgreSQL alone could do.

Lists are read with the same indexes and limits as everywhere else, then put together by PostgreSQL's own
functions for JSON; the handler passes the bytes on as they are. No rules of visibility are applied.

It is started by `serve()`, which reads `PORT` and `DATABASE_URL` from the environment.
"""

from typing import Final

from benchmarks.rivals.asgi import Bare, run
from benchmarks.rivals.connections import Connections


def _object(alias: str, *columns: str) -> str:
    """The members of a JSON object: `given_name` is called `givenName`."""
    words = [name.split("_") for name in columns]
    names = [first + "".join(map(str.title, rest)) for first, *rest in words]
    return ", ".join(f"'{name}', {alias}.{column}" for name, column in zip(names, columns, strict=True))


PROFILE: Final = f"""
SELECT json_build_object('data', json_build_object('member', json_build_object(
    {_object("member", "handle", "given_name", "family_name", "headline", "follower_count")},
    'connections', (
        SELECT coalesce(json_agg(json_build_object(
            'connectedAt', page.connected_at,
            'member', json_build_object({_object("other", "id", "given_name", "family_name", "headline")})
        ) ORDER BY page.connected_at DESC, page.other_id), '[]')
        FROM (
            SELECT other_id, connected_at FROM connections WHERE member_id = member.id
            ORDER BY connected_at DESC, other_id LIMIT 20
        ) AS page JOIN members AS other ON other.id = page.other_id
    ),
    'receivedRequests', (
        SELECT coalesce(json_agg(json_build_object(
            'note', page.note,
            'sentAt', page.sent_at,
            'sender', json_build_object({_object("sender", "id", "given_name", "family_name", "headline")})
        ) ORDER BY page.sent_at DESC, page.id), '[]')
        FROM (
            SELECT sender_id, note, sent_at, id FROM connection_requests
            WHERE recipient_id = member.id AND state = 'PENDING' AND NOT ignored
            ORDER BY sent_at DESC, id LIMIT 10
        ) AS page JOIN members AS sender ON sender.id = page.sender_id
    )
))) FROM members AS member WHERE member.id = $1
"""
ONE: Final = f"""
SELECT json_build_object('data', json_build_object('member', json_build_object(
    {_object("member", "handle", "given_name", "headline")}
))) FROM members AS member WHERE member.id = $1
"""
FIVE: Final = ("id", "handle", "given_name", "family_name", "headline")
NETWORK: Final = f"""
SELECT json_build_object('data', json_build_object('member', json_build_object('connections', (
    SELECT coalesce(json_agg(json_build_object('member', json_build_object(
        {_object("first", *FIVE)},
        'connections', (
            SELECT coalesce(json_agg(
                json_build_object('member', json_build_object({_object("second", *FIVE)}))
                ORDER BY page.connected_at DESC, page.other_id
            ), '[]')
            FROM (
                SELECT other_id, connected_at FROM connections WHERE member_id = first.id
                ORDER BY connected_at DESC, other_id LIMIT 5
            ) AS page JOIN members AS second ON second.id = page.other_id
        )
    )) ORDER BY page.connected_at DESC, page.other_id), '[]')
    FROM (
        SELECT other_id, connected_at FROM connections WHERE member_id = member.id
        ORDER BY connected_at DESC, other_id LIMIT 50
    ) AS page JOIN members AS first ON first.id = page.other_id
)))) FROM members AS member WHERE member.id = $1
"""
STATEMENTS: Final = {"Q1": PROFILE, "Q2": ONE, "Q3": NETWORK}


class Statements(Connections):
    """Answers with what the statement of the operation returns."""

    async def answer(self, operation: str, member_id: int) -> bytes:
        """The bytes as PostgreSQL sent them."""
        connection = self.idle.pop()
        try:
            rows = await connection.rows(STATEMENTS[operation], [member_id])
        finally:
            self.idle.append(connection)
        content: bytes = rows[0][0]
        return content


def serve() -> None:
    """Serve until a signal."""
    run(Bare(Statements()))
