"""The door to member search: who is found by their words, as far as the viewer may see these.

`models.search` finds candidates by all words that there are. What the viewer sees of each candidate then
decides, by the predicates of `auth.visibility`, whether the member is found and where in the order.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY, array

from auth.distances import is_third
from auth.network import SEEN_BY, exists, is_first, is_second
from auth.visibility import VIEW, sees
from loaders import members as member_loader
from loaders.context import Context
from loaders.search.lists import MatchPage, MatchRow, find, in_pages
from models import members, search_documents
from models.database import Statement, constant, fenced
from models.search import ASKED, CANDIDATES
from rules.audiences import ProfileSection
from rules.paging import PageArgs
from rules.search import BEYOND, FACETS, MemberSearchOrder, Wish

LABELS: Mapping[ProfileSection, str] = {
    ProfileSection.FAMILY_NAME: "a",
    ProfileSection.HEADLINE: "b",
    ProfileSection.EXPERIENCE: "c",
    ProfileSection.SKILLS: "d",
}
"""The label of each section's closed words, see models.search."""

PARAMETERS = (
    SEEN_BY,
    bindparam("query", type_=Text),
    bindparam("is_forgiving", type_=Boolean),
    bindparam("kinds", type_=ARRAY(Text)),
    bindparam("values", type_=ARRAY(Text)),
    bindparam("within", type_=ARRAY(Integer)),
    bindparam("looks_near", type_=Boolean),
)


def _fragment(sql: str, **columns: Any) -> Any:
    used = [parameter for parameter in PARAMETERS if f":{parameter.key}" in sql]
    return text(sql).bindparams(*used).columns(**columns)


ASKED_CTE = (
    _fragment(ASKED, **dict.fromkeys(("closed", "words", "in_name", "is_name"), TSQUERY))
    .cte("asked")
    .prefix_with("MATERIALIZED")
)
FOUND = _fragment(CANDIDATES, member_id=Integer, is_near=Boolean, is_cut=Boolean).cte("found")
DOCUMENT = search_documents.c
KINDS: ColumnElement[Sequence[str]] = bindparam("kinds", type_=ARRAY(Text))
ORDER: ColumnElement[str] = bindparam("order", type_=Text)
READS_NETWORK: ColumnElement[bool] = bindparam("reads_network", type_=Boolean)


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), BigInteger)


def _matches(words: ColumnElement[Any], query: ColumnElement[Any]) -> ColumnElement[bool]:
    return words.bool_op("@@")(query)


def _seen_words() -> ColumnElement[Any]:
    """The words that the viewer sees of a candidate; null where a value asked for is hidden.

    Where nothing closed is like what was asked for, there is nothing to decide.
    """
    labels = array([case((sees(section), constant(label))) for section, label in LABELS.items()])
    open_labels = func.array_remove(labels, null()).op("::")(literal_column('"char"[]'))
    shown = func.ts_filter(DOCUMENT.closed_words, open_labels)
    is_asked = {kind: constant(kind) == any_(KINDS) for kind in FACETS}
    facets = and_(*(or_(~is_asked[kind], sees(section)) for kind, section in FACETS.items()))
    seen = select(DOCUMENT.open_words.op("||")(shown)).select_from(VIEW).where(facets)
    is_concerned = _matches(DOCUMENT.closed_words, ASKED_CTE.c.closed)
    decided = seen.correlate(members, search_documents, ASKED_CTE).scalar_subquery()
    return case((is_concerned, decided), else_=DOCUMENT.open_words)


def _steps() -> ColumnElement[int]:
    """How many connections lead to a candidate. Whether it is three is asked only where it matters."""
    is_third_asked = and_(bindparam("asks_third", type_=Boolean), is_third())
    steps = (members.c.id == SEEN_BY, is_first(), is_second(), is_third_asked)
    known = case(*((holds, _number(number)) for number, holds in enumerate(steps)), else_=_number(BEYOND))
    return case((READS_NETWORK, known), else_=_number(BEYOND))


def _ranked() -> Select[Any]:
    """The candidates who are found, with their place in each order."""
    seen = _lateral("seen", _seen_words().label("words"), _steps().label("steps"))
    words, steps = seen.c.words, seen.c.steps
    quality = case(
        (bindparam("query", type_=Text).is_(None), _number(0)),
        (_matches(words, ASKED_CTE.c.is_name), _number(0)),
        (_matches(words, ASKED_CTE.c.in_name), _number(1)),
        else_=_number(2),
    )
    since = cast(literal_column("extract(epoch FROM members.joined_at) * -1000000"), BigInteger)
    keys = {
        MemberSearchOrder.RELEVANCE: (quality, steps),
        MemberSearchOrder.DEGREE: (steps, quality),
        MemberSearchOrder.NEWEST: (since, _number(0)),
    }
    first, second = (
        case({constant(order): pair[place] for order, pair in keys.items()}, value=ORDER) for place in (0, 1)
    )
    source = FOUND.join(search_documents, DOCUMENT.member_id == FOUND.c.member_id)
    source = (
        source.join(members, members.c.id == FOUND.c.member_id).join(ASKED_CTE, true()).join(seen, true())
    )
    degrees = bindparam("steps", type_=ARRAY(Integer))
    return (
        select(members.c.id, first.label("first_key"), second.label("second_key"))
        .add_columns((-cast(members.c.id, BigInteger)).label("third_key"))
        .select_from(source)
        .where(exists(), members.c.discoverable, _matches(words, ASKED_CTE.c.words))
        .where(or_(~FOUND.c.is_near, steps < _number(3)), or_(degrees.is_(None), steps == any_(degrees)))
    )


def _lateral(name: str, *columns: ColumnElement[Any]) -> Any:
    """Columns of a candidate that are computed once."""
    computed = select(*columns).correlate(members, search_documents, ASKED_CTE)
    return fenced(computed).lateral(name)


IS_CUT = func.coalesce(select(func.bool_or(FOUND.c.is_cut)).scalar_subquery(), false())
MATCHES = Statement(in_pages(_ranked(), IS_CUT).add_cte(ASKED_CTE, FOUND), MatchRow)


async def like(ctx: Context, wish: Wish, args: PageArgs) -> MatchPage:
    """One page of the members whom the viewer looks for; see `find` for what it raises."""
    facets = [(kind, value) for kind, values in wish.facets.items() for value in values]
    name = f"member search of {ctx.member_id}: {wish}"
    values: dict[str, object] = {
        "query": wish.query,
        "kinds": [kind for kind, _ in facets],
        "values": [value for _, value in facets],
        "within": wish.within,
        "looks_near": wish.within is None and ctx.sight.reads_network,
        "asks_third": wish.order is MemberSearchOrder.DEGREE or wish.steps is not None,
        "steps": wish.steps,
        "order": wish.order,
    }
    return await find(ctx, MATCHES, name, args, member_loader.load_many, **values, **ctx.sight.parameters())
