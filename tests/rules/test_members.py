"""Bounds of a profile."""

from datetime import date

import pytest

from rules.audiences import ProfileSection
from rules.members import (
    PROFILE_TEXTS,
    WHOLE_PROFILE,
    check_handle,
    check_period,
    check_texts,
    completeness,
    trimmed,
)
from rules.refusals import UserErrorCode


@pytest.mark.parametrize("handle", ["ada", "a-b", "person-160", "0" * 50])
def test_a_handle_is_what_addresses_take(handle: str) -> None:
    assert not list(check_handle(handle))


@pytest.mark.parametrize(
    "handle", ["", "ab", "-ada", "ada-", "Ada", "a_b", "a b", "ä-ada", "x" * 51, "ada\n"]
)
def test_anything_else_is_no_handle(handle: str) -> None:
    assert [error.code for error in check_handle(handle)] == [UserErrorCode.INVALID]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("headline", "x" * 220, None),
        ("headline", "x" * 221, UserErrorCode.TOO_LONG),
        ("headline", None, None),
        ("given_name", None, UserErrorCode.REQUIRED),
        ("given_name", "a\x07b", UserErrorCode.INVALID),
        ("summary", "a\nb\tc", None),
        ("headline", "\ud800", UserErrorCode.INVALID),
        ("photo_url", "https://a.test/x", None),
        ("photo_url", "http://a.test/x", UserErrorCode.INVALID),
        ("photo_url", "https://", UserErrorCode.INVALID),
        ("photo_url", "https://[", UserErrorCode.INVALID),
        ("languages", ["x"] * 50, None),
        ("languages", ["x"] * 51, UserErrorCode.TOO_LONG),
        ("languages", [""], UserErrorCode.REQUIRED),
        ("languages", ["x" * 51], UserErrorCode.TOO_LONG),
    ],
)
def test_each_part_of_a_profile_has_its_bounds(name: str, value: object, code: UserErrorCode | None) -> None:
    found = [error.code for error in check_texts({name: value}, PROFILE_TEXTS)]
    assert found == ([code] if code else [])


def test_all_violated_bounds_are_told_at_once_in_the_order_of_the_profile() -> None:
    errors = check_texts({"headline": "x" * 300, "given_name": ""}, PROFILE_TEXTS)
    assert [error.field for error in errors] == [["given_name"], ["headline"]]


def test_a_period_does_not_end_before_it_starts() -> None:
    day = date(2026, 1, 1)
    assert not list(check_period(day, day))
    assert not list(check_period(None, day))
    assert [error.field for error in check_period(day, date(2025, 12, 31))] == [["ended_on"]]


def test_blanks_around_a_text_are_dropped() -> None:
    assert trimmed("  a ") == "a"
    assert trimmed("   ") is None
    assert trimmed([" a", "b "]) == ["a", "b"]
    assert trimmed(None) is None


def test_a_profile_is_as_whole_as_its_sections_are_filled_in() -> None:
    assert [completeness(WHOLE_PROFILE[:filled]) for filled in range(9)] == [
        0,
        12,
        25,
        37,
        50,
        62,
        75,
        87,
        100,
    ]
    assert completeness([ProfileSection.PHONE, ProfileSection.EMAIL]) == 0
