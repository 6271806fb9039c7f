"""The same operations in several worlds, which must look the same to the member who sends them."""

import difflib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from auth.identity import OAuthScope
from rules import ids
from tests.clocks import Clock
from tests.privacy.casts import ROLES, Cast, fresh_name
from tests.privacy.documents import MUTATIONS, QUERIES, Document
from tests.privacy.filling import Choice, Chosen, topics
from tests.privacy.hosts import Host
from tests.privacy.renaming import Json
from tests.world import World

EVENTS = """
SELECT sequence - $2 AS sequence, kind, occurred_at,
    CASE kind WHEN 'NOTIFICATION_CREATED' THEN CAST(CAST(subject AS bigint) - $2 AS text) ELSE subject END
    AS subject,
    CASE kind WHEN 'NOTIFICATIONS_READ' THEN CAST(CAST(detail AS bigint) - $2 AS text) ELSE detail END
    AS detail
FROM events
WHERE member_id = $1 AND sequence > $2 ORDER BY sequence
"""
NOTIFICATIONS = """
SELECT id - $2 AS id, kind, subject, actor_ids, created_at, read_at, sequence - $2 AS sequence
FROM notifications
WHERE member_id = $1 ORDER BY id
"""
FORGET_GUESSES = "DELETE FROM sign_in_failures"
SOMEBODY_ELSES = "signUp"
"""What this mutation answers is seen by the new member, from whom nobody is hidden."""
FAULT = "INTERNAL_SERVER_ERROR"
FAR_AHEAD = 100_000
LAST_LINES = 15


