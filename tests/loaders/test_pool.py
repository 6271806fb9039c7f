"""The pool lends connections to those who wait, whatever becomes of others."""

import asyncio

from models.pool import PooledConnection, open_pool


async def test_room_goes_to_the_next_if_who_was_given_it_leaves(database_url: str) -> None:
    async with open_pool(database_url, 1) as pool:
        lent = await pool.take(1)
        first, second = [asyncio.create_task(pool.take(5)) for _ in range(2)]
        await asyncio.sleep(0)
        give = pool._pass_on

        def give_to_who_leaves(connection: PooledConnection | None) -> bool:
            is_given = give(connection)
            first.cancel()
            return is_given

        pool._pass_on = give_to_who_leaves  # type: ignore[method-assign]
        await lent.close()
        pool.give_back(lent)
        pool.give_back(await second)
        assert first.cancelled()
