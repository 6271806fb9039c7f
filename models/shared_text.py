"""The text of a statement that runs once for each of several askers, all in one sending."""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine


class SharedText:
    """Made of a statement's own text, whose parameters `$1`, `$2` … have these names and types.

    Those in `differing` each asker gives for themselves, the others are the same for all. With `seen_by` and
    `ids` differing, of `SELECT … WHERE id = ANY($1::INTEGER[]) AND f($2::INTEGER) < $3::BIGINT` it makes

        SELECT found.*, asked.place
        FROM (
            SELECT ($2::INTEGER[])[ids_from:ids_to] AS ids, seen_by, place
            FROM unnest($3::INTEGER[], $4::INTEGER[], $5::INTEGER[])
                WITH ORDINALITY AS given (ids_from, ids_to, seen_by, place)
            OFFSET 0
        ) AS asked
        CROSS JOIN LATERAL (
            SELECT * FROM (
                SELECT … WHERE id = ANY(asked.ids::INTEGER[]) AND f(asked.seen_by::INTEGER) < $1::BIGINT
            ) AS one OFFSET 0
        ) AS found

    PostgreSQL has no lists of lists that differ in length: all lists are sent as one, with where each begins
    and ends. OFFSET 0 keeps the statement together, so that it is planned as if it stood alone.
    """

    def __init__(
        self,
        text: str,
        names: Sequence[str],
        types: Mapping[str, TypeEngine[Any]],
        differing: Sequence[str],
        dialect: Dialect,
    ) -> None:
        self._common = [name for name in names if name not in differing]
        self._differing = [(name, isinstance(types[name], ARRAY)) for name in differing]
        sent = (f"${number}" for number in count(len(self._common) + 1))
        asked: list[str] = []
        given: dict[str, str] = {}
        for name, is_list in self._differing:
            type_ = types[name].compile(dialect)
            if is_list:
                asked.append(f"({next(sent)}::{type_})[{name}_from:{name}_to] AS {name}")
                given |= {f"{name}_{end}": f"{next(sent)}::INTEGER[]" for end in ("from", "to")}
            else:
                asked.append(name)
                given[name] = f"{next(sent)}::{type_}[]"

        def renamed(parameter: re.Match[str]) -> str:
            name = names[int(parameter[1]) - 1]
            return f"asked.{name}" if name in differing else f"${self._common.index(name) + 1}"

        one = re.sub(r"[$](\d+)", renamed, text)
        self.text = (
            f"SELECT found.*, asked.place FROM (SELECT {', '.join(asked)}, place FROM"  # noqa: S608 - no values
            f" unnest({', '.join(given.values())}) WITH ORDINALITY AS given ({', '.join(given)}, place)"
            f" OFFSET 0) AS asked CROSS JOIN LATERAL (SELECT * FROM ({one})"
            " AS one OFFSET 0) AS found"
        )

    def arguments(self, askers: Sequence[Mapping[str, Any]]) -> list[Any]:
        """What is sent for them; the last column of the rows is 1 for the first of them, and so on."""
        found = [askers[0][name] for name in self._common]
        for name, is_list in self._differing:
            values = [each[name] for each in askers]
            found += _flat(values) if is_list else [values]
        return found


def _flat(lists: Sequence[Sequence[Any]]) -> tuple[list[Any], list[int], list[int]]:
    """The items of all lists, the place of the first of each, from 1 on, and that of the last."""
    items: list[Any] = []
    first: list[int] = []
    last: list[int] = []
    for each in lists:
        first.append(len(items) + 1)
        items += each
        last.append(len(items))
    return items, first, last
