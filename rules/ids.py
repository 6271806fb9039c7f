"""Public ids: opaque, typed by a prefix and spelt in exactly one way.

`M_MTYw` is a member. The part behind the prefix is the base64url text of the key's numbers. A row whose key
begins with its owner carries both numbers, so that it is found without an index of its own.
"""

import binascii
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Final

IDS_KEPT: Final = 16_384
"""How many ids of a kind are remembered: those who are on many pages are the same again and again."""


def encode(kind: str, *numbers: int) -> str:
    """The public id of the row with this key."""
    # Of digits and dots base64 makes no plus and no slash, which base64url would spell differently.
    text = binascii.b2a_base64(".".join(map(str, numbers)).encode(), newline=False)
    return f"{kind}_{text.rstrip(b'=').decode()}"


def encode_each(kind: str, numbers: Iterable[int]) -> list[str]:
    """The public ids of rows whose key is one number."""
    return list(map(_encoder(kind), numbers))


@cache
def _encoder(kind: str) -> Callable[[int], str]:
    """The function from the one number of a key to its public id."""

    @lru_cache(IDS_KEPT)
    def encoded(number: int) -> str:
        return encode(kind, number)

    return encoded


def decode(public_id: str) -> tuple[str, tuple[int, ...]] | None:
    """The kind and the key of a public id; None where the text is none."""
    kind, _, body = public_id.partition("_")
    try:
        text = binascii.a2b_base64(body + "=" * (-len(body) % 4)).decode()
        numbers = tuple(map(int, text.split(".")))
    except ValueError:
        return None
    return (kind, numbers) if encode(kind, *numbers) == public_id and _fits(numbers) else None


def decode_as(kind: str, public_id: str) -> tuple[int, ...] | None:
    """The key of a public id of this kind; None for anything else."""
    decoded = decode(public_id)
    return decoded[1] if decoded and decoded[0] == kind else None


def number(kind: str, public_id: str) -> int:
    """The one number of a public id of this kind; 0, which no row has, for anything else."""
    # Not by `decode_as`, which takes four times as long: operations name up to a hundred members.
    body = public_id.removeprefix(f"{kind}_")
    try:
        only = int(binascii.a2b_base64(body + "=" * (-len(body) % 4)))
    except ValueError:
        return 0
    return only if 0 < only < 2**31 and _encoder(kind)(only) == public_id else 0


def _fits(numbers: tuple[int, ...]) -> bool:
    """Whether PostgreSQL could hold the key: an `int4` alone or first, then `bigint`."""
    first, *rest = numbers
    return 0 < first < 2**31 and all(0 < number < 2**63 for number in rest)
