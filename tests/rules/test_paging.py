"""Which part of a list is wanted."""

import pytest

from rules.paging import PageArgs


@pytest.mark.parametrize(
    ("args", "size", "backward"),
    [
        (PageArgs(), 20, False),
        (PageArgs(first=5), 5, False),
        (PageArgs(last=5), 5, True),
        (PageArgs(before="x"), 20, True),
        (PageArgs(first=5, before="x"), 5, False),
    ],
)
def test_a_page_is_counted_from_the_end_that_is_named(args: PageArgs, size: int, backward: bool) -> None:
    assert (args.size, args.backward, args.problem) == (size, backward, None)


@pytest.mark.parametrize(
    "args",
    [PageArgs(first=0), PageArgs(first=101), PageArgs(last=0), PageArgs(last=-1), PageArgs(first=1, last=1)],
)
def test_sizes_that_no_list_has_are_a_problem(args: PageArgs) -> None:
    assert args.problem
