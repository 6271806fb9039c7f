"""One operation's context: who asks, through which connection, with which loaders.

A context lives for one operation; on a socket, for one event. Its loaders never outlive it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar

from aiodataloader import DataLoader
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from auth.accounts import Accounts
from auth.downloads import Downloads
from auth.identity import Viewer
from auth.sight import Sight, sight_of
from executor.reads import Attributes
from loaders.entities import Entities
from models import sharing
from models.database import Connection, RowT, Statement
from models.pool import Pool
from rules.events import TypingSignal
from rules.languages import Language
from rules.policy import NetworkPolicy

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")
Load = Callable[["Context", Sequence[KeyT]], Awaitable[Sequence[ValueT]]]


def utc_now() -> datetime:
    """The instant of this machine's clock."""
    return datetime.now(UTC)


def _to_nobody(_: object) -> None:
    """Where nothing is streamed."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What all operations of a process share."""

    pool: Pool
    policy: NetworkPolicy
    cursor_cipher: AESSIV
    accounts: Accounts
    downloads: Downloads
    profile_url: str
    """What a handle is added to for the address of a member's public profile."""
    connection_seconds: float = 30
    """How long an operation waits for a connection of the pool."""
    clock: Callable[[], datetime] = utc_now
    """What tells the time by which rules are decided."""
    wake: Callable[[Collection[int]], None] = _to_nobody
    """Tells whoever streams the logs of these members that there is more in them; may be lost."""
    signal_typing: Callable[[TypingSignal], None] = _to_nobody
    """Tells whoever streams it that a member types; may be lost."""


class Client(Protocol):
    """What sent an operation, as far as it says so itself; most operations don't ask."""

    @property
    def address(self) -> str:
        """Its IP address; empty where it has none."""

    @property
    def user_agent(self) -> str | None:
        """What it calls itself."""

    @property
    def language(self) -> Language:
        """The language in which it wants texts that are ready to show."""


@dataclass(frozen=True, slots=True)
class KnownClient:
    """A client of which all is known; by default nobody, for what the server does by itself."""

    address: str = ""
    user_agent: str | None = None
    language: Language = Language.ENGLISH


NOBODY: Final = KnownClient()


class Context:
    """The viewer, the connection and the loaders of one operation."""

    reads: Attributes | None = None
    is_alone = False
    _connection: "Connection | None" = None
    _now: datetime | None = None

    def __init__(self, deployment: Deployment, viewer: Viewer | None, client: Client = NOBODY) -> None:
        self.deployment = deployment
        self.viewer = viewer
        self.sight: Sight = sight_of(viewer)
        self.client = client
        self.batches: dict[Any, DataLoader[Any, Any]] = {}
        self._entities: dict[Any, Entities[Any, Any]] = {}
        self._told: set[int] = set()

    @property
    def now(self) -> datetime:
        """The instant by which everything in the operation is decided."""
        if self._now is None:
            self._now = self.deployment.clock()
        return self._now

    def look_at_the_clock(self) -> datetime:
        """Go on at the present instant, after a wait."""
        self._now = self.deployment.clock()
        return self._now

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return self.viewer is None

    @property
    def scopes(self) -> frozenset[str] | None:
        """The scopes of the token; None for a first-party session and for nobody."""
        return self.viewer.scopes if self.viewer else None

    @property
    def member_id(self) -> int:
        """The signed-in member; mutations that need one are refused earlier, by their scopes."""
        assert self.viewer is not None
        return self.viewer.member_id

    @property
    def session_id(self) -> int:
        """The session that the member is signed in with."""
        assert self.viewer is not None
        return self.viewer.session_id

    def sign_in(self, viewer: Viewer) -> None:
        """Answer the rest of the operation to this viewer."""
        self.viewer = viewer
        self.sight = sight_of(viewer)
        self._entities.clear()

    def rows(self, statement: Statement[RowT], /, **values: object) -> Coroutine[Any, Any, list[RowT]]:
        """All rows of a statement, through the transaction's connection or one of the pool."""
        if self._connection is not None:
            return statement.rows(self._connection, **values)
        return sharing.rows(self.deployment.pool, statement, values, self.deployment.connection_seconds)

    async def row(self, statement: Statement[RowT], /, **values: object) -> RowT | None:
        """The first row of a statement."""
        found = await self.rows(statement, **values)
        return found[0] if found else None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """The transaction's connection, or one of the pool for this statement alone."""
        if self._connection is not None:
            yield self._connection
        else:
            async with self._acquired() as connection:
                yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Run what follows in one transaction; what was read outside is read anew inside, and the reverse."""
        async with self._acquired() as connection, connection.transaction():
            self._connection = connection
            self._entities.clear()
            self._told.clear()
            try:
                yield
            finally:
                self._connection = None
                self._entities.clear()
        self.deployment.wake(self._told)

    def will_wake(self, member_ids: Iterable[int]) -> None:
        """Wake these members' streams when the transaction is committed."""
        self._told.update(member_ids)

    def _acquired(self) -> AbstractAsyncContextManager[Connection]:
        """One of the pool's connections, waited for no longer than an operation may run."""
        acquired: AbstractAsyncContextManager[Connection] = self.deployment.pool.acquire(
            timeout=self.deployment.connection_seconds
        )
        return acquired

    def known_entities(self, load: Load[KeyT, ValueT]) -> Entities[KeyT, ValueT] | None:
        """That loader, if something of the operation has asked for it already."""
        return self._entities.get(load)

    def entities(self, load: Load[KeyT, ValueT]) -> Entities[KeyT, ValueT]:
        """The loader that reads each entity of a kind once an operation; equal `load`s share it."""
        found = self._entities.get(load)
        if found is None:
            found = self._entities[load] = Entities(self, load)
        return found
