from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client


def test_the_portal_says_that_it_lives_without_signing_in(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_the_portal_is_ready_when_database_and_cache_answer(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "cache": "ok"}


@pytest.mark.django_db
def test_a_cache_that_does_not_answer_makes_it_not_ready_and_is_named(client: Client, settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 1},
        }
    }
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "cache": "unavailable"}


@pytest.mark.django_db
def test_the_connection_is_the_one_that_the_home_promises() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
            assert cursor.execute("PRAGMA foreign_keys").fetchone()[0] == 1
            # What was committed is on the disk: a receipt that was shown outlives the power.
            assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2
    else:
        assert connection.settings_dict["CONN_HEALTH_CHECKS"] is True
