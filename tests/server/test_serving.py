"""Starting, stopping and starting again."""

import os
import signal
import socket
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from server import postgres
from tests.server.processes import kill_postmaster, postmaster, run, serving

BODY = b'{"query": "{ __typename }"}'
HEAD = (
    b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
)


def test_the_first_start_makes_a_demo_network_and_prints_what_is_needed_to_try_it(place: Path) -> None:
    with serving(place / "new") as server:
        assert f"{server.address}/graphql" in server.output
        token, query = _last_lines(server.output)
        answer = httpx.post(
            f"{server.address}/graphql", json={"query": query}, headers={"authorization": f"Bearer {token}"}
        )
        assert answer.json()["data"]["viewer"]["member"]["connectionCount"] > 0
    assert server.process.returncode == 0
    assert postmaster(place / "new") is None


def test_in_production_an_empty_database_stays_empty(place: Path) -> None:
    settings = {"RAPPORT_ENVIRONMENT": "production", "RAPPORT_SECRET_KEY": "k" * 32}
    with serving(place, **settings) as server:
        assert "token" not in server.output
    assert run(place, "token", "--list").stdout == ""


def test_a_second_start_finds_the_same_database(folder: Path) -> None:
    with serving(folder) as server:
        assert "Traceback" not in server.output
    assert server.process.returncode == 0


def test_two_servers_share_a_folder_and_the_last_one_stops_the_database(folder: Path) -> None:
    with serving(folder) as first:
        shared = postmaster(folder)
        with serving(folder) as second:
            assert first.address != second.address
        assert first.get("/readyz").status_code == 200
        assert postmaster(folder) == shared
    assert postmaster(folder) is None


def test_two_servers_with_folders_of_their_own_stand_side_by_side(folder: Path, place: Path) -> None:
    with serving(folder) as first, serving(place / "other") as second:
        assert postmaster(folder) != postmaster(place / "other")
        assert first.get("/readyz").status_code == second.get("/readyz").status_code == 200


def test_after_kill_9_of_the_server_the_next_one_adopts_its_database(folder: Path) -> None:
    with serving(folder) as server:
        server.end(signal.SIGKILL)
    left = postmaster(folder)
    with serving(folder):
        assert left == postmaster(folder) is not None
    assert postmaster(folder) is None


def test_after_kill_9_of_server_and_database_both_start_again(folder: Path) -> None:
    with serving(folder) as server:
        server.end(signal.SIGKILL)
        kill_postmaster(folder)
    with serving(folder):
        assert postmaster(folder)


def test_a_database_that_dies_under_the_server_is_started_again(folder: Path) -> None:
    with serving(folder) as server:
        before = postmaster(folder)
        kill_postmaster(folder)
        server.wait_for("/readyz", 503)
        server.wait_for("/readyz", 200)
        assert postmaster(folder) != before


@pytest.mark.parametrize(
    "content",
    ["", "{pid}", "{pid}\n{data}\n1\n5432\n{data}\n\n1 2\nready   \n"],
    ids=["empty", "cut", "whole"],
)
def test_a_pid_file_that_a_crash_left_behind_is_no_server(folder: Path, content: str) -> None:
    data = folder / "postgres"
    (data / "postmaster.pid").write_text(content.format(pid=os.getpid(), data=data))
    with postgres.running(folder):
        assert postmaster(folder) != os.getpid()


def test_a_path_too_long_for_a_socket_does(place: Path) -> None:
    folder = place / ("long " * 20)
    with postgres.running(folder, ["fsync=off"]) as url:
        sockets = Path(parse_qs(urlsplit(url).query)["host"][0])
        assert sockets.is_dir()
        assert folder not in sockets.parents
    assert not sockets.exists()


def test_sigterm_lets_a_request_finish(folder: Path) -> None:
    with serving(folder) as server, socket.create_connection(_place(server.address)) as client:
        client.sendall(HEAD + BODY[:5])
        server.wait_for("/healthz", 200)
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionError):
            _connect_until_refused(server.address)
        time.sleep(0.5)
        client.sendall(BODY[5:])
        assert client.makefile("rb").readline().startswith(b"HTTP/1.1 200")
        assert server.process.wait(30) == 0


def test_ctrl_c_ends_it_without_a_traceback(folder: Path) -> None:
    with serving(folder) as server:
        assert server.end(signal.SIGINT) == 0
        assert "Traceback" not in server.output


def test_a_port_in_use_is_told_before_anything_is_made(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run(place / "unmade", "serve", PORT=port)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"rapport: can't listen on 127.0.0.1 port {port}")
    assert not (place / "unmade").exists()


def _last_lines(output: str) -> tuple[str, str]:
    """The token and the query that end the greeting, each after a line that says what it is."""
    *_, token, _, _, query = output.splitlines()
    return token, query


def _place(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def _connect_until_refused(address: str) -> None:
    for _ in range(1000):
        with socket.create_connection(_place(address)) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            client.recv(1)
