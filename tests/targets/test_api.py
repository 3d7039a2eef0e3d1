from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from rest_framework.test import APIClient

from accounts.models import User
from tests import factories as make

ApiOf = Callable[[User], APIClient]


def test_the_targets_of_a_year_are_listed_with_their_levels(world: SimpleNamespace, api_of: ApiOf) -> None:
    found = api_of(world.principal).get("/api/v1/targets/", {"year": 2026}).json()
    rows = [(row["indicator"], row["level"], row["percent"], row["encouraged"]) for row in found["results"]]
    numbers = {code: indicator.pk for code, indicator in world.indicators.items()}
    assert rows == [
        (numbers["1.2"], "", "100.00", False),
        (numbers["1.4"], "", "100.00", False),
        (numbers["2.1"], "MN", "70.00", False),
        (numbers["2.1"], "TH", "100.00", False),
        (numbers["2.1"], "THCS", "100.00", False),
        (numbers["2.1"], "THPT", "100.00", False),
    ]


def test_the_targets_of_another_commune_s_campaign_are_not_there(world: SimpleNamespace, api_of: ApiOf) -> None:
    theirs = make.make_campaign(world.commune_b)
    target = make.make_indicator(theirs, "9", targets={(2026, ""): 50}).targets.get()
    assert api_of(world.principal_b).get(f"/api/v1/targets/{target.pk}/").status_code == 200
    assert api_of(world.principal).get(f"/api/v1/targets/{target.pk}/").status_code == 404


def test_a_target_cannot_be_written_over_the_api(world: SimpleNamespace, api_of: ApiOf) -> None:
    assert api_of(world.admin).post("/api/v1/targets/", {"year": 2027}).status_code == 405
