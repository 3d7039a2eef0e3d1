from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from freezegun import freeze_time

from accounts.models import AuditEntry
from schools import services
from schools.models import Headcount, Management, Membership, Placement, Unit, UnitEvent


def test_a_school_that_moves_keeps_its_old_place_as_history(world: SimpleNamespace) -> None:
    services.place_unit(
        unit=world.th_a, commune=world.commune_b, by=world.admin, on=date(2026, 9, 1), decision_number="12/QĐ-UBND"
    )

    spans = list(Placement.objects.filter(unit=world.th_a).order_by("pk").values_list("commune", "from_on", "until_on"))
    assert spans == [(world.commune_a.pk, None, date(2026, 9, 1)), (world.commune_b.pk, date(2026, 9, 1), None)]
    assert Unit.objects.get(pk=world.th_a.pk).commune == world.commune_b
    assert UnitEvent.objects.get(unit=world.th_a, kind="moved").decision_number == "12/QĐ-UBND"
    entry = AuditEntry.objects.get(action="unit.moved")
    assert (entry.before, entry.after) == ({"commune": "14464"}, {"commune": "14620"})


@freeze_time("2026-11-21 08:30:00+07:00")
def test_a_move_corrected_on_the_same_day_leaves_one_span(world: SimpleNamespace) -> None:
    services.place_unit(unit=world.th_a, commune=world.commune_b, by=world.admin)
    services.place_unit(unit=world.th_a, commune=world.commune_a, by=world.admin)

    spans = Placement.objects.filter(unit=world.th_a).order_by("pk").values_list("commune", "from_on", "until_on")
    assert list(spans) == [
        (world.commune_a.pk, None, date(2026, 11, 21)),
        (world.commune_a.pk, date(2026, 11, 21), None),
    ]


def test_a_school_stands_in_a_commune_and_nowhere_else(world: SimpleNamespace) -> None:
    with pytest.raises(ValidationError):
        services.place_unit(unit=world.th_a, commune=world.department, by=world.admin)


def test_a_school_that_leaves_the_sector_has_no_manager_from_that_day(world: SimpleNamespace) -> None:
    services.assign_manager(unit=world.thpt_a, manager=None, by=world.admin, on=date(2026, 1, 1))

    span = Management.objects.get(unit=world.thpt_a)
    assert (span.manager, span.until_on) == (world.department, date(2026, 1, 1))
    assert Unit.objects.get(pk=world.thpt_a.pk).manager is None


def test_the_same_manager_again_is_no_event(world: SimpleNamespace) -> None:
    services.assign_manager(unit=world.thpt_a, manager=world.department, by=world.admin)

    assert not UnitEvent.objects.exists()


def test_a_new_school_has_its_dated_rows_and_its_record(world: SimpleNamespace) -> None:
    unit = Unit(
        kind="school", code="37-9", name="Trường  TH Mới", levels=2, commune=world.commune_a, manager=world.commune_a
    )

    services.open_unit(unit=unit, by=world.admin, on=date(2026, 8, 1), decision_number="5/QĐ")

    assert Unit.objects.get(code="37-9").name_folded == "truong th moi"
    assert unit.placements.get().from_on == unit.managements.get().from_on == date(2026, 8, 1)
    assert unit.events.get().kind == "opened"
    assert AuditEntry.objects.get(action="unit.create").actor == world.admin


def test_a_code_of_another_school_is_refused_in_words(world: SimpleNamespace) -> None:
    unit = Unit(kind="school", code=world.th_a.code, name="Trường TH Mới", levels=2)

    with pytest.raises(ValidationError, match="Mã này đã thuộc về một đơn vị khác"):
        services.open_unit(unit=unit, by=world.admin)


def test_a_corrected_name_is_searched_and_recorded_with_old_and_new(world: SimpleNamespace) -> None:
    services.update_unit(unit=world.th_a, by=world.admin, name="Trường TH Đông Sơn")

    assert Unit.objects.matching("dong son").get() == world.th_a
    entry = AuditEntry.objects.get(action="unit.update")
    assert (entry.before, entry.after) == ({"name": "Trường TH Gia Viễn"}, {"name": "Trường TH Đông Sơn"})


def test_an_unchanged_save_leaves_no_record(world: SimpleNamespace) -> None:
    services.update_unit(unit=world.th_a, by=world.admin, name=world.th_a.name)

    assert not AuditEntry.objects.exists()


def test_place_and_manager_are_no_plain_facts(world: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="commune"):
        services.update_unit(unit=world.th_a, by=world.admin, commune=world.commune_b)


def test_counts_are_written_over_and_what_is_not_named_stays(world: SimpleNamespace) -> None:
    changed = services.set_headcounts(
        unit=world.thths_a,
        school_year=2026,
        numbers={("pupils", "TH"): 310, ("staff", ""): 50},
        by=world.admin,
        source="CSDL ngành",
    )

    assert changed == 1
    rows = Headcount.objects.filter(unit=world.thths_a, school_year=2026).order_by("population", "level")
    assert [(row.level, row.number) for row in rows] == [("TH", 310), ("THCS", 200), ("", 50)]
    entry = AuditEntry.objects.get(action="headcounts.set")
    assert (entry.before, entry.after) == ({"pupils TH": 300}, {"pupils TH": 310, "school_year": "2026-2027"})


def test_a_new_role_ends_the_one_held_until_now(world: SimpleNamespace) -> None:
    services.appoint(user=world.principal, unit=world.mn_b, role="principal", by=world.admin)

    held = Membership.objects.filter(user=world.principal).order_by("pk")
    assert [(item.unit, item.ended_at is None) for item in held] == [(world.th_a, False), (world.mn_b, True)]


def test_a_school_has_no_department_administrator(world: SimpleNamespace) -> None:
    with pytest.raises(ValidationError):
        services.appoint(user=world.principal, unit=world.th_a, role="department_admin", by=world.admin)
