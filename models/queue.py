"""The queue of background jobs, in the tables of pgqueuer. Workers take jobs from it: see `server.jobs`."""

from datetime import timedelta

import orjson
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel
from pgqueuer.ports.driver import Driver
from pgqueuer.queries import Queries

from models.database import Connection

# Spelt out because pgqueuer would take each of them from the environment, from names like FUNCTION too.
NAMES = DBSettings.model_construct(
    prefix="",
    db_schema=None,
    channel=Channel("ch_pgqueuer"),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
    durability=Durability.durable,
    widen_id=True,
)
TABLES = frozenset({NAMES.queue_table, NAMES.queue_table_log, NAMES.schedules_table, NAMES.statistics_table})
"""Tables that Alembic doesn't compare with the models; the migrations make them."""

ENQUEUE = QueryQueueBuilder(NAMES).build_enqueue_query()


def queries(driver: Driver) -> Queries:
    """All that pgqueuer asks and does, in these tables."""
    return Queries(
        driver, QueryBuilderEnvironment(NAMES), QueryQueueBuilder(NAMES), QuerySchedulerBuilder(NAMES)
    )


async def enqueue(connection: Connection, name: str, *arguments: object) -> None:
    """Put a job of `server.jobs` into the queue, with arguments that JSON can hold.

    In a transaction the job exists when that commits, and never if it doesn't. Without one it exists at once.
    """
    payload = orjson.dumps(arguments)
    await connection.execute(ENQUEUE, [0], [name], [payload], [timedelta(0)], [None], [None])
