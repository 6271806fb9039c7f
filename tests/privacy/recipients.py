"""What the recipient of a request does: in secret, differently in each world, and for all to see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rules import ids
from rules.events import Position
from rules.terms import ConversationContext, DeclineKind
from tests.privacy.casts import Cast
from tests.privacy.hosts import Host
from tests.privacy.renaming import Json
from tests.world import World

# What was never delivered has an id that its recipient cannot know.
LATEST = """
SELECT id FROM connection_requests WHERE sender_id = $1 AND recipient_id = $2 AND NOT undelivered
ORDER BY id DESC LIMIT 1
"""
ABOUT_WORDS = ("conversationId", "messageId", "upToMessageId")
LATEST_WORDS = """
SELECT low_id, high_id, id, number FROM messages JOIN conversations ON id = conversation_id
WHERE low_id = least($1::int, $2::int) AND high_id = greatest($1, $2) AND author_id = $1 AND context = ANY($3)
ORDER BY conversation_id DESC, number DESC LIMIT 1
"""


LATEST_INTRODUCTION = """
SELECT requester_id, broker_id, target_id, id FROM introductions
WHERE $1 IN (requester_id, target_id) AND $2 IN (broker_id, target_id) ORDER BY id DESC LIMIT 1
"""
WORDS = {"purpose": "OTHER", "messageToBroker": "Help me.", "messageToTarget": "Meet me."}
"""What goes with asking for an introduction."""


@dataclass(frozen=True)
class Act:
    """A mutation by the recipient, who `names` in it the last request that reached them, the sender, the last
    introduction that the sender asked for, or a message between the two; `about` are others, by their roles.
    """

    mutation: str
    given: Mapping[str, Json]
    names: str = "requestId"
    about: Mapping[str, str] = field(default_factory=dict)


def declined(kind: DeclineKind) -> Act:
    """A decline of this kind."""
    return Act("declineConnectionRequest", {"kind": kind.value})


def answered(answer: str) -> Act:
    """An answer in a batch of one."""
    return Act("answerConnectionRequests", {"answer": answer}, "answers")


IGNORE, RESTORE = Act("ignoreConnectionRequest", {}), Act("restoreConnectionRequest", {})
LIFT = Act("liftDecline", {})
NOT_NOW, DECLINE, DONT_KNOW = map(declined, (DeclineKind.NOT_NOW, DeclineKind.DECLINE, DeclineKind.DONT_KNOW))
MUTE, UNMUTE = Act("muteMember", {}, "memberId"), Act("unmuteMember", {}, "memberId")
DECLINE_INTRODUCTION = Act("declineIntroduction", {}, "introductionId")
REPORT = Act("reportConnectionRequest", {"comment": "Who is this?"})
REPORT_SENDER = Act("reportMember", {"comment": "Who is this?"}, "memberId")

READ_NOTIFICATIONS = Act("markNotificationsRead", {"upTo": Position(0, 2**62).text}, "")
WANT_NO_REMINDERS = Act(
    "updateNotificationPreferences",
    {"preferences": [{"kind": "CONNECTION_REQUEST_REMINDER", "enabled": False}]},
    "",
)

SECRETS: Mapping[str, Sequence[Act]] = {
    "ignored": [IGNORE],
    "ignored and restored": [IGNORE, RESTORE],
    "declined for now": [NOT_NOW],
    "declined": [DECLINE],
    "declined as unknown": [DONT_KNOW],
    "reported": [REPORT],
    "muted": [MUTE, DECLINE, UNMUTE],
    "sender reported": [REPORT_SENDER, IGNORE],
    "declined in other ways": [NOT_NOW, DONT_KNOW, DECLINE],
    "ignored, then declined": [IGNORE, DECLINE],
    "lifted and declined again": [DECLINE, LIFT, DONT_KNOW],
    "notifications read": [READ_NOTIFICATIONS, IGNORE],
    "reminders not wanted": [WANT_NO_REMINDERS, DECLINE],
    "introduction declined": [DECLINE_INTRODUCTION, IGNORE],
    "answered in batches": [answered("IGNORE"), answered("NOT_NOW"), answered("DONT_KNOW")],
}
"""What a recipient does in secret, over and over again."""

OPEN: Mapping[str, Sequence[Act]] = {
    "accepts": [LIFT, Act("acceptConnectionRequest", {"welcomeMessage": "Hello!"})],
    "replies": [LIFT, Act("replyToConnectionRequest", {"body": "How do we know each other?"})],
    "asks": [Act("sendConnectionRequest", {"note": "Let us connect"}, "recipientId")],
    "writes": [Act("sendMessage", {"body": "Hello again"}, "memberId")],
    "edits a message": [LIFT, Act("updateMessage", {"body": "Other words"}, "messageId")],
    "deletes a message": [Act("deleteMessage", {}, "messageId")],
    "types": [LIFT, Act("signalTyping", {}, "conversationId")],
    "reads": [Act("markMessagesRead", {}, "upToMessageId")],
    "hides receipts": [Act("updatePrivacy", {"readReceipts": False}, "")],
    "shows receipts": [Act("updatePrivacy", {"readReceipts": True}, "")],
    "follows": [Act("follow", {}, "targetId")],
    "unfollows": [Act("unfollow", {}, "targetId")],
    "removes the connection": [Act("removeConnection", {}, "memberId")],
    "blocks": [Act("blockMember", {}, "memberId")],
    "unblocks": [Act("unblockMember", {}, "memberId")],
    "passes an introduction on": [Act("forwardIntroduction", {"endorsement": "Good."}, "introductionId")],
    "wants to meet Fay": [Act("requestIntroduction", WORDS, "brokerId", {"targetId": "fay"})],
    "wants to meet Gus": [Act("requestIntroduction", WORDS, "brokerId", {"targetId": "gus"})],
    "wants to meet Ada": [Act("requestIntroduction", WORDS, "targetId", {"brokerId": "eve"})],
    "edits the profile": [Act("updateProfile", {"headline": "Something new"}, "")],
    "closes the door": [Act("updatePrivacy", {"whoCanRequest": "NOBODY", "whoCanFollow": "CONNECTIONS"}, "")],
    "opens the door": [Act("updatePrivacy", {"whoCanRequest": "ANYONE", "whoCanFollow": "ANYONE"}, "")],
    "wants a note": [Act("updatePrivacy", {"whoCanRequest": "KNOWS_EMAIL", "requireNote": True}, "")],
}
"""What a recipient does in all worlds alike; who accepts or writes lifts a decline first."""


async def carry_out(world: World, host: Host, cast: Cast, act: Act, *, by: str = "bob") -> None:
    """Let the recipient act on Ada or her last request; a refusal is as good as an effect."""
    given = await _given(world, cast, act, by)
    if given is not None:
        await send(host, cast[by], act.mutation, given)


async def send(host: Host, member_id: int, mutation: str, given: Json) -> list[str]:
    """Let a member send a mutation; the codes of the errors."""
    name = f"{mutation[0].upper()}{mutation[1:]}Input"
    text = f"mutation($input: {name}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
    answer = await host.ask(member_id, None, text, {"input": given})
    return [error["code"] for error in answer.body["data"][mutation]["userErrors"]]


async def _given(world: World, cast: Cast, act: Act, by: str) -> Json:
    if not act.names:
        return act.given
    if act.names == "introductionId":
        return await _about_introduction(world, cast, act, by)
    if act.names in ABOUT_WORDS:
        return await _about_words(world, cast, act, by)
    if act.names not in ("requestId", "answers"):
        return {act.names: cast.id("ada"), **act.given, **{key: cast.id(of) for key, of in act.about.items()}}
    request = await world.value(LATEST, cast["ada"], cast[by])
    if request is None:
        return None
    about = {"requestId": ids.encode("CR", cast["ada"], cast[by], request), **act.given}
    return {"answers": [about]} if act.names == "answers" else about


async def _about_words(world: World, cast: Cast, act: Act, by: str) -> Json:
    """The recipient's own last message; or the sender's, one between connected members, because in a thread
    about a request it may not have reached the recipient.
    """
    is_read = act.names == "upToMessageId"
    either = [cast["ada"], cast[by]] if is_read else [cast[by], cast["ada"]]
    contexts = [ConversationContext.CONNECTION] if is_read else [*ConversationContext]
    async with world.connection() as connection:
        row = await connection.fetchrow(LATEST_WORDS, *either, contexts)
    if row is None:
        return None
    said: dict[str, Json] = {"conversationId": ids.encode("CV", *[*row][:3])}
    said["messageId"] = said["upToMessageId"] = ids.encode("MSG", *row)
    names = {act.names, "conversationId"} if is_read else {act.names}
    return {name: said[name] for name in names} | {**act.given}


async def _about_introduction(world: World, cast: Cast, act: Act, by: str) -> Json:
    """The last introduction by them or to them that concerns Ada."""
    async with world.connection() as connection:
        row = await connection.fetchrow(LATEST_INTRODUCTION, cast["ada"], cast[by])
    return None if row is None else {"introductionId": ids.encode("I", *row), **act.given}
