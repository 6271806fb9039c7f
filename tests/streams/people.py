"""What members do in tests of streams, as mutations of their own."""

from rules import ids
from tests.streams.conftest import Json, Stage

WRONG = "userErrors { __typename code message }"


async def does(stage: Stage, member_id: int, name: str, selected: str = "", **given: Json) -> Json:
    """The payload of a mutation that succeeds."""
    kind = name[0].upper() + name[1:] + "Input"
    document = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {selected} {WRONG} }} }}"
    payload = (await stage.ask(member_id, document, input=given))[name]
    assert not payload["userErrors"], (name, payload)
    return payload


def public(member_id: int) -> str:
    """The public id of a member."""
    return ids.encode("M", member_id)


async def follow(stage: Stage, member_id: int, other_id: int) -> None:
    """One follows the other."""
    await does(stage, member_id, "follow", targetId=public(other_id))


async def block(stage: Stage, member_id: int, other_id: int) -> None:
    """The two don't exist for each other from now on."""
    await does(stage, member_id, "blockMember", memberId=public(other_id))


async def ask(stage: Stage, sender_id: int, recipient_id: int) -> str:
    """The id of a request that one sends to the other."""
    sent = await does(
        stage, sender_id, "sendConnectionRequest", "request { id }", recipientId=public(recipient_id)
    )
    id: str = sent["request"]["id"]
    return id


async def say(stage: Stage, author_id: int, other_id: int, body: str = "hello") -> tuple[str, str]:
    """The ids of a message from one to the other and of its conversation."""
    selected = "message { id } conversation { id }"
    sent = await does(stage, author_id, "sendMessage", selected, memberId=public(other_id), body=body)
    return sent["message"]["id"], sent["conversation"]["id"]


async def share_receipts(stage: Stage, member_id: int, is_shared: bool) -> None:
    """Switch read receipts and typing on or off."""
    await does(stage, member_id, "updatePrivacy", readReceipts=is_shared)
