"""Blocks, mutes and reports."""

from datetime import datetime

import strawberry

from auth.identity import OAuthScope
from resolvers import safety
from schema.errors import UserError
from schema.fields import field, given, input_of, mutation, payload
from schema.refs import QuotaRef, RelationshipRef


@input_of("blockMember")
class BlockMemberInput:
    """Whom, and what to report."""

    member_id: strawberry.ID = given("Whom to block.")
    report: str | None = given("Report to moderation with this text.", optional=True)


@payload("blockMember")
class BlockMemberPayload:
    """The two after the block."""

    relationship: RelationshipRef | None = field("Where the two stand now.", batch=safety.relationships_of)
    quota: QuotaRef | None = field("Blocks left.", batch=safety.quotas_of)
    user_errors: list[UserError] = field("Empty on success.")


@input_of("unblockMember")
class UnblockMemberInput:
    """Whose block."""

    member_id: strawberry.ID = given("Whose block to lift.")


@payload("unblockMember")
class UnblockMemberPayload:
    """The two after the block."""

    relationship: RelationshipRef | None = field("Where the two stand now.", batch=safety.relationships_of)
    user_errors: list[UserError] = field("Empty on success.")


@input_of("muteMember")
class MuteMemberInput:
    """Whom, and for how long."""

    member_id: strawberry.ID = given("Whom to mute.")
    until: datetime | None = given("When it ends by itself; null for good.", optional=True)


@payload("muteMember")
class MuteMemberPayload:
    """The two after the change."""

    relationship: RelationshipRef | None = field("Where the two stand now.", batch=safety.relationships_of)
    user_errors: list[UserError] = field("Empty on success.")


@input_of("unmuteMember")
class UnmuteMemberInput:
    """Whose mute."""

    member_id: strawberry.ID = given("Whom to hear again.")


@payload("unmuteMember")
class UnmuteMemberPayload:
    """The two after the change."""

    relationship: RelationshipRef | None = field("Where the two stand now.", batch=safety.relationships_of)
    user_errors: list[UserError] = field("Empty on success.")


@input_of("reportMember")
class ReportMemberInput:
    """Whom, and why."""

    member_id: strawberry.ID = given("Whom to report.")
    comment: str = given("What is wrong.")


@payload("reportMember")
class ReportMemberPayload:
    """Whether it arrived."""

    accepted: bool = field("The report was received.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class SafetyMutations:
    """Being left alone."""

    block_member: BlockMemberPayload | None = mutation(
        "Block a member: open requests are cancelled, connection and follows between the two are removed, "
        "and each stops existing for the other.",
        safety.block_member,
        BlockMemberInput,
        scopes=[OAuthScope.NETWORK_WRITE],
    )
    unblock_member: UnblockMemberPayload | None = mutation(
        "Lift a block. Nothing is restored; blocking the same member again is possible after 48 hours.",
        safety.unblock_member,
        UnblockMemberInput,
        scopes=[OAuthScope.NETWORK_WRITE],
    )
    mute_member: MuteMemberPayload | None = mutation(
        "Hide a member's updates without telling.",
        safety.mute_member,
        MuteMemberInput,
        scopes=[OAuthScope.NETWORK_WRITE],
    )
    unmute_member: UnmuteMemberPayload | None = mutation(
        "Show a member's updates again.",
        safety.unmute_member,
        UnmuteMemberInput,
        scopes=[OAuthScope.NETWORK_WRITE],
    )
    report_member: ReportMemberPayload | None = mutation(
        "Report a member to moderation.",
        safety.report_member,
        ReportMemberInput,
        scopes=[OAuthScope.NETWORK_WRITE],
    )
