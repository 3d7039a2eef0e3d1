"""What administrators complete by hand: saved on record, and nothing deleted."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from campaigns.models import Directive
from targets.models import Target

ClientOf = Callable[[User], Client]


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send of the page as it stands."""
    context = client.get(url).context
    data: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for wrapped in context["inline_admin_formsets"]:
        forms += [wrapped.formset.management_form, *wrapped.formset.forms]
    for form in forms:
        for name in form.fields:
            value = form[name].value()
            if value is not None and value is not False:
                data[form.add_prefix(name)] = value
    return data


@pytest.fixture
def letter(world: SimpleNamespace) -> Directive:
    letter = Directive.objects.create(
        kind="plan", code="kh-1", symbol="/KH", issuer=world.department, issuer_name="Sở", subject="Thử"
    )
    letter.addressees.create(wording="Các trường", unit_kind="school", levels=6)
    return letter


def test_a_missing_number_is_filled_in_on_record(
    world: SimpleNamespace, letter: Directive, client_of: ClientOf
) -> None:
    client, url = client_of(world.admin), f"/admin/campaigns/directive/{letter.pk}/change/"
    response = client.post(url, {**form_of(client, url), "symbol": "45/KH"})
    assert response.status_code == 302
    letter.refresh_from_db()
    assert (letter.symbol, letter.addressees.get().levels) == ("45/KH", 6)
    entry = AuditEntry.objects.get(action="directive.change")
    assert (entry.actor, entry.before, entry.after) == (world.admin, {"symbol": "/KH"}, {"symbol": "45/KH"})
    assert not AuditEntry.objects.filter(action="directive.addressees").exists()


def test_the_levels_of_an_addressee_are_ticked_and_recorded(
    world: SimpleNamespace, letter: Directive, client_of: ClientOf
) -> None:
    client, url = client_of(world.admin), f"/admin/campaigns/directive/{letter.pk}/change/"
    client.post(url, {**form_of(client, url), "addressees-0-levels": ["TH", "THPT"]})
    assert letter.addressees.get().level_codes == ["TH", "THPT"]
    entry = AuditEntry.objects.get(action="directive.addressees")
    assert entry.after == {"added": [], "changed": {"Các trường": ["levels"]}, "removed": []}


def test_a_target_is_changed_on_record(world: SimpleNamespace, client_of: ClientOf) -> None:
    target = Target.objects.get(indicator=world.indicators["1.4"])
    client, url = client_of(world.admin), f"/admin/targets/target/{target.pk}/change/"
    assert client.post(url, {**form_of(client, url), "percent": "90"}).status_code == 302
    target.refresh_from_db()
    assert target.percent == 90
    assert AuditEntry.objects.get(action="target.change").after == {"percent": "90"}


@pytest.mark.parametrize("path", ["campaigns/directive", "campaigns/campaign", "targets/indicator", "targets/target"])
def test_nothing_is_deleted_here(world: SimpleNamespace, letter: Directive, client_of: ClientOf, path: str) -> None:
    ids = {
        "campaigns/directive": letter.pk,
        "campaigns/campaign": world.campaign.pk,
        "targets/indicator": world.indicators["1.1"].pk,
        "targets/target": Target.objects.order_by("pk")[0].pk,
    }
    client = client_of(world.admin)
    assert client.get(f"/admin/{path}/").status_code == 200
    assert client.get(f"/admin/{path}/{ids[path]}/change/").status_code == 200
    assert client.post(f"/admin/{path}/{ids[path]}/delete/", {"post": "yes"}).status_code == 403


def test_targets_go_out_as_a_list(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)
    ticked = {f"targetresource_{name}": "on" for name in ("code", "year", "label")}
    response = client.post("/admin/targets/target/export/", {"format": "0", "resource": "", **ticked})
    lines = response.content.decode().splitlines()
    assert lines[0] == "Mã chỉ tiêu,Năm,Mức"
    assert "1.4,2026,100%" in lines
