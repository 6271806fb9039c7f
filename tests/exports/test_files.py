"""How contacts are written in each format, in one piece or in several."""

import csv
import io
import json
import re
from datetime import date
from itertools import pairwise

import pytest

from rules.export_files import COLUMNS, FILES, Contact, Place, cell, folded
from rules.exports import ExportFormat

WHOLE = Place(0, is_first=True, is_last=True)
DAY = date(2026, 11, 22)
ADA = Contact("Ada", "Byron", "Ada Byron", "https://a.test/in/ada", "ada@a.test", "Engines", "Analyst", DAY)
BARE = Contact("Ben", None, "Ben T.", "https://a.test/in/ben", None, None, None, DAY)
ODD = ADA._replace(first_name='A "da"', last_name="By,ron;\nx\\y", company="=SUM(1)", position="Ä" * 100)


def written(format: ExportFormat, *contacts: Contact) -> str:
    return FILES[format].piece(contacts, WHOLE).decode()


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize("format", ExportFormat)
def test_a_file_is_the_same_in_one_piece_and_in_several(format: ExportFormat) -> None:
    contacts = [ADA, BARE, ODD, ADA, BARE]
    for ends in ([0, 5], [0, 0, 2, 2, 5, 5], [0, 1, 2, 3, 4, 5]):
        pieces = [
            FILES[format].piece(contacts[start:end], Place(start, number == 0, number == len(ends) - 2))
            for number, (start, end) in enumerate(pairwise(ends))
        ]
        assert b"".join(pieces).decode() == written(format, *contacts)


def test_a_table_has_a_line_of_names_and_one_for_each() -> None:
    assert written(ExportFormat.CSV, ADA, BARE) == (
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"
        "Ada,Byron,https://a.test/in/ada,ada@a.test,Engines,Analyst,2026-11-22\r\n"
        "Ben,,https://a.test/in/ben,,,,2026-11-22\r\n"
    )
    assert table(written(ExportFormat.CSV, ODD))[1][:2] == ['A "da"', "By,ron;\nx\\y"]
    assert table(written(ExportFormat.CSV)) == [list(COLUMNS)]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", "\uff1d1", "\uff0d1", " =1", "\t1", "\na=1", "\r1", "\u00a0=1", "="]
)
def test_what_a_spreadsheet_would_run_is_written_as_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("separator", [";", "\t", "\n", "\r"])
@pytest.mark.parametrize("formula", ["=1+1;", "@a", " -1", "\uff0b1"])
def test_nor_is_it_run_where_a_spreadsheet_begins_another_cell(separator: str, formula: str) -> None:
    assert cell(f"Acme{separator}{formula}") == f"Acme{separator}'{formula}"


@pytest.mark.parametrize("text", ["", "a=1", "a-b", "'x", "1", "ada+bob@a.test", "Ä", " a", "a; b", "a\nb=1"])
def test_other_cells_are_as_they_are(text: str) -> None:
    assert cell(text) == text


def test_json_is_one_array_of_objects_with_null_for_what_is_hidden() -> None:
    whole, bare = json.loads(written(ExportFormat.JSON, ODD, BARE))
    assert whole == {
        "firstName": 'A "da"',
        "lastName": "By,ron;\nx\\y",
        "url": "https://a.test/in/ada",
        "emailAddress": "ada@a.test",
        "company": "=SUM(1)",
        "position": "Ä" * 100,
        "connectedOn": "2026-11-22",
    }
    assert [name for name, value in bare.items() if value is None] == [
        *("lastName", "emailAddress", "company", "position")
    ]
    assert json.loads(written(ExportFormat.JSON)) == []


def test_a_card_says_what_is_shown_and_nothing_else() -> None:
    assert written(ExportFormat.VCARD, BARE) == (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:https://a.test/in/ben\r\nFN:Ben T.\r\nN:;Ben;;;\r\n"
        "URL:https://a.test/in/ben\r\nNOTE:Connected on 2026-11-22\r\nEND:VCARD\r\n"
    )
    lines = unfolded(written(ExportFormat.VCARD, ADA))
    assert {"EMAIL:ada@a.test", "ORG:Engines", "TITLE:Analyst", "N:Byron;Ada;;;"} < set(lines)
    assert written(ExportFormat.VCARD) == ""


def test_values_of_a_card_are_escaped_and_its_long_lines_folded() -> None:
    text = written(ExportFormat.VCARD, ODD._replace(display_name="One\r\nEMAIL:x@a.test\rTwo\x07"))
    lines = unfolded(text)
    assert 'N:By\\,ron\\;\\nx\\\\y;A "da";;;' in lines
    assert "FN:One\\nEMAIL:x@a.test\\nTwo" in lines
    assert "TITLE:" + "Ä" * 100 in lines
    assert all(len(line) <= 75 for line in text.encode().split(b"\r\n"))
    assert not re.search("[\r\n]", text.replace("\r\n", ""))


@pytest.mark.parametrize("character", ["a", "ä", "€", "😀"])
@pytest.mark.parametrize("length", [74, 75, 76, 300])
def test_no_line_is_too_long_and_no_character_broken(character: str, length: int) -> None:
    for shift in range(4):
        line = "x" * shift + character * length
        lines = folded(line).encode().split(b"\r\n")
        assert lines.pop() == b""
        assert all(len(each) <= 75 for each in lines)
        assert len(lines) == 1 or len(lines[0]) > 75 - 4
        decoded = [each.decode() for each in lines]
        assert decoded[0] + "".join(each[1:] for each in decoded[1:]) == line
