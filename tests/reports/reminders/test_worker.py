from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[3]
HERE = "tests.reports.reminders"
TURN = "Scheduler: Sending due task send-reminders"


class Sink:
    """A real SMTP server that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = BytesParser(policy=default).parsebytes(envelope.content)
        self.messages.append((list(envelope.rcpt_tos), message))  # type: ignore[arg-type]
        return "250 OK"

    def recipients(self) -> list[str]:
        return sorted(address for recipients, _message in self.messages for address in recipients)


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


@pytest.fixture
def home(tmp_path: Path, sink: tuple[Sink, int]) -> dict[str, str]:
    """The environment of a portal of its own: SQLite, a broker of files, mail to the sink."""
    dropped = {"DATABASE_URL", "REDIS_URL", "PORTAL_ENV"}
    return {
        **{key: value for key, value in os.environ.items() if key not in dropped},
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        "REDIS_URL": "",
        "VAR_DIR": str(tmp_path / "var"),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink[1]}",
        "PUBLIC_URL": "http://bao-cao.example",
    }


def run_world(home: dict[str, str], what: str) -> str:
    command = [sys.executable, "-m", f"{HERE}.worker_world", what]
    done = subprocess.run(command, cwd=ROOT, env=home, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture
def worker(home: dict[str, str], tmp_path: Path) -> Iterator[Path]:
    """A worker with its beat; what it says goes to a file."""
    run_world(home, "build")
    log = tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", f"{HERE}.quick_beat", "worker", "-B"]
    command += ["--pool=threads", "--concurrency=2", "--loglevel=INFO"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=home, stdout=out, stderr=out, start_new_session=True)
        try:
            yield log
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=5)


def wait_for(what: Callable[[], bool], log: Path, *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, log.read_text(encoding="utf-8", errors="replace")[-3000:]
        time.sleep(0.2)


def turns(log: Path) -> int:
    return log.read_text(encoding="utf-8", errors="replace").count(TURN)


@pytest.mark.worker
@pytest.mark.slow
def test_the_real_worker_reminds_who_is_missing_once_and_nobody_else(
    home: dict[str, str], sink: tuple[Sink, int], worker: Path
) -> None:
    handler, _port = sink
    wait_for(lambda: len(handler.messages) >= 3, worker)
    before = turns(worker)
    wait_for(lambda: turns(worker) >= before + 3, worker)

    missing = handler.recipients()
    assert len(missing) == 3
    assert "hieutruong2@demo.example" in missing
    # The school that submitted: neither its principal nor its own address.
    assert not [address for address in missing if address == "hieutruong@demo.example"]
    assert all(len(recipients) == 1 for recipients, _message in handler.messages)
    assert len({message["Message-ID"] for _recipients, message in handler.messages}) == 3
    assert {message["Subject"].split()[0] for _recipients, message in handler.messages} == {"Nộp"}
    assert {line.split(" ", 1)[1] for line in run_world(home, "show").splitlines()} == {"sent 1"}
