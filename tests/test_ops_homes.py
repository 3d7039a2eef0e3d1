"""`make test` never meets a developer's own data and says which homes it ran."""

from __future__ import annotations

import socket

from tests import homes


def test_where_nothing_listens_no_server_is_found() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert homes.find_postgres(port=port) == ""
    assert homes.find_redis(port=port) == ""


def test_each_run_has_a_database_name_of_its_own() -> None:
    url = homes.with_own_name("postgres://u:p@127.0.0.1:5432/live")
    assert url.startswith("postgres://u:p@127.0.0.1:5432/portal_")


def test_every_setting_that_leads_to_data_is_blanked_for_the_tests() -> None:
    assert {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PORTAL_ENV", "PROVINCE", "MEDIA_ROOT"} <= set(
        homes.known_settings()
    )


def test_sqlite_alone_can_be_asked_for() -> None:
    found, notes = homes.find_homes(only="sqlite")
    assert [home.name for home in found] == ["SQLite"]
    assert notes == []
