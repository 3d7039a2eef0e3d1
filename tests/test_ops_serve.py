"""The one command of a local portal, run for real: it brings everything up and takes everything down."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import serving

ROOT = Path(__file__).resolve().parent.parent
pytestmark = [
    pytest.mark.slow,
    pytest.mark.worker,
    pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups are those of POSIX"),
]


needs_proc = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads command lines as Linux tells")


class Portal:
    """A `manage.py serve` with a data folder of its own, and what it has said so far."""

    def __init__(self, var: Path, *arguments: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        environ = {**os.environ, "DATABASE_URL": "", "VAR_DIR": str(var), "EMAIL_URL": "", "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port), *arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.said: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            self.said.extend(lines)

    @property
    def text(self) -> str:
        return "".join(self.said)

    def wait_for(self, pattern: str, seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            assert time.monotonic() < until and self.process.poll() is None, self.text[-3000:]
            time.sleep(0.2)

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as response:
            return response.status, response.read().decode()

    def children(self) -> list[int]:
        pids = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in pids.stdout.split()]

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=40)
        self.reader.join(timeout=10)
        return code


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    started = Portal(tmp_path, "--no-demo")
    try:
        yield started
    finally:
        started.end()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_command_brings_up_the_portal_and_takes_it_down_again(portal: Portal) -> None:
    portal.wait_for(rf"http://localhost:{portal.port}/")

    status, page = portal.get("/tai-khoan/dang-nhap/")
    style_sheets = re.findall(r'<link[^>]+href="(/static/[^"]+\.css)"', page)

    assert status == 200
    assert style_sheets
    assert [portal.get(sheet)[0] for sheet in style_sheets] == [200] * len(style_sheets)
    children = portal.children()
    assert len(children) >= 2
    assert portal.end() == 0
    assert not [pid for pid in children if is_alive(pid)]


def of(pids: list[int], word: str) -> int:
    """The child whose command line has the word."""
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in pids}
    return next(pid for pid, line in lines.items() if word in line)


@needs_proc
def test_when_the_web_ends_the_others_end_with_it(portal: Portal) -> None:
    portal.wait_for(rf"http://localhost:{portal.port}/")
    children = portal.children()

    os.kill(of(children, "gunicorn"), signal.SIGKILL)

    assert portal.process.wait(timeout=40) != 0
    assert not [pid for pid in children if is_alive(pid)]


@needs_proc
def test_a_worker_that_dies_is_started_again(portal: Portal) -> None:
    portal.wait_for(rf"http://localhost:{portal.port}/")
    worker = of(portal.children(), "celery")
    time.sleep(serving.LEAST_SECONDS)

    os.kill(worker, signal.SIGKILL)

    until = time.monotonic() + 30
    while worker in portal.children() or len(portal.children()) < 2:
        assert time.monotonic() < until and portal.process.poll() is None, portal.text[-3000:]
        time.sleep(0.2)
    assert portal.get("/tai-khoan/dang-nhap/")[0] == 200
    assert portal.end() == 0


@needs_proc
def test_a_worker_that_dies_at_once_ends_the_portal(tmp_path: Path) -> None:
    commands = {"web": [sys.executable, "-c", "import time; time.sleep(60)"], "worker": [sys.executable, "-c", ""]}
    with serving.Family(commands, environ=dict(os.environ)) as family:
        assert family.watch() == "worker"


def test_a_port_in_use_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", str(port), "--no-demo"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": "", "VAR_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode != 0
    assert f"make run PORT={port + 1}" in done.stderr
    assert not list(tmp_path.glob("*.sqlite3"))
