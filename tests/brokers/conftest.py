"""Settings of processes that wake each other, by PostgreSQL and by Redis."""

import gc
import warnings
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from server.settings import Settings
from tests.brokers.redis_servers import RedisServer, redis_server


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect connections that broke: redis-py leaves them open, and a later test would be blamed for it."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="package")
def redis() -> Iterator[RedisServer]:
    """A Redis of these tests alone; whoever stops it starts it again."""
    with redis_server() as server:
        yield server


@pytest.fixture
def by_postgres(database_url: str) -> Settings:
    return Settings(database_url=database_url, secret_key=SecretStr("x" * 32))


@pytest.fixture
def by_redis(by_postgres: Settings, redis: RedisServer) -> Settings:
    return by_postgres.model_copy(update={"broker_url": redis.url})


@pytest.fixture(params=["by_postgres", "by_redis"])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Both, one after the other."""
    found: Settings = request.getfixturevalue(request.param)
    return found
