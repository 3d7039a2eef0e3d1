from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework.test import APIClient

from reports.models import Draft, Report, Submission
from tests import factories as make

ApiOf = Callable[[Any], APIClient]
VALUES: dict[str, Any] = {
    "1.1": {"": {"n": 1}},
    "1.2": {"": {"n": 24}},
    "1.4": {"TH": {"n": 380, "d": 401}},
    "2.1": {"": {"n": 0}},
}


@pytest.fixture
def open_now(open_world: SimpleNamespace) -> SimpleNamespace:
    """Without a deadline, so that the day of the test does not matter."""
    type(open_world.round).objects.filter(pk=open_world.round.pk).update(
        deadline_on=None, deadline_rule="", deadline_at=None
    )
    return open_world


def address(report: Report, verb: str = "") -> str:
    return f"/api/v1/reports/{report.pk}/{verb}/" if verb else f"/api/v1/reports/{report.pk}/"


def test_each_reader_lists_what_is_in_scope(open_now: SimpleNamespace, api_of: ApiOf) -> None:
    counts = {
        name: api_of(getattr(open_now, name)).get("/api/v1/reports/").json()["count"]
        for name in ("officer", "viewer", "commune_officer", "principal")
    }
    assert counts == {"officer": 4, "viewer": 4, "commune_officer": 3, "principal": 1}


def test_a_report_of_another_school_is_not_found(open_now: SimpleNamespace, api_of: ApiOf) -> None:
    api = api_of(open_now.principal_b)
    assert api.get(address(open_now.report)).status_code == 404
    assert api.get(address(open_now.report, "draft")).status_code == 404
    sent = {"token": str(uuid.uuid4()), "values": VALUES}
    assert api.post(address(open_now.report, "submit"), sent).status_code == 404


@pytest.mark.parametrize("role", ["admin", "officer", "viewer", "commune_officer"])
def test_a_draft_belongs_to_its_unit(open_now: SimpleNamespace, api_of: ApiOf, role: str) -> None:
    api = api_of(getattr(open_now, role))
    assert api.get(address(open_now.report, "draft")).status_code == 403
    sent = {"version": 0, "values": VALUES, "token": str(uuid.uuid4())}
    assert api.put(address(open_now.report, "draft"), sent).status_code == 403
    assert api.post(address(open_now.report, "submit"), sent).status_code == 403


def test_a_draft_from_an_old_version_gets_the_current_one(open_now: SimpleNamespace, api_of: ApiOf) -> None:
    api = api_of(open_now.principal)
    saved = api.put(address(open_now.report, "draft"), {"version": 0, "values": VALUES})
    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    refused = api.put(address(open_now.report, "draft"), {"version": 0, "values": {}})
    assert refused.status_code == 409
    assert refused.json()["version"] == 1 and refused.json()["values"]["1.2"][""]["n"] == 24
    assert api.get(address(open_now.report, "draft")).json()["version"] == 1


def test_submitting_twice_with_one_token_gives_one_receipt(open_now: SimpleNamespace, api_of: ApiOf) -> None:
    api, sent = api_of(open_now.principal), {"token": str(uuid.uuid4()), "values": VALUES}
    receipts = [api.post(address(open_now.report, "submit"), sent).json()["receipt"] for _call in range(2)]
    assert receipts == [Submission.objects.get().receipt] * 2
    assert Submission.objects.get().values.get(indicator__code="1.2").denominator == 30
    assert api.get(address(open_now.report)).json()["state"] == "submitted"


def test_problems_are_named_and_nothing_is_received(open_now: SimpleNamespace, api_of: ApiOf) -> None:
    sent = {"token": str(uuid.uuid4()), "values": {**VALUES, "1.2": {"": {"n": 31}}}}
    refused = api_of(open_now.principal).post(address(open_now.report, "submit"), sent)
    assert refused.status_code == 400
    assert refused.json()["problems"] == [
        {
            "kind": "above",
            "number": 2,
            "code": "1.2",
            "level": "",
            "field": "n",
            "text": "Mục 2: số đạt (31) lớn hơn tổng số (30).",
        }
    ]
    assert not Submission.objects.exists()


def test_after_submission_a_draft_is_refused_in_words(open_now: SimpleNamespace, api_of: ApiOf) -> None:
    api = api_of(open_now.principal)
    api.post(address(open_now.report, "submit"), {"token": str(uuid.uuid4()), "values": VALUES})
    refused = api.put(address(open_now.report, "draft"), {"version": 1, "values": {}})
    assert (refused.status_code, refused.json()["detail"]) == (400, "Báo cáo đã nộp và đang chờ duyệt.")


@pytest.mark.parametrize(
    "values", [{"1.2": {"": {"n": "nhiều"}}}, {"1.4": {"LOP9": {"n": 1}}}, {"1.2": 5}, {"1.2": {"": {"n": 10**12}}}]
)
def test_what_has_no_shape_is_refused(open_now: SimpleNamespace, api_of: ApiOf, values: Any) -> None:
    refused = api_of(open_now.principal).put(address(open_now.report, "draft"), {"version": 0, "values": values})
    assert refused.status_code == 400
    assert Draft.objects.get(pk=open_now.report.pk).version == 0


def test_the_list_costs_the_same_with_one_report_and_with_four(
    open_now: SimpleNamespace, api_of: ApiOf, django_assert_num_queries: Any
) -> None:
    api = api_of(open_now.officer)
    for query in (f"?unit={open_now.mn_b.pk}", ""):
        with django_assert_num_queries(LIST_QUERIES + bool(query)):
            assert api.get("/api/v1/reports/" + query).status_code == 200


LIST_QUERIES = 4


def test_a_commune_lists_its_own_report_too(open_now: SimpleNamespace, api_of: ApiOf) -> None:
    make.make_report(open_now.round, open_now.commune_a)
    assert api_of(open_now.commune_officer).get("/api/v1/reports/").json()["count"] == 4
