"""Temporary tables in which rows wait until it is clear which of them are loaded."""

from collections.abc import Iterable, Sequence

from models.database import Connection

TABLES = """
CREATE TEMP TABLE staged_members ON COMMIT DROP AS
SELECT 0 AS line, '' AS key, emails.email AS email_key, credentials.email, password_hash, {profile}
FROM members, credentials, emails WITH NO DATA;

CREATE TEMP TABLE staged_positions ON COMMIT DROP AS SELECT 0 AS line, * FROM positions WITH NO DATA;

CREATE TEMP TABLE staged_connections (line integer, one text, other text, since timestamptz) ON COMMIT DROP;
CREATE TEMP TABLE staged_follows (line integer, one text, other text, since timestamptz) ON COMMIT DROP;

CREATE TEMP TABLE rejects (file text, line integer, reason text) ON COMMIT DROP;
"""
LINK_COLUMNS = ("line", "one", "other", "since")
REJECT_COLUMNS = ("file", "line", "reason")


class Stage:
    """The staging tables of one transaction, filled by COPY.

    Rows are numbered by line: positions carry the line of their member. `profile` names the columns of
    `members` that are given; the others take their defaults.
    """

    def __init__(self, connection: Connection, profile: Sequence[str]) -> None:
        self.connection = connection
        self.profile = ", ".join(f"members.{name}" for name in profile)
        self.profile_names = ", ".join(profile)
        self.member_columns = ("line", "key", "email_key", "email", "password_hash", *profile)

    async def create(self) -> None:
        """Make the empty tables; they go with the transaction."""
        await self.connection.execute(TABLES.format(profile=self.profile))

    async def add_members(self, rows: Sequence[tuple[object, ...]]) -> None:
        """Rows of `member_columns`."""
        await self.add("members", self.member_columns, rows)

    async def add_links(self, kind: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Rows of (line, key, key, instant or None) for `connections` or `follows`."""
        await self.add(kind, LINK_COLUMNS, rows)

    async def add(self, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
        """Rows for the stage of a table."""
        await self._copy(f"staged_{table}", columns, rows)

    async def reject(self, rows: Sequence[tuple[str, int, str]]) -> None:
        """Rows of (kind of file, line, reason)."""
        await self._copy("rejects", REJECT_COLUMNS, rows)

    async def _copy(self, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
        if rows:
            await self.connection.copy_records_to_table(table, records=rows, columns=list(columns))
