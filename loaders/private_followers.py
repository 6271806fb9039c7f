"""Keys for follows whose follower must not be named: always the same, and nothing to be read from them."""

import struct
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag

from loaders.context import Context

Key = tuple[int, ...]


def veil(ctx: Context, followee_id: int, follower_id: int) -> Key:
    """The numbers of the public id: who is followed, then the follower encrypted."""
    cipher = ctx.deployment.cursor_cipher
    hidden = cipher.encrypt(struct.pack(">I", follower_id), _belongs_to(followee_id))
    # Numbers of public ids begin with 1.
    return followee_id, *(number + 1 for number in struct.unpack(">5I", hidden))


def unveil(ctx: Context, key: Key) -> int | None:
    """The follower behind the numbers; None where they were made up."""
    followee_id, *numbers = key
    try:
        hidden = struct.pack(">5I", *(number - 1 for number in numbers))
        shown = ctx.deployment.cursor_cipher.decrypt(hidden, _belongs_to(followee_id))
    except (InvalidTag, struct.error):
        return None
    follower_id: int = struct.unpack(">I", shown)[0]
    return follower_id


def _belongs_to(followee_id: int) -> Sequence[bytes]:
    return [b"private follower", struct.pack(">I", followee_id)]
