"""Passwords, hashed with argon2id in threads of their own, so many at a time and no more."""

import asyncio
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rules.accounts import MAX_PASSWORD

OWASP: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""One core and 19 MiB for each hash, as OWASP's Password Storage Cheat Sheet advises for argon2id."""


class Passwords:
    """Makes and verifies hashes; `concurrency` bounds the cores and the memory that this takes."""

    def __init__(self, concurrency: int, hasher: PasswordHasher = OWASP) -> None:
        self._hasher = hasher
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="argon2")
        self._nobodys_hash = hasher.hash(secrets.token_bytes())

    async def hash(self, password: str) -> str:
        """The hash to store, which names its own parameters."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hasher.hash, _prepared(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether it is the password of this hash. Where there is none, the answer takes the same work."""
        loop = asyncio.get_running_loop()
        matches = await loop.run_in_executor(
            self._threads, self._matches, stored or self._nobodys_hash, _prepared(password)
        )
        return matches and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """End the threads; what waits for them is cancelled."""
        self._threads.shutdown(cancel_futures=True)

    def _matches(self, stored: str, password: bytes) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _prepared(password: str) -> bytes:
    """What is hashed: the same bytes however a keyboard composes the letters (NIST SP 800-63B, 5.1.1.2).

    Cut beyond the longest password in any composition: composing takes time in the square of the length.
    """
    return unicodedata.normalize("NFKC", password[: 8 * MAX_PASSWORD]).encode(errors="surrogatepass")
