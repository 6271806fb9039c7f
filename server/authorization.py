"""Reads the `Authorization` header, whatever it comes by."""

from auth.accounts import Accounts
from auth.identity import Viewer
from auth.tokens import unauthenticated


def read_authorization(accounts: Accounts, authorization: str | None) -> Viewer | None:
    """Who sends this header, None who sends none. Raises RequestError for anything but a good token."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise unauthenticated()
    return accounts.viewer(token.strip())
