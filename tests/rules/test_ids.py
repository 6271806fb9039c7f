"""Public ids."""

import pytest

from rules.ids import IDS_KEPT, decode, decode_as, encode, encode_each, number


@pytest.mark.parametrize(("kind", "numbers"), [("M", (1,)), ("M", (2**31 - 1,)), ("P", (1, 2**63 - 1))])
def test_an_id_reads_back_as_what_it_stands_for(kind: str, numbers: tuple[int, ...]) -> None:
    assert decode(encode(kind, *numbers)) == (kind, numbers)


@pytest.mark.parametrize(
    "text", ["", "M", "M_", "M_!", "M_MQ=", "M_MQ==", "M_MDE", "M_LTE", "M_MC4", "M_ MQ", "M_MQ\n"]
)
def test_an_id_has_one_spelling(text: str) -> None:
    assert decode(text) is None
    assert number("M", text) == 0


@pytest.mark.parametrize("numbers", [(0,), (2**31,), (1, 2**63), (1, 0)])
def test_a_number_that_no_key_can_hold_is_no_id(numbers: tuple[int, ...]) -> None:
    assert decode(encode("M", *numbers)) is None
    assert number("M", encode("M", *numbers)) == 0


def test_an_id_of_another_kind_is_not_taken() -> None:
    assert decode_as("M", encode("P", 1)) is None
    assert decode_as("M", encode("M", 1)) == (1,)
    assert number("M", encode("P", 1)) == number("M", encode("M", 1, 2)) == 0
    assert number("M", encode("M", 1)) == 1


def test_ids_that_are_remembered_are_those_that_are_made() -> None:
    numbers = [1, 2**31 - 1, *range(1, IDS_KEPT + 10), 1]
    for kind in ("M", "CO"):
        assert encode_each(kind, numbers) == [encode(kind, number) for number in numbers]
