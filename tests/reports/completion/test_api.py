from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from reports.completion import selectors, services
from reports.models import Report, Submission, Value
from tests import factories as make

ApiOf = Callable[[User], APIClient]
URL = "/api/v1/completion/"


@pytest.fixture
def computed(open_world: SimpleNamespace) -> SimpleNamespace:
    """The primary school of commune A has submitted 1,999 of 2,500 staff."""
    made = Submission.objects.create(report=open_world.report, number=1, receipt="BC-1")
    Value.objects.create(submission=made, indicator=open_world.indicators["1.2"], numerator=1999, denominator=2500)
    Report.objects.filter(pk=open_world.report.pk).update(
        state="submitted", current_submission=made, first_submitted_at=make.local(2026, 11, 3)
    )
    services.compute_completion(round_id=open_world.round.pk)
    return open_world


def rows(client: APIClient, **query: Any) -> list[dict[str, Any]]:
    response = client.get(URL, {"limit": 500, **query})
    assert response.status_code == 200
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def test_a_rate_is_given_with_its_counts_cut_percentages_and_verdict(computed: SimpleNamespace, api_of: ApiOf) -> None:
    w = computed
    indicator = w.indicators["1.2"]
    query = {"round": w.round.pk, "basis": "provisional", "grouping": "place", "unit": w.commune_a.pk}
    [row] = rows(api_of(w.officer), **query, indicator=indicator.pk, level="all")
    counts = ("expected", "counted", "silent", "numerator", "denominator", "silent_denominator", "silent_unknown")
    assert [row[name] for name in counts] == [3, 1, 2, 1999, 2500, 130, 0]
    assert (row["reported"], row["floor"], row["ceiling"], row["target"]) == ("79.9", "76.0", "80.9", "100.00")
    assert (row["verdict"], row["status"], row["encouraged"]) == ("missed", "behind", False)


def test_the_api_s_counts_are_those_of_the_pages(computed: SimpleNamespace, api_of: ApiOf) -> None:
    query = {"round": computed.round.pk, "basis": "provisional", "grouping": "manager"}
    given = {
        (row["unit"], row["indicator"], row["level"]): (row["numerator"], row["denominator"], row["expected"])
        for row in rows(api_of(computed.admin), **query)
    }
    rates = selectors.rates(round_id=computed.round.pk, basis="provisional", grouping="manager")
    assert given == {key: (each.numerator, each.denominator, each.expected) for key, each in rates.items()}


def test_a_level_is_held_against_its_own_target_and_one_without_any_has_no_verdict(
    computed: SimpleNamespace, api_of: ApiOf
) -> None:
    query = {"round": computed.round.pk, "basis": "official", "grouping": "whole"}
    found = rows(api_of(computed.admin), **query, indicator=computed.indicators["2.1"].pk)
    assert {row["level"]: row["target"] for row in found} == {
        "": None,
        "MN": "70.00",
        "TH": "100.00",
        "THCS": "100.00",
        "THPT": "100.00",
    }
    assert [row["verdict"] for row in found if row["level"] == ""] == ["none"]


@pytest.mark.parametrize("who", ["admin", "officer", "viewer"])
def test_the_department_reads_the_whole_province(computed: SimpleNamespace, api_of: ApiOf, who: str) -> None:
    units = {row["unit"] for row in rows(api_of(getattr(computed, who)))}
    assert units == {computed.department.pk, computed.commune_a.pk, computed.commune_b.pk}


def test_a_commune_reads_its_own_and_a_school_none(computed: SimpleNamespace, api_of: ApiOf) -> None:
    assert {row["unit"] for row in rows(api_of(computed.commune_officer))} == {computed.commune_a.pk}
    assert rows(api_of(computed.principal)) == []
    assert APIClient().get(URL).status_code == 401


def test_rates_are_not_written_over_the_api(computed: SimpleNamespace, api_of: ApiOf) -> None:
    assert api_of(computed.admin).post(URL, {}).status_code == 405


def test_a_longer_answer_asks_no_more_queries(
    computed: SimpleNamespace, api_of: ApiOf, django_assert_num_queries: Any
) -> None:
    client = api_of(computed.admin)
    for limit in (1, 50):
        with django_assert_num_queries(5):
            client.get(URL, {"limit": limit})
