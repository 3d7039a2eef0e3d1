"""Starting web, worker and beat as children of one process, and ending them together."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType

from django.conf import settings

log = logging.getLogger(__name__)
GRACE_SECONDS = 15
# What is due stands in the database, so a worker that dies is started again and takes it up. A message file that
# is read while it is being written ends the worker of a portal without Redis.
STARTED_AGAIN = ("worker", "beat")
# One that has not lived this long would die again.
LEAST_SECONDS = 10


class PortBusyError(Exception):
    """Somebody else already listens on the address."""


def check_port(host: str, port: int) -> None:
    """Ask before anything is started: gunicorn would only say so after the migration."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As gunicorn does; without it the port counts as taken for a minute after each stop.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortBusyError(str(error)) from error


def children_commands(*, host: str, port: int, threads: int) -> dict[str, list[str]]:
    """The command line of each child by its name; beat is part of the worker where there is no Redis."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "-A", "config"]
    worker = [*celery, "worker", "--pool=threads", "--concurrency=2", "--loglevel=WARNING", "--without-mingle"]
    if sys.platform == "win32":  # gunicorn needs fork
        web = [sys.executable, "manage.py", "runserver", "--noreload", f"{host}:{port}"]
    else:
        web = [*python, "gunicorn", "config.wsgi:application", f"--bind={host}:{port}", "--worker-class=gthread"]
        web += ["--workers=2", f"--threads={threads}", "--timeout=120"]
        web += ["--graceful-timeout=10", "--log-level=warning"]
    if settings.REDIS_URL:
        return {"web": web, "worker": worker, "beat": [*celery, "beat", "--loglevel=WARNING"]}
    return {"web": web, "worker": [*worker, "-B", "--without-gossip", "--without-heartbeat"]}


class Family:
    """The children that live and die together."""

    def __init__(self, commands: dict[str, list[str]], *, environ: dict[str, str]) -> None:
        self.commands = commands
        self.environ = environ
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}
        self.asked_to_stop = False

    def __enter__(self) -> Family:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        for name in self.commands:
            self._start(name)
        return self

    def _start(self, name: str) -> None:
        # A session of its own: Ctrl-C reaches the parent alone, which then ends each child once and politely.
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own command lines
            self.commands[name], cwd=settings.BASE_DIR, env=self.environ, start_new_session=True
        )
        self.started[name] = time.monotonic()

    def __exit__(self, *args: object) -> None:
        self.stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def ended(self) -> str | None:
        """The name of a child that is no longer there."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        """True once `ready`; False when asked to stop, when a child ended or when the time is over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.asked_to_stop and self.ended() is None:
            if ready():
                return True
            time.sleep(0.2)
        return False

    def watch(self) -> str | None:
        """Stay until asked to stop (None) or until a child ends for good (its name)."""
        while not self.asked_to_stop:
            name = self.ended()
            if name is not None and not self._start_again(name):
                return name
            time.sleep(0.3)
        return None

    def _start_again(self, name: str) -> bool:
        """False for the web, and for a child that ended as soon as it was started."""
        if name not in STARTED_AGAIN or time.monotonic() - self.started[name] < LEAST_SECONDS:
            return False
        _kill_group(self.children[name])
        log.warning("%s ended and is started again", name)
        self._start(name)
        return True

    def stop(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for child in self.children.values():
            try:
                child.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_group(child)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """The child and what it forked: the beat inside a worker, gunicorn's own workers."""
    try:
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
