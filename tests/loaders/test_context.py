"""A context goes with its operation, and the rows with the context."""

import gc

from loaders.context import Context
from tests.clients import Api
from tests.world import World

PROFILE = """{
  viewer {
    member { handle connections(first: 2) { totalCount nodes { handle connections { nodes { handle } } } } }
    receivedRequests(first: 2) { nodes { sender { handle } } }
    suggestions(first: 2) { nodes { member { handle } } }
  }
}"""


async def test_nothing_is_left_for_the_garbage_collector(api: Api, world: World) -> None:
    ada, ben, cy = [await world.member(name) for name in ("ada", "ben", "cy")]
    await world.connect(ada, ben)
    await world.connect(ben, cy)
    assert not (await api.ask(PROFILE, member=ada)).codes
    gc.collect()
    gc.disable()
    try:
        await api.ask(PROFILE, member=ada)
        left = sum(isinstance(each, Context) for each in gc.get_objects())
    finally:
        gc.enable()
    assert left == 0
