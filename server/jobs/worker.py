"""Takes jobs from the queue and does them, in as many processes as there are.

A job belongs to the process that picked it for as long as that gives signs of life, and leaves the queue when
it is done. One that fails is tried again, later each time. Whatever is scheduled is put into the queue by one
process, and not while the last one of its name is still there.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import asyncpg
import orjson
import pgqueuer
from pgqueuer import AsyncpgDriver, DatabaseRetryEntrypointExecutor, PgQueuer, RetryRequested
from pgqueuer.models import Job as QueuedJob
from pgqueuer.models import Schedule

from loaders.context import Deployment
from models.queue import NAMES, queries
from server.jobs.catalogue import JOBS, Job
from server.settings import Settings

AT_ONCE = 2
"""Jobs that a process does at once; each takes connections from the pool of all operations."""
STATEMENT_SECONDS = 30
RESTART = timedelta(seconds=5)
with_retries = partial(DatabaseRetryEntrypointExecutor, max_attempts=10, max_delay=timedelta(minutes=5))

logger = logging.getLogger("rapport.jobs")


@asynccontextmanager
async def working(
    settings: Settings, deployment: Deployment, jobs: Sequence[Job] = JOBS
) -> AsyncIterator[None]:
    """Do jobs until the block ends; then finish those that run, or put back what takes too long."""
    stop = asyncio.Event()
    task = asyncio.create_task(_work(settings, deployment, jobs, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait([task], timeout=settings.shutdown_timeout)
        while not task.done():
            # Once may not do: pgqueuer may only begin to wait for the jobs then.
            task.cancel()
            await asyncio.wait([task], timeout=1)


async def _work(settings: Settings, deployment: Deployment, jobs: Sequence[Job], stop: asyncio.Event) -> None:
    """Work until told to stop, over a new connection whenever one is lost."""
    await pgqueuer.run(
        lambda *_: _worker(settings, deployment, jobs),
        batch_size=AT_ONCE // 2,
        max_concurrent_tasks=AT_ONCE,
        dequeue_timeout=timedelta(seconds=settings.job_takeover / 3),
        heartbeat_timeout=timedelta(seconds=settings.job_takeover),
        shutdown_on_listener_failure=True,
        restart_on_failure=True,
        restart_delay=RESTART,
        shutdown=stop,
    )


@asynccontextmanager
async def _worker(settings: Settings, deployment: Deployment, jobs: Sequence[Job]) -> AsyncIterator[PgQueuer]:
    """A worker for these jobs, over a connection of its own because it listens on it."""
    connection = await asyncpg.connect(
        settings.database_url,
        command_timeout=STATEMENT_SECONDS,
        server_settings={"application_name": "rapport jobs"},
    )
    try:
        driver = AsyncpgDriver(connection)
        worker = PgQueuer(driver, channel=NAMES.channel, queries=queries(driver))
        for job in jobs:
            _register(worker, job, deployment)
        yield worker
    finally:
        await connection.close(timeout=STATEMENT_SECONDS)


def _register(worker: PgQueuer, job: Job, deployment: Deployment) -> None:
    """What fails for good is kept for people to look at, unless it comes again by itself."""
    worker.entrypoint(
        job.name,
        accepts_context=False,
        on_failure="delete" if job.schedule else "hold",
        executor_factory=with_retries,
    )(_handler(job, deployment))
    if job.schedule:
        worker.schedule(job.name, job.schedule, accepts_context=False)(partial(_put_in, worker))


def _handler(job: Job, deployment: Deployment) -> Callable[[QueuedJob], Awaitable[None]]:
    async def do(queued: QueuedJob) -> None:
        try:
            await job.work(deployment, *orjson.loads(queued.payload or b"[]"))
        except Exception:
            logger.exception("%s failed for the %d. time", job.name, queued.attempts + 1)
            raise
        except asyncio.CancelledError:
            # Left to itself, pgqueuer takes a job that is interrupted for one that nobody wants any more.
            raise RetryRequested(reason="interrupted") from None

    return do


async def _put_in(worker: PgQueuer, schedule: Schedule) -> None:
    assert worker.queries is not None
    await worker.queries.enqueue(
        schedule.entrypoint, None, dedupe_key=schedule.entrypoint, on_conflict="skip"
    )
