"""Every setting of the program, with its meaning and default. This is the one place that documents them.

Each is read from the environment: `RAPPORT_` and the field's name, or `RAPPORT_GROUP__NAME` for a field of a
group (`RAPPORT_POLICY__MAX_CONNECTIONS`). A duration is a number of seconds or ISO 8601 (`P30D`), a list is
separated by commas, and `none` lifts a limit that may be None.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from executor.limits import Limits
from rules.policy import NetworkPolicy
from server.failure import Failure

PREFIX = "RAPPORT_"
TESTING = "RAPPORT_TEST_"
Seconds = Annotated[float, Field(gt=0)]


class Settings(BaseSettings):
    """How one process of the server runs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_parse_none_str="none",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    environment: Literal["development", "production"] = "development"
    """`development` makes its own secret key and names demo members; `production` does neither."""

    host: str = "127.0.0.1"
    """The address to listen on."""

    port: int = Field(default=8000, ge=0, le=65535, validation_alias=AliasChoices("PORT", "RAPPORT_PORT"))
    """The port to listen on, 0 for any that is free. `PORT` counts before `RAPPORT_PORT`."""

    public_url: str | None = Field(default=None, pattern="^https?://[^/?#]+(/[^?#]*)?$")
    """The address by which clients reach the server, such as `https://api.example`; where it listens if None.

    Downloads have addresses below it."""

    profile_url: str | None = Field(default=None, pattern="^https?://[^/?#]+/")
    """What a handle is added to for the address of a member's public profile, such as
    `https://network.example/in/`; `/in/` below `public_url` if None."""

    database_url: str | None = None
    """`postgresql://…` of a PostgreSQL 15 or later with contrib, instead of the embedded one."""

    pool_size: int = Field(default=10, ge=1)
    """Connections to the database that a process holds at most, besides one for wake-ups and one for jobs."""

    workers: int = Field(default=1, ge=1)
    """Processes of `rapport serve` that share its port; each has a pool of its own."""

    broker_url: str | None = Field(default=None, pattern="^(redis|rediss|unix)://")
    """`redis://…` of a Redis that carries wake-ups between processes, instead of LISTEN and NOTIFY."""

    stream_poll: Seconds = 2
    """Seconds after which streams look into the log by themselves: no wake-up is sure to arrive."""

    sockets_per_member: int = Field(default=20, ge=1)
    """WebSockets that a member may have open at once with one process."""

    operations_per_socket: int = Field(default=100, ge=1)
    """Operations that may run and stream at once on one WebSocket."""

    socket_init_timeout: Seconds = 10
    """Seconds within which a client must begin to speak over a WebSocket."""

    event_streams_per_member: int = Field(default=20, ge=1)
    """Subscriptions over server-sent events that a member may have at once, in one process."""

    run_jobs: bool = True
    """Whether `rapport serve` does background jobs as well; where it doesn't, `rapport worker` must."""

    job_takeover: Seconds = 30
    """Seconds without a sign of life after which another process does the job of one that must be dead."""

    data_directory: Path = Path(".rapport")
    """Where the embedded PostgreSQL, the development key and the explorer's files are kept."""

    secret_key: SecretStr | None = Field(default=None, min_length=32)
    """What tokens, cursors and addresses of downloads are signed with, the same for all processes. Needed in
    production."""

    access_token_lifetime: timedelta = timedelta(minutes=15)
    """How long an access token is good."""

    session_lifetime: timedelta = timedelta(days=60)
    """How long after its last refresh a session can be refreshed again."""

    revocation_refresh: Seconds = Field(default=10, le=30)
    """Seconds between looks at the sessions that were revoked elsewhere."""

    password_hashers: int = Field(default=2, ge=1)
    """How many passwords are hashed at once; others wait."""

    max_body_bytes: int = Field(default=262_144, ge=1)
    """Size of a request's body, or of a message over a WebSocket, in bytes."""

    body_timeout: Seconds = 10
    """Seconds within which a request's head must have arrived, and then its body."""

    operation_timeout: Seconds = 30
    """Seconds that one GraphQL operation may run."""

    shutdown_timeout: int = Field(default=30, ge=1)
    """Seconds that requests, and then jobs, have to finish when the process is told to stop."""

    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose pages may ask from a browser, such as `https://app.example`."""

    forwarded_allow_ips: str = "127.0.0.1"
    """Proxies whose `X-Forwarded-*` headers are believed, `*` for all."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least level that is logged; `debug` has a line for each request."""

    limits: Limits = Limits()
    """How large an operation may be; `executor.limits.Limits` says what each limit counts."""

    policy: NetworkPolicy = NetworkPolicy()
    """The network's rules, read by clients as `Query.policy`; see `rules.policy.NetworkPolicy`."""

    @property
    def server_url(self) -> str:
        """The public address, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def profiles_url(self) -> str:
        """What a handle is added to."""
        return self.profile_url or f"{self.server_url}/in/"

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @model_validator(mode="after")
    def _has_key(self) -> "Settings":
        if self.environment == "production" and self.secret_key is None:
            raise ValueError("RAPPORT_SECRET_KEY must be set in production")
        return self


def read_settings() -> Settings:
    """The settings of this process's environment. Raises Failure that names each bad one."""
    try:
        return Settings()
    except ValidationError as error:
        raise Failure("\n".join(["bad settings:", *_complaints(error)])) from None
    except SettingsError as error:
        raise Failure(f"bad settings: {error}") from None


def unknown_variables() -> list[str]:
    """Variables that look like settings and aren't, most likely misspelt; a group refuses its own."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    given = [name for name in os.environ if name.startswith(PREFIX) and not name.startswith(TESTING)]
    return sorted(name for name in given if name.split("__")[0] not in known)


def _complaints(error: ValidationError) -> Iterator[str]:
    for complaint in error.errors(include_url=False):
        yield f"  {_variable(complaint['loc'])}{complaint['msg'].removeprefix('Value error, ')}"


def _variable(path: tuple[int | str, ...]) -> str:
    """The variable of a field, as it is written in the environment; none for the settings as a whole."""
    name = "__".join(str(part).upper() for part in path)
    return "" if not name else "PORT: " if name == "PORT" else f"{PREFIX}{name}: "
