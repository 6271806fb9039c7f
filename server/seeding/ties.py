"""Who knows and follows whom: colleagues, classmates, friends of friends, and people many know."""

from array import array
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from random import Random
from typing import Final, TypeAlias

from server.seeding.careers import Period
from server.seeding.people import LARGE_FROM, Person

HEAVY_TAIL: Final = 1.6
MOST_TIES: Final = 200
"""A newcomer connects with `Shape.fewest` times a Pareto variate of this exponent, at most with so many."""

MOST_CONNECTIONS: Final = 30_000
"""The largest network that the rules allow by default; with a hundred thousand members some get near."""

TRIES_FOR_EACH: Final = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """How a network of some size is knit.

    `circle` is how many who came to a place last a newcomer can meet there. The three shares are where that
    of each kind of tie ends; what is left are people whom many know. The next two are shares of the ties.
    """

    fewest: int
    circle: int
    colleagues: float
    classmates: float
    friends_of_friends: float
    followed_by_newcomer: float
    following_newcomer: float


SMALL: Final = Shape(3, 50, 0.45, 0.65, 0.85, 0.6, 0.4)
LARGE: Final = Shape(11, 20, 0.5, 0.7, 0.965, 0.16, 0.11)
"""About fifty connections for each member, and as many follows as in a small one."""

Tie: TypeAlias = tuple[int, int, int]
"""A connection or a follow: two indexes of members, and since when in seconds of Unix time."""


class Network:
    """Grows with each newcomer, who connects with people who are there already.

    It remembers who was last at each place, and both ends of all connections: eight bytes for each of them.
    """

    def __init__(self, dice: Random, members: int, today: date) -> None:
        self._dice = dice
        self._end = int(datetime.combine(today, time(), UTC).timestamp())
        self._shape = LARGE if members >= LARGE_FROM else SMALL
        self._circles: defaultdict[str, deque[tuple[int, Period]]]
        self._circles = defaultdict(partial(deque, maxlen=self._shape.circle))
        self._ends = array("i")
        self._starts = array("q", [0])
        self._degrees = array("i")

    def join(self, person: Person) -> tuple[list[Tie], list[Tie]]:
        """The connections and the follows that the newcomer brings."""
        joined = int(person.joined_at.timestamp())
        known = self._acquaintances(person)
        self._remember(person, known)
        connections = [(person.index, other, self._since(joined)) for other in known]
        return connections, list(self._follows(person.index, known, joined))

    def _acquaintances(self, person: Person) -> list[int]:
        wanted = min(int(self._shape.fewest * self._dice.paretovariate(HEAVY_TAIL)), MOST_TIES, person.index)
        known: list[int] = []
        for _ in range(wanted * TRIES_FOR_EACH):
            if len(known) == wanted:
                break
            candidate = self._candidate(person, known)
            if candidate is not None and candidate not in known and self._has_room(candidate):
                known.append(candidate)
        return known

    def _has_room(self, member: int) -> bool:
        return self._degrees[member] < MOST_CONNECTIONS

    def _candidate(self, person: Person, known: list[int]) -> int | None:
        kind = self._dice.random()
        if kind < self._shape.colleagues and person.career.positions:
            return self._met_at(self._dice.choice(person.career.positions))
        if kind < self._shape.classmates:
            return self._met_at(person.career.study)
        if kind < self._shape.friends_of_friends and known:
            return self._friend_of(self._dice.choice(known))
        return self._well_known(person.index)

    def _met_at(self, period: Period) -> int | None:
        """Somebody who was at the same place at the same time, if one draw finds them."""
        circle = self._circles[period.place]
        if not circle:
            return None
        index, their_period = self._dice.choice(circle)
        return index if period.overlaps(their_period) else None

    def _friend_of(self, member: int) -> int | None:
        """One of those whom the member found when joining."""
        first, last = self._starts[member], self._starts[member + 1]
        return self._ends[self._dice.randrange(first, last, 2) + 1] if first < last else None

    def _well_known(self, newcomer: int) -> int:
        """Drawing from the ends of all connections favours who has many."""
        return self._dice.choice(self._ends) if self._ends else newcomer - 1

    def _remember(self, person: Person, known: list[int]) -> None:
        for period in (person.career.study, *person.career.positions):
            self._circles[period.place].append((person.index, period))
        for other in known:
            self._ends.extend((person.index, other))
            self._degrees[other] += 1
        self._degrees.append(len(known))
        self._starts.append(len(self._ends))

    def _follows(self, index: int, known: list[int], joined: int) -> Iterator[Tie]:
        """Some connections follow each other; others only read what well-known members write."""
        for other in known:
            if self._dice.random() < self._shape.followed_by_newcomer:
                yield index, other, self._since(joined)
            if self._dice.random() < self._shape.following_newcomer:
                yield other, index, self._since(joined)
        stranger = self._well_known(index)
        if index and stranger != index and stranger not in known:
            yield index, stranger, self._since(joined)

    def _since(self, joined: int) -> int:
        """Some time after joining, soon rather than late."""
        return joined + int((self._end - joined) * self._dice.random() ** 2)
