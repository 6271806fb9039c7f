"""Signing up, in and out, and what a member does with the account itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auth import credentials, sessions
from auth.accounts import Accounts, Grant
from auth.closing import close
from auth.credentials import CredentialsRow
from auth.identity import Viewer
from auth.sessions import Redemption
from auth.throttle import guess, subjects
from auth.tokens import parse_refresh_token
from loaders import sessions as session_loader
from loaders.context import Context
from loaders.sessions import SessionRow
from models.database import Connection
from resolvers.mutations import Payload, mutation, refuse_if
from rules import ids
from rules.accounts import check_email, check_password, invalid_credentials
from rules.members import PROFILE_TEXTS, check_handle, check_texts, trimmed
from rules.refusals import NotFoundError, Refused, UserError


@dataclass(frozen=True, kw_only=True)
class GrantPayload(Payload):
    """A pair of tokens and whom they are for."""

    access_token: str | None = None
    expires_at: datetime | None = None
    refresh_token: str | None = None
    viewer: Viewer | None = None


@dataclass(frozen=True, kw_only=True)
class SignUpPayload(GrantPayload):
    """Result of `signUp`."""


@dataclass(frozen=True, kw_only=True)
class SignInPayload(GrantPayload):
    """Result of `signIn`."""


@dataclass(frozen=True, kw_only=True)
class RefreshSessionPayload(GrantPayload):
    """Result of `refreshSession`."""


@dataclass(frozen=True, kw_only=True)
class SignOutPayload(Payload):
    """Result of `signOut`."""

    ended_session_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChangePasswordPayload(Payload):
    """Result of `changePassword`."""

    viewer: Viewer | None = None


@dataclass(frozen=True, kw_only=True)
class CloseAccountPayload(Payload):
    """Result of `closeAccount`."""

    erased_at: datetime | None = None


@mutation(SignUpPayload)
async def sign_up(
    ctx: Context,
    *,
    email: str,
    password: str,
    handle: str,
    given_name: str,
    family_name: str,
    headline: str | None = None,
) -> SignUpPayload:
    """A new account, signed in. Who probes for taken values is slowed down like one who guesses."""
    given = {"given_name": given_name, "family_name": family_name, "headline": headline}
    profile = {name: trimmed(value) for name, value in given.items()}
    refuse_if([*_account_errors(email, password, handle), *check_texts(profile, PROFILE_TEXTS)])
    async with guess(ctx.deployment.pool, subjects(ctx.client.address)):
        password_hash = await _accounts(ctx).passwords.hash(password)
        async with ctx.transaction(), ctx.connection() as connection:
            member_id = await credentials.create_member(connection, email, password_hash, handle, profile)
            grant = await _accounts(ctx).open_session(connection, member_id, ctx.client.user_agent)
    return SignUpPayload(**_granted(ctx, grant))


@mutation(SignInPayload)
async def sign_in(ctx: Context, *, email: str, password: str) -> SignInPayload:
    """A session for an address and its password; an address that nobody has takes the same work."""
    async with guess(ctx.deployment.pool, subjects(ctx.client.address, email)):
        async with ctx.connection() as connection:
            known = await credentials.by_email(connection, email)
        verified = await _verified(ctx, known, password)
        grant = await _open_session(ctx, verified, await _renewed_hash(ctx, verified, password))
    return SignInPayload(**_granted(ctx, grant))


@mutation(RefreshSessionPayload)
async def refresh_session(ctx: Context, *, refresh_token: str) -> RefreshSessionPayload:
    """The next pair of tokens for one that was never used; a used one ends the whole session."""
    token = parse_refresh_token(refresh_token)
    if token is None:
        raise Refused(invalid_credentials("refresh_token"))
    async with ctx.transaction(), ctx.connection() as connection:
        outcome = await _accounts(ctx).refresh_session(connection, token)
    # Refused only now, because the end of the session has to be committed.
    if outcome is Redemption.REUSED:
        _accounts(ctx).revocations.add([token.session_id])
    if isinstance(outcome, Redemption):
        raise Refused(invalid_credentials("refresh_token"))
    return RefreshSessionPayload(**_granted(ctx, outcome))


@mutation(SignOutPayload)
async def sign_out(ctx: Context, *, session_id: str | None = None) -> SignOutPayload:
    """End a session of the viewer, this one where none is named."""
    wanted = ctx.session_id if session_id is None else _own_session(ctx, session_id)
    async with ctx.connection() as connection:
        if wanted is None or not await sessions.end(connection, ctx.member_id, wanted):
            raise Refused(_no_such_session(session_id))
    _accounts(ctx).revocations.add([wanted])
    return SignOutPayload(ended_session_id=ids.encode("S", ctx.member_id, wanted))


@mutation(ChangePasswordPayload)
async def change_password(ctx: Context, *, current_password: str, new_password: str) -> ChangePasswordPayload:
    """Another password; all other sessions of the viewer end."""
    refuse_if([*check_password(new_password, "new_password")])
    verified = await _confirmed(ctx, current_password, "current_password")
    new_hash = await _accounts(ctx).passwords.hash(new_password)
    async with ctx.transaction(), ctx.connection() as connection:
        await _hold(connection, verified, "current_password")
        await credentials.change(connection, ctx.member_id, new_hash)
        ended = await sessions.end_others(connection, ctx.member_id, kept=ctx.session_id)
    _accounts(ctx).revocations.add(ended)
    return ChangePasswordPayload(viewer=ctx.viewer)


@mutation(CloseAccountPayload)
async def close_account(ctx: Context, *, password: str) -> CloseAccountPayload:
    """The member disappears at once, from the networks of others too; all sessions end."""
    verified = await _confirmed(ctx, password, "password")
    async with ctx.transaction(), ctx.connection() as connection:
        await _hold(connection, verified, "password")
        closed_at = await close(connection, ctx.member_id)
        ended = await sessions.end_others(connection, ctx.member_id)
    _accounts(ctx).revocations.add(ended)
    return CloseAccountPayload(erased_at=closed_at + ctx.deployment.policy.erasure_grace)


async def of_viewers(viewers: Sequence[Viewer], ctx: Context) -> list[list[SessionRow]]:
    """The devices that are signed in as the viewer, of whom an operation has only one."""
    found = await session_loader.of_viewer(ctx)
    return [found for _ in viewers]


async def emails_of_viewers(viewers: Sequence[Viewer], ctx: Context) -> list[str | None]:
    """The address that the viewer signs in with."""
    async with ctx.connection() as connection:
        known = await credentials.by_member(connection, ctx.member_id)
    return [known.email if known else None for _ in viewers]


async def are_current(devices: Sequence[SessionRow], ctx: Context) -> list[bool]:
    """Whether each session is the one that asks."""
    return [device.id == ctx.session_id for device in devices]


def _accounts(ctx: Context) -> Accounts:
    return ctx.deployment.accounts


def _account_errors(email: str, password: str, handle: str) -> Iterator[UserError]:
    yield from check_email(email)
    yield from check_password(password)
    yield from check_handle(handle)


async def _verified(
    ctx: Context, known: CredentialsRow | None, password: str, field: str | None = None
) -> CredentialsRow:
    """The credentials whose password this is. Raises Refused, after the same work where there are none."""
    stored = known.password_hash if known else None
    if not await _accounts(ctx).passwords.verify(stored, password) or known is None:
        raise Refused(invalid_credentials(field))
    return known


async def _confirmed(ctx: Context, password: str, field: str) -> CredentialsRow:
    """The viewer's credentials, to be sure; a guess here counts like one at the door."""
    async with ctx.connection() as connection:
        known = await credentials.by_member(connection, ctx.member_id)
    counted = subjects(ctx.client.address, known.email if known else None)
    async with guess(ctx.deployment.pool, counted):
        return await _verified(ctx, known, password, field)


