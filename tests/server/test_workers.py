"""Several processes serve on one port."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil

from tests.server.processes import SECONDS, Serving, postmaster, run, serving

TWO = {"RAPPORT_WORKERS": "2", "RAPPORT_RUN_JOBS": "false"}


@contextmanager
def two_workers(folder: Path) -> Iterator[Serving]:
    """A server whose two workers have both answered."""
    with serving(folder, **TWO) as server:
        _both_answer(server)
        yield server


def test_two_workers_answer_and_sigterm_leaves_nothing_behind(folder: Path) -> None:
    with two_workers(folder) as server:
        family = psutil.Process(server.process.pid).children(recursive=True)
        assert server.end() == 0
        assert not [process for process in family if process.is_running()]
    assert postmaster(folder) is None
    assert "Traceback" not in server.output
    assert "A worker ended" not in server.output


def test_when_one_is_killed_the_other_answers_until_there_are_two_again(folder: Path) -> None:
    with two_workers(folder) as server:
        killed = _workers(server)[0]
        killed.kill()
        for _ in range(20):
            assert server.get("/readyz").status_code == 200
        _both_answer(server)
        assert killed not in _workers(server)
    assert "A worker ended with -9" in server.output
    assert server.process.returncode == 0


def test_workers_do_not_outlive_a_parent_that_is_killed(folder: Path) -> None:
    with two_workers(folder) as server:
        left = _workers(server)
        server.end(signal.SIGKILL)
        _until(lambda: not any(worker.is_running() for worker in left))
    with serving(folder):
        pass
    assert postmaster(folder) is None


def test_a_database_that_dies_does_not_end_the_server_nor_do_workers_that_die_with_it(folder: Path) -> None:
    with two_workers(folder) as server:
        pid = postmaster(folder)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        for worker in _workers(server):
            worker.kill()
        _both_answer(server)
        assert postmaster(folder) not in (None, pid)


def test_the_number_is_an_option_too(folder: Path) -> None:
    server = Serving(folder, "serve --workers 3")
    try:
        _until(lambda: len(_workers(server)) == 3)
    finally:
        assert server.end() == 0
    assert run(folder, "serve", "--workers", "0").returncode == 2


def test_a_worker_that_dies_again_and_again_is_followed_more_and_more_slowly(folder: Path) -> None:
    with two_workers(folder) as server:
        for _ in range(3):
            before = _workers(server)
            before[-1].kill()
            _until(lambda before=before: _workers(server) not in (before, before[:-1]))  # type: ignore[misc]
    assert re.findall(r"another starts in (\S+) s", server.output) == ["0.1", "0.2", "0.4"]


def _workers(server: Serving) -> list[psutil.Process]:
    """The living ones, oldest first."""
    children = psutil.Process(server.process.pid).children()
    found = [child for child in children if "server.serving" in _command(child)]
    return sorted(found, key=lambda child: child.pid)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _both_answer(server: Serving) -> None:
    """Ask over many connections at once until two processes have taken some of them and all are answered."""
    deadline = time.monotonic() + SECONDS
    while len(_answering(server)) != 2:
        assert time.monotonic() < deadline, server.output


def _answering(server: Serving) -> set[int]:
    clients = [httpx.Client() for _ in range(8)]
    try:
        good = [
            client.get(f"{server.address}/readyz", timeout=SECONDS).status_code == 200 for client in clients
        ]
        return {worker.pid for worker in _workers(server) if all(good) and _serves(worker, server)}
    except httpx.TransportError:
        return set()
    finally:
        for client in clients:
            client.close()


def _serves(worker: psutil.Process, server: Serving) -> bool:
    """Whether it holds a connection of a client."""
    try:
        held = worker.net_connections("tcp")
    except psutil.Error:
        return False
    port = urlsplit(server.address).port
    return any(one.status == psutil.CONN_ESTABLISHED and one.laddr[1] == port for one in held)


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
