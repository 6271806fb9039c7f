"""How wake-ups are written: a few together as JSON, each text short enough for PostgreSQL's NOTIFY."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import orjson

from rules.events import TypingSignal

# NOTIFY takes less than 8,000 bytes; a member takes 11 of them at most, a signal 70.
MEMBERS_TOGETHER = 700
SIGNALS_TOGETHER = 100
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class WakeUp:
    """What one process tells all: members whose logs grew and members who type; nothing as a sign of life."""

    sender: str
    member_ids: Collection[int] = ()
    signals: Sequence[TypingSignal] = ()


def written(sender: str, member_ids: Collection[int], signals: Sequence[TypingSignal]) -> list[str]:
    """The payloads that say all this; at least one."""
    parts: list[dict[str, object]] = [{"w": some} for some in _slices(list(member_ids), MEMBERS_TOGETHER)]
    told = [(signal.conversation_id, signal.member_id, signal.until) for signal in signals]
    parts += [{"t": some} for some in _slices(told, SIGNALS_TOGETHER)]
    return [orjson.dumps({"from": sender, **part}).decode() for part in parts or [{}]]


def read(payload: str) -> WakeUp:
    """What a payload says. Raises ValueError, KeyError or TypeError for one that isn't ours."""
    told = orjson.loads(payload)
    return WakeUp(
        str(told["from"]),
        [int(member_id) for member_id in told.get("w", ())],
        [
            TypingSignal(int(conversation_id), int(member_id), datetime.fromisoformat(until))
            for conversation_id, member_id, until in told.get("t", ())
        ],
    )


def _slices(items: Sequence[ItemT], size: int) -> Iterator[Sequence[ItemT]]:
    return (items[start : start + size] for start in range(0, len(items), size))
