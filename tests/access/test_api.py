"""The API's twin of the table of pages."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from freezegun import freeze_time
from rest_framework import throttling  # noqa: F401 - takes the clock as it is when imported: not frozen
from rest_framework.test import APIClient

from tests import factories as make
from tests.access.api_rows import API_ROWS
from tests.access.routes import all_routes
from tests.access.rows import ROLES, WHO, Row
from tests.access.stage import set_stage

pytestmark = pytest.mark.django_db
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def morning() -> Any:
    """Before the cast: nobody may have begun to work later than it is."""
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


@pytest.fixture
def stage(morning: None, open_world: SimpleNamespace) -> SimpleNamespace:
    return set_stage(open_world)


def ask(client: APIClient, row: Row, stage: SimpleNamespace, *, method: str = "") -> str:
    """The answer's status; nothing of what was asked is kept."""
    address = reverse(row.route, kwargs=row.arguments(stage)) + row.query
    with transaction.atomic():
        response = getattr(client, (method or row.method).lower())(address, row.data(stage))
        transaction.set_rollback(True)
    return str(response.status_code)


def test_each_token_gets_the_answer_of_the_table(stage: SimpleNamespace, api_of: Callable[..., APIClient]) -> None:
    clients = {role: api_of(getattr(stage, WHO[role])) if role in WHO else APIClient() for role in ROLES}
    answers = {key(row): {role: ask(client, row, stage) for role, client in clients.items()} for row in API_ROWS}
    assert answers == {key(row): row.answers for row in API_ROWS}


def key(row: Row) -> str:
    return f"{row} {row.arguments.__name__}"


def test_a_method_that_is_not_in_the_table_is_refused(stage: SimpleNamespace, api_of: Callable[..., APIClient]) -> None:
    client = api_of(stage.admin)
    accepted = []
    for row in API_ROWS:
        others = METHODS - {other.method for other in API_ROWS if other.route == row.route}
        accepted += [f"{other} {row.route}" for other in others if ask(client, row, stage, method=other) != "405"]
    assert accepted == []


def test_every_route_of_the_api_is_in_the_table() -> None:
    routes = {name for name, path in all_routes().items() if path.startswith("api/")}
    assert routes == {row.route for row in API_ROWS}


def test_lists_hold_nothing_from_outside_the_scope(stage: SimpleNamespace, api_of: Callable[..., APIClient]) -> None:
    outsider = api_of(stage.principal_b)
    for route in ("unit-list", "report-list"):
        text = outsider.get(reverse(route)).content.decode()
        assert stage.mn_b.name in text or str(stage.mn_b.pk) in text
        assert stage.th_a.name not in text
    assert api_of(stage.principal_b).get(reverse("report-list")).json()["count"] == 1


def test_one_answer_never_holds_the_whole_list(world: SimpleNamespace, api_of: Callable[..., APIClient]) -> None:
    for place in range(501):
        make.make_school(f"Trường TH số {place}", ["TH"], commune=world.commune_a, manager=world.commune_a)

    answer = api_of(world.admin).get(reverse("unit-list"), {"limit": 1_000_000}).json()

    assert (len(answer["results"]), answer["count"]) == (500, 510)
