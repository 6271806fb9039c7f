"""Company pages and who edits them."""

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.database import Row, Statement
from models.metadata import instant, member_key, metadata

companies = Table(
    "companies",
    metadata,
    Column("id", Integer, Identity(always=False), primary_key=True),
    Column("handle", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("industry", Text),
    Column("description", Text),
    Column("follower_count", Integer, nullable=False, server_default=text("0")),
    instant("created_at"),
    Index("companies_words_idx", text("search_vector(name)"), postgresql_using="gin"),
)


def company_key(*, primary_key: bool = True) -> Column[int]:
    """A reference to a company; the row goes with it."""
    company = ForeignKey("companies.id", ondelete="CASCADE")
    return Column("company_id", Integer, company, primary_key=primary_key, nullable=False)


administrators = Table(
    "administrators",
    metadata,
    company_key(),
    member_key(),
    instant("since"),
    Index("administrators_member_id_idx", "member_id"),
)


class CompanyIdRow(Row):
    """A company that was written."""

    id: int


MEMBER = bindparam("member_id", type_=Integer)
COMPANY = bindparam("company_id", type_=Integer)

CREATE_COMPANY = Statement(
    text("""
    WITH made AS (
        INSERT INTO companies (handle, name, industry, description, created_at)
        VALUES (:handle, :name, :industry, :description, :now) RETURNING id
    )
    INSERT INTO administrators (company_id, member_id, since) SELECT id, :member_id, :now FROM made
    RETURNING company_id AS id
    """).bindparams(
        *(bindparam(name, type_=Text) for name in ("handle", "name", "industry", "description")),
        MEMBER,
        bindparam("now", type_=DateTime(timezone=True)),
    ),
    CompanyIdRow,
)
"""A company with its first administrator. Raises asyncpg.UniqueViolationError for a handle in use."""
CHANGE_COMPANY = Statement(
    text("""
    UPDATE companies SET name = changed.name, industry = changed.industry, description = changed.description
    FROM companies AS before, jsonb_populate_record(before, :changes) AS changed
    WHERE companies.id = before.id AND before.id = :company_id AND EXISTS (
        SELECT FROM administrators
        WHERE (administrators.company_id, member_id) = (before.id, :member_id)
    )
    RETURNING companies.id
    """).bindparams(COMPANY, MEMBER, bindparam("changes", type_=JSONB)),
    CompanyIdRow,
)
"""Sets the texts that the JSON object names; no row where the member does not administer the company."""
