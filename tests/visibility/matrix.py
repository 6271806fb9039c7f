"""The visibility rules written out again, plainly: what each viewer sees of each member of a network."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from tests.visibility.networks import PROFILE, Network, Pair, Person, former_name

AUDIENCES = {
    "PUBLIC": "self first second third follower member anonymous",
    "MEMBERS": "self first second third follower member",
    "NETWORK": "self first second third",
    "FOLLOWERS": "self first follower",
    "CONNECTIONS": "self first",
    "GROUP": "self",
    "ONLY_ME": "self",
}
LISTS = {"NETWORK": "NETWORK", "CONNECTIONS": "CONNECTIONS", "ONLY_ME": "CONNECTIONS", "NOBODY": "ONLY_ME"}
"""The audience of each list of connections; of one with ONLY_ME others see what they share."""
MUTUAL = {"NETWORK": "MEMBERS", "CONNECTIONS": "MEMBERS", "ONLY_ME": "MEMBERS", "NOBODY": "ONLY_ME"}
SECTIONS = {
    "FAMILY_NAME": ("NETWORK", ["family_name"]),
    "PHOTO": ("PUBLIC", ["photo_url"]),
    "HEADLINE": ("PUBLIC", ["headline"]),
    "INDUSTRY": ("MEMBERS", ["industry", "career_level"]),
    "SUMMARY": ("MEMBERS", ["summary"]),
    "EXPERIENCE": ("MEMBERS", ["experience"]),
    "EDUCATION": ("MEMBERS", ["education"]),
    "SKILLS": ("MEMBERS", ["skills", "languages"]),
    "ACCOMPLISHMENTS": ("MEMBERS", ["accomplishments"]),
    "RECOMMENDATIONS": ("MEMBERS", []),
    "EMAIL": ("CONNECTIONS", ["email"]),
    "PHONE": ("ONLY_ME", ["phone"]),
    "WEBSITES": ("MEMBERS", ["websites", "preferred_channel"]),
    "LOCATION": ("MEMBERS", ["location"]),
    "CONNECTION_COUNT": ("MEMBERS", ["connection_count"]),
    "FOLLOWER_COUNT": ("PUBLIC", ["follower_count"]),
    "FOLLOWERS": ("CONNECTIONS", ["followers"]),
    "FOLLOWING": ("ONLY_ME", ["following"]),
    "ACTIVITY": ("PUBLIC", []),
    "MILESTONES": ("FOLLOWERS", []),
}
"""The default audience of each section and the items in it."""

OF_THE_NETWORK = {"FOLLOWERS", "FOLLOWING", "CONNECTIONS_LIST", "MUTUAL_CONNECTIONS"}
ON_FACES = dict.fromkeys({*SECTIONS, *OF_THE_NETWORK} - {"PHOTO"}, ("BLOCKED_BY_VIEWER", None))
OPENED_BY = {"DEGREE_TOO_FAR": "CONNECT", "NOT_FOLLOWING": "FOLLOW"}
DEGREES: Mapping[int | None, Sequence[str]] = {1: ["first"], 2: ["second"], 3: ["third"], None: []}
Seen = dict[str, Any]


@dataclass(frozen=True)
class Eyes:
    """Who looks, None nobody, and the scopes of the token, None all."""

    member: int | None
    scopes: frozenset[str] | None = None

    def may(self, scope: str) -> bool:
        """Whether there is a token and it covers the scope."""
        return self.member is not None and (self.scopes is None or scope in self.scopes)

    def reads(self, section: str) -> bool:
        """Whether there is a token and it covers the section."""
        return self.may("NETWORK_READ" if section in OF_THE_NETWORK else "PROFILE_READ")


@dataclass(frozen=True)
class Matrix:
    """What there is to see in a network, where others are shown counts up to `cap`."""

    network: Network
    cap: int

    @property
    def ids(self) -> list[int]:
        """All members."""
        return list(self.network.people)

    @property
    def pairs(self) -> list[Pair]:
        """All pairs of members, the lower id first."""
        return list(combinations(self.ids, 2))

    def look(self, eyes: Eyes) -> Seen:
        """All that these eyes should see of the network."""
        faces = [self.face(eyes, id) for id in self.ids]
        return {
            "members": [self.member(eyes, id) for id in self.ids],
            "lists": [self.listed(eyes, id) for id in self.ids if self.exists(eyes, id)],
            "own list": [self.listed(eyes, eyes.member)] if eyes.member else [],
            "shared lists": [self.shared(eyes, id) for id in self.ids],
            "links": [self.is_dated(eyes, *pair) for pair in self.pairs],
            "suggestions": self.suggestions(eyes),
            "suggested": self.suggested(eyes),
            "distances": [self.distance(eyes, id) for id in self.ids],
            "faces": faces,
            "hidden in faces": [ON_FACES for face in faces if face],
        }

    def member(self, eyes: Eyes, owner_id: int) -> Seen | None:
        """All items of a member; None for one who does not exist for the viewer."""
        if not self.exists(eyes, owner_id):
            return None
        owner = self.network.people[owner_id]
        hidden = self.hidden(eyes, owner)
        return self._items(eyes, owner, hidden) | {
            "connections": None if "CONNECTIONS_LIST" in hidden else self._connections(eyes, owner),
            "hidden_sections": hidden,
            "is_viewer": eyes.member == owner.id,
            "is_dated": eyes.may("PROFILE_READ"),
        }

    def listed(self, eyes: Eyes, owner_id: int) -> list[Seen] | None:
        """All items of who is on a list of connections; None where it is hidden."""
        owner = self.network.people[owner_id]
        if "CONNECTIONS_LIST" in self.hidden(eyes, owner):
            return None
        return self._all_items(eyes, self._listed(eyes, owner))

    def shared(self, eyes: Eyes, other_id: int) -> list[Seen] | None:
        """The same of the connections that the viewer shares with another; None where that is not told."""
        handles = (self.distance(eyes, other_id) or {"mutual": None})["mutual"]
        if handles is None:
            return None
        return self._all_items(eyes, [id for id in self.ids if self.network.people[id].handle in handles])

    def exists(self, eyes: Eyes, owner_id: int) -> bool:
        """Whether the member is there at all, in the eyes of the viewer."""
        is_blocked = eyes.member is not None and self.network.is_blocked(eyes.member, owner_id)
        return not self.network.people[owner_id].is_closed and not is_blocked

    def hidden(self, eyes: Eyes, owner: Person) -> dict[str, tuple[str, str | None]]:
        """The sections that are hidden, why, and what would open them."""
        audiences = {
            section: owner.audiences.get(section, default) for section, (default, _) in SECTIONS.items()
        }
        setting = owner.connections_visibility
        audiences |= {"CONNECTIONS_LIST": LISTS[setting], "MUTUAL_CONNECTIONS": MUTUAL[setting]}
        hidden = {}
        for section, audience in audiences.items():
            places = self.places(eyes, owner) if eyes.reads(section) else {"anonymous"}
            if places.isdisjoint(AUDIENCES[audience].split()):
                reason = self._reason(eyes, owner, section, audience)
                hidden[section] = (reason, OPENED_BY.get(reason))
        return hidden

    def places(self, eyes: Eyes, owner: Person) -> set[str]:
        """Where a signed-in viewer stands to the owner."""
        assert eyes.member
        if eyes.member == owner.id:
            return {"self"}
        if self.network.are_connected(eyes.member, owner.id):
            return {"first"}
        chains = self.network.chains(eyes.member, owner.id)
        is_follower = (eyes.member, owner.id) in self.network.follows and owner.who_can_follow == "ANYONE"
        return {"member", *DEGREES[len(chains[0]) - 1 if chains else None], *["follower"] * is_follower}

    def distance(self, eyes: Eyes, other_id: int) -> Seen | None:
        """How far another is and through whom; None where there is nobody, or no scope to see it."""
        unknown = {
            "is_blocking": False,
            "degree": "SELF",
            "mutual_count": None,
            "mutual": None,
            "paths": None,
        }
        if not eyes.member or not eyes.may("NETWORK_READ"):
            return None
        if (eyes.member, other_id) in self.network.blocks:
            return unknown | {"is_blocking": True, "degree": None}
        if not self.exists(eyes, other_id):
            return None
        if eyes.member == other_id:
            return unknown
        chains = self.network.chains(eyes.member, other_id)
        mutual = self._mutual(eyes.member, other_id)
        return unknown | {
            "degree": (["FIRST", "SECOND", "THIRD"][len(chains[0]) - 2]) if chains else "OUT_OF_NETWORK",
            "mutual_count": None if mutual is None else len(mutual),
            "mutual": mutual,
            "paths": self._paths(chains, other_id),
        }

    def _mutual(self, viewer: int, other_id: int) -> list[str] | None:
        """Who connects the two and may be told of, as they joined."""
        people = self.network.people
        if people[other_id].connections_visibility == "NOBODY":
            return None
        shared = {*self.network.neighbours(viewer)} & {*self.network.neighbours(other_id)}
        return [people[id].handle for id in sorted(shared) if people[id].connections_visibility != "NOBODY"]

    def _paths(self, chains: list[list[int]], other_id: int) -> list[list[str]] | None:
        """One way through each broker, whom the viewer has known longest first; of equal ones the lowest."""
        people, links = self.network.people, self.network.links
        if people[other_id].connections_visibility == "NOBODY":
            return None
        by_broker = {chain[1]: chain for chain in sorted(chains, reverse=True)}
        known = sorted(by_broker.values(), key=lambda chain: links.index(_pair(*chain[:2])))
        return [[people[id].handle for id in chain] for chain in known[:3]]

    def suggestions(self, eyes: Eyes) -> dict[str, set[str]]:
        """Who is suggested, and why."""
        if not eyes.member or not eyes.may("NETWORK_READ"):
            return {}
        strangers = [
            self.network.people[id]
            for id in self.ids
            if id != eyes.member and self.exists(eyes, id) and not self.network.are_connected(eyes.member, id)
        ]
        found = {each.handle: self._reasons(eyes.member, each) for each in strangers}
        return {handle: reasons for handle, reasons in found.items() if reasons - {"SAME_INDUSTRY"}}

    def suggested(self, eyes: Eyes) -> dict[str, Seen]:
        """All items of who is suggested."""
        found = self.suggestions(eyes)
        people = [each for each in self.network.people.values() if each.handle in found]
        return {each.handle: self._items(eyes, each, self.hidden(eyes, each)) for each in people}

    def _reasons(self, viewer_id: int, other: Person) -> set[str]:
        viewer, shared = self.network.people[viewer_id], self._mutual(viewer_id, other.id)
        follow = other.id, viewer_id
        is_openly_followed = follow in self.network.follows - self.network.private
        holds = {
            "MUTUAL_CONNECTIONS": bool(shared),
            "SAME_EMPLOYER": self._is_open("EXPERIENCE", other) and viewer.company == other.company,
            "SAME_SCHOOL": self._is_open("EDUCATION", other) and viewer.school == other.school,
            "SAME_INDUSTRY": self._is_open("INDUSTRY", other),
            "FOLLOWS_VIEWER": viewer.who_can_follow == "ANYONE" and is_openly_followed,
        }
        return {reason for reason, is_one in holds.items() if is_one}

    def _is_open(self, section: str, owner: Person) -> bool:
        """Whether all members see a section, wherever they stand."""
        return owner.audiences.get(section, SECTIONS[section][0]) in ("PUBLIC", "MEMBERS")

    def is_dated(self, eyes: Eyes, one: int, other: int) -> bool | None:
        """The connection of two members by its id: not found, or found with its date."""
        is_found = eyes.may("NETWORK_READ") and eyes.member in (one, other)
        return True if is_found and self.network.are_connected(one, other) else None

    def face(self, eyes: Eyes, other: int) -> tuple[str, str] | None:
        """The names of a member whom the viewer blocks, whatever became of them."""
        return (former_name(other),) * 2 if (eyes.member, other) in self.network.blocks else None

    def _all_items(self, eyes: Eyes, ids: Iterable[int]) -> list[Seen]:
        people = [self.network.people[id] for id in ids]
        return [self._items(eyes, each, self.hidden(eyes, each)) for each in people]

    def _items(self, eyes: Eyes, owner: Person, hidden: Collection[str]) -> Seen:
        values = self._values(eyes, owner)
        for section, (_, items) in SECTIONS.items():
            if section in hidden:
                values |= dict.fromkeys(items)
        return values | {"display_name": f"{owner.given_name} {values['family_name'] or 'T.'}"}

    def _values(self, eyes: Eyes, owner: Person) -> Seen:
        is_own = eyes.member == owner.id and eyes.may("PROFILE_READ")
        count = len(self._visible(eyes, self.network.neighbours(owner.id)))
        shown = ("experience", "education", "skills", "followers", "following")
        return (
            dict(PROFILE)
            | dict.fromkeys(shown, True)
            | {
                "handle": owner.handle,
                "given_name": owner.given_name,
                "family_name": "Tester",
                "headline": f"Headline of {owner.given_name}",
                "connection_count": count if is_own else min(count, self.cap),
                "follower_count": self._follower_count(eyes, owner),
                "version": 1 if is_own else None,
            }
        )

    def _connections(self, eyes: Eyes, owner: Person) -> Seen:
        listed = self._listed(eyes, owner)
        return {
            "total": len(listed),
            "handles": [self.network.people[id].handle for id in listed],
            "are_dated": [eyes.member in (owner.id, id) for id in listed],
        }

    def _listed(self, eyes: Eyes, owner: Person) -> Sequence[int]:
        listed = self._visible(eyes, self.network.neighbours(owner.id))
        if owner.connections_visibility == "ONLY_ME" and eyes.member != owner.id:
            return [id for id in listed if eyes.member and self.network.are_connected(eyes.member, id)]
        return listed

    def _follower_count(self, eyes: Eyes, owner: Person) -> int:
        """Suspended follows do not count. Private ones always do: a missing one would name its follower."""
        return sum(
            (owner.who_can_follow == "ANYONE" or self.network.are_connected(*follow))
            and (follow in self.network.private or self.exists(eyes, follow[0]))
            for follow in self.network.follows
            if follow[1] == owner.id
        )

    def _visible(self, eyes: Eyes, ids: list[int]) -> list[int]:
        return [id for id in ids if self.exists(eyes, id)]

    def _reason(self, eyes: Eyes, owner: Person, section: str, audience: str) -> str:
        if eyes.member is None:
            return "NOT_SIGNED_IN"
        if not eyes.reads(section):
            return "SCOPE_MISSING"
        if audience == "FOLLOWERS" and owner.who_can_follow == "ANYONE":
            return "NOT_FOLLOWING"
        return "AUDIENCE_SETTING" if audience in ("GROUP", "ONLY_ME") else "DEGREE_TOO_FAR"


def _pair(one: int, other: int) -> Pair:
    return (min(one, other), max(one, other))
