"""Signing up, in and out: inputs and results, and the devices that are signed in."""

from datetime import datetime

import strawberry

from loaders.sessions import SessionRow
from resolvers import accounts
from resolvers.nodes import id_of
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, payload
from schema.interfaces import Node
from schema.refs import ViewerRef


@entity(SessionRow, "One signed-in device.")
class Session(Node):
    """A device of the viewer."""

    id: strawberry.ID = field("Global id.", column=id_of("S", "member_id", "id"))
    user_agent: str | None = field("What the client called itself.")
    created_at: datetime = field("Signed in at.")
    last_used_at: datetime = field("Last signed in or refreshed at.")
    is_current: bool = field("This very session.", batch=accounts.are_current)


@input_of("signUp")
class SignUpInput:
    """A new account."""

    email: str = given("Address to sign in with; unique.")
    password: str = given("Password, 10 to 128 characters.")
    handle: str = given("Unique URL name: 3 to 50 lower-case letters, digits and inner hyphens.")
    given_name: str = given("Given name.")
    family_name: str = given("Family name.")
    headline: str | None = given("One line under the name.", optional=True)


@input_of("signIn")
class SignInInput:
    """Credentials."""

    email: str = given("Address of the account.")
    password: str = given("Password of the account.")


@input_of("refreshSession")
class RefreshSessionInput:
    """A token good for one use."""

    refresh_token: str = given("The token received last.")


@input_of("signOut")
class SignOutInput:
    """Which session."""

    session_id: strawberry.ID | None = given("Another session; this one when absent.", optional=True)


@input_of("changePassword")
class ChangePasswordInput:
    """The old password and the new."""

    current_password: str = given("The password until now.")
    new_password: str = given("The password from now on, 10 to 128 characters.")


@input_of("closeAccount")
class CloseAccountInput:
    """A last check."""

    password: str = given("The password, to be sure.")


@strawberry.type(description="What a client signs in with.")
class Grant:
    """A pair of tokens."""

    access_token: str | None = field("Bearer token for the `Authorization` header and for `connection_init`.")
    expires_at: datetime | None = field("When the access token ends.")
    refresh_token: str | None = field("Single-use token for `refreshSession`.")
    viewer: ViewerRef | None = field("Who signed in.")
    user_errors: list[UserError] = field("Empty on success.")


@payload("signUp")
class SignUpPayload(Grant):
    """The first session."""


@payload("signIn")
class SignInPayload(Grant):
    """A new session."""


@payload("refreshSession")
class RefreshSessionPayload(Grant):
    """The next pair."""


@payload("signOut")
class SignOutPayload:
    """What ended."""

    ended_session_id: strawberry.ID | None = field("The session that ended.")
    user_errors: list[UserError] = field("Empty on success.")


@payload("changePassword")
class ChangePasswordPayload:
    """The viewer still signed in."""

    viewer: ViewerRef | None = field("The viewer, with the sessions that are left.")
    user_errors: list[UserError] = field("Empty on success.")


@payload("closeAccount")
class CloseAccountPayload:
    """The end."""

    erased_at: datetime | None = field("When the personal data will be erased.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class AccountMutations:
    """Signing up, in and out."""

    sign_up: SignUpPayload | None = mutation(
        "Create an account and sign in. `handle` and `email` are unique.",
        accounts.sign_up,
        SignUpInput,
    )
    sign_in: SignInPayload | None = mutation(
        "Exchange email and password for a session. A wrong email and a wrong password answer alike.",
        accounts.sign_in,
        SignInInput,
    )
    refresh_session: RefreshSessionPayload | None = mutation(
        "Exchange a refresh token for a new pair. A token used twice ends its whole session.",
        accounts.refresh_session,
        RefreshSessionInput,
    )
    sign_out: SignOutPayload | None = mutation(
        "End this session or another of the viewer's.",
        accounts.sign_out,
        SignOutInput,
        scopes=[],
    )
    change_password: ChangePasswordPayload | None = mutation(
        "Change the password; every other session ends.",
        accounts.change_password,
        ChangePasswordInput,
        scopes=[],
    )
    close_account: CloseAccountPayload | None = mutation(
        "Close the account: the profile disappears at once, personal data is erased after the grace time of "
        "`NetworkPolicy`.",
        accounts.close_account,
        CloseAccountInput,
        scopes=[],
    )
