"""The table of the API: the same roles and the same scope as the pages, by token."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from tests.access.rows import Row


def own_report(stage: SimpleNamespace) -> dict[str, Any]:
    return {"pk": stage.report.pk}


def own_school(stage: SimpleNamespace) -> dict[str, Any]:
    return {"pk": stage.th_a.pk}


def the_campaign(stage: SimpleNamespace) -> dict[str, Any]:
    return {"pk": stage.campaign.pk}


def the_directive(stage: SimpleNamespace) -> dict[str, Any]:
    return {"pk": stage.directive.pk}


def an_indicator(stage: SimpleNamespace) -> dict[str, Any]:
    return {"pk": stage.indicators["1.2"].pk}


def a_target(stage: SimpleNamespace) -> dict[str, Any]:
    return {"pk": stage.indicators["1.2"].targets.get(year=2026).pk}


def the_round(stage: SimpleNamespace) -> dict[str, Any]:
    return {"pk": stage.round.pk}


def planned_round(stage: SimpleNamespace) -> dict[str, Any]:
    return {"pk": stage.planned.pk}


def a_rate(stage: SimpleNamespace) -> dict[str, Any]:
    return {"pk": stage.rate.pk}


def empty_draft(stage: SimpleNamespace) -> dict[str, Any]:
    return {"version": 0, "values": {}, "narrative": {}}


def empty_report(stage: SimpleNamespace) -> dict[str, Any]:
    return {"token": str(uuid4()), "values": {}, "narrative": {}}


# 401: no token · 404: outside one's scope · 403: in it, and not theirs to do · 400: theirs, and incomplete
#    nobody admin offic commu com_b princ staff outsi viewe
API_ROWS = [
    Row("GET", "api-root", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "schema", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "swagger-ui", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "unit-list", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "unit-detail", "401 200 200 200 404 200 200 404 200", own_school),
    Row("GET", "campaign-list", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "campaign-detail", "401 200 200 200 200 200 200 200 200", the_campaign),
    Row("GET", "directive-list", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "directive-detail", "401 200 200 200 200 200 200 200 200", the_directive),
    Row("GET", "indicator-list", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "indicator-detail", "401 200 200 200 200 200 200 200 200", an_indicator),
    Row("GET", "target-list", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "target-detail", "401 200 200 200 200 200 200 200 200", a_target),
    Row("GET", "round-list", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "round-detail", "401 200 200 200 200 200 200 200 200", the_round),
    Row("GET", "round-detail", "401 200 200 404 404 404 404 404 200", planned_round),
    Row("GET", "report-list", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "report-detail", "401 200 200 200 404 200 200 404 200", own_report),
    Row("GET", "report-draft", "401 403 403 403 404 200 200 404 403", own_report),
    Row("PUT", "report-draft", "401 403 403 403 404 200 200 404 403", own_report, empty_draft),
    Row("POST", "report-submit", "401 403 403 403 404 400 400 404 403", own_report, empty_report),
    Row("GET", "completion-list", "401 200 200 200 200 200 200 200 200"),
    Row("GET", "completion-detail", "401 200 200 404 404 404 404 404 200", a_rate),
]
