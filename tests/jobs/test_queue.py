"""Jobs that a mutation puts into the queue, and what is done with them."""

import asyncio
from datetime import timedelta

import pytest

import server.jobs.worker
from loaders.context import Context, Deployment
from models.queue import enqueue
from server.jobs.catalogue import Job
from server.settings import Settings
from tests.jobs.working import ended, put_in, until, worker
from tests.world import World

LOSE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rapport jobs'"
WAITING = "SELECT count(*) FROM pgqueuer WHERE status = 'queued'"


async def mutation(ctx: Context, handle: str) -> None:
    """One that changes a member and leaves the rest to a job."""
    async with ctx.transaction(), ctx.connection() as connection:
        await connection.execute("UPDATE members SET headline = 'New' WHERE handle = $1", handle)
        await enqueue(connection, "note", handle, {"times": 2})
        assert await ctx.deployment.pool.fetchval(WAITING) == 0
        if handle == "ben":
            raise ZeroDivisionError


async def test_a_job_exists_when_the_mutation_commits_and_not_before(world: World) -> None:
    await mutation(world.context(await world.member("ada")), "ada")
    assert await world.value(WAITING) == 1


async def test_a_mutation_that_fails_leaves_no_job(world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        await mutation(world.context(await world.member("ben")), "ben")
    assert await world.value(WAITING) == 0


async def test_a_job_gets_the_arguments_it_was_put_in_with(world: World, settings: Settings) -> None:
    got: list[object] = []

    async def note(_: Deployment, *arguments: object) -> None:
        got.append(arguments)

    async with worker(settings, Job("note", note)):
        await mutation(world.context(await world.member("ada")), "ada")
        await until(world, 1)
    assert got == [("ada", {"times": 2})]


async def test_two_workers_do_each_job_once(world: World, settings: Settings) -> None:
    got: list[int] = []

    async def note(_: Deployment, number: int) -> None:
        got.append(number)

    for number in range(40):
        await put_in(world, "note", number)
    async with worker(settings, Job("note", note)), worker(settings, Job("note", note)):
        await until(world, 40)
    assert sorted(got) == list(range(40))


async def test_a_job_that_is_due_by_its_schedule_is_done_by_one_of_two_workers(
    world: World, settings: Settings
) -> None:
    rare = Job("tick", _nothing, "0 0 1 1 *")
    await world.execute(
        "INSERT INTO pgqueuer_schedules (entrypoint, expression) VALUES ($1, $2)", rare.name, rare.schedule
    )
    async with worker(settings, rare), worker(settings, rare):
        await until(world, 1)
    assert await world.value("SELECT count(*) FROM pgqueuer_log WHERE status = 'queued'") == 1
    assert await world.value("SELECT next_run > now() FROM pgqueuer_schedules")


async def test_a_job_is_not_put_in_by_its_schedule_while_the_last_one_runs(
    world: World, settings: Settings
) -> None:
    go_on = asyncio.Event()

    async def wait(_: Deployment) -> None:
        await go_on.wait()

    async with worker(settings, Job("tick", wait, "* * * * * *")):
        await until(world, True, "SELECT last_run IS NOT NULL FROM pgqueuer_schedules")
        first = await world.value("SELECT last_run FROM pgqueuer_schedules")
        await until(world, True, f"SELECT last_run > '{first}' FROM pgqueuer_schedules")
        assert await world.value("SELECT count(*) FROM pgqueuer") == 1
        go_on.set()


async def test_a_job_that_fails_is_tried_again(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    attempts: list[int] = []

    async def flaky(_: Deployment) -> None:
        attempts.append(1)
        assert len(attempts) > 1, "for once"

    await put_in(world, "flaky")
    async with worker(settings, Job("flaky", flaky)):
        await until(world, 1)
    assert len(attempts) == 2
    assert "flaky failed for the 1. time" in caplog.text


async def test_a_worker_that_stops_finishes_what_it_does(world: World, settings: Settings) -> None:
    running = asyncio.Event()

    async def slow(_: Deployment) -> None:
        running.set()
        await asyncio.sleep(1.5)

    await put_in(world, "slow")
    async with worker(settings, Job("slow", slow)):
        await running.wait()
    assert await ended(world) == ["successful"]


@pytest.mark.parametrize("patience", [0, 0.2])
async def test_a_job_that_takes_too_long_to_finish_is_put_back(
    world: World, settings: Settings, patience: float
) -> None:
    running = asyncio.Event()

    async def endless(_: Deployment) -> None:
        running.set()
        await asyncio.Event().wait()

    await put_in(world, "job")
    async with worker(settings.model_copy(update={"shutdown_timeout": patience}), Job("job", endless)):
        await running.wait()
    assert await ended(world) == []
    async with worker(settings, Job("job", _nothing)):
        await until(world, 1)


async def test_a_worker_whose_connection_is_lost_goes_on_over_another(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.jobs.worker, "RESTART", timedelta(seconds=0.1))
    async with worker(settings.model_copy(update={"job_takeover": 1}), Job("job", _nothing)):
        await put_in(world, "job")
        await until(world, 1)
        await world.execute(LOSE)
        await put_in(world, "job")
        await until(world, 2)


async def _nothing(_: Deployment) -> None:
    pass
