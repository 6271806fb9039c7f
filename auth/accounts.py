"""Everything that signing in takes, for one process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from auth import sessions
from auth.background import repeating
from auth.identity import Viewer
from auth.passwords import Passwords
from auth.revocations import Revocations
from auth.sessions import Redemption
from auth.tokens import AccessTokens, RefreshToken, new_refresh_token, unauthenticated
from models.database import Connection
from models.pool import Pool


@dataclass(frozen=True, slots=True)
class Grant:
    """What a client signs in with: a token to ask with until `expires_at`, and one for the next pair."""

    viewer: Viewer
    access_token: str
    expires_at: datetime
    refresh_token: str


class Accounts:
    """Tokens, passwords and revocations under one key and one set of lifetimes."""

    def __init__(self, tokens: AccessTokens, passwords: Passwords, session_lifetime: timedelta) -> None:
        self.tokens = tokens
        self.passwords = passwords
        self.session_lifetime = session_lifetime
        self.revocations = Revocations()

    @asynccontextmanager
    async def running(self, pool: Pool, revocation_refresh: float) -> AsyncIterator[None]:
        """Follow what other processes revoke, looking every so many seconds, until the block ends."""
        refresh = partial(self.revocations.refresh, pool)
        await refresh()
        try:
            async with repeating("Refreshing revocations", revocation_refresh, refresh):
                yield
        finally:
            self.passwords.close()

    def viewer(self, access_token: str) -> Viewer:
        """Who asks, without a query. Raises RequestError with UNAUTHENTICATED."""
        viewer = self.tokens.read(access_token)
        if viewer.session_id in self.revocations:
            raise unauthenticated()
        return viewer

    def is_good(self, viewer: Viewer, now: datetime) -> bool:
        """Whether the token of somebody who stays connected is still good."""
        has_expired = viewer.expires_at is not None and viewer.expires_at <= now
        return not has_expired and viewer.session_id not in self.revocations

    async def open_session(self, connection: Connection, member_id: int, user_agent: str | None) -> Grant:
        """Sign the member in on one more device."""
        lifetimes = self.session_lifetime, self.tokens.lifetime
        session_id = await sessions.open_session(connection, member_id, user_agent, *lifetimes)
        return await self._grant(connection, Viewer(member_id, session_id))

    async def refresh_session(self, connection: Connection, token: RefreshToken) -> Grant | Redemption:
        """The next pair, or why there is none; the transaction must be committed either way."""
        redemption = await sessions.redeem(connection, token, self.session_lifetime, self.tokens.lifetime)
        if redemption is not Redemption.GRANTED:
            return redemption
        return await self._grant(connection, Viewer(token.member_id, token.session_id))

    async def _grant(self, connection: Connection, viewer: Viewer) -> Grant:
        token = new_refresh_token(viewer.member_id, viewer.session_id)
        await sessions.keep(connection, token)
        access_token, expires_at = self.tokens.issue(viewer, datetime.now(UTC))
        return Grant(viewer, access_token, expires_at, token.text)
