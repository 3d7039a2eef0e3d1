from __future__ import annotations

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry, User
from schools.models import Headcount, Membership, Unit

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def form_of(unit: Unit, **changes: Any) -> dict[str, Any]:
    fields = ("kind", "code", "name", "short_name", "ownership", "address", "email", "phone")
    values = {field: getattr(unit, field) for field in fields}
    return {
        **values,
        "levels": unit.level_codes,
        "commune": unit.commune_id or "",
        "manager": unit.manager_id or "",
        "opened_on": "",
        "closed_on": "",
        **changes,
    }


@pytest.mark.parametrize("model", ["unit", "membership", "headcount", "schoolimport", "unitevent"])
def test_every_list_opens_and_is_searched(world: SimpleNamespace, client_of: ClientOf, model: str) -> None:
    address = reverse(f"admin:schools_{model}_changelist")

    assert client_of(world.admin).get(address, {"q": "gia"}).status_code == 200


def test_units_are_searched_without_marks(world: SimpleNamespace, client_of: ClientOf) -> None:
    page = client_of(world.admin).get(reverse("admin:schools_unit_changelist"), {"q": "PHAT diem"}).content.decode()

    assert "Trường MN Phát Diệm" in page
    assert "Trường TH Gia Viễn" not in page


def test_a_change_in_the_admin_goes_through_the_services(world: SimpleNamespace, client_of: ClientOf) -> None:
    data = form_of(world.th_a, name="Trường TH Đổi", commune=world.commune_b.pk, manager=world.commune_b.pk)

    response = client_of(world.admin).post(reverse("admin:schools_unit_change", args=[world.th_a.pk]), data)

    assert response.status_code == 302
    changed = Unit.objects.get(pk=world.th_a.pk)
    assert (changed.name_folded, changed.commune, changed.manager) == (
        "truong th doi", world.commune_b, world.commune_b,
    )  # fmt: skip
    assert changed.placements.count() == changed.managements.count() == 2
    actions = set(AuditEntry.objects.filter(actor=world.admin).values_list("action", flat=True))
    assert actions == {"unit.update", "unit.moved", "unit.reassigned"}


def test_a_unit_added_in_the_admin_has_its_dated_rows(world: SimpleNamespace, client_of: ClientOf) -> None:
    data = form_of(world.th_a, code="37-99", name="Trường THCS Mới", levels=["THCS"])

    client_of(world.admin).post(reverse("admin:schools_unit_add"), data)

    unit = Unit.objects.get(code="37-99")
    assert (unit.levels, unit.placements.count(), unit.managements.count()) == (4, 1, 1)
    assert AuditEntry.objects.filter(action="unit.create", target_id=str(unit.pk)).exists()


def test_a_school_without_a_level_is_refused_with_a_sentence(world: SimpleNamespace, client_of: ClientOf) -> None:
    data = form_of(world.th_a, levels=[])

    page = client_of(world.admin).post(reverse("admin:schools_unit_change", args=[world.th_a.pk]), data)

    assert "phải có ít nhất một cấp học" in page.content.decode()


def test_nothing_is_deleted_and_no_file_comes_in_by_the_admin(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)

    assert client.post(reverse("admin:schools_unit_delete", args=[world.th_a.pk]), {"post": "yes"}).status_code == 403
    for model in ("unit", "headcount"):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:schools_{model}_import")


@pytest.mark.parametrize(("model", "header"), [("unit", "Mã đơn vị"), ("headcount", "Năm học bắt đầu")])
def test_lists_go_out_by_import_export(world: SimpleNamespace, client_of: ClientOf, model: str, header: str) -> None:
    client = client_of(world.admin)
    address = reverse(f"admin:schools_{model}_export")
    form = client.get(address).context["form"]
    chosen = {name: "on" for name in form.fields if name not in ("format", "resource", "export_items")}

    response = client.post(address, {"format": "0", "resource": "0", **chosen})

    text = response.content.decode()
    assert header in text
    assert world.th_a.code in text


def test_a_count_is_corrected_with_a_record(world: SimpleNamespace, client_of: ClientOf) -> None:
    row = Headcount.objects.get(unit=world.th_a, school_year=2026, population="staff")

    client_of(world.admin).post(
        reverse("admin:schools_headcount_change", args=[row.pk]), {"number": 33, "as_of": "", "source": "Sở"}
    )

    row.refresh_from_db()
    assert (row.number, row.source) == (33, "Sở")
    assert AuditEntry.objects.get(action="headcounts.set").before == {"staff": 30}


def test_a_role_is_given_and_ended_not_rewritten(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)

    client.post(
        reverse("admin:schools_membership_add"),
        {"user": world.principal.pk, "unit": world.mn_b.pk, "role": "principal"},
    )
    held = Membership.objects.get(user=world.principal, ended_at=None)
    assert held.unit == world.mn_b
    client.post(
        reverse("admin:schools_membership_changelist"), {"action": "end_selected", "_selected_action": [held.pk]}
    )

    assert not Membership.objects.filter(user=world.principal, ended_at=None).exists()
    assert AuditEntry.objects.filter(action__startswith="membership.").count() == 2


@pytest.mark.parametrize("place", [0, 1], ids=["csv", "xlsx"])
@pytest.mark.parametrize("name", ["=HYPERLINK(A1)", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", " =1+1"])
def test_what_somebody_typed_never_leaves_as_a_formula(
    world: SimpleNamespace, client_of: ClientOf, name: str, place: int
) -> None:
    Unit.objects.filter(pk=world.th_a.pk).update(name=name, phone="+84 229 000 000")
    address, client = reverse("admin:schools_unit_export"), client_of(world.admin)
    form = client.get(address).context["form"]
    formats = {label: number for number, label in form.fields["format"].choices}
    chosen = {field: "on" for field in form.fields if field not in ("format", "resource", "export_items")}

    response = client.post(address, {"format": formats[("csv", "xlsx")[place]], "resource": "", **chosen})

    if place:
        cells = [cell for row in load_workbook(BytesIO(response.content)).active.iter_rows() for cell in row]
        assert [cell.value for cell in cells if cell.data_type == "f"] == []
        texts = [cell.value for cell in cells]
    else:
        texts = [text for row in csv.reader(StringIO(response.content.decode())) for text in row]
    assert f"'{name}" in texts
    assert name not in texts
    assert "+84 229 000 000" in texts
