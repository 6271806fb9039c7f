"""Any object by its global id, through the door of its kind; missing and hidden are the same."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

from auth.identity import Viewer
from executor.errors import CodedError
from loaders import (
    companies,
    connection_requests,
    connections,
    exports,
    follows,
    introductions,
    members,
    messages,
    notifications,
    profiles,
    relationships,
    sessions,
    settings,
    tags,
)
from loaders.context import Context
from loaders.suggestions import lists as suggestions
from resolvers import allowances
from resolvers.members import viewer
from rules import ids as public_ids
from rules.paging import MAX_BATCH_IDS

Key = tuple[int, ...]
Door = Callable[[Context, Sequence[Any]], Awaitable[Sequence[object]]]


async def node(ctx: Context, *, id: str) -> object:
    """The object with this id, None where it is missing or hidden."""
    return (await nodes(ctx, ids=[id]))[0]


async def nodes(ctx: Context, *, ids: Sequence[str]) -> Sequence[object]:
    """The objects in the order of `ids`, with holes. Raises CodedError BAD_USER_INPUT for more than 100."""
    if len(ids) > MAX_BATCH_IDS:
        raise CodedError("BAD_USER_INPUT", f"At most {MAX_BATCH_IDS} ids at once.")
    wanted = [public_ids.decode(id) for id in ids]
    found = await _by_kind(ctx, {decoded for decoded in wanted if decoded})
    return [decoded and found.get(decoded) for decoded in wanted]


def id_of(kind: str, *columns: str) -> Callable[[Sequence[Any]], list[str]]:
    """The function from rows to their public ids: of this kind, with the numbers in these columns."""
    read: Callable[[Any], Any] = attrgetter(*columns)
    if len(columns) == 1:
        return lambda rows: public_ids.encode_each(kind, map(read, rows))
    return lambda rows: [public_ids.encode(kind, *read(row)) for row in rows]


async def _by_kind(ctx: Context, wanted: set[tuple[str, Key]]) -> dict[tuple[str, Key], object]:
    keys: Mapping[str, list[Key]] = defaultdict(list)
    for kind, key in sorted(wanted):
        if kind in DOORS and len(key) == DOORS[kind][0]:
            keys[kind].append(key)
    found: dict[tuple[str, Key], object] = {}
    for kind, of_kind in keys.items():
        objects = await DOORS[kind][1](ctx, of_kind)
        found.update(zip([(kind, key) for key in of_kind], objects, strict=True))
    return found


async def _members(ctx: Context, keys: Sequence[Key]) -> Sequence[object]:
    return await members.load_many(ctx, [member_id for (member_id,) in keys])


async def _viewers(ctx: Context, keys: Sequence[Key]) -> list[Viewer | None]:
    own = viewer(ctx)
    return [own if own and key == (own.member_id,) else None for key in keys]


async def _settings(ctx: Context, keys: Sequence[Key]) -> Sequence[object]:
    return await settings.of_viewer(ctx, [member_id for (member_id,) in keys])


async def _companies(ctx: Context, keys: Sequence[Key]) -> Sequence[object]:
    return await companies.load_many(ctx, [company_id for (company_id,) in keys])


DOORS: Mapping[str, tuple[int, Door]] = {
    "M": (1, _members),
    "V": (1, _viewers),
    "VS": (1, _settings),
    "P": (2, partial(profiles.by_keys, section=profiles.experience)),
    "E": (2, partial(profiles.by_keys, section=profiles.education)),
    "SK": (2, partial(profiles.by_keys, section=profiles.skills)),
    "C": (2, connections.between),
    "S": (2, sessions.by_keys),
    "CR": (3, connection_requests.by_keys),
    "REL": (2, relationships.by_keys),
    "SUG": (2, suggestions.by_keys),
    "Q": (2, allowances.by_keys),
    "CO": (1, _companies),
    "F": (2, follows.by_keys),
    "FP": (6, follows.by_veiled_keys),
    "CF": (2, follows.by_company_keys),
    "I": (4, introductions.by_keys),
    "CV": (3, messages.conversations_by_keys),
    "MSG": (4, messages.messages_by_keys),
    "N": (2, notifications.by_keys),
    "EX": (2, exports.by_keys),
    "T": (2, tags.by_keys),
}
"""The door to each kind of object and how many numbers its key has."""
