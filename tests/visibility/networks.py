"""Small networks with every setting, and their rows in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random

from auth.closing import close
from rules.audiences import DEFAULT_AUDIENCES, Audience, ConnectionsVisibility, FollowAudience
from tests.world import World

PROFILE: Mapping[str, object] = {
    "photo_url": "https://a.test/photo.png",
    "location": "Lund",
    "industry": "Research",
    "career_level": "EXECUTIVE",
    "summary": "About me",
    "languages": ["Swedish"],
    "accomplishments": ["Prize"],
    "email": "me@a.test",
    "phone": "+46 1",
    "websites": ["https://a.test"],
    "preferred_channel": "EMAIL",
}
"""What every member says of themself."""

SIZE = 12
WORK = "INSERT INTO positions (member_id, title, company_name) VALUES ($1, 'Tester', $2)"
STUDY = "INSERT INTO educations (member_id, school) VALUES ($1, $2)"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
Pair = tuple[int, int]


@dataclass(frozen=True)
class Person:
    """A member and the settings that say who sees what."""

    id: int
    audiences: Mapping[str, str]
    connections_visibility: str
    who_can_follow: str
    is_closed: bool
    company: str
    school: str

    @property
    def handle(self) -> str:
        """The handle, which names the member."""
        return f"m{self.id}"

    @property
    def given_name(self) -> str:
        """The name that goes with the handle."""
        return self.handle.title()


@dataclass(frozen=True)
class Network:
    """Who there is and what is between them: `links` oldest first; `private` are some of the `follows`."""

    people: Mapping[int, Person]
    links: Sequence[Pair]
    follows: frozenset[Pair]
    private: frozenset[Pair]
    blocks: frozenset[Pair]

    def neighbours(self, member: int) -> list[int]:
        """Who is connected to the member, newest first."""
        return [sum(pair) - member for pair in reversed(self.links) if member in pair]

    def are_connected(self, one: int, other: int) -> bool:
        """Whether the two are connected."""
        return other in self.neighbours(one)

    def chains(self, one: int, other: int) -> list[list[int]]:
        """The shortest ways from one member to another, in at most three steps, by trying all.

        Nobody in between hides the list of connections from everybody or is blocked by the one, either way.
        """
        ways = [[one]]
        for _ in range(3):
            ways = [[*way, id] for way in ways for id in self.neighbours(way[-1]) if id not in way]
            if found := [way for way in ways if way[-1] == other]:
                return found
            ways = [way for way in ways if self._leads_on(one, way[-1])]
        return []

    def _leads_on(self, one: int, through: int) -> bool:
        is_silent = self.people[through].connections_visibility == "NOBODY"
        return not is_silent and not self.is_blocked(one, through)

    def is_blocked(self, one: int, other: int) -> bool:
        """Whether either of the two blocks the other."""
        return bool(self.blocks & {(one, other), (other, one)})


def random_network(seed: int, first_id: int = 1) -> Network:
    """A network of twelve members, of whom some are closed and some blocked."""
    random = Random(seed)
    places = [f"Place {first_id}.{number}" for number in range(SIZE // 2)]
    people = {id: _person(random, id, places) for id in range(first_id, first_id + SIZE)}
    pairs = list(combinations(people, 2))
    blocked = {pair for pair in pairs if random.random() < 0.12}
    open_pairs = [
        pair for pair in pairs if pair not in blocked and not any(people[id].is_closed for id in pair)
    ]
    links = random.sample(open_pairs, k=len(open_pairs) // 5)
    follows = {
        pair for low, high in open_pairs for pair in ((low, high), (high, low)) if random.random() < 0.25
    }
    blocks = {block for pair in blocked for block in random.choice(_directions(*pair))}
    private = {pair for pair in follows if random.random() < 0.3}
    return Network(people, links, *map(frozenset, (follows, private, blocks)))


def _directions(one: int, other: int) -> list[list[Pair]]:
    return [[(one, other)], [(other, one)], [(one, other), (other, one)]]


def _person(random: Random, id: int, places: Sequence[str]) -> Person:
    share = random.choice([0, 0.6, 0.9])
    chosen = [section for section in DEFAULT_AUDIENCES if random.random() < share]
    return Person(
        id,
        {section.value: random.choice(list(Audience)).value for section in chosen},
        random.choice(list(ConnectionsVisibility)),
        random.choice(list(FollowAudience)),
        random.random() < 0.1,
        random.choice(places),
        random.choice(places),
    )


async def store(world: World, network: Network) -> None:
    """Write the network into a database with as many members as ids before it; accounts are closed last."""
    for person in network.people.values():
        assert await world.member(person.handle, _columns(person)) == person.id
        await world.execute(WORK, person.id, person.company)
        await world.execute(STUDY, person.id, person.school)
    for place, pair in enumerate(network.links):
        await world.connect(*pair)
        since = SINCE + timedelta(minutes=place)
        update = (
            "UPDATE connections SET connected_at = $3 WHERE (member_id, other_id) IN (($1, $2), ($2, $1))"
        )
        await world.execute(update, *pair, since)
    for pair in network.follows:
        insert = "INSERT INTO follows (follower_id, followee_id, is_private) VALUES ($1, $2, $3)"
        await world.execute(insert, *pair, pair in network.private)
    for blocker, blocked in network.blocks:
        insert = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, $3, $3)"
        await world.execute(insert, blocker, blocked, former_name(blocked))
    for person in network.people.values():
        if person.is_closed:
            async with world.connection() as connection, connection.transaction():
                await close(connection, person.id)


def former_name(member: int) -> str:
    """How somebody who blocked the member knew them."""
    return f"former-{member}"


def _columns(person: Person) -> Mapping[str, object]:
    settings = {
        "audiences": person.audiences or None,
        "connections_visibility": person.connections_visibility,
    }
    profile = {{"email": "contact_email"}.get(name, name): value for name, value in PROFILE.items()}
    return {**profile, **settings, "who_can_follow": person.who_can_follow}
