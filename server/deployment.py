"""What operations and jobs share, made from the settings."""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from auth.accounts import Accounts
from auth.downloads import Downloads
from auth.passwords import Passwords
from auth.tokens import AccessTokens
from loaders.context import Deployment
from models.pool import open_pool
from server import brokers
from server.secret_key import secret_key
from server.settings import Settings


@asynccontextmanager
async def deployed(settings: Settings, listener: brokers.Listener | None = None) -> AsyncIterator[Deployment]:
    """The deployment, while its pool is open; `settings.database_url` names a migrated database.

    `listener` hears what is woken, in this process and all others.
    """
    assert settings.database_url is not None
    key = secret_key(settings)
    tokens = AccessTokens(key, settings.access_token_lifetime)
    accounts = Accounts(tokens, Passwords(settings.password_hashers), settings.session_lifetime)
    # A little more than an operation may take: the client hears of that first, then its statements end.
    patience = settings.operation_timeout + 1
    async with (
        open_pool(settings.database_url, settings.pool_size, patience) as pool,
        brokers.running(settings, listener) as broker,
    ):
        yield Deployment(
            pool,
            settings.policy,
            AESSIV(_derived(key, b"cursors")),
            accounts,
            Downloads(_derived(key, b"downloads"), settings.server_url),
            settings.profiles_url,
            patience,
            wake=broker.wake,
            signal_typing=broker.signal_typing,
        )


def _derived(key: bytes, use: bytes) -> bytes:
    """A key of its own for each use, so that nothing made for one passes for another."""
    return hmac.digest(key, use, "sha256")
