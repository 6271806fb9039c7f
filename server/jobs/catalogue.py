"""All jobs by the names that they have in the queue."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from auth.housekeeping import housekeeping
from loaders.context import Deployment
from resolvers.exports import JOB as WRITE_EXPORT
from server.jobs.expiry import announce_expiry, expire_introductions, expire_requests
from server.jobs.exports import write_export
from server.jobs.restrictions import restrict_senders
from server.jobs.retention import forget_events


@dataclass(frozen=True)
class Job:
    """Work that is done at least once: it must be safe to repeat, also after only a part of it was done.

    `work` is called with the deployment and the arguments given to `models.queue.enqueue`. `schedule` is when
    it is put into the queue by itself, without arguments, as crontab has it and in UTC.
    """

    name: str
    work: Callable[..., Awaitable[None]]
    schedule: str | None = None


async def clean(deployment: Deployment) -> None:
    """Delete what is over."""
    await housekeeping(deployment.pool, deployment.policy, deployment.clock())


JOBS = (
    Job("expire_requests", expire_requests, "* * * * *"),
    Job("expire_introductions", expire_introductions, "* * * * *"),
    Job("announce_expiry", announce_expiry, "*/10 * * * *"),
    Job("restrict_senders", restrict_senders, "17 3 * * *"),
    Job("forget_events", forget_events, "*/10 * * * *"),
    Job(WRITE_EXPORT, write_export),
    Job("clean", clean, "*/10 * * * *"),
)
