"""Notifications: who wants which kinds, what they say, and which of them can be marked read at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rules.events import OFF_BY_DEFAULT, NotificationKind, Position
from rules.languages import Language
from rules.notification_texts import TEXTS, Texts
from rules.paging import MAX_BATCH_IDS
from rules.refusals import UserErrorCode, ValidationError

MOST_ACTORS: Final = 1_000
"""How many members one notification holds, the newest ones, so that none grows without end."""
MOST_SHOWN_ACTORS: Final = 10
MOST_UNREAD: Final = 999
"""Up to how many unread notifications are counted."""


def is_on(kind: NotificationKind, chosen: Mapping[str, bool] | None) -> bool:
    """Whether the kind notifies a member who chose so: `chosen` holds what differs from the default."""
    return (chosen or {}).get(kind, kind not in OFF_BY_DEFAULT)


def differing(chosen: Mapping[str, bool]) -> dict[str, bool] | None:
    """What of the choice differs from the default, so that most members hold nothing."""
    changed = {kind: on for kind, on in chosen.items() if on != is_on(NotificationKind(kind), None)}
    return changed or None


def text(kind: NotificationKind, language: Language, names: Sequence[str], actor_count: int) -> str:
    """What the notification says; `names` are those of its newest actors, two where there are as many."""
    texts = TEXTS[language]
    template = texts.one[kind] if len(names) < 2 else texts.several.get(kind, texts.one[kind])
    return template.format(who=_who(texts, names, actor_count))


def check_what_is_read(
    notification_ids: Sequence[str] | None, up_to: Position | None, epoch: int
) -> Iterator[ValidationError]:
    """Either up to 100 ids or a position of the log in its present epoch."""
    if (notification_ids is None) == (up_to is None):
        text = "Give either `notificationIds` or `upTo`."
        yield ValidationError(message=text, code=UserErrorCode.REQUIRED, field=["notification_ids"])
    elif notification_ids is not None and len(notification_ids) > MAX_BATCH_IDS:
        text, bound = f"At most {MAX_BATCH_IDS} notifications at once.", f"maxItems={MAX_BATCH_IDS}"
        code = UserErrorCode.TOO_LONG
        yield ValidationError(message=text, code=code, field=["notification_ids"], constraint=bound)
    elif up_to is not None and up_to.epoch != epoch:
        text = "The cursor belongs to a log that was started anew since."
        yield ValidationError(message=text, code=UserErrorCode.INVALID, field=["up_to"])


def _who(texts: Texts, names: Sequence[str], actor_count: int) -> str:
    if len(names) < 2:
        return names[0] if names else texts.somebody
    pattern = texts.two if actor_count == 2 else texts.many
    return pattern.format(first=names[0], second=names[1], others=actor_count - 1)
