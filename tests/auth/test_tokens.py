"""Access tokens: what is accepted and what is not."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from auth.identity import OAuthScope, Viewer
from auth.tokens import AccessTokens, new_refresh_token, parse_refresh_token
from executor.errors import RequestError

KEY = b"a key of at least thirty-two bytes"
TOKENS = AccessTokens(KEY, timedelta(minutes=15))
ADA = Viewer(160, session_id=2**40)
CLAIMS: dict[str, Any] = {"iss": "rapport", "sub": "160", "sid": 7, "exp": 4_102_444_800}


def refused(token: str) -> bool:
    """Whether the token is answered with UNAUTHENTICATED."""
    with pytest.raises(RequestError) as caught:
        TOKENS.read(token)
    return (caught.value.extensions or {}).get("code") == "UNAUTHENTICATED"


@pytest.mark.parametrize("scopes", [None, frozenset[str](), frozenset({OAuthScope.PROFILE_READ, "EXPORT"})])
def test_a_token_tells_who_asks_and_what_for(scopes: frozenset[str] | None) -> None:
    viewer = Viewer(160, 7, scopes)
    token, _ = TOKENS.issue(viewer, datetime.now(UTC))
    assert TOKENS.read(token) == viewer


def test_a_token_ends_after_its_lifetime() -> None:
    now = datetime.now(UTC)
    assert refused(TOKENS.issue(ADA, now - timedelta(minutes=15, seconds=1))[0])
    assert TOKENS.read(TOKENS.issue(ADA, now - timedelta(minutes=14))[0]) == ADA
    assert TOKENS.read(TOKENS.issue(ADA, now - timedelta(hours=23), timedelta(days=1))[0]) == ADA


def test_the_end_that_is_told_is_the_end_that_is_signed() -> None:
    token, expires_at = TOKENS.issue(ADA, datetime.now(UTC))
    assert jwt.decode(token, options={"verify_signature": False})["exp"] == expires_at.timestamp()


def test_a_token_from_a_clock_that_is_ahead_is_accepted() -> None:
    assert TOKENS.read(TOKENS.issue(ADA, datetime.now(UTC) + timedelta(minutes=1))[0]) == ADA


@pytest.mark.parametrize("missing", sorted(CLAIMS))
def test_a_token_without_one_of_its_claims_is_refused(missing: str) -> None:
    assert TOKENS.read(jwt.encode(CLAIMS, KEY, "HS256"))
    assert refused(jwt.encode({name: CLAIMS[name] for name in CLAIMS if name != missing}, KEY, "HS256"))


@pytest.mark.parametrize("claims", [{"iss": "other"}, {"exp": 1}, {"sub": "ada"}, {"sub": 160}])
def test_a_token_with_other_claims_is_refused(claims: dict[str, object]) -> None:
    assert refused(jwt.encode(CLAIMS | claims, KEY, "HS256"))


def test_a_token_of_another_key_is_refused() -> None:
    assert refused(jwt.encode(CLAIMS, b"another key of thirty-two bytes or so", "HS256"))


@pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
def test_a_token_of_another_algorithm_is_refused(algorithm: str) -> None:
    key = "" if algorithm == "none" else KEY * 2
    assert refused(jwt.encode(CLAIMS, key, algorithm))


def test_a_token_whose_payload_was_changed_is_refused() -> None:
    header, _, signature = jwt.encode(CLAIMS, KEY, "HS256").split(".")
    payload = base64.urlsafe_b64encode(json.dumps(CLAIMS | {"sub": "1"}).encode()).decode().rstrip("=")
    assert refused(f"{header}.{payload}.{signature}")


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "....", "\x00", "\ud800", "é.é.é", "A" * 100_000])
def test_what_is_no_token_is_refused(text: str) -> None:
    assert refused(text)


def test_a_refresh_token_survives_its_text() -> None:
    token = new_refresh_token(2**31 - 1, 2**63 - 1)
    assert parse_refresh_token(token.text) == token
    assert token.text.isascii()
    assert "=" not in token.text


def test_no_two_refresh_tokens_are_the_same() -> None:
    assert len({new_refresh_token(1, 1).text for _ in range(100)}) == 100
