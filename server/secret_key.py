"""The key that tokens and cursors are signed with."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from server.failure import Failure
from server.settings import Settings


def secret_key(settings: Settings) -> bytes:
    """The key of the settings; in development one that is made once and kept for this user alone."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data_directory / "secret.key"
    try:
        return path.read_bytes() if path.exists() else _make(path)
    except PermissionError:
        raise Failure(f"{path} belongs to another user; RAPPORT_SECRET_KEY can name a key") from None


def _make(path: Path) -> bytes:
    """Linked into place when complete, so that of two processes that make one, both use the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:  # noqa: PTH123
        file.write(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        path.hardlink_to(new)
    new.unlink()
    return path.read_bytes()
