"""What an address and a password may be."""

import pytest

from rules.accounts import MAX_EMAIL, MAX_PASSWORD, check_email, check_password, normalised_email
from rules.refusals import UserErrorCode


@pytest.mark.parametrize(
    "email", ["a@b.org", " ada.l+x@mail.example.org ", "é@bücher.example", "a@b.c.d.org"]
)
def test_an_address_has_a_local_part_and_a_domain(email: str) -> None:
    assert not list(check_email(email))


@pytest.mark.parametrize(
    "email", ["", "ada", "@b.org", "ada@org", "ada@b.o", "a b@c.org", "a@b@c.org", "a@b..org", "a\x00@b.org"]
)
def test_anything_else_is_no_address(email: str) -> None:
    assert [error.code for error in check_email(email)] == [UserErrorCode.INVALID]


def test_half_of_a_surrogate_pair_is_no_letter_of_an_address() -> None:
    assert list(check_email("\ud800@b.org"))


def test_an_address_has_at_most_254_characters() -> None:
    local, domain = "a" * 64, ".".join(["b" * 60] * 4)
    longest = f"{local}@{domain}"[: MAX_EMAIL - 4] + ".org"
    assert not list(check_email(longest))
    assert [error.code for error in check_email("a" + longest[1:] + "x")] == [UserErrorCode.TOO_LONG]


def test_addresses_that_differ_in_case_blanks_or_composition_are_the_same() -> None:
    assert normalised_email(" ADA@B.org") == normalised_email("ada@b.org ")
    assert normalised_email("e\u0301@b.org") == normalised_email("\u00c9@b.org")


def test_no_more_is_composed_than_an_address_can_have() -> None:
    assert len(normalised_email("a" + "\u0315\u0300" * 100_000)) <= MAX_EMAIL + 1


@pytest.mark.parametrize(
    ("length", "codes"),
    [
        (9, [UserErrorCode.INVALID]),
        (10, []),
        (MAX_PASSWORD, []),
        (MAX_PASSWORD + 1, [UserErrorCode.TOO_LONG]),
    ],
)
def test_a_password_has_10_to_128_characters(length: int, codes: list[UserErrorCode]) -> None:
    assert [error.code for error in check_password("x" * length)] == codes
