"""The members of one world, each world with its own: all of them know each other in the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations, count, permutations

from rules import ids
from rules.audiences import Audience, ConnectionsVisibility
from rules.terms import QuotaKind
from tests.accounts.people import PASSWORD
from tests.privacy.renaming import FIRST_NUMBER, Renaming
from tests.world import World

ROLES = ("ada", "bob", "eve", "dan", "fay", "gus")
"""Ada asks Bob, who has secrets. Eve knows both, Dan knows Bob, Gus knows Ada and follows Bob, Fay nobody."""
LINKS = (("ada", "eve"), ("bob", "eve"), ("bob", "dan"), ("ada", "gus"), ("eve", "gus"))
FOLLOWS = (("gus", "bob"), ("eve", "bob"), ("dan", "ada"), ("bob", "dan"), ("bob", "gus"))
ADMINISTRATORS, COMPANY_FOLLOWERS = ("ada", "bob", "eve"), ("bob", "dan")
OPEN_HEARTED: Mapping[str, object] = {
    "phone": "+46 1",
    "summary": "About me",
    "contact_email": "me@a.test",
    "connections_visibility": ConnectionsVisibility.NETWORK,
    "audiences": dict.fromkeys(("EMAIL", "FOLLOWERS", "FOLLOWING"), Audience.MEMBERS),
}
"""What most of them show to everybody."""

NUMBERED = """
SELECT setval(pg_get_serial_sequence(quote_ident(table_name), column_name), $1, false)
FROM information_schema.columns
WHERE table_schema = 'public' AND is_identity = 'YES' AND table_name = ANY($2::text[])
"""
BEGIN_LOG = "UPDATE inboxes SET last_sequence = $2 WHERE member_id = $1"
NEXT = "SELECT nextval(pg_get_serial_sequence($1, 'id'))"
FOLLOW = "INSERT INTO follows (follower_id, followee_id, followed_at) VALUES ($1, $2, $3)"
COMPANY = "INSERT INTO companies (handle, name, created_at) VALUES ($1, 'Acme', $2) RETURNING id"
ADMINISTER = "INSERT INTO administrators (company_id, member_id, since) VALUES ($1, $2, $3)"
FOLLOW_COMPANY = "INSERT INTO company_follows (company_id, follower_id, followed_at) VALUES ($1, $2, $3)"
TAG = "INSERT INTO tags (member_id, name) VALUES ($1, 'Old friends') RETURNING id"
TAGGED = "INSERT INTO taggings (member_id, other_id, tag_id) VALUES ($1, $2, $3)"
SINCE = "UPDATE connections SET connected_at = $3 WHERE (member_id, other_id) IN (($1, $2), ($2, $1))"
SIGN_IN = """
WITH named AS (INSERT INTO emails (member_id, email) VALUES ($1, $2))
INSERT INTO credentials (member_id, email, password_hash) VALUES ($1, $2, $3)
"""
unused_names = count(20_000_001)


@dataclass
class Cast:
    """Who plays which role in one world, and what Ada has seen of it.

    `missing` is who never existed, though there are numbers for them.
    """

    missing: frozenset[str] = frozenset()
    numbers: dict[str, int] = field(default_factory=dict)
    eyes: Renaming = field(default_factory=Renaming)
    company: int = 0
    tag: int = 0

    def __getitem__(self, role: str) -> int:
        return self.numbers[role]

    def id(self, role: str) -> str:
        """The public id of a member."""
        return ids.encode("M", self.numbers[role])

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
        """The numbers of those pairs of which both exist."""
        return [(self[one], self[other]) for one, other in pairs if not self.missing & {one, other}]

    def members(self, roles: Sequence[str]) -> list[int]:
        """The numbers of those who exist."""
        return [self[role] for role in roles if role not in self.missing]


async def number_alike(world: World, tables: Sequence[str]) -> None:
    """Let the rows of all worlds have numbers of one length."""
    await world.execute(NUMBERED, FIRST_NUMBER, list(tables))


async def unused_number(world: World, table: str) -> int:
    """A number that no row of this table has or will have."""
    number: int = await world.value(NEXT, table)
    return number


def fresh_name(role: str = "new") -> str:
    """A handle that nobody has in any world."""
    return f"{role}{next(unused_names)}"


async def assemble(world: World, since: datetime, *missing: str) -> Cast:
    """A new world in which everybody has known each other since then, but for those who never existed."""
    cast = Cast(frozenset(missing))
    for role in ROLES:
        await _enter(world, cast, role, since)
    for place, pair in enumerate(cast.pairs(LINKS)):
        await world.connect(*pair)
        await world.execute(SINCE, *pair, since + timedelta(minutes=place))
    for pair in cast.pairs(FOLLOWS):
        await world.execute(FOLLOW, *pair, since)
    await _found(world, cast, since)
    cast.tag = await world.value(TAG, cast["ada"])
    await world.execute(TAGGED, cast["ada"], cast["eve"], cast.tag)
    introduce(cast)
    return cast


async def _enter(world: World, cast: Cast, role: str, since: datetime) -> None:
    name = fresh_name(role)
    address = f"{name}@a.test"
    cast.eyes.name("handle", name)
    cast.eyes.name("address", address)
    if role in cast.missing:
        cast.numbers[role] = await unused_number(world, "members")
        return
    profile = {} if role == "ada" else OPEN_HEARTED
    cast.numbers[role] = await world.member(name, {"joined_at": since, **profile})
    await world.execute(BEGIN_LOG, cast[role], FIRST_NUMBER - 1)
    password_hash = await world.deployment.accounts.passwords.hash(PASSWORD)
    await world.execute(SIGN_IN, cast[role], address, password_hash)


async def _found(world: World, cast: Cast, since: datetime) -> None:
    name = fresh_name("acme")
    cast.eyes.name("handle", name)
    cast.company = await world.value(COMPANY, name, since)
    for member in cast.members(ADMINISTRATORS):
        await world.execute(ADMINISTER, cast.company, member, since)
    for member in cast.members(COMPANY_FOLLOWERS):
        await world.execute(FOLLOW_COMPANY, cast.company, member, since)


def introduce(cast: Cast) -> None:
    """Name what Ada can know without asking: the ids of everybody and of what may lie between two of them."""
    everybody = cast.numbers.values()
    known: list[tuple[str, int] | tuple[str, int, int]] = [("CO", cast.company), ("T", cast["ada"], cast.tag)]
    known += [(kind, member) for member in everybody for kind in ("M", "V", "VS")]
    known += [("Q", member, number) for member in everybody for number in range(1, len(QuotaKind) + 1)]
    known += [("REL", cast["ada"], member) for member in everybody]
    known += [("SUG", cast["ada"], member) for member in everybody]
    known += [("CF", member, cast.company) for member in everybody]
    known += [("C", *pair) for pair in combinations(everybody, 2)]
    known += [("F", *pair) for pair in permutations(everybody, 2)]
    for kind, *numbers in known:
        cast.eyes.name(kind, ids.encode(kind, *numbers))
