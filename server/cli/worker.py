"""`rapport worker`."""

import asyncio
import logging
import signal

from server import database, journal
from server.deployment import deployed
from server.jobs import working
from server.settings import Settings, read_settings, unknown_variables

logger = logging.getLogger("rapport.worker")


def worker() -> None:
    """Do background jobs until Ctrl-C or SIGTERM; any number of processes may.

    `rapport serve` does them too, unless RAPPORT_RUN_JOBS is false.
    """
    settings = read_settings()
    journal.configure(settings)
    for name in unknown_variables():
        logger.warning("%s is not a setting", name)
    with database.available(settings, watch=True) as url:
        asyncio.run(_run(settings.model_copy(update={"database_url": url})))


async def _run(settings: Settings) -> None:
    """Work until a signal, then finish what runs."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    assert settings.database_url is not None
    async with database.connected(settings.database_url):
        pass
    async with deployed(settings) as deployment, working(settings, deployment):
        logger.info("Working")
        await stop.wait()
