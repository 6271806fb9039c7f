"""A sender can't tell from anything whether a request was ignored, declined or simply not answered."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from random import Random

import pytest

from tests.clocks import Clock
from tests.privacy.casts import Cast
from tests.privacy.documents import QUERIES
from tests.privacy.filling import Chosen
from tests.privacy.hosts import Host, InProcess, OverHttp
from tests.privacy.listening import listening, replay
from tests.privacy.recipients import DECLINE_INTRODUCTION, SECRETS, WORDS, carry_out
from tests.privacy.renaming import Json
from tests.privacy.stories import MOMENT, SEQUENCES, WITH_BOB, Story, begin, random_policy
from tests.privacy.trials import Trial
from tests.world import World

[RELATIONSHIPS] = [document for document in QUERIES if document.name == "viewer.relationships"]
STEPS = 30
AT_ONCE = 6
BARRED = {"allowed": False, "reason": "RECIPIENT_DOES_NOT_ACCEPT", "availableAt": None}
OPEN = {"allowed": True, "reason": None, "availableAt": None}
DECLINED_FOR_GOOD = {
    *("declined", "declined as unknown", "reported", "muted", "declined in other ways"),
    *("ignored, then declined", "lifted and declined again", "answered in batches", "reminders not wanted"),
}
"""The secrets after which, once told three times over, the sender may not ask again."""


async def tell(world: World, host: Host, clock: Clock, names: Sequence[str], seed: int) -> None:
    """A random story of these secrets."""
    random = Random(seed)
    host.deployment = replace(host.deployment, policy=random_policy(random))
    trial = await begin(world, host, clock, names, random)
    await trial.do("sendConnectionRequest", recipientId=trial.name("bob"))
    await Story.of(trial).run(STEPS, WITH_BOB)
    await replay(trial)


@pytest.mark.parametrize("seed", range(SEQUENCES))
async def test_secrets_of_a_recipient_change_nothing_for_the_sender(
    world: World, host: InProcess, clock: Clock, seed: int
) -> None:
    shares = [list(SECRETS)[start :: len(SECRETS) // AT_ONCE] for start in range(len(SECRETS) // AT_ONCE)]
    await tell(world, host, clock, shares[seed % len(shares)], seed)


async def test_nor_do_they_over_http(world: World, http_host: OverHttp, clock: Clock) -> None:
    await tell(world, http_host, clock, ["ignored", "declined"], SEQUENCES)


async def test_every_operation_on_a_request_answers_as_if_it_was_not_answered(
    world: World, host: InProcess, clock: Clock
) -> None:
    trial = await begin(world, host, clock, ["ignored", "declined", "muted"], Random(0))
    story = Story.of(trial)
    await trial.do("sendConnectionRequest", recipientId=trial.name("bob"))
    await story.act_openly("replies")
    await story.keep_secret()
    clock.advance(days=14)
    for _ in range(2):
        await trial.look_at_everything()
    for kind in ("MSG", "CV", "REL", "CR", "M"):
        for target in trial.about_bob(kind):
            await trial.ask_about(target)
    await trial.read_log()


@pytest.mark.parametrize("title", ["accepts", "asks", "blocks", "replies"])
async def test_what_the_recipient_then_does_for_all_to_see_looks_the_same(
    world: World, host: InProcess, clock: Clock, title: str
) -> None:
    trial = await begin(world, host, clock, ["ignored", "declined", "reported"], Random(0))
    story = Story.of(trial)
    await trial.do("sendConnectionRequest", recipientId=trial.name("bob"))
    await story.keep_secret()
    await story.act_openly(title)
    await trial.ask(RELATIONSHIPS, about_bob(trial))


@pytest.mark.parametrize("decliner", ["eve", "bob"])
@pytest.mark.parametrize("days", [1, 31])
async def test_every_operation_on_an_introduction_answers_as_if_nobody_had_declined_it(
    world: World, host: InProcess, clock: Clock, decliner: str, days: int
) -> None:
    trial = await begin(world, host, clock, ["declined"], Random(0))
    story, eve, bob = Story.of(trial), trial.name("eve"), trial.name("bob")
    await trial.do("requestIntroduction", brokerId=eve, targetId=bob, **WORDS)
    if decliner == "bob":
        await story.others_act("eve", "passes an introduction on")

    async def decline(cast: Cast, name: str) -> None:
        if name == "declined":
            await carry_out(world, host, cast, DECLINE_INTRODUCTION, by=decliner)

    await trial.everywhere(f"{decliner} declines", decline)
    clock.advance(days=days)
    await story.do_jobs()
    await trial.look_at_everything()
    for target in [*trial.about_bob("I", "REL"), trial.name("bob")]:
        await trial.ask_about(target)
    await trial.read_log()


async def test_streams_tell_a_sender_the_same(world: World, host: InProcess, clock: Clock) -> None:
    trial = await begin(world, host, clock, [*SECRETS][::3], Random(0))
    async with listening(trial) as streams:
        sent = await trial.do("sendConnectionRequest", recipientId=trial.name("bob"))
        await Story.of(trial).act_openly("replies")
        await trial.read_log()
        await streams.follow_all()
        await streams.compare()
        await Story.of(trial).act_openly("types")
        assert await streams.compare()
        async for step in secretly(trial, sent["request"]["id"]):
            assert await streams.compare(), step
    await replay(trial)


async def secretly(trial: Trial, request: str) -> AsyncIterator[str]:
    """What Ada does about a request, and what Bob does before each time."""
    story, [conversation] = Story.of(trial), trial.about_bob("CV")

    async def step(mutation: str, **given: Json) -> str:
        await story.keep_secret()
        trial.clock.advance(days=14)
        await trial.do(mutation, **given)
        return mutation

    yield await step("remindConnectionRequest", requestId=request)
    yield await step("sendMessage", conversationId=conversation, body="Hello?")
    message = trial.about_bob("MSG")[-1]
    yield await step("updateMessage", messageId=message, body="Hello!")
    yield await step("deleteMessage", messageId=message)
    yield await step("withdrawConnectionRequest", requestId=request)


async def test_a_decline_shows_at_the_hidden_end_and_not_a_moment_before(
    world: World, host: InProcess, clock: Clock
) -> None:
    trial = await begin(world, host, clock, [*SECRETS], Random(0))
    story = Story.of(trial)
    await trial.do("sendConnectionRequest", recipientId=trial.name("bob"))
    for _ in range(3):
        await story.keep_secret()
    await story.wait_for_the_end()
    await trial.ask(RELATIONSHIPS, about_bob(trial))
    clock.now += MOMENT
    answers = await trial.answers(RELATIONSHIPS, about_bob(trial))
    found = {name: verdict(each) for name, each in answers.items()}
    assert found == {name: BARRED if name in DECLINED_FOR_GOOD else OPEN for name in found}


def about_bob(trial: Trial) -> Chosen:
    """Variables that ask for the relationship with Bob."""
    return {name: [trial.name("bob")] for name in RELATIONSHIPS.slots}


def verdict(seen: Json) -> Json:
    """The one of a single relationship, without the name of its type."""
    [relationship] = seen["answer"]["data"]["viewer"]["relationships"]
    return {key: value for key, value in relationship["canConnect"].items() if key != "__typename"}
