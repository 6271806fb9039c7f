"""Cursors: positions in a list that only the server reads."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from executor.errors import CodedError
from loaders.paging import LONGEST_CURSOR, KeysetList

LIST = KeysetList(AESSIV(bytes(32)), "people")


def test_a_cursor_that_is_too_long_is_not_read() -> None:
    name = "x" * (LONGEST_CURSOR // 2)
    cursor, longer = LIST.cursor((name, 1)), LIST.cursor((2 * name, 1))
    assert len(cursor) < LONGEST_CURSOR < len(longer)
    assert LIST.key(cursor) == (name, 1)
    with pytest.raises(CodedError):
        LIST.key(longer)
