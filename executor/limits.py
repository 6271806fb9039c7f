"""How large an operation may be. Whatever passes costs a bounded time to validate and to execute."""

from dataclasses import dataclass

from executor.errors import RequestError


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest document and operation that are accepted; each limit has a coded error of its own.

    All counts but `tokens` and `characters` are those of the operation that is to run, with its fragments
    expanded at each of their spreads: what a fragment holds counts once for each place it is used in.
    """

    characters: int = 262_144
    """Length of the document's text."""
    lines: int = 10_000
    """Lines of the document's text."""
    tokens: int = 2_000
    """Tokens of the document; comments are counted as well, but apart from them."""
    depth: int = 12
    """Levels of fields, leaves included; introspection is exempt."""
    fields: int = 5_000
    """Fields, whatever the size of the pages they stand in."""
    aliases: int = 30
    """Fields with an alias."""
    alias_length: int = 100
    """Characters of an alias: it stands in the response once for each object."""
    directives: int = 50
    """Directives, wherever they stand in the operation."""
    same_name: int = 100
    """Fields of one selection set that have the same response name. A spread counts as many as the most
    repeated name of its fragment."""
    nodes: int = 10_000
    """Objects asked for: each field with selections counts the product of the page sizes above it, and of
    its own where it is a list itself rather than a page with edges."""
    default_page_size: int = 20
    """The size of a page whose size is not given."""
    introspection: float = 1.5
    """Fields about the schema, by an estimate, as a multiple of what the full introspection query has."""


def limit_exceeded(name: str, what: str, limit: int, found: int) -> RequestError:
    """The error for an operation that has more than `limit` of something, e.g. `NODE_LIMIT_EXCEEDED`."""
    # A product of page sizes may have thousands of digits, which no client's number can hold.
    found = min(found, 2**31 - 1)
    message = f"There are {found:,} {what}, at most {limit:,} are allowed."
    return RequestError(f"{name}_LIMIT_EXCEEDED", message, limit=limit, found=found)
