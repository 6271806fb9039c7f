"""Hashing passwords."""

import asyncio
import threading
import time
from typing import Any

from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from auth.passwords import OWASP, Passwords
from rules.accounts import MAX_PASSWORD

CHEAP: dict[str, Any] = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


class WatchedHasher(PasswordHasher):
    """Knows how many of its hashes were made at once at most, and in which threads."""

    def __init__(self) -> None:
        super().__init__(**CHEAP)
        self.lock = threading.Lock()
        self.running = self.most = 0
        self.threads = set[int]()

    def hash(self, *args: Any, **kwargs: Any) -> str:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.threads.add(threading.get_ident())
        time.sleep(0.01)
        with self.lock:
            self.running -= 1
        return super().hash(*args, **kwargs)


class CredulousHasher(PasswordHasher):
    """Takes every password for the right one."""

    def verify(self, *_: Any) -> Any:
        return True


def test_hashes_are_argon2id_with_the_advised_parameters() -> None:
    parameters = extract_parameters(OWASP.hash("password"))
    assert (parameters.type, parameters.time_cost) == (Type.ID, 2)
    assert (parameters.memory_cost, parameters.parallelism) == (19_456, 1)


async def test_a_hash_knows_its_password_and_no_other(passwords: Passwords) -> None:
    stored = await passwords.hash("a password")
    assert await passwords.verify(stored, "a password")
    assert not await passwords.verify(stored, "A password")
    assert stored != await passwords.hash("a password")


async def test_nobody_has_a_password_whatever_it_is() -> None:
    passwords = Passwords(1, CredulousHasher(**CHEAP))
    assert await passwords.verify("a hash", "")
    assert not await passwords.verify(None, "")
    passwords.close()


async def test_what_is_no_hash_matches_nothing(passwords: Passwords) -> None:
    assert not await passwords.verify("{}", "password")
    assert not await passwords.verify("$argon2id$v=19$broken", "password")


async def test_any_text_can_be_a_password(passwords: Passwords) -> None:
    for text in ("", "\x00", "\ud800", "🔑" * 10_000):
        assert await passwords.verify(await passwords.hash(text), text)


async def test_so_many_hashes_are_made_at_once_and_none_in_the_event_loop() -> None:
    hasher = WatchedHasher()
    passwords = Passwords(3, hasher)
    hasher.threads.clear()
    await asyncio.gather(*(passwords.hash("a password") for _ in range(20)))
    passwords.close()
    assert hasher.most == 3
    assert threading.get_ident() not in hasher.threads


async def test_a_hash_with_other_parameters_is_outdated(passwords: Passwords) -> None:
    assert not passwords.is_outdated(await passwords.hash("a password"))
    assert passwords.is_outdated(PasswordHasher(**CHEAP | {"time_cost": 2}).hash("a password"))


async def test_no_more_is_composed_than_a_password_can_have(passwords: Passwords) -> None:
    huge = "a" + "\u0315\u0300" * 100_000
    assert await passwords.verify(await passwords.hash(huge), huge[: 8 * MAX_PASSWORD])
