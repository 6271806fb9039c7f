"""What is remembered of the fields that clients send."""

import pytest

from rules import languages
from rules.header_values import LONGEST_KEPT, remembered
from rules.languages import Language, preferred


@pytest.mark.parametrize(
    ("values", "times"),
    [
        (("a",), 1),
        ((None, "a"), 1),
        (("a" * LONGEST_KEPT, ("a", "b")), 1),
        (("a" * (LONGEST_KEPT + 1),), 3),
        (("a", "a" * (LONGEST_KEPT + 1)), 3),
    ],
)
def test_only_long_values_are_looked_at_again(values: tuple[object, ...], times: int) -> None:
    called: list[tuple[object, ...]] = []

    @remembered
    def noted(*given: object) -> int:
        called.append(given)
        return 7

    assert [noted(*values) for _ in range(3)] == [7] * 3
    assert called == [values] * times


def test_long_lists_of_languages_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[str] = []

    def noted(language_range: str) -> tuple[float, Language]:
        weighed.append(language_range)
        return 1, Language.FRENCH

    monkeypatch.setattr(languages, "_weighed", noted)
    for size, times in ((LONGEST_KEPT, 1), (LONGEST_KEPT + 1, 3)):
        header = "fr".ljust(size)
        assert [preferred(header) for _ in range(3)] == [Language.FRENCH] * 3
        assert weighed == [header] * times
        weighed.clear()
