from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize("raw", ["maybe", "2", "tru"])
def test_a_flag_that_is_neither_true_nor_false_stops_the_start(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("DEBUG", raw)
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        env.flag("DEBUG")


@pytest.mark.parametrize(("raw", "expected"), [("true", True), ("0", False), ("", False), ("ON", True)])
def test_a_flag_is_read_in_any_of_its_spellings(monkeypatch: pytest.MonkeyPatch, raw: str, expected: bool) -> None:
    monkeypatch.setenv("DEBUG", raw)
    assert env.flag("DEBUG") is expected


@pytest.mark.parametrize("raw", ["ten", "1.5", "5"])
def test_a_number_that_is_none_or_out_of_range_stops_the_start(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("EVIDENCE_MAX_BYTES", raw)
    with pytest.raises(ImproperlyConfigured, match="EVIDENCE_MAX_BYTES"):
        env.number("EVIDENCE_MAX_BYTES", 100, least=10, most=1000)


def test_a_choice_outside_the_list_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_ENV", "prod")
    with pytest.raises(ImproperlyConfigured, match="local, production"):
        env.text("PORTAL_ENV", "local", choices=("local", "production"))


def test_without_a_database_url_sqlite_is_set_up_for_concurrent_writers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    entry = env.database("DATABASE_URL", tmp_path / "portal.sqlite3")
    options = entry["OPTIONS"]
    assert isinstance(options, dict)
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    assert "journal_mode=WAL" in options["init_command"]
    assert "ATOMIC_REQUESTS" not in entry


def test_postgres_connections_persist_and_are_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@db.example/portal")
    entry = env.database("DATABASE_URL", tmp_path / "unused")
    assert entry["CONN_HEALTH_CHECKS"] is True
    assert entry["CONN_MAX_AGE"] == 60


@pytest.mark.parametrize(
    ("name", "url", "read"),
    [
        ("DATABASE_URL", "mysql://u@db.example/x", lambda: env.database("DATABASE_URL", Path("x"))),
        ("REDIS_URL", "http://redis.example", lambda: env.redis_url("REDIS_URL")),
        ("EMAIL_URL", "imap://mail.example", lambda: env.email("EMAIL_URL")),
    ],
)
def test_an_address_of_the_wrong_kind_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str, read: object
) -> None:
    monkeypatch.setenv(name, url)
    with pytest.raises(ImproperlyConfigured, match=name):
        read()  # type: ignore[operator]
