from __future__ import annotations

from typing import Any

import pytest

from config.checks import production_is_safe

SAFE = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "k" * 50,
    "DEBUG": False,
    "ENGINE": "django.db.backends.postgresql",
    "REDIS_URL": "redis://redis:6379/0",
    "ALLOWED_HOSTS": ["portal.example"],
    "EMAIL_CONFIGURED": True,
}


def found(settings: Any, monkeypatch: pytest.MonkeyPatch, **change: Any) -> list[str]:
    values = {**SAFE, **change}
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", values.pop("ENGINE"))
    for name, value in values.items():
        setattr(settings, name, value)
    return [str(error.id) for error in production_is_safe()]


def test_a_whole_production_set_up_passes(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(settings, monkeypatch) == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"SECRET_KEY": "short"}, "portal.E001"),
        ({"DEBUG": True}, "portal.E002"),
        ({"ENGINE": "django.db.backends.sqlite3"}, "portal.E003"),
        ({"REDIS_URL": ""}, "portal.E004"),
        ({"ALLOWED_HOSTS": ["*"]}, "portal.E005"),
        ({"EMAIL_CONFIGURED": False}, "portal.E006"),
    ],
)
def test_production_refuses_what_is_only_for_local_use(
    settings: Any, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], error: str
) -> None:
    assert found(settings, monkeypatch, **change) == [error]


def test_a_local_start_asks_for_none_of_it(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(settings, monkeypatch, PORTAL_ENV="local", SECRET_KEY="short", DEBUG=True) == []
