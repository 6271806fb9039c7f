"""Two devices of one member and two of another, each knowing only what its streams tell, agree in the end.

RAPPORT_TEST_READ_STATE_STEPS sets how many things happen: 80 by default, 5,000 for a thorough run.
RAPPORT_TEST_READ_STATE_SEED sets which; a failure names both.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from tests.streams.conftest import Json, Stage
from tests.streams.devices import Device, asked
from tests.streams.people import WRONG, block, does, public, say, share_receipts

STEPS = int(os.environ.get("RAPPORT_TEST_READ_STATE_STEPS", "80"))
SEED = int(os.environ.get("RAPPORT_TEST_READ_STATE_SEED", "1"))
AT_ONCE = 4


class House:
    """Ada and Ben, their conversation and their devices."""

    def __init__(self, stage: Stage, random: Random, members: tuple[int, int], thread_id: str) -> None:
        self.stage = stage
        self.random = random
        self.members = members
        self.thread_id = thread_id
        self.messages: list[tuple[int, str]] = []
        self.devices = {
            member_id: [Device(stage, member_id, thread_id, whole_log=each) for each in (True, False)]
            for member_id in members
        }
        self.blocker: int | None = None
        self.is_connected = True
        self.shares = dict.fromkeys(members, True)

    @property
    def all_devices(self) -> list[Device]:
        return [device for devices in self.devices.values() for device in devices]

    def other(self, member_id: int) -> int:
        return self.members[member_id == self.members[0]]

    async def tries(self, member_id: int, name: str, selected: str, **given: Json) -> Json:
        """A mutation that may be refused."""
        kind = name[0].upper() + name[1:] + "Input"
        document = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {selected} {WRONG} }} }}"
        return (await self.stage.ask(member_id, document, input=given))[name]

    async def sends(self, member_id: int) -> None:
        """Into the conversation, whether that is open or not."""
        given = {"conversationId": self.thread_id, "body": f"number {self.random.random()}"}
        sent = await self.tries(member_id, "sendMessage", "message { id }", **given)
        assert bool(sent["message"]) == self.is_connected, sent
        if sent["message"]:
            self.messages.append((member_id, sent["message"]["id"]))

    async def edits(self, member_id: int) -> None:
        """One of their messages, if it is still there."""
        if own := [id for author_id, id in self.messages if author_id == member_id]:
            given = {"messageId": self.random.choice(own), "body": f"edit {self.random.random()}"}
            await self.tries(member_id, "updateMessage", "message { id }", **given)

    async def deletes(self, member_id: int) -> None:
        """One of their messages; the other, blocked, would not be told."""
        own = [id for author_id, id in self.messages if author_id == member_id]
        if own and self.blocker is None:
            await does(self.stage, member_id, "deleteMessage", messageId=self.random.choice(own))

    async def reads(self, member_id: int) -> None:
        """Up to any message, also one that lies behind."""
        if self.messages:
            up_to = self.random.choice(self.messages)[1]
            given = {"conversationId": self.thread_id, "upToMessageId": up_to}
            await does(self.stage, member_id, "markMessagesRead", **given)

    async def switches_receipts(self, member_id: int) -> None:
        """On or off."""
        self.shares[member_id] = not self.shares[member_id]
        await share_receipts(self.stage, member_id, self.shares[member_id])

    async def reconnects(self, member_id: int) -> None:
        """One device goes or comes back."""
        device = self.random.choice(self.devices[member_id])
        if self.random.random() < 0.5:
            device.takes()
        await (device.disconnect() if device.is_connected else device.connect())

    async def blocks(self, member_id: int) -> None:
        """The other one, which ends the connection; or lets them be, and connects with them again."""
        if self.blocker is None:
            self.blocker, self.is_connected = member_id, False
            await block(self.stage, member_id, self.other(member_id))
        else:
            await does(self.stage, self.blocker, "unblockMember", memberId=public(self.other(self.blocker)))
            await self.stage.world.connect(*self.members)
            self.blocker, self.is_connected = None, True

    async def types(self, member_id: int) -> None:
        """Told to each device of the other that is there, where both share that, and to nobody else."""
        await self.settle()
        before = [device.typed for device in self.all_devices]
        is_told = self.is_connected and all(self.shares.values())
        told = {*self.devices[self.other(member_id)]} if is_told else set()
        await self.tries(member_id, "signalTyping", "accepted", conversationId=self.thread_id)
        await self.settle()
        expected = [each.is_connected and each in told for each in self.all_devices]
        heard = [device.typed - count for device, count in zip(self.all_devices, before, strict=True)]
        assert heard == expected

    async def settle(self) -> None:
        """Until nothing is on its way."""
        calm = 0
        while calm < 3:
            await asyncio.sleep(0.02)
            calm = 0 if any(client.results for client in self.stage.clients) else calm + 1
            for device in self.all_devices:
                device.takes()

    async def check(self) -> None:
        """Devices agree with each other and with queries; receipts never tell more than those do."""
        for device in self.all_devices:
            if not device.is_connected:
                await device.connect()
        await self.settle()
        for member_id, devices in self.devices.items():
            thread, unread = await asked(self.stage, member_id, self.thread_id)
            for device in devices:
                known = {number: device.thread.texts[number] for number in thread.texts}
                assert (known, device.thread.unread) == (thread.texts, unread)
                if all(self.shares.values()) and self.is_connected:
                    assert device.thread.read_by_other <= thread.read_by_other

    async def end(self) -> None:
        """All is open again, and both write and read to the end: receipts agree as well."""
        if self.blocker is not None:
            await self.blocks(self.blocker)
        for member_id in self.members:
            if not self.shares[member_id]:
                await self.switches_receipts(member_id)
            await self.sends(member_id)
        await self.check()
        for member_id in self.members:
            given = {"conversationId": self.thread_id, "upToMessageId": self.messages[-1][1]}
            await does(self.stage, member_id, "markMessagesRead", **given)
        await self.check()
        for member_id, devices in self.devices.items():
            thread, unread = await asked(self.stage, member_id, self.thread_id)
            assert unread == 0
            assert {device.thread.read_by_other for device in devices} == {thread.read_by_other}


async def happen(house: House) -> None:
    """A few things at once; what changes the rules for the others happens alone."""
    random = house.random
    many: list[Callable[[int], Awaitable[None]]] = [house.sends, house.edits, house.reads, house.reconnects]
    alone = [house.deletes, house.switches_receipts, house.blocks, house.types]
    if random.random() < 0.5:
        await random.choice(alone)(random.choice(house.members))
    else:
        some = random.choices(many, [3, 1, 2, 1], k=random.randint(1, AT_ONCE))
        members = [random.choice(house.members) for _ in some]
        if some.count(house.reconnects) > 1:
            some, members = some[:1], members[:1]
        await asyncio.gather(*(each(member_id) for each, member_id in zip(some, members, strict=True)))


async def test_devices_that_know_only_what_they_are_told_agree_in_the_end(stage: Stage) -> None:
    policy = replace(stage.deployment.policy, message_limit=None, reblock_wait=timedelta(0))
    stage.deployment = stage.world.deployment = replace(stage.deployment, policy=policy)
    ada, ben = await stage.world.member("ada"), await stage.world.member("ben")
    await stage.world.connect(ada, ben)
    _, thread_id = await say(stage, ada, ben)
    house = House(stage, Random(SEED), (ada, ben), thread_id)
    for device in house.all_devices:
        await device.connect()
    for step in range(STEPS):
        try:
            await happen(house)
            if step % 20 == 19:
                await house.check()
        except BaseException as error:
            error.add_note(f"at step {step} of seed {SEED}")
            raise
    await house.end()
