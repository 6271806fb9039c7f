"""From files to staged rows, some thousands at a time."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Final, TypeAlias

from rich.progress import Progress

from auth.passwords import Passwords
from rules.accounts import normalised_email
from rules.members import POSITION_TEXTS
from server.importing.checking import PROFILE, instant, is_ready_hash, link_faults, member_faults
from server.importing.layouts import LinkLayout
from server.importing.reading import CsvFile, Row, Values
from server.importing.staging import Stage

BATCH: Final = 5_000
STAGED_PROFILE: Final = ("handle", *PROFILE)
POSITION_COLUMNS: Final = ("line", "title", "company_name")
UNNAMED_TITLE: Final = "Member"
HASHERS: Final = os.cpu_count() or 1

Good: TypeAlias = tuple[int, Values]
Faults: TypeAlias = Callable[[Values], Iterator[str]]
Keep: TypeAlias = Callable[[Sequence[Good]], Awaitable[None]]


async def fill(stage: Stage, source: CsvFile, faults: Faults, keep: Keep, progress: Progress) -> None:
    """Stage the good rows of a file, and the reasons against the others."""
    task = progress.add_task(f"Reading {source.path.name}", total=source.size)
    for batch in _batches(source.rows()):
        judged = [(line, values, fault or "; ".join(faults(values))) for line, values, fault in batch]
        await stage.reject([(source.layout.kind, line, reason) for line, _, reason in judged if reason])
        await keep([(line, values) for line, values, reason in judged if not reason])
        progress.update(task, completed=source.position)


async def fill_members(stage: Stage, source: CsvFile, progress: Progress) -> None:
    """Stage members, with a position for those who name a company."""
    known = await _known_handles(stage) if "password" in source.columns else frozenset()

    async def keep(rows: Sequence[Good]) -> None:
        newcomers = [(line, values) for line, values in rows if values["handle"] not in known]
        hashes = await _hashes(newcomers, passwords)
        await stage.add_members([_member(line, values, hashes.get(line)) for line, values in rows])
        await stage.add("positions", POSITION_COLUMNS, list(_positions(rows)))

    with closing(Passwords(HASHERS)) as passwords:
        await fill(stage, source, member_faults, keep, progress)


async def fill_links(stage: Stage, source: CsvFile, layout: LinkLayout, progress: Progress) -> None:
    """Stage connections or follows."""
    one, other = layout.required

    async def keep(rows: Sequence[Good]) -> None:
        staged = [(line, row[one], row[other], instant(row.get(layout.instant))) for line, row in rows]
        await stage.add_links(layout.kind, staged)

    await fill(stage, source, lambda values: link_faults(values, layout), keep, progress)


async def _known_handles(stage: Stage) -> frozenset[str]:
    """Members who are there already keep their passwords, so theirs need no hashing."""
    return frozenset(row["handle"] for row in await stage.connection.fetch("SELECT handle FROM handles"))


async def _hashes(rows: Iterable[Good], passwords: Passwords) -> dict[int, str]:
    """The hash for each line that has a password."""
    given = {line: password for line, values in rows if (password := values.get("password"))}
    hashed = await asyncio.gather(*(_hash(password, passwords) for password in given.values()))
    return dict(zip(given, hashed, strict=True))


async def _hash(password: str, passwords: Passwords) -> str:
    return password if is_ready_hash(password) else await passwords.hash(password)


def _member(line: int, values: Values, password_hash: str | None) -> tuple[object, ...]:
    email = values.get("email")
    profile = (values.get(name) for name in STAGED_PROFILE)
    return (line, values["key"], normalised_email(email) if email else None, email, password_hash, *profile)


def _positions(rows: Iterable[Good]) -> Iterator[tuple[int, str, str]]:
    for line, values in rows:
        if company := values.get("company"):
            yield line, _title(values.get("headline")), company


def _title(headline: str | None) -> str:
    """The headline up to its first comma: the file has no titles."""
    title = (headline or "").partition(",")[0].strip()
    return title[: POSITION_TEXTS["title"].max_length].strip() or UNNAMED_TITLE


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
