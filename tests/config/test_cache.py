"""A Redis that hangs or is gone costs nobody a page; what counts tries goes on counting."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import attempts
from config import cache as steady
from tests import factories as make
from tests.chaos.receipts_servers import Server, own_redis


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[tuple[Server, int]]:
    if shutil.which("redis-server") is None:
        pytest.skip("no Redis server on this machine")
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    server = own_redis(port, dict(os.environ), tmp_path, tmp_path)
    server.start()
    try:
        server.until_ready()
        yield server, port
    finally:
        server.kill()


@pytest.fixture
def hole() -> Iterator[socket.socket]:
    """A server that takes every line and never says a word, as a stopped Redis does."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        listening.setblocking(False)
        yield listening


def keep_in(settings: Any, port: int) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "config.cache.SteadyRedisCache",
            "LOCATION": f"redis://127.0.0.1:{port}/0",
            "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3},
        }
    }


def lines_to(hole: socket.socket) -> int:
    """How often somebody has come to ask."""
    count = 0
    while True:
        try:
            hole.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def test_tries_are_counted_while_redis_hangs(settings: Any, hole: socket.socket) -> None:
    keep_in(settings, hole.getsockname()[1])
    for _try in range(attempts.MOST):
        assert not attempts.are_too_many(["truong1"])
        attempts.note_failure(["truong1"])
    assert attempts.are_too_many(["truong1"])
    assert not attempts.are_too_many(["truong2"])


def test_a_hung_redis_is_asked_once_and_not_by_everything_that_follows(settings: Any, hole: socket.socket) -> None:
    keep_in(settings, hole.getsockname()[1])
    for number in range(20):
        cache.set(f"number-{number}", number)
    assert cache.get_many(["number-1", "number-19"]) == {"number-1": 1, "number-19": 19}
    assert lines_to(hole) == 1


@pytest.mark.django_db
def test_people_sign_in_while_redis_hangs(settings: Any, hole: socket.socket, client: Client) -> None:
    keep_in(settings, hole.getsockname()[1])
    settings.ACCOUNT_RATE_LIMITS = {"login": "240/m/ip", "login_failed": "60/m/ip,5/5m/key"}
    make.make_user("hieutruong")
    sent = {"login": "hieutruong", "password": make.PASSWORD}
    assert client.post(reverse("account_login"), sent).status_code == 302
    assert lines_to(hole) == 1


@pytest.mark.django_db
def test_a_stand_in_does_not_hide_that_redis_is_away(settings: Any, hole: socket.socket, client: Client) -> None:
    keep_in(settings, hole.getsockname()[1])
    cache.set("a", 1)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "cache": "unavailable"}


def test_redis_is_asked_again_when_it_is_back(
    settings: Any, redis_server: tuple[Server, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = redis_server
    monkeypatch.setattr(steady, "AGAIN_AFTER", 0.0)
    keep_in(settings, port)
    cache.set("before", 1)
    assert server.child is not None
    server.child.send_signal(signal.SIGSTOP)
    cache.set("meanwhile", 2)
    assert (cache.get("before"), cache.get("meanwhile")) == (None, 2)
    server.child.send_signal(signal.SIGCONT)
    server.until_ready()
    assert cache.get("before") == 1


def test_a_redis_that_was_killed_is_found_again(
    settings: Any, redis_server: tuple[Server, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = redis_server
    monkeypatch.setattr(steady, "AGAIN_AFTER", 0.0)
    keep_in(settings, port)
    assert cache.add("a", 1)
    server.kill()
    assert cache.add("a", 2)
    server.start()
    server.until_ready()
    assert cache.add("b", 3)
    assert cache.get("b") == 3
