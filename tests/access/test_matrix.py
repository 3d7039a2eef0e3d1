"""Who may open what: role × route × expected answer. A route that is not listed here fails."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from tests.access.api_rows import API_ROWS
from tests.access.routes import all_routes
from tests.access.rows import ROLES, ROWS, SIGN_IN, WHO, Row
from tests.access.stage import set_stage

pytestmark = pytest.mark.django_db
# By namespace: the stage is set once for all the rows of a part.
PARTS: dict[str, list[Row]] = {}
for _row in ROWS:
    PARTS.setdefault(_row.route.partition(":")[0] if ":" in _row.route else "account", []).append(_row)


@pytest.fixture
def morning() -> Any:
    """Before the cast: nobody may have begun to work later than it is."""
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


@pytest.fixture
def stage(morning: None, open_world: SimpleNamespace) -> SimpleNamespace:
    return set_stage(open_world)


def ask(client: Client, row: Row, stage: SimpleNamespace, *, method: str = "") -> str:
    """The answer as the table writes it, and nothing of what was asked is kept."""
    address = reverse(row.route, kwargs=row.arguments(stage)) + row.query
    with transaction.atomic():
        response = client.generic(method, address) if method else _send(client, row, address, stage)
        transaction.set_rollback(True)
    if response.streaming:
        response.getvalue()
    if response.status_code == 302 and response["Location"].startswith(SIGN_IN):
        return "in"
    return str(response.status_code)


def _send(client: Client, row: Row, address: str, stage: SimpleNamespace) -> Any:
    return client.get(address) if row.method == "GET" else client.post(address, row.data(stage))


@pytest.mark.parametrize("part", PARTS)
def test_each_role_gets_the_answer_of_the_table(
    part: str, stage: SimpleNamespace, client_of: Callable[..., Client]
) -> None:
    answers = {}
    for row in PARTS[part]:
        # Fresh windows for each line: one of them signs out.
        clients = {role: client_of(getattr(stage, WHO[role])) if role in WHO else Client() for role in ROLES}
        answers[str(row)] = {role: ask(client, row, stage) for role, client in clients.items()}
    assert answers == {str(row): row.answers for row in PARTS[part]}


def test_a_method_that_is_not_in_the_table_is_refused(stage: SimpleNamespace, client_of: Callable[..., Client]) -> None:
    client = client_of(stage.admin)
    accepted = []
    for row in ROWS:
        others = {"GET", "POST"} - {other.method for other in ROWS if other.route == row.route}
        accepted += [f"{other} {row.route}" for other in others if ask(client, row, stage, method=other) != "405"]
    assert accepted == []


def test_every_route_is_in_a_table() -> None:
    known = {row.route for row in [*ROWS, *API_ROWS]}
    assert {name for name, path in all_routes().items() if name not in known and not path.startswith("admin/")} == set()


def test_no_table_names_a_route_that_is_gone() -> None:
    assert {row.route for row in [*ROWS, *API_ROWS]} - all_routes().keys() == set()
