"""The health check of the compose file, asked of a real web server with the settings of production."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests import compose

CHECK = compose.load()[0]["services"]["web"]["healthcheck"]["test"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.REDIS_URL, reason="production needs PostgreSQL and Redis"),
]


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """What .env sets, on the servers of this run."""
    db = connection.settings_dict
    login = db["USER"] + (f":{db['PASSWORD']}" if db["PASSWORD"] else "")
    return {
        **os.environ,
        "PORTAL_ENV": "production",
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "baocao.so.example,khac.example",
        "DATABASE_URL": f"postgres://{login}@{db['HOST']}:{db['PORT'] or 5432}/{db['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": "smtp://localhost:2525",
        "VAR_DIR": str(tmp_path),
    }


@pytest.fixture
def port(production: dict[str, str]) -> Iterator[int]:
    """Where gunicorn answers, started as the image starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{number}"]
    server = subprocess.Popen([*command, "--log-level=warning"], cwd=compose.ROOT, env=production)
    try:
        yield number
    finally:
        server.terminate()
        server.wait(timeout=40)


def check(port: int, production: dict[str, str]) -> int:
    program = CHECK[-1].replace(":8000", f":{port}")
    done = subprocess.run([sys.executable, "-c", program], env=production, capture_output=True, check=False)
    return done.returncode


def test_a_portal_in_production_is_found_healthy_by_its_own_name_alone(port: int, production: dict[str, str]) -> None:
    until = time.monotonic() + 40
    while check(port, production) and time.monotonic() < until:
        time.sleep(0.5)
    assert check(port, production) == 0
    assert check(port, {**production, "ALLOWED_HOSTS": "nguoi-la.example"}) != 0
