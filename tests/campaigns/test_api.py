"""Campaigns, documents and indicators over the API: the same reach, nothing to write."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from campaigns.models import Addressee, Directive, DirectiveReference
from tests import factories as make

ApiOf = Callable[[User], APIClient]


def make_letter(code: str, **more: object) -> Directive:
    fields = {"kind": "plan", "symbol": "/KH", "issuer_name": "Xã", "subject": "Thử", "issued_year": 2026}
    return Directive.objects.create(**{**fields, "code": code, **more})


def codes(client: APIClient, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return [item["code"] for item in response.json()["results"]]


def test_a_document_says_what_it_leaves_blank_whom_it_names_and_what_it_cites(
    world: SimpleNamespace, api_of: ApiOf
) -> None:
    letter, cited = make_letter("kh-1", issuer=world.department), make_letter("cv-2", is_stub=True)
    hidden = make_letter("cv-3", issuer=world.commune_b)
    Addressee.objects.create(directive=letter, wording="Các trường", unit_kind="school", levels=6, obliged=False)
    for order, other in enumerate([cited, hidden]):
        DirectiveReference.objects.create(directive=letter, cited=other, order=order, relation="urges")
    found = api_of(world.principal).get(f"/api/v1/directives/{letter.pk}/").json()
    assert (found["issued_year"], found["issued_month"], found["lacks_number"]) == (2026, None, True)
    assert found["addressees"][0]["levels"] == ["TH", "THCS"]
    assert found["addressees"][0]["obliged"] is False
    assert [(item["cited"], item["relation"]) for item in found["references"]] == [(cited.pk, "urges")]


def test_indicators_carry_their_targets(world: SimpleNamespace, api_of: ApiOf) -> None:
    found = api_of(world.principal).get(f"/api/v1/indicators/{world.indicators['1.4'].pk}/").json()
    assert found["levels"] == ["TH", "THCS", "THPT", "GDTX"]
    assert found["targets"] == [{"year": 2026, "level": "", "percent": "100.00", "encouraged": False}]
    assert codes(api_of(world.principal), "/api/v1/indicators/?level=MN") == ["1.1", "1.2", "2.1"]


@pytest.mark.parametrize(("who", "sees"), [("principal_b", True), ("principal", False), ("officer", True)])
def test_what_a_commune_set_up_is_for_its_schools_and_the_department(
    world: SimpleNamespace, api_of: ApiOf, who: str, sees: bool
) -> None:
    own = make.make_campaign(world.commune_b, code="cua-xa")
    make.make_indicator(own, "xa-1")
    letter = make_letter("cv-xa", issuer=world.commune_b, campaign=own)
    client = api_of(getattr(world, who))
    assert ("cua-xa" in codes(client, "/api/v1/campaigns/")) is sees
    assert ("cv-xa" in codes(client, "/api/v1/directives/")) is sees
    assert ("xa-1" in codes(client, "/api/v1/indicators/")) is sees
    assert client.get(f"/api/v1/directives/{letter.pk}/").status_code == (200 if sees else 404)


@pytest.mark.parametrize("path", ["campaigns", "directives", "indicators"])
def test_nothing_is_written_and_nothing_is_read_without_a_token(
    world: SimpleNamespace, api_of: ApiOf, path: str
) -> None:
    assert api_of(world.admin).post(f"/api/v1/{path}/", {}).status_code == 405
    assert APIClient().get(f"/api/v1/{path}/").status_code == 401
