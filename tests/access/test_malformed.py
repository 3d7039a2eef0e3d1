"""What nobody types and an attacker sends: it is refused or cleaned, and breaks nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from rest_framework.test import APIClient

from reports.models import Draft, Report

ClientOf = Callable[[Any], Client]
ApiOf = Callable[[Any], APIClient]
# PostgreSQL keeps no NUL in text and none in JSON.
NUL = "\x00"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


def test_a_nul_in_a_reason_is_left_out(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    address = reverse("rounds:report_exclude", args=[open_world.report.pk])
    assert client_of(open_world.officer).post(address, {"reason": f"Đã{NUL} giải thể"}).status_code == 302
    assert Report.objects.get(pk=open_world.report.pk).exclusion_reason == "Đã giải thể"


def test_a_nul_among_the_words_of_a_search_finds_what_the_words_find(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    client, address = client_of(open_world.officer), reverse("rounds:round_detail", args=[open_world.round.pk])
    found = client.get(address, {"q": f"gia{NUL} lam"}).context["found"]
    assert [report.unit for report in found] == [open_world.thths_a]


def test_a_nul_in_a_number_is_left_out_of_the_draft(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    address = reverse("collection:draft_save", args=[open_world.report.pk])
    client_of(open_world.principal).post(address, {"version": 0, "n-1.2-": f"2{NUL}4x", "d-1.2-": f"3{NUL}0"})
    assert Draft.objects.get(pk=open_world.report.pk).values["1.2"][""] == {"n": "24x", "d": 30}


@pytest.mark.parametrize("code", ["9.9", f"1.1{NUL}", "x" * 5000])
@pytest.mark.parametrize("verb", ["draft", "submit"])
def test_an_answer_to_what_was_not_asked_is_refused(
    open_world: SimpleNamespace, api_of: ApiOf, verb: str, code: str
) -> None:
    sent = {"values": {code: {"": {"n": 1}}}, "version": 0, "token": str(uuid.uuid4())}
    api = api_of(open_world.principal)
    address = f"/api/v1/reports/{open_world.report.pk}/{verb}/"
    answer = api.put(address, sent) if verb == "draft" else api.post(address, sent)
    assert (answer.status_code, list(answer.json())) == (400, ["values"])
    assert Draft.objects.get(pk=open_world.report.pk).values == {}


def test_a_group_of_recipients_that_is_no_group_narrows_nothing(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    directive = open_world.campaign.directives.create(
        code="x", kind="plan", subject="V/v", issuer=open_world.department
    )
    address = reverse("campaigns:directive_recipients", args=[directive.pk])
    assert client_of(open_world.officer).get(address, {"nhom": "9" * 5000}).context["group"] is None
