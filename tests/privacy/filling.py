"""Random values for whatever a member may say in an operation: names stand for ids, cursors and the like."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

from schema.scalars import instant_text
from tests.privacy.documents import PAGING, SCHEMA, Document
from tests.privacy.renaming import Json, Renaming

PREFIXES: Mapping[str, Sequence[str]] = {
    "Company": ["CO"],
    "Connection": ["C"],
    "ConnectionRequest": ["CR"],
    "Conversation": ["CV"],
    "Education": ["E"],
    "Follow": ["F", "CF", "FP"],
    "Introduction": ["I"],
    "Member": ["M"],
    "MemberSuggestion": ["SUG"],
    "Message": ["MSG"],
    "NetworkExport": ["EX"],
    "Notification": ["N"],
    "Position": ["P"],
    "Quota": ["Q"],
    "Relationship": ["REL"],
    "Session": ["S"],
    "Skill": ["SK"],
    "Tag": ["T"],
    "Viewer": ["V"],
    "ViewerSettings": ["VS"],
}
"""How the ids of each type begin."""

ABOUT: Mapping[str, Sequence[str]] = {
    "addTagIds": ["Tag"],
    "brokerId": ["Member"],
    "companyId": ["Company"],
    "companyIds": ["Company"],
    "connectionsOf": ["Member"],
    "conversationId": ["Conversation"],
    "educationId": ["Education"],
    "entryId": ["Position", "Education", "Skill"],
    "groupId": ["Company"],
    "introductionId": ["Introduction"],
    "memberId": ["Member"],
    "memberIds": ["Member"],
    "messageId": ["Message"],
    "notificationIds": ["Notification"],
    "positionId": ["Position"],
    "recipientId": ["Member"],
    "removeTagIds": ["Tag"],
    "requestId": ["ConnectionRequest"],
    "sessionId": ["Session"],
    "suggestionId": ["MemberSuggestion"],
    "tagId": ["Tag"],
    "tagIds": ["Tag"],
    "targetId": ["Member", "Member", "Company"],
    "upToMessageId": ["Message"],
}
"""What is named by the arguments and input fields that are ids. `id` and `ids` are of anything."""

PASSWORDS = ["a password for tests", "another password", "wrong"]
WORDS = ["", "hello", "a longer text, with\nlines", "x" * 301]
TEXTS: Mapping[str, Sequence[str]] = {
    "clientKey": ["one", "two"],
    "color": ["#00aaff", "no colour"],
    "currentPassword": PASSWORDS,
    "dueOn": ["2031-01-01"],
    "endedOn": ["2021-02-03"],
    "idempotencyKey": ["one key", "another key", "a third key"],
    "inactiveFor": ["P0D", "P1D", "P100D"],
    "newPassword": PASSWORDS,
    "password": PASSWORDS,
    "photoUrl": ["https://a.test/1.png", "not an address"],
    "startedOn": ["1999-01-01", "2020-01-01"],
    "websites": ["https://a.test", "not an address"],
}
"""What is said where any words will not do."""

ANYTHING = {"Query.node(id)", "Query.nodes(ids)", "Query.member(id)", "Query.company(id)"}
"""Arguments that are ids of whatever the operation is about."""

ALWAYS = {"Query.memberSearch(filter)", "MemberSearchFilter.connectionsOf"}
"""What is always given: or members would be found who live in another of the worlds in the database."""

Chosen = dict[str, Json]


@dataclass
class Choice:
    """Chooses what one member says, who knows what was `seen`.

    `liked` are ids of a kind to prefer; the name `target` is said wherever it can be.
    """

    random: Random
    seen: Renaming
    now: Callable[[], datetime]
    fresh: Callable[[], str]
    liked: Callable[[str], Sequence[str]]
    target: str = ""

    def variables(self, document: Document) -> Chosen:
        """A value for each variable of an operation; null where none is chosen."""
        chosen = {
            variable: self._value(place, type, document.about)
            for variable, (place, type) in document.slots.items()
        }
        paging = {name: variable for variable in chosen for name in PAGING if variable.endswith(f"_{name}")}
        chosen |= self._page(document, paging) if len(paging) == len(PAGING) else {}
        return chosen | self._either(document) if document.name in ("member", "company") else chosen

    def _either(self, document: Document) -> Chosen:
        """What is found by its id or by its handle, and by no more than one of them."""
        variables = list(document.slots)
        given = self.random.choice(variables)
        place, type = document.slots[given]
        return dict.fromkeys(variables) | {given: self._present(place, type, document.about)}

    def _value(self, place: str, type: GraphQLInputType, about: str | None) -> Json:
        if isinstance(type, GraphQLNonNull):
            return self._present(place, type.of_type, about)
        is_given = place in ALWAYS or self.random.random() < 0.5
        return self._present(place, type, about) if is_given else None

    def _present(self, place: str, type: GraphQLInputType, about: str | None) -> Json:
        if isinstance(type, GraphQLNonNull):
            return self._present(place, type.of_type, about)
        if isinstance(type, GraphQLList):
            return self._list(place, type.of_type, about)
        if isinstance(type, GraphQLInputObjectType):
            return self._object(type)
        if isinstance(type, GraphQLEnumType):
            return self.random.choice(list(type.values))
        return self._scalar(place, type.name, about)

    def _list(self, place: str, type: GraphQLInputType, about: str | None) -> Json:
        """A few values, or all that there are."""
        named = get_named_type(type)
        if isinstance(named, GraphQLEnumType) and self.random.random() < 0.5:
            return list(named.values)
        count = self.random.choice([0, 1, 1, 2, 3])
        return [self._present(place, type, about) for _ in range(count)]

    def _object(self, type: GraphQLInputObjectType) -> Chosen:
        """An input, in which what need not be given is absent half of the time."""
        places = {name: f"{type.name}.{name}" for name in type.fields}
        return {
            name: self._present(places[name], field.type, None)
            for name, field in type.fields.items()
            if isinstance(field.type, GraphQLNonNull) or places[name] in ALWAYS or self.random.random() < 0.5
        }

    def _scalar(self, place: str, type: str, about: str | None) -> Json:
        if type == "Boolean":
            return self.random.random() < 0.5
        if type == "Int":
            return self.random.choice([1, 2, 3, 100])
        if type == "DateTime":
            return instant_text(self.now() + self.random.choice([-1, 1, 20]) * timedelta(days=1))
        if type == "EventCursor":
            return self.random.choice(["none", *self.seen.known(type)])
        if type == "ID":
            return self._id([about or ""] if place in ANYTHING else ABOUT[_name(place)])
        return self._text(place, _name(place))

    def _text(self, place: str, name: str) -> str:
        if name == "handle":
            return self._any([self.fresh(), *self._known("handle", place.startswith("Query."))])
        if name.lower().endswith("email"):
            return self._any([f"{self.fresh()}@a.test", *self._known("address", name == "recipientEmail")])
        if name == "refreshToken":
            return self.random.choice(["none", *self.seen.known("refreshToken")])
        return self.random.choice(TEXTS.get(name, WORDS))

    def _known(self, kind: str, of_everybody: bool) -> Sequence[str]:
        """Names of handles or addresses. To want one that is taken tells that it is, which is no secret."""
        return self.seen.known(kind)[: None if of_everybody else 1]

    def _id(self, about: Sequence[str]) -> str:
        """Mostly of the right kind."""
        kinds = [prefix for each in about for prefix in PREFIXES.get(each, ())]
        liked = [name for kind in kinds for name in self.liked(kind)]
        known, chance = self.seen.known(*kinds), self.random.random()
        if self.target in known or (liked and chance < 0.6):
            return self._any(known if self.target in known else liked)
        return self._any(known if known and chance < 0.95 else list(self.seen.all_ids()))

    def _any(self, names: Sequence[str]) -> str:
        return self.target if self.target in names else self.random.choice(names)

    def _page(self, document: Document, variables: Mapping[str, str]) -> Chosen:
        """One way to ask for a page, in `first`, `after`, `last` and `before`."""
        own = self.seen.known(f"cursor of {document.name.rpartition('.')[2]}")
        any_other = self.random.choice(
            [*self.seen.known(*(k for k in self.seen.of_kind if "cursor" in k)), "none"]
        )
        size, cursor = self.random.choice([1, 1, 2, 3, 100]), self.random.choice([None, *own])
        ways: list[Chosen] = [
            {"first": size, "after": cursor},
            {"first": size, "after": cursor},
            {"last": size, "before": cursor},
            {"first": self.random.choice([0, 101, 1]), "last": 1},
            {"first": size, "after": any_other},
            {},
        ]
        way = self.random.choice(ways)
        return {variable: way.get(name) for name, variable in variables.items()}


def _name(place: str) -> str:
    """The argument or input field that a place names."""
    return place.rpartition("(")[2].rstrip(")").rpartition(".")[2]


@cache
def topics(document: Document) -> frozenset[str]:
    """The kinds of names that an operation can be about."""
    found = {kind for place, type in document.slots.values() for kind in _topics(place, type, document.about)}
    return frozenset(found)


def _topics(place: str, type: GraphQLInputType, about: str | None) -> Iterator[str]:
    named, name = get_named_type(type), _name(place)
    if isinstance(named, GraphQLInputObjectType):
        for key, field in named.fields.items():
            yield from _topics(f"{named.name}.{key}", field.type, None)
    elif named.name == "ID":
        types = ([about] if about else PREFIXES) if place in ANYTHING else ABOUT[name]
        yield from (kind for each in types for kind in PREFIXES[each])
    elif name == "recipientEmail" or (place.startswith("Query.") and name == "handle"):
        yield "address" if name == "recipientEmail" else name


def unknown_ids() -> list[str]:
    """Arguments and input fields that are ids of who knows what."""
    return sorted(place for place, name in _ids() if place not in ANYTHING and name not in ABOUT)


def _ids() -> Iterator[tuple[str, str]]:
    for named in SCHEMA.type_map.values():
        for name, field in getattr(named, "fields", {}).items():
            if isinstance(named, GraphQLInputObjectType) and get_named_type(field.type).name == "ID":
                yield f"{named.name}.{name}", name
            for key, argument in getattr(field, "args", {}).items():
                if get_named_type(argument.type).name == "ID":
                    yield f"{named.name}.{name}({key})", key
