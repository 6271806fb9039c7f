from typing import Any

import pytest

from auth.passwords import Passwords
from server.importing.layouts import MEMBERS
from tests.importing.conftest import Importer
from tests.world import World

HEADER = "key,handle,given_name,family_name"
GOOD = "1,ada,Ada,Lovelace"


async def fetch(world: World, text: str) -> list[tuple[Any, ...]]:
    async with world.connection() as connection:
        return [tuple(row) for row in await connection.fetch(text)]


async def test_ids_follow_the_order_of_the_file(importer: Importer, world: World) -> None:
    numbers = [*range(500, 0, -1)]
    rows = "\n".join(f"{number},member-{number},Given,Family" for number in numbers)
    importer.write(MEMBERS, f"{HEADER}\n{rows}\n")
    await importer.run()
    assert await fetch(world, "SELECT handle FROM members ORDER BY id") == [(f"member-{n}",) for n in numbers]


async def test_a_member_has_all_that_the_file_says(importer: Importer, world: World) -> None:
    header = f"{HEADER},headline,company,industry,location"
    importer.write(MEMBERS, f'{header}\n{GOOD},"Analyst, mostly engines",Engines Ltd,Computing,London\n')
    await importer.run()
    profile = "handle, given_name, family_name, headline, industry, location, connection_count, version"
    expected = ("ada", "Ada", "Lovelace", "Analyst, mostly engines", "Computing", "London", 0, 1)
    assert await fetch(world, f"SELECT {profile} FROM members") == [expected]
    position = await fetch(world, "SELECT title, company_name, started_on, ended_on FROM positions")
    assert position == [("Analyst", "Engines Ltd", None, None)]


@pytest.mark.parametrize(("headline", "title"), [("", "Member"), (",", "Member"), ("x" * 200, "x" * 150)])
async def test_a_position_has_a_title_whatever_the_headline(
    importer: Importer, world: World, headline: str, title: str
) -> None:
    importer.write(MEMBERS, f'{HEADER},headline,company\n{GOOD},"{headline}",Engines Ltd\n')
    await importer.run()
    assert await world.value("SELECT title FROM positions") == title


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",bob,Bob,Builder,,,,,,", "key: missing"),
        ("2,,Bob,Builder,,,,,,", "handle: missing"),
        (
            "2,Bob,Bob,Builder,,,,,,",
            "handle: A handle has 3 to 50 lower-case letters, digits and inner hyphens.",
        ),
        ("2,bob,,Builder,,,,,,", "given_name: A value is needed."),
        ("2,bob,Bob, ,,,,,,", "family_name: A value is needed."),
        (f"2,bob,{'x' * 101},Builder,,,,,,", "given_name: At most 100 characters."),
        (f"2,bob,Bob,Builder,{'x' * 221},,,,,", "headline: At most 220 characters."),
        (f"2,bob,Bob,Builder,,{'x' * 151},,,,", "company: At most 150 characters."),
        ("2,bob,Bob,Build\x07er,,,,,,", "family_name: Control characters are not accepted."),
        ("2,bob,Bob,Builder,,,,,bob,", "email: Not an email address."),
        ("2,bob,Bob,Builder,,,,,bob@example.com,short", "password: At least 10 characters."),
        ("2,bob,Bob,Builder,,,,,,long enough", "password: there is no email to sign in with"),
        ("2,bob,Bob,Builder,,,,,bob@example.com,$argon2id$x", "password: not a hash of argon2id"),
        ("1,bob,Bob,Builder,,,,,,", "key: already on line 2"),
        ("2,ada,Ada,Other,,,,,,", "handle: already on line 2"),
        ("2,bob,Bob,Builder,,,,,ADA@example.com,", "email: already on line 2"),
        ("2,bob,Bob,Builder,,,,,Taken@example.com,", "email: belongs to another member"),
        ("2,closed,Bob,Builder,,,,,,", "handle: belongs to a closed account"),
    ],
)
async def test_a_bad_row_is_rejected_with_its_reason_and_the_others_are_loaded(
    importer: Importer, world: World, row: str, reason: str
) -> None:
    owner = await world.member("owner")
    await world.execute("INSERT INTO emails (email, member_id) VALUES ('taken@example.com', $1)", owner)
    await world.member("closed")
    await world.execute("UPDATE members SET closed_at = now() WHERE handle = 'closed'")
    header = f"{HEADER},headline,company,industry,location,email,password"
    importer.write(MEMBERS, f"{header}\n{GOOD},,,,,ada@example.com,\n{row}\n3,cleo,Cleo,Patra,,,,,,\n")
    report = await importer.run()
    assert importer.rejected() == [("members.csv", 3, reason)]
    assert (report.loaded["members"].loaded, report.rejected) == (2, {"members": 1})
    loaded = await fetch(world, "SELECT handle FROM handles WHERE handle NOT IN ('owner', 'closed')")
    assert sorted(loaded) == [("ada",), ("cleo",)]


async def test_a_row_that_is_not_utf_8_is_rejected_alone_and_stays_readable(importer: Importer) -> None:
    importer.write(MEMBERS, f"{HEADER}\n1,jose,José,Díaz\n".encode() + b"2,rene,Ren\xe9,Roux\n3,eve,Eve,E\n")
    report = await importer.run()
    (reject,) = importer.rejected_rows()
    expected = {"file": "members.csv", "line": "3", "reason": "not UTF-8", "row": r"2,rene,Ren\xe9,Roux"}
    assert reject == expected
    assert importer.rejects.stat().st_mode & 0o777 == 0o600
    assert report.loaded["members"].loaded == 2


async def test_rejects_are_in_the_order_of_lines_with_the_rows_as_they_were(importer: Importer) -> None:
    importer.write(MEMBERS, f'{HEADER}\n{GOOD}\n1,"dup\nkey",D,K\n\n,x,"Two\nlines",\n3,ada,A,L\n')
    await importer.run()
    assert [(row["line"], row["row"]) for row in importer.rejected_rows()] == [
        ("3", '1,"dup\nkey",D,K'),
        ("6", ',x,"Two\nlines",'),
        ("8", "3,ada,A,L"),
    ]


async def test_passwords_open_accounts_whether_plain_or_hashed(
    importer: Importer, world: World, passwords: Passwords
) -> None:
    ready = await passwords.hash("hers was hashed")
    rows = f"""{GOOD},Ada@Example.com,his is plain
2,bob,B,B,bob@example.com,"{ready}"
3,eve,E,E,eve@example.com,"""
    importer.write(MEMBERS, f"{HEADER},email,password\n{rows}")
    await importer.run()
    stored = await fetch(world, "SELECT email, password_hash FROM credentials ORDER BY member_id")
    assert [email for email, _ in stored] == ["Ada@Example.com", "bob@example.com", "eve@example.com"]
    assert await passwords.verify(stored[0][1], "his is plain")
    assert (stored[1][1], stored[2][1]) == (ready, None)
    assert await fetch(world, "SELECT email FROM emails ORDER BY member_id LIMIT 1") == [("ada@example.com",)]


async def test_who_is_there_already_stays_as_is(importer: Importer, world: World) -> None:
    await world.member("ada")
    importer.write(MEMBERS, f"{HEADER},headline,company,email\n{GOOD},New,Engines Ltd,ada@example.com\n")
    before = await fetch(world, "SELECT * FROM members")
    report = await importer.run()
    assert (report.loaded["members"].loaded, report.loaded["members"].unchanged) == (0, 1)
    assert await fetch(world, "SELECT * FROM members") == before
    assert await world.value("SELECT (SELECT count(*) FROM positions) + (SELECT count(*) FROM emails)") == 0
