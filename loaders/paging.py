"""Keyset pages: cursors are opaque positions, encrypted for the list they belong to."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from executor.errors import CodedError
from rules.paging import PageArgs

Key = tuple[Any, ...]
NODES: Final = (("nodes",), ("edges", "node"))
"""Where the nodes are in the selection of a page."""
NODE: Final = attrgetter("node")
LONGEST_CURSOR: Final = 2_048
"""Characters; a position may hold a name. Every owner of a list looks at the cursor for itself."""


class KeysetList(NamedTuple):
    """A list as its cursors know it: the server's cipher, which list it is and whose, 0 for everybody's.

    Cursors are encrypted, because a position may hold what its reader must not know, such as an instant.
    """

    cipher: AESSIV
    name: str
    owner_id: int = 0

    def cursor(self, key: Key) -> str:
        """The opaque text of a position; `key` holds numbers and texts."""
        data = self.cipher.encrypt(orjson.dumps(key), self._associated)
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    def key(self, cursor: str) -> Key:
        """The position a cursor stands for. Raises CodedError INVALID_CURSOR for any other text."""
        if len(cursor) > LONGEST_CURSOR:
            raise invalid_cursor()
        try:
            data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            return tuple(orjson.loads(self.cipher.decrypt(data, self._associated)))
        except (InvalidTag, binascii.Error, ValueError):
            raise invalid_cursor() from None

    @property
    def _associated(self) -> list[bytes]:
        """What a position is bound to."""
        return [f"{self.name}:{self.owner_id}".encode()]


class Edge(Protocol):
    """What a page needs of its edges: where they stand and what stands there."""

    @property
    def key(self) -> Key:
        """The position: numbers and texts that order the list."""

    @property
    def node(self) -> object:
        """What stands there; None where it is invisible."""


EdgeT = TypeVar("EdgeT", bound=Edge)


@dataclass(eq=False)
class Page(Generic[EdgeT]):
    """One page of a list, also the row of its `PageInfo`."""

    of: KeysetList
    items: Sequence[EdgeT]
    has_next_page: bool
    has_previous_page: bool
    total_count: int | None

    @property
    def edges(self) -> Sequence["PageEdge[EdgeT]"]:
        """The items with their cursors."""
        return [PageEdge(self.of, item, item.node) for item in self.items]

    @property
    def nodes(self) -> Sequence[object]:
        """The items alone."""
        return list(map(NODE, self.items))

    @property
    def page_info(self) -> "Page[EdgeT]":
        """Where this page stands in the list."""
        return self

    @property
    def start_cursor(self) -> str | None:
        """Cursor of the first edge."""
        return self.of.cursor(self.items[0].key) if self.items else None

    @property
    def end_cursor(self) -> str | None:
        """Cursor of the last edge."""
        return self.of.cursor(self.items[-1].key) if self.items else None


PageT = TypeVar("PageT", bound=Page[Any])


@dataclass(eq=False, slots=True)
class PageEdge(Generic[EdgeT]):
    """An item in its list. The cursor is made when it is asked for."""

    of: KeysetList
    item: EdgeT
    node: object
    """What stands at this position."""

    @property
    def cursor(self) -> str:
        """Opaque position in the list."""
        return self.of.cursor(self.item.key)


def page(
    make: Callable[..., PageT], of: KeysetList, found: Sequence[Edge], args: PageArgs, total_count: int | None
) -> PageT:
    """The page of `found`, which holds one item more than wanted where the list goes on.

    `make` is `Page`, or whatever takes the same.
    """
    size = args.size
    more = len(found) > size
    items = found[:size] if more else found
    if args.backward:
        return make(of, items[::-1], args.before is not None, more, total_count)
    return make(of, items, more, args.after is not None, total_count)


def check(args: PageArgs) -> None:
    """Raise CodedError BAD_USER_INPUT for arguments that no list accepts."""
    if args.problem:
        raise CodedError("BAD_USER_INPUT", args.problem)


def invalid_cursor() -> CodedError:
    """The answer to a cursor of another list, or of none."""
    return CodedError("INVALID_CURSOR", "The cursor does not belong to this list.")
