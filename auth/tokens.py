"""Access tokens, which say all that is needed to know who asks, and refresh tokens, which say nothing."""

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from struct import Struct
from typing import Final

import jwt
from jwt.types import Options

from auth.identity import Viewer
from executor.errors import RequestError

ALGORITHM: Final = "HS256"
ISSUER: Final = "rapport"
TOKENS_KEPT: Final = 10_000


class AccessTokens:
    """Signs and reads JWTs: who (`sub`, `sid`), what for (`scope`, absent for everything), until when."""

    def __init__(self, key: bytes, lifetime: timedelta) -> None:
        self._key = key
        self.lifetime = lifetime
        self._verified = lru_cache(TOKENS_KEPT)(self._verify)

    def issue(self, viewer: Viewer, now: datetime, lifetime: timedelta | None = None) -> tuple[str, datetime]:
        """A token for the viewer and when it ends, a whole second."""
        expires_at = (now + (lifetime or self.lifetime)).replace(microsecond=0)
        claims: dict[str, object] = {
            "iss": ISSUER,
            "sub": str(viewer.member_id),
            "sid": viewer.session_id,
            "iat": now,
            "exp": expires_at,
        }
        if viewer.scopes is not None:
            claims["scope"] = " ".join(sorted(viewer.scopes))
        return jwt.encode(claims, self._key, ALGORITHM), expires_at

    def read(self, token: str) -> Viewer:
        """Whose token it is, without a query. Raises `unauthenticated` for what is not ours or over.

        Who asks often is verified once: that a token is ours stays so, and its end is looked at each time.
        """
        viewer = self._verified(token)
        if viewer.expires_at is not None and viewer.expires_at <= datetime.now(UTC):
            raise unauthenticated()
        return viewer

    def _verify(self, token: str) -> Viewer:
        # `iat` is not compared: another process's clock may be a moment ahead.
        options: Options = {"require": ["iss", "sub", "sid", "exp"], "verify_iat": False}
        try:
            claims = jwt.decode(token, self._key, [ALGORITHM], options=options, issuer=ISSUER)
            member_id = int(claims["sub"])
        except (jwt.InvalidTokenError, ValueError) as error:
            raise unauthenticated() from error
        scopes = frozenset(claims["scope"].split()) if "scope" in claims else None
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        return Viewer(member_id, claims["sid"], scopes, expires_at)


def unauthenticated() -> RequestError:
    """The refusal of a token that is malformed, expired or revoked: which of them is not told."""
    return RequestError("UNAUTHENTICATED", "The access token is not valid or no longer valid.")


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """Names its session, so that it is found without an index of its own; `secret` is what proves it."""

    member_id: int
    session_id: int
    secret: bytes

    @property
    def digest(self) -> bytes:
        """What the database keeps of it."""
        return hashlib.sha256(self.secret).digest()

    @property
    def text(self) -> str:
        """What the client gets."""
        parts = _REFRESH_TOKEN.pack(self.member_id, self.session_id, self.secret)
        return urlsafe_b64encode(parts).decode().rstrip("=")


_REFRESH_TOKEN = Struct(">iq32s")


def new_refresh_token(member_id: int, session_id: int) -> RefreshToken:
    """A token that nobody can guess."""
    return RefreshToken(member_id, session_id, secrets.token_bytes(32))


def parse_refresh_token(text: str) -> RefreshToken | None:
    """The token that a client presents; None where the text is none."""
    try:
        parts = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return RefreshToken(*_REFRESH_TOKEN.unpack(parts)) if len(parts) == _REFRESH_TOKEN.size else None
