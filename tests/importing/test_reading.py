from pathlib import Path

import pytest

from server.failure import Failure
from server.importing.layouts import CONNECTIONS, MEMBERS
from server.importing.reading import CsvFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "connections.csv"


def rows(path: Path, content: bytes) -> list[tuple[int, dict[str, str | None], str | None]]:
    path.write_bytes(content)
    return list(CsvFile(path, CONNECTIONS).rows())


def test_columns_may_come_in_any_order_and_blanks_around_values_are_dropped(path: Path) -> None:
    found = rows(path, b"other , member\n b,a \n")
    assert found == [(2, {"other": "b", "member": "a"}, None)]


def test_a_byte_order_mark_and_windows_line_ends_are_read(path: Path) -> None:
    found = rows(path, b'\xef\xbb\xbfmember,other\r\na,b\r\n"c\r\nd",e\r\n')
    assert found == [(2, {"member": "a", "other": "b"}, None), (3, {"member": "c\nd", "other": "e"}, None)]


def test_a_record_has_the_line_it_begins_at_though_values_have_lines(path: Path) -> None:
    found = rows(path, b'member,other\n"a\nb",c\n\nd,e\n')
    assert [(line, values["member"]) for line, values, _ in found] == [(2, "a\nb"), (5, "d")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"a,b,c", "3 columns instead of 2"),
        (b"a", "1 columns instead of 2"),
        (b"a,\xe9", "not UTF-8"),
        (b"a,\xed\xa0\x80", "not UTF-8"),
        (b"a,b\x00", "a NUL character"),
        (b'"a"b,c', "not CSV: ',' expected after '\"'"),
        (b"a," + b"b" * 200_000, "not CSV: field larger than field limit (131072)"),
    ],
)
def test_a_bad_record_hides_no_good_one(path: Path, row: bytes, reason: str) -> None:
    found = rows(path, b"member,other\n" + row + b"\nc,d\n")
    assert found == [(2, {}, reason), (3, {"member": "c", "other": "d"}, None)]


def test_an_open_quote_at_the_end_is_a_bad_record(path: Path) -> None:
    found = rows(path, b'member,other\na,b\n"c,d\n')
    assert [(line, fault) for line, _, fault in found] == [(2, None), (3, "not CSV: unexpected end of data")]


def test_the_blanks_of_a_password_count(path: Path) -> None:
    path.write_text("key,handle,given_name,family_name,password\n1,ada,A,B, with blanks \n")
    ((_, values, _),) = CsvFile(path, MEMBERS).rows()
    assert values["password"] == " with blanks "


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "lacks the column member"),
        (b"member\n1\n", "lacks the column other"),
        (b"member;other\n1;2\n", "lacks the column member"),
        (b"member,other,since\n", "has the column 'since', which is not known"),
        (b"member,other,member\n", "has the column member twice"),
        ("member,other\n".encode("utf-16"), "lacks the column member"),
    ],
)
def test_a_file_with_other_columns_is_refused_as_a_whole(path: Path, content: bytes, complaint: str) -> None:
    path.write_bytes(content)
    with pytest.raises(Failure, match=f"{complaint}.*; the columns of connections are member, other, connec"):
        CsvFile(path, CONNECTIONS)


def test_what_is_no_file_is_told_by_name(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.csv"):
        with pytest.raises(Failure, match=f"{path} is not a file"):
            CsvFile(path, CONNECTIONS)
