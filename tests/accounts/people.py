"""People who sign up, and what they see of it."""

from auth.identity import Viewer
from loaders.context import Context, KnownClient
from resolvers import accounts
from resolvers.accounts import GrantPayload, SignInPayload, SignUpPayload
from resolvers.mutations import Payload
from rules.refusals import UserErrorCode
from tests.world import World

PASSWORD = "a password for tests"
Refusal = tuple[UserErrorCode, list[str] | None]


async def sign_up(world: World, handle: str = "ada", **changes: str) -> SignUpPayload:
    """Sign up somebody with this handle, whose address is `handle@example.org`."""
    given = {"email": f"{handle}@example.org", "password": PASSWORD, "handle": handle}
    names = {"given_name": handle.title(), "family_name": "Tester"}
    return await accounts.sign_up(world.context(None), **(given | names | changes))


async def sign_in(
    world: World, email: str = "ada@example.org", password: str = PASSWORD, address: str = ""
) -> SignInPayload:
    """Sign in, from a network address."""
    ctx = Context(world.deployment, None, KnownClient(address, user_agent="tests"))
    return await accounts.sign_in(ctx, email=email, password=password)


def viewer_of(payload: GrantPayload) -> Viewer:
    """Who was signed in."""
    assert payload.viewer is not None, payload.user_errors
    return payload.viewer


def asking_with(world: World, payload: GrantPayload) -> Context:
    """A context of who presents the payload's access token."""
    assert payload.access_token is not None, payload.user_errors
    return Context(world.deployment, world.deployment.accounts.viewer(payload.access_token))


def refresh_token_of(payload: GrantPayload) -> str:
    """The token for the next pair."""
    assert payload.refresh_token is not None, payload.user_errors
    return payload.refresh_token


def refusals(payload: Payload) -> list[Refusal]:
    """The codes and fields of the errors."""
    return [(error.code, list(error.field) if error.field else None) for error in payload.user_errors]
