"""The files that can be read and the columns that they have."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file, in any order; the optional ones may be left out."""

    kind: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkLayout(Layout):
    """A file of links between two members, and the columns of the table of the same name.

    A `mutual` link is stored twice, once for each member, and is the same in either order.
    """

    one_column: str = ""
    other_column: str = ""
    mutual: bool = False

    @property
    def instant(self) -> str:
        """The column that says since when, in the file and in the table."""
        return self.optional[0]


MEMBERS: Final = Layout(
    "members",
    required=("key", "handle", "given_name", "family_name"),
    optional=("headline", "company", "industry", "location", "email", "password"),
)
CONNECTIONS: Final = LinkLayout(
    "connections",
    required=("member", "other"),
    optional=("connected_at",),
    one_column="member_id",
    other_column="other_id",
    mutual=True,
)
FOLLOWS: Final = LinkLayout(
    "follows",
    required=("follower", "followee"),
    optional=("followed_at",),
    one_column="follower_id",
    other_column="followee_id",
)
