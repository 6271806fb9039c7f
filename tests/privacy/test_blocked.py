"""To whom Bob blocks, he looks as if he had never existed, also in what others have to do with him."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from resolvers.nodes import DOORS
from server.jobs.retention import forget_events
from tests.clocks import Clock
from tests.privacy.casts import ROLES, assemble
from tests.privacy.hosts import Host, InProcess, OverHttp
from tests.privacy.listening import replay
from tests.privacy.pasts import Act, Past
from tests.privacy.stories import ALONE, LIKELY, SEQUENCES, Story, random_policy
from tests.privacy.trials import SOMEBODY_ELSES, Trial
from tests.world import World

STEPS = 20
AS_ADA = [name for name in LIKELY if name != SOMEBODY_ELSES]
LAST_SEQUENCE = "SELECT last_sequence FROM inboxes WHERE member_id = $1"
ENDS: Mapping[str, Act] = {
    "blocked": Past.block,
    "blocked, words deleted": Past.block_and_delete,
    "closed": Past.close,
    "erased": Past.erase,
}
AFTER_AN_OWN_BLOCK: Mapping[str, Act] = {
    "blocked back": Past.block_back,
    "words deleted": Past.delete,
    "closed": Past.close,
}


async def never_met(world: World, host: Host, clock: Clock, random: Random) -> Trial:
    """A world without Bob, and one where he blocks Ada after a past that left her with nothing of his."""
    past, long_ago = Past(world, host, clock), clock.now - timedelta(days=100)
    without, blocked = await assemble(world, long_ago, "bob"), await assemble(world, long_ago)
    await past.live(blocked)
    await past.meet(blocked)
    await past.block(blocked)
    clock.advance(days=31)
    await forget_events(host.deployment)
    blocked.eyes.told = await world.value(LAST_SEQUENCE, blocked["ada"])
    for cast in (without, blocked):
        await past.tell(cast)
    return Trial(world, host, clock, {"never existed": without, "blocked": blocked}, random)


async def disappeared(world: World, host: Host, clock: Clock, random: Random) -> Trial:
    """Worlds that Bob left in different ways after a past with Ada, so long ago that it may be erased."""
    past, long_ago = Past(world, host, clock), clock.now - timedelta(days=100)
    casts = {name: await assemble(world, long_ago) for name in ENDS}
    trial = Trial(world, host, clock, casts, random)
    await trial.everywhere("Bob lives", lambda cast, _: past.live(cast))
    await trial.everywhere("Ada meets Bob", lambda cast, _: past.meet(cast, welcomeMessage="Hello!"))
    await trial.everywhere("Ada knows", lambda cast, _: past.tell(cast))
    await trial.look_at_everything()
    await trial.everywhere("Bob leaves", lambda cast, name: ENDS[name](past, cast))
    await replay(trial)
    clock.advance(days=31)
    return trial


async def blocked_by_herself(world: World, host: Host, clock: Clock, random: Random) -> Trial:
    """Worlds in which Ada blocks Bob, who goes on as before or does not."""
    past, long_ago = Past(world, host, clock), clock.now - timedelta(days=100)
    casts = {name: await assemble(world, long_ago) for name in ("blocked", *AFTER_AN_OWN_BLOCK)}
    trial = Trial(world, host, clock, casts, random)
    await trial.everywhere("Bob lives", lambda cast, _: past.live(cast))
    await trial.everywhere("Ada meets Bob", lambda cast, _: past.meet(cast, welcomeMessage="Hello!"))
    await trial.everywhere("Ada knows", lambda cast, _: past.tell(cast))
    # Mutes end with the account, also those of who had blocked the member before.
    await trial.do("unmuteMember", memberId=trial.name("bob"))
    await trial.do("blockMember", memberId=trial.name("bob"))
    for name, act in AFTER_AN_OWN_BLOCK.items():
        await act(past, casts[name])
    return trial


async def go_on(trial: Trial, mutations: Sequence[str] = AS_ADA) -> None:
    """What Ada does then, within limits by chance."""
    host = trial.host
    host.deployment = replace(host.deployment, policy=random_policy(trial.random))
    await Story(trial, {}, mutations).run(STEPS, ALONE)
    await replay(trial)


@pytest.mark.parametrize("seed", range(SEQUENCES))
async def test_who_is_blocked_sees_what_they_would_see_if_the_other_had_never_existed(
    world: World, host: InProcess, clock: Clock, seed: int
) -> None:
    trial = await never_met(world, host, clock, Random(seed))
    assert set(DOORS) <= set(trial.first.eyes.of_kind)
    await go_on(trial)


async def test_and_so_they_do_over_http(world: World, http_host: OverHttp, clock: Clock) -> None:
    await go_on(await never_met(world, http_host, clock, Random(SEQUENCES)))


@pytest.mark.parametrize("seed", range(SEQUENCES))
async def test_a_block_looks_like_an_account_that_was_closed_or_erased(
    world: World, host: InProcess, clock: Clock, seed: int
) -> None:
    await go_on(await disappeared(world, host, clock, Random(seed)))


@pytest.mark.parametrize("seed", range(SEQUENCES))
async def test_who_blocks_is_told_nothing_of_the_other_any_more(
    world: World, host: InProcess, clock: Clock, seed: int
) -> None:
    lasting = [name for name in AS_ADA if name != "unblockMember"]
    await go_on(await blocked_by_herself(world, host, clock, Random(seed)), lasting)


async def test_every_operation_on_anything_of_who_blocks_answers_as_to_an_id_that_never_existed(
    world: World, host: InProcess, clock: Clock
) -> None:
    trial = await never_met(world, host, clock, Random(0))
    names = [trial.first.eyes.known(kind)[ROLES.index("bob")] for kind in ("handle", "address")]
    for target in [*names, *trial.about_bob()]:
        await trial.ask_about(target)
