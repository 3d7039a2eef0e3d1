from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests import factories as make

ApiOf = Callable[[User], APIClient]


def codes(response: Any) -> set[str]:
    return {item["name"] for item in response.json()["results"]}


@pytest.mark.parametrize(
    ("who", "count"),
    [("admin", 9), ("officer", 9), ("viewer", 9), ("commune_officer", 4), ("principal", 1), ("principal_b", 1)],
)
def test_the_api_shows_each_role_its_part_of_the_tree(
    world: SimpleNamespace, api_of: ApiOf, who: str, count: int
) -> None:
    assert api_of(getattr(world, who)).get("/api/v1/units/").json()["count"] == count


def test_a_unit_outside_the_scope_is_not_found(world: SimpleNamespace, api_of: ApiOf) -> None:
    assert api_of(world.principal).get(f"/api/v1/units/{world.mn_b.pk}/").status_code == 404


def test_a_stranger_is_asked_for_a_token(world: SimpleNamespace) -> None:
    assert APIClient().get("/api/v1/units/").status_code == 401


def test_a_school_is_told_with_its_levels_and_counts(world: SimpleNamespace, api_of: ApiOf) -> None:
    found = api_of(world.principal).get(f"/api/v1/units/{world.th_a.pk}/").json()

    assert (found["levels"], found["commune"], found["is_directly_managed"]) == (["TH"], world.commune_a.pk, False)
    assert {(row["school_year"], row["population"], row["level"], row["number"]) for row in found["headcounts"]} == {
        (2026, "pupils", "TH", 400),
        (2026, "staff", "", 30),
        (2025, "pupils", "TH", 400),
        (2025, "staff", "", 30),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "commune"}, {"Xã Gia Viễn", "Xã Phát Diệm"}),
        ({"level": "THCS"}, {"Trường TH&THCS Gia Lâm"}),
        ({"q": "phat diem", "kind": "school"}, {"Trường MN Phát Diệm"}),
    ],
)
def test_units_are_filtered(world: SimpleNamespace, api_of: ApiOf, query: dict[str, str], found: set[str]) -> None:
    assert codes(api_of(world.officer).get("/api/v1/units/", query)) == found


def test_a_commune_is_a_filter_and_an_unknown_level_an_error(world: SimpleNamespace, api_of: ApiOf) -> None:
    client = api_of(world.officer)

    assert codes(client.get("/api/v1/units/", {"commune": world.commune_b.pk})) == {"Trường MN Phát Diệm"}
    assert client.get("/api/v1/units/", {"level": "C2"}).status_code == 400


def test_units_are_not_written_over_the_api(world: SimpleNamespace, api_of: ApiOf) -> None:
    client = api_of(world.admin)

    assert client.post("/api/v1/units/", {"name": "x"}).status_code == 405
    assert client.patch(f"/api/v1/units/{world.th_a.pk}/", {"name": "x"}).status_code == 405
    assert client.delete(f"/api/v1/units/{world.th_a.pk}/").status_code == 405


def test_the_api_asks_as_often_for_three_units_as_for_one(
    world: SimpleNamespace, api_of: ApiOf, django_assert_num_queries: Any
) -> None:
    client = api_of(world.principal_b)
    client.get("/api/v1/units/")
    with django_assert_num_queries(4):
        client.get("/api/v1/units/")
    for number in range(2):
        make.make_school(f"Trường MN {number}", ["MN"], commune=world.commune_b, manager=world.commune_b)
    client = api_of(world.commune_officer_b)
    client.get("/api/v1/units/")
    with django_assert_num_queries(4):
        client.get("/api/v1/units/")
