"""Who knows and follows whom: colleagues, classmates, friends of friends, and people many know."""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from random import Random
from typing import Final

from server.seeding.careers import Period
from server.seeding.people import Person

FEWEST_TIES: Final = 3
HEAVY_TAIL: Final = 1.6
MOST_TIES: Final = 200
"""A newcomer connects with `FEWEST_TIES` times a Pareto variate of this exponent, at most `MOST_TIES`."""

MOST_CONNECTIONS: Final = 30_000
"""The largest network that the rules allow by default; with a million members some get there."""

TRIES_FOR_EACH: Final = 4
COLLEAGUES, CLASSMATES, FRIENDS_OF_FRIENDS = 0.45, 0.65, 0.85
"""Where the share of each kind ends; what is left are people whom many know."""
FOLLOWED_BY_NEWCOMER: Final = 0.6
FOLLOWING_NEWCOMER: Final = 0.4


@dataclass(frozen=True, slots=True)
class Tie:
    """A connection or a follow between two indexes of members."""

    one: int
    other: int
    since: datetime


class Network:
    """Grows with each newcomer, who connects with people who are there already.

    It remembers where everybody was and whom each found when joining: some hundred bytes a member.
    """

    def __init__(self, dice: Random, today: date) -> None:
        self._dice = dice
        self._end = datetime.combine(today, time(), UTC)
        self._rosters: defaultdict[str, list[tuple[int, Period]]] = defaultdict(list)
        self._ends = array("i")
        self._starts = array("q", [0])
        self._degrees = array("i")

    def join(self, person: Person) -> tuple[list[Tie], list[Tie]]:
        """The connections and the follows that the newcomer brings."""
        known = self._acquaintances(person)
        self._remember(person, known)
        connections = [Tie(person.index, other, self._since(person)) for other in known]
        return connections, list(self._follows(person, known))

    def _acquaintances(self, person: Person) -> list[int]:
        wanted = min(int(FEWEST_TIES * self._dice.paretovariate(HEAVY_TAIL)), MOST_TIES, person.index)
        known: dict[int, None] = {}
        for _ in range(wanted * TRIES_FOR_EACH):
            if len(known) == wanted:
                break
            candidate = self._candidate(person, list(known))
            if candidate is not None and self._degrees[candidate] < MOST_CONNECTIONS:
                known[candidate] = None
        return list(known)

    def _candidate(self, person: Person, known: list[int]) -> int | None:
        kind = self._dice.random()
        if kind < COLLEAGUES and person.career.positions:
            return self._met_at(self._dice.choice(person.career.positions))
        if kind < CLASSMATES:
            return self._met_at(person.career.study)
        if kind < FRIENDS_OF_FRIENDS and known:
            return self._friend_of(self._dice.choice(known))
        return self._well_known(person)

    def _met_at(self, period: Period) -> int | None:
        """Somebody who was at the same place at the same time, if one draw finds them."""
        roster = self._rosters[period.place]
        if not roster:
            return None
        index, their_period = self._dice.choice(roster)
        return index if period.overlaps(their_period) else None

    def _friend_of(self, member: int) -> int | None:
        """One of those whom the member found when joining."""
        first, last = self._starts[member], self._starts[member + 1]
        return self._ends[self._dice.randrange(first, last, 2) + 1] if first < last else None

    def _well_known(self, person: Person) -> int:
        """Drawing from the ends of all connections favours who has many."""
        return self._dice.choice(self._ends) if self._ends else person.index - 1

    def _remember(self, person: Person, known: list[int]) -> None:
        for period in (person.career.study, *person.career.positions):
            self._rosters[period.place].append((person.index, period))
        for other in known:
            self._ends.extend((person.index, other))
            self._degrees[other] += 1
        self._degrees.append(len(known))
        self._starts.append(len(self._ends))

    def _follows(self, person: Person, known: list[int]) -> Iterator[Tie]:
        """Some connections follow each other; others only read what well-known members write."""
        for other in known:
            if self._dice.random() < FOLLOWED_BY_NEWCOMER:
                yield Tie(person.index, other, self._since(person))
            if self._dice.random() < FOLLOWING_NEWCOMER:
                yield Tie(other, person.index, self._since(person))
        stranger = self._well_known(person)
        if stranger not in (person.index, *known) and person.index:
            yield Tie(person.index, stranger, self._since(person))

    def _since(self, person: Person) -> datetime:
        """Some time after joining, soon rather than late."""
        passed = (self._end - person.joined_at) * self._dice.random() ** 2
        return (person.joined_at + passed).replace(microsecond=0)
