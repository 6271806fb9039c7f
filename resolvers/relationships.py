"""Where the viewer and other members stand, and what the viewer may do about it."""

from collections.abc import Sequence

from auth.identity import Viewer
from executor.errors import CodedError
from loaders import allowances, relationships
from loaders import connection_requests as request_loader
from loaders import introductions as introduction_loader
from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.relationships import Link, OwnFollow, RelationshipRow
from rules import follows, ids, introductions
from rules import relationships as rules
from rules.audiences import ProfileAction
from rules.connection_requests import Side, is_open
from rules.paging import MAX_BATCH_IDS
from rules.seen_requests import SeenRequest
from rules.terms import ConnectionStatus
from rules.verdicts import ReachOption, Verdict

Rows = Sequence[RelationshipRow]


async def of_viewers(
    viewers: Sequence[Viewer], ctx: Context, *, member_ids: Sequence[str]
) -> list[list[RelationshipRow | None] | CodedError]:
    """The relationship with each of up to 100 members, None where one is missing or hidden."""
    if len(member_ids) > MAX_BATCH_IDS:
        return [CodedError("BAD_USER_INPUT", f"At most {MAX_BATCH_IDS} ids at once.")] * len(viewers)
    others = [ids.number("M", member_id) for member_id in member_ids]
    found = await relationships.shown(ctx, others) if others else []
    return [found for _ in viewers]


async def of_members(members: Sequence[MemberRow], ctx: Context) -> list[RelationshipRow | None]:
    """What lies between the viewer and each member; None for nobody, and without the scope."""
    return await relationships.shown(ctx, [member.id for member in members])


async def members(rows: Rows, ctx: Context) -> Sequence[MemberRow | None]:
    """The other member of each."""
    return await relationships.others(ctx, rows)


async def statuses(rows: Rows, ctx: Context) -> list[ConnectionStatus]:
    """Where the two stand."""
    return [rules.status(pair, ctx.now) for pair in await relationships.pairs(ctx, rows)]


def connections(rows: Rows, _: Context) -> list[Link | None]:
    """The accepted connection."""
    return [row.link for row in rows]


async def sent_requests(rows: Rows, ctx: Context) -> list[SeenRequest | None]:
    """The viewer's open request."""
    found = await relationships.requests(ctx, rows)
    return [
        request_loader.as_seen(ctx, sent) if is_open(sent, Side.SENDER, ctx.now) else None
        for sent, _ in found
    ]


async def received_requests(rows: Rows, ctx: Context) -> list[SeenRequest | None]:
    """The other's open request."""
    found = await relationships.requests(ctx, rows)
    return [
        request_loader.as_seen(ctx, received) if is_open(received, Side.RECIPIENT, ctx.now) else None
        for _, received in found
    ]


def following(rows: Rows, _: Context) -> list[OwnFollow | None]:
    """The viewer's follow of the member."""
    return [row.follow for row in rows]


async def can_connect(rows: Rows, ctx: Context) -> list[Verdict]:
    """Whether the viewer may send a request now."""
    allowance, policy = await allowances.load(ctx), ctx.deployment.policy
    pairs = await relationships.pairs(ctx, rows)
    return [rules.can_connect(pair, allowance, ctx.now, policy) for pair in pairs]


async def can_message(rows: Rows, ctx: Context) -> list[Verdict]:
    """Whether the viewer may write a message now."""
    return [rules.can_message(pair, ctx.deployment.policy) for pair in await relationships.pairs(ctx, rows)]


def can_follow(rows: Rows, _: Context) -> list[Verdict]:
    """Whether the viewer may follow."""
    return [_can_follow(row) for row in rows]


async def can_request_introduction(rows: Rows, ctx: Context) -> list[Verdict]:
    """Whether the viewer may ask somebody to introduce them."""
    return [verdict for verdict, _ in await _ways_in(rows, ctx)]


async def throughs(options: Sequence[ReachOption], ctx: Context) -> list[MemberRow | None]:
    """Whom to ask, for introductions."""
    wanted = [option.through_id for option in options if option.through_id]
    found = iter(await member_loader.load_many(ctx, wanted) if wanted else [])
    return [next(found) if option.through_id else None for option in options]


async def reach_options(rows: Rows, ctx: Context) -> list[list[ReachOption]]:
    """Ways to get in touch that are open now, best first."""
    connect = await can_connect(rows, ctx)
    pairs = await relationships.pairs(ctx, rows)
    ways_in = await _ways_in(rows, ctx)
    seen = await member_loader.load_many(ctx, [row.other_id for row in rows], ["contact_email"])
    return [
        rules.reach_options(
            pair,
            verdict,
            _can_follow(row),
            broker_id,
            shows_email=bool(member and member.contact_email and row.member_id != row.other_id),
            now=ctx.now,
            policy=ctx.deployment.policy,
        )
        for pair, verdict, row, (_, broker_id), member in zip(
            pairs, connect, rows, ways_in, seen, strict=True
        )
    ]


async def primary_actions(members: Sequence[MemberRow], ctx: Context) -> list[ProfileAction]:
    """The button that a client should put first; none without signing in or the scope."""
    found = await relationships.of_viewer(ctx, [member.id for member in members])
    rows = [row for row in found if row]
    pairs = await relationships.pairs(ctx, rows) if rows else []
    verdicts = await can_connect(rows, ctx) if rows else []
    actions = {
        row.other_id: rules.primary_action(pair, verdict, _can_follow(row), ctx.now)
        for row, pair, verdict in zip(rows, pairs, verdicts, strict=True)
    }
    return [actions.get(member.id, ProfileAction.NONE) for member in members]


async def _ways_in(rows: Rows, ctx: Context) -> list[tuple[Verdict, int | None]]:
    """Whether the viewer may ask for an introduction, and whom, where they may."""
    pairs, quota = await relationships.pairs(ctx, rows), (await allowances.load(ctx)).introductions
    paths = await ctx.entities(introduction_loader.paths).load_many([row.other_id for row in rows])
    verdicts = [introductions.can_request(pair, path, quota) for pair, path in zip(pairs, paths, strict=True)]
    return [
        (verdict, path.broker_id if verdict.allowed else None)
        for verdict, path in zip(verdicts, paths, strict=True)
    ]


def _can_follow(row: RelationshipRow) -> Verdict:
    is_self, is_connected = row.member_id == row.other_id, row.connected_at is not None
    return follows.can_follow(
        row.who_can_follow, is_self=is_self, is_blocking=row.is_blocking, is_connected=is_connected
    )