@dataclass
class Trial:
    """Worlds that ought to look the same to Ada, under one clock; `casts` by what is different in them."""

    world: World
    host: Host
    clock: Clock
    casts: dict[str, Cast]
    random: Random
    history: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Ada knows where her log begins, and a position far ahead."""
        for cast in self.casts.values():
            for distance in (0, FAR_AHEAD):
                cast.eyes.position(cast.eyes.told + distance)

    @property
    def first(self) -> Cast:
        """Any of the worlds: what has a name has the same in all of them."""
        return next(iter(self.casts.values()))

    @property
    def beginning(self) -> str:
        """The position where Ada's log begins."""
        return self.first.eyes.known("EventCursor")[0]

    def name(self, role: str) -> str:
        """The name of a member's id."""
        return self.first.eyes.known("M")[ROLES.index(role)]

    def fresh(self) -> str:
        """The name of a text that appears nowhere yet."""
        [name] = {cast.eyes.name("new", fresh_name()) for cast in self.casts.values()}
        return name

    def about_bob(self, *kinds: str) -> list[str]:
        """The names of all ids with his number, or of those of these kinds."""
        eyes = self.first.eyes
        return [*filter(self._is_about_bob, eyes.known(*kinds) if kinds else eyes.all_ids())]

    async def everywhere(self, title: str, work: Callable[[Cast, str], Awaitable[None]]) -> None:
        """Do something in each world that Ada has no part in, and look at what she was told of it."""
        self._note(title)
        for name, cast in self.casts.items():
            await work(cast, name)
        await self.compare_logs()

    async def ask(self, document: Document, variables: Chosen, scopes: frozenset[str] | None = None) -> Json:
        """Let Ada send an operation in each world; what comes back, the same and for the same statements."""
        self._note(f"{document.name} {json.dumps(variables, ensure_ascii=False)} {sorted(scopes or ())}")
        return self.same(await self.answers(document, variables, scopes))["answer"]

    async def answers(
        self, document: Document, variables: Chosen, scopes: frozenset[str] | None = None
    ) -> dict[str, Json]:
        """What comes back in each world, and the statements that it took."""
        seen = {}
        for name, cast in self.casts.items():
            await self.world.execute(FORGET_GUESSES)
            answer = await self.host.ask(cast["ada"], scopes, document.text, cast.eyes.original(variables))
            assert FAULT not in str(answer.body), (self.history[-1], answer.body)
            seen[name] = {"answer": cast.eyes.renamed(answer.body), "statements": answer.statements}
        return seen

    async def do(self, mutation: str, **given: Json) -> Json:
        """Let Ada send a mutation; its payload."""
        document = MUTATIONS[mutation]
        variables = self._choice().variables(document)
        [name] = [name for name in variables if name.endswith("_input")]
        answer = await self.ask(document, variables | {name: given})
        await self.compare_logs()
        assert not answer.get("errors"), answer
        return answer["data"][mutation]

    async def act(self, mutations: Sequence[str]) -> None:
        """Send any of these mutations, with whatever input."""
        document = MUTATIONS[self.random.choice(mutations)]
        await self.ask(document, self._choice().variables(document), self._scopes())
        await self.compare_logs()

    async def look(self) -> None:
        """Send any query."""
        document = self.random.choice(QUERIES)
        await self.ask(document, self._choice().variables(document), self._scopes())

    async def look_at_everything(self) -> None:
        """Send every query."""
        for document in QUERIES:
            await self.ask(document, self._choice().variables(document))

    async def read_log(self) -> None:
        """Let Ada read her log from its beginning to its end."""
        [document] = [each for each in QUERIES if each.name == "viewer.events"]
        [after, topics, first] = document.slots
        # With all that can be asked of them, a hundred events are more than an operation may ask for.
        variables = {after: self.beginning, topics: None, first: 25}
        while True:
            viewer = (await self.ask(document, variables))["data"]["viewer"]
            if viewer is None or not viewer["events"]["hasMore"]:
                return
            variables[after] = viewer["events"]["endCursor"]

    async def ask_about(self, target: str) -> None:
        """Send every operation that can be about an id or another text with this name."""
        for document in [*QUERIES, *MUTATIONS.values()]:
            if document.name != SOMEBODY_ELSES and target[1:].rpartition(" ")[0] in topics(document):
                await self.ask(document, self._about(document, target))
        await self.compare_logs()

    def _about(self, document: Document, target: str) -> Chosen:
        while True:
            variables = self._choice(target).variables(document)
            if target in str(variables):
                return variables

    async def compare_logs(self) -> None:
        """Compare what was written into Ada's log, and her notifications."""
        self.same({name: cast.eyes.renamed(await self._log(cast)) for name, cast in self.casts.items()})

    async def _log(self, cast: Cast) -> Json:
        async with self.world.connection() as connection:
            events = await connection.fetch(EVENTS, cast["ada"], cast.eyes.told)
            notifications = await connection.fetch(NOTIFICATIONS, cast["ada"], cast.eyes.told)
        return {"events": [*map(_written, events)], "notifications": [*map(_written, notifications)]}

    def _choice(self, target: str = "") -> Choice:
        return Choice(self.random, self.first.eyes, self.clock, self.fresh, self._favourites, target)

    def _favourites(self, kind: str) -> Sequence[str]:
        """What Ada cares about most: whatever is about Bob, and the last requests."""
        return self.first.eyes.known(kind)[-3:] if kind == "CR" else self.about_bob(kind)

    def _is_about_bob(self, name: str) -> bool:
        decoded = ids.decode(self.first.eyes.texts[name])
        return decoded is not None and self.first["bob"] in decoded[1]

    def _scopes(self) -> frozenset[str] | None:
        """Those of Ada's token: mostly all, sometimes a few."""
        if self.random.random() < 0.9:
            return None
        return frozenset(scope.value for scope in OAuthScope if self.random.random() < 0.6)

    def _note(self, title: str) -> None:
        self.history.append(f"{self.clock.now} {title}")

    def same(self, seen: dict[str, Json]) -> Json:
        """What all worlds showed. Fails with the difference, and with what came before it."""
        (first_name, first), *others = seen.items()
        for name, other in others:
            if other != first:
                difference = _difference(first_name, first, name, other)
                raise AssertionError("\n".join(["", *self.history[-LAST_LINES:], *difference]))
        return first


def _written(row: Any) -> dict[str, Json]:
    """A row as JSON; members are named by their ids, so that their numbers are not taken for others."""
    values = {key: value if isinstance(value, list) else str(value) for key, value in row.items()}
    if "actor_ids" in values:
        values["actor_ids"] = [ids.encode("M", number) for number in row["actor_ids"]]
    return values


def _difference(first_name: str, first: Json, name: str, other: Json) -> list[str]:
    one, two = (json.dumps(each, indent=1, ensure_ascii=False).splitlines() for each in (first, other))
    return list(difflib.unified_diff(one, two, first_name, name, n=12, lineterm=""))
