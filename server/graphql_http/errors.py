"""Errors of a request that never becomes an operation, each with the status and headers of its response."""

from collections.abc import Mapping

from graphql import GraphQLError

METHODS = "GET, POST"


class HTTPError(GraphQLError):
    """Answered with `status` and `headers`, whatever media type the client prefers."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, extensions={"code": code})
        self.status = status
        self.headers = dict(headers or {})


def bad_request(message: str, code: str = "BAD_REQUEST") -> HTTPError:
    """What was sent is not a GraphQL request."""
    return HTTPError(400, code, message)


def method_not_allowed(message: str, allowed: str) -> HTTPError:
    """The method is not for this, those in `allowed` are."""
    return HTTPError(405, "METHOD_NOT_ALLOWED", message, {"Allow": allowed})


def unauthenticated(message: str) -> HTTPError:
    """The credentials are invalid, expired or revoked (RFC 6750, section 3.1)."""
    return HTTPError(401, "UNAUTHENTICATED", message, challenge("invalid_token"))


def challenge(error: str | None = None) -> dict[str, str]:
    """The header that asks for a token, or says what is wrong with the one that was sent."""
    return {"WWW-Authenticate": f'Bearer error="{error}"' if error else "Bearer"}
