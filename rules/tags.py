"""What a member may write on their own connections: tags and notes."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from rules.members import TextRule
from rules.paging import MAX_BATCH_IDS
from rules.refusals import UserErrorCode, ValidationError

MAX_TAGS: Final = 200
"""Most tags of one member."""
TAG_TEXTS: Final[Mapping[str, TextRule]] = {"name": TextRule(50, required=True)}
NOTE_TEXTS: Final[Mapping[str, TextRule]] = {"note": TextRule(1_000)}
TAGGED: Final[Mapping[str, TextRule]] = {
    name: TextRule(100, max_items=MAX_BATCH_IDS)
    for name in ("member_ids", "add_tag_ids", "remove_tag_ids", "tag_ids")
}
"""How many members are tagged at once, and with how many tags."""

_COLOR: Final = re.compile(r"#[0-9a-f]{6}")


def check_color(color: object) -> Iterator[ValidationError]:
    """A colour is written in six hexadecimal digits, as style sheets have it."""
    if color is not None and not _COLOR.fullmatch(str(color)):
        text, code = "A colour looks like `#00aaff`, in lower case.", UserErrorCode.INVALID
        yield ValidationError(message=text, code=code, field=["color"], constraint="pattern=#rrggbb")


def check_room(count: int) -> Iterator[ValidationError]:
    """A member who has so many tags may make one more, or not."""
    if count >= MAX_TAGS:
        text, bound = f"At most {MAX_TAGS} tags.", f"maxItems={MAX_TAGS}"
        yield ValidationError(message=text, code=UserErrorCode.TOO_LONG, constraint=bound)
