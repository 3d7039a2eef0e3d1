from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests import factories as make

ApiOf = Callable[[User], APIClient]
URL = "/api/v1/rounds/"


def test_a_round_says_what_it_asks_of_whom_and_by_when(open_world: SimpleNamespace, api_of: ApiOf) -> None:
    found = api_of(open_world.principal).get(f"{URL}{open_world.round.pk}/").json()
    assert found["deadline_at"] == "2026-12-15T00:00:00+07:00"
    assert found["last_day"] == "2026-12-14"
    assert [each["code"] for each in found["indicators"]] == ["1.1", "1.2", "1.4", "2.1"]
    assert found["audiences"][0]["wording"] == "Các cơ sở giáo dục"


@pytest.mark.parametrize(
    ("who", "status"), [("officer", 200), ("viewer", 200), ("commune_officer", 404), ("principal", 404)]
)
def test_a_planned_round_is_out_of_sight_of_those_who_do_not_run_it(
    world: SimpleNamespace, api_of: ApiOf, who: str, status: int
) -> None:
    assert api_of(getattr(world, who)).get(f"{URL}{world.round.pk}/").status_code == status


def test_rounds_are_filtered_and_not_written(open_world: SimpleNamespace, api_of: ApiOf) -> None:
    client = api_of(open_world.admin)
    assert client.get(URL, {"state": "open", "year": 2026}).json()["count"] == 1
    assert client.get(URL, {"state": "closed"}).json()["count"] == 0
    assert client.post(URL, {}).status_code == 405


def test_the_list_asks_the_same_number_of_queries_for_one_round_and_for_three(
    open_world: SimpleNamespace, api_of: ApiOf, django_assert_num_queries: Any
) -> None:
    client = api_of(open_world.admin)
    with django_assert_num_queries(6):
        client.get(URL)
    for _ in range(2):
        make.make_round(open_world.campaign, open_world.department, list(open_world.indicators.values()))
    with django_assert_num_queries(6):
        client.get(URL)