async def _hold(connection: Connection, verified: CredentialsRow, field: str | None = None) -> None:
    """Lock what was verified. Raises Refused where the password was changed meanwhile."""
    if not await credentials.lock(connection, verified):
        raise Refused(invalid_credentials(field))


async def _renewed_hash(ctx: Context, verified: CredentialsRow, password: str) -> str | None:
    """A hash with today's parameters, where the stored one has others."""
    passwords = _accounts(ctx).passwords
    assert verified.password_hash is not None
    return await passwords.hash(password) if passwords.is_outdated(verified.password_hash) else None


async def _open_session(ctx: Context, verified: CredentialsRow, new_hash: str | None) -> Grant:
    accounts, member_id = _accounts(ctx), verified.member_id
    async with ctx.transaction(), ctx.connection() as connection:
        await _hold(connection, verified)
        if new_hash:
            await credentials.change(connection, member_id, new_hash)
        grant = await accounts.open_session(connection, member_id, ctx.client.user_agent)
        ended = await sessions.end_surplus(connection, member_id)
    accounts.revocations.add(ended)
    return grant


def _granted(ctx: Context, grant: Grant) -> dict[str, Any]:
    """What a payload tells of a grant; the rest of the operation is answered to the new viewer."""
    ctx.sign_in(grant.viewer)
    return {
        "access_token": grant.access_token,
        "expires_at": grant.expires_at,
        "refresh_token": grant.refresh_token,
        "viewer": grant.viewer,
    }


def _own_session(ctx: Context, public_id: str) -> int | None:
    key = ids.decode_as("S", public_id)
    return key[1] if key and len(key) == 2 and key[0] == ctx.member_id else None


def _no_such_session(public_id: str | None) -> NotFoundError:
    field = None if public_id is None else ["session_id"]
    return NotFoundError(message="There is no such session.", field=field, missing_id=public_id)
