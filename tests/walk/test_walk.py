"""A random walk over twelve members, every step of it compared with a plain model of the rules.

RAPPORT_TEST_WALK_MOVES sets how many moves are made: 320 by default, 20,000 for a thorough run of minutes. A
second walk, a quarter as long, goes by other rules. RAPPORT_TEST_WALK_SEED sets which walks they are. What
differs is printed with the moves that led to it.
"""

import os
from datetime import timedelta

import pytest

from tests.walk.facts import DAY, Numbers
from tests.walk.walk import Walk
from tests.world import World

MOVES = int(os.environ.get("RAPPORT_TEST_WALK_MOVES", "320"))
SEED = int(os.environ.get("RAPPORT_TEST_WALK_SEED", "1"))
USUAL = Numbers()
OPENLY = Numbers(
    decline_hidden_from_sender=False,
    declined_cooldown=60 * DAY,
    removed_cooldown=5 * DAY,
    removed_rerequest_by="REMOVER_ONLY",
    request_lifetime=20 * DAY,
    reminder_interval=4 * DAY,
    max_reminders=1,
    reblock_wait=timedelta(hours=6),
)


@pytest.mark.parametrize(("numbers", "share"), [(USUAL, 1), (OPENLY, 0.25)], ids=["usual", "openly"])
async def test_everybody_sees_may_do_and_is_told_what_the_rules_say(
    world: World, numbers: Numbers, share: float
) -> None:
    walk = await Walk.of_twelve(world, numbers, SEED)
    await walk.go(round(MOVES * share))
