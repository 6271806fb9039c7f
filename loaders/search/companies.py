"""The door to company search, which is for everybody."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Integer, Text, bindparam, literal_column, select, text

from loaders import companies as company_loader
from loaders.context import Context
from loaders.search.lists import MatchPage, MatchRow, find, in_pages
from models.database import Statement
from models.search import COMPANY_CANDIDATES
from rules.paging import PageArgs

FOUND = (
    text(COMPANY_CANDIDATES)
    .bindparams(bindparam("query", type_=Text), bindparam("is_forgiving", type_=Boolean))
    .columns(id=Integer, quality=BigInteger, is_cut=Boolean)
    .cte("found")
)
IS_CUT = literal_column("coalesce((SELECT bool_or(is_cut) FROM found), false)", Boolean)
RANKED = select(
    FOUND.c.id,
    FOUND.c.quality.label("first_key"),
    FOUND.c.id.cast(BigInteger).label("second_key"),
    literal_column("0", BigInteger).label("third_key"),
)
MATCHES: Final = Statement(in_pages(RANKED, IS_CUT), MatchRow)


async def like(ctx: Context, query: str, args: PageArgs) -> MatchPage:
    """One page of the companies with these words in their names; see `find` for what it raises.

    First those that are called just so, then those with the whole words, each the oldest page first.
    """
    return await find(ctx, MATCHES, f"company search: {query}", args, company_loader.load_many, query=query)
