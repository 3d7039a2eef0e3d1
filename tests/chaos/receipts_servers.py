"""Servers of our own, on ports of their own: each can be killed with all that it made, and brought back.

Only processes that were started here are ever ended, by their numbers.
"""

from __future__ import annotations

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import redis
import yaml

ROOT = Path(__file__).resolve().parents[2]
# Below the ports that a system gives to outgoing connections: a server that was killed must get its own back.
PORTS = range(18_200, 18_900)
PATIENCE = 60


class Missing(Exception):  # noqa: N818 - it names what happened
    """This machine has no such server."""


@dataclass
class Server:
    """One program with its children; `user` is who runs it, where that is somebody else."""

    name: str
    command: list[str]
    environ: dict[str, str]
    log: Path
    answers: Callable[[], bool] = lambda: True
    user: str | None = None
    child: subprocess.Popen[bytes] | None = None
    wanted: bool = False
    ended_by_itself: list[int] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def start(self) -> None:
        with self.lock, self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, user=self.user,
            )  # fmt: skip
            self.wanted = True

    def kill(self) -> None:
        """SIGKILL, the program first: it must not see its children go and bring them back."""
        with self.lock:
            self.wanted = False
            if self.child is None:
                return
            family = [self.child.pid, *descendants(self.child.pid)]
            for pid in family:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.child.wait()
            self.child = None
        # What is still there holds the port or the shared memory that the next one needs.
        for pid in family[1:]:
            wait_for(lambda pid=pid: not is_alive(pid), seconds=10)

    def keep(self) -> None:
        """Bring it back when it ended by itself, as `restart: unless-stopped` would."""
        with self.lock:
            if self.wanted and self.child is not None and (code := self.child.poll()) is not None:
                self.ended_by_itself.append(code)
                self.start()

    def kill_one_child(self, choose: Callable[[list[int]], int]) -> None:
        """SIGKILL of one process that the program has made; what follows is the program's affair."""

        def killed() -> bool:
            with self.lock:
                children = descendants(self.child.pid) if self.child is not None else []
                try:
                    os.kill(choose(children), signal.SIGKILL)
                except (IndexError, ProcessLookupError):  # none yet, or it has just ended by itself
                    return False
                return True

        wait_for(killed, seconds=PATIENCE)

    def until_ready(self) -> None:
        if not wait_for(lambda: self.keep() or self.answers(), seconds=PATIENCE):
            raise RuntimeError(f"{self.name} does not answer:\n{self.last_words()}")

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]


def descendants(pid: int) -> list[int]:
    """The children of a process and theirs, whatever sessions they have made for themselves."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True).stdout
    below: dict[int, list[int]] = {}
    for line in listed.splitlines():
        one, parent = map(int, line.split())
        below.setdefault(parent, []).append(one)
    found, looked = [], [pid]
    while looked:
        children = below.get(looked.pop(), [])
        found += children
        looked += children
    return found


def is_alive(pid: int) -> bool:
    """Whether it still runs; one that only waits to be counted by its parent does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


def wait_for(happened: Callable[[], object], *, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def free_ports() -> Iterator[int]:
    """In no order: two runs on one machine must not choose the same before either has begun to listen."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                probe.close()
                yield port


# --- PostgreSQL and Redis --------------------------------------------------------------------


def postgres_programs() -> Path:
    """Where initdb and postgres are; Debian keeps them out of the path."""
    folders = [Path(found).parent for found in [shutil.which("initdb")] if found]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Missing("no PostgreSQL server on this machine")


@contextmanager
def own_postgres(port: int, environ: dict[str, str], logs: Path) -> Iterator[Server]:
    """A cluster that confirms nothing before it is on the disk; its one database is `portal`."""
    programs, user = postgres_programs(), _who_runs_postgres()
    folder = Path(tempfile.mkdtemp(prefix="portal-chaos-pg-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        data = str(folder / "data")
        initdb = [str(programs / "initdb"), "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(initdb, cwd="/", check=True, user=user, capture_output=True)
        options = {
            "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder), "fsync": "on",
            "synchronous_commit": "on", "full_page_writes": "on", "max_connections": "60",
        }  # fmt: skip
        command = [str(programs / "postgres"), "-D", data, "-p", str(port)]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        server = Server("postgres", command, environ, logs / "postgres.log", lambda: _postgres_answers(port), user)
        try:
            server.start()
            server.until_ready()
            _make_database(port)
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_database(port: int) -> None:
    connection = psycopg2.connect(host="127.0.0.1", port=port, user="portal", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE portal")
    connection.close()


def _who_runs_postgres() -> str | None:
    """The server refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    raise Missing("no user but root to run PostgreSQL")


def _postgres_answers(port: int) -> bool:
    try:
        psycopg2.connect(host="127.0.0.1", port=port, user="portal", dbname="postgres", connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def compose(service: str) -> list[str]:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    return [str(word) for word in services[service]["command"]]


def own_redis(port: int, environ: dict[str, str], logs: Path, folder: Path) -> Server:
    """As docker-compose.yml runs it: what is due stands in the database, this is only kept to restart quietly."""
    if (program := shutil.which("redis-server")) is None:
        raise Missing("no Redis server on this machine")
    (folder / "redis").mkdir()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder / "redis"), "--save", ""]
    command += compose("redis")[1:]
    return Server("redis", command, environ, logs / "redis.log", lambda: _redis_answers(port))


def _redis_answers(port: int) -> bool:
    try:
        with redis.Redis(port=port, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
