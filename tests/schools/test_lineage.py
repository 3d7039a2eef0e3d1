from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from freezegun import freeze_time

from accounts.models import AuditEntry
from schools import levels
from schools.lineage.changes import Change, Part
from schools.lineage.services import record_change
from schools.models import Management, Placement, Succession, Unit, UnitEvent
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 15)


@pytest.fixture(autouse=True)
def in_november() -> Any:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


def change(kind: str, *units: Unit, **more: Any) -> Change:
    return Change(
        **{
            "kind": kind,
            "units": tuple(unit.code for unit in units),
            "effective_on": DAY,
            "decision_number": "12/QĐ-UBND",
            "decision_on": date(2026, 11, 10),
            **more,
        }
    )


def kinds(unit: Unit) -> list[str]:
    return list(UnitEvent.objects.filter(unit=unit).values_list("kind", flat=True))


# --- each kind ---------------------------------------------------------------------------------
def test_a_merger_closes_its_schools_and_names_the_successor(world: SimpleNamespace) -> None:
    record_change(change=change("merged", world.th_a, parts=(Part(world.thths_a.code),)), by=world.admin)

    world.th_a.refresh_from_db()
    assert world.th_a.closed_on == DAY
    line = Succession.objects.get()
    assert (line.predecessor, line.successor, line.event.unit) == (world.th_a, world.thths_a, world.th_a)
    assert (line.event.decision_number, line.event.decision_on) == ("12/QĐ-UBND", date(2026, 11, 10))
    assert Placement.objects.get(unit=world.th_a).until_on == Management.objects.get(unit=world.th_a).until_on == DAY
    entry = AuditEntry.objects.get(action="unit.merged")
    assert (entry.actor, entry.reason, entry.after["successors"]) == (world.admin, "12/QĐ-UBND", [world.thths_a.code])


def test_a_merger_may_set_up_a_new_school_of_all_levels_in_the_place_of_the_old(world: SimpleNamespace) -> None:
    part = Part("37-77777", "Trường TH&THCS Gia Viễn")
    recorded = record_change(change=change("merged", world.th_a, world.thths_a, parts=(part,)), by=world.admin)

    new = Unit.objects.get(code="37-77777")
    assert recorded.created == (new,)
    assert (new.level_codes, new.opened_on, new.commune, new.manager) == (
        ["TH", "THCS"],
        DAY,
        world.commune_a,
        world.commune_a,
    )
    assert kinds(new) == ["opened"]
    assert {line.predecessor for line in new.inheritances.all()} == {world.th_a, world.thths_a}
    assert Management.objects.get(unit=new).from_on == DAY


def test_a_successor_takes_over_levels_and_may_get_a_new_name(world: SimpleNamespace) -> None:
    part = Part(world.th_a.code, "Trường Gia Viễn")
    record_change(change=change("merged", world.thths_a, parts=(part,)), by=world.admin)

    world.th_a.refresh_from_db()
    assert (world.th_a.name, world.th_a.name_folded) == ("Trường Gia Viễn", "truong gia vien")
    assert world.th_a.level_codes == ["TH", "THCS"]
    assert kinds(world.th_a) == ["renamed", "relevelled"]


def test_a_school_splits_into_two_new_ones(world: SimpleNamespace) -> None:
    parts = (Part("37-1", "Trường TH Gia Lâm", levels.Level.TH), Part("37-2", "Trường THCS Gia Lâm", levels.Level.THCS))
    record_change(change=change("split", world.thths_a, parts=parts), by=world.admin)

    world.thths_a.refresh_from_db()
    assert world.thths_a.closed_on == DAY
    assert set(world.thths_a.successions.values_list("successor__code", flat=True)) == {"37-1", "37-2"}


def test_a_school_that_gives_off_a_part_goes_on_with_the_levels_that_remain(world: SimpleNamespace) -> None:
    parts = (Part(world.thths_a.code, levels=2), Part("37-2", "Trường THCS Gia Lâm", 4))
    recorded = record_change(change=change("split", world.thths_a, parts=parts), by=world.admin)

    world.thths_a.refresh_from_db()
    assert (world.thths_a.closed_on, world.thths_a.level_codes, recorded.closed) == (None, ["TH"], ())
    assert Succession.objects.get().successor.code == "37-2"
    assert kinds(world.thths_a) == ["split", "relevelled"]


def test_a_name_changes_and_the_old_one_stays_in_the_event(world: SimpleNamespace) -> None:
    record_change(change=change("renamed", world.th_a, name="Trường Tiểu học Đinh Bộ Lĩnh"), by=world.admin)

    event = UnitEvent.objects.get(kind="renamed")
    assert (event.before["name"], event.after["name"]) == ("Trường TH Gia Viễn", "Trường Tiểu học Đinh Bộ Lĩnh")
    assert Unit.objects.matching("dinh bo linh").get() == world.th_a


@pytest.mark.parametrize("words", ["14620", "Xã Phát Diệm", "xa phat diem"])
def test_a_school_moves_to_another_commune_and_the_old_place_keeps_its_dates(
    world: SimpleNamespace, words: str
) -> None:
    record_change(change=change("moved", world.th_a, commune=words), by=world.admin)

    world.th_a.refresh_from_db()
    assert world.th_a.commune == world.commune_b
    spans = Placement.objects.filter(unit=world.th_a).order_by("pk").values_list("commune", "from_on", "until_on")
    assert list(spans) == [(world.commune_a.pk, None, DAY), (world.commune_b.pk, DAY, None)]
    assert world.th_a.manager == world.commune_a


@pytest.mark.parametrize(("words", "kind"), [("Sở GDĐT Ninh Bình", "department"), ("ngoài ngành", None)])
def test_another_unit_manages_a_school_or_none_of_the_sector(
    world: SimpleNamespace, words: str, kind: str | None
) -> None:
    record_change(change=change("reassigned", world.th_a, manager=words), by=world.admin)

    world.th_a.refresh_from_db()
    assert (world.th_a.manager.kind if world.th_a.manager else None) == kind
    assert Management.objects.get(unit=world.th_a, manager=world.commune_a).until_on == DAY


def test_levels_change(world: SimpleNamespace) -> None:
    record_change(change=change("relevelled", world.th_a, levels=6), by=world.admin)

    assert Unit.objects.get(pk=world.th_a.pk).level_codes == ["TH", "THCS"]
    event = UnitEvent.objects.get(kind="relevelled")
    assert (event.before, event.after) == ({"levels": ["TH"]}, {"levels": ["TH", "THCS"]})


def test_a_school_closes_and_reopens_with_its_place_and_manager(world: SimpleNamespace) -> None:
    record_change(change=change("closed", world.th_a), by=world.admin)
    record_change(change=change("reopened", world.th_a, effective_on=date(2026, 11, 20)), by=world.admin)

    world.th_a.refresh_from_db()
    assert world.th_a.closed_on is None
    assert kinds(world.th_a) == ["closed", "reopened"]
    for model in (Placement, Management):
        spans = model._default_manager.filter(unit=world.th_a).order_by("pk").values_list("from_on", "until_on")
        assert list(spans) == [(None, DAY), (date(2026, 11, 20), None)]


def test_a_merger_may_be_written_before_its_day(world: SimpleNamespace) -> None:
    later = change("merged", world.th_a, parts=(Part(world.thths_a.code),), effective_on=date(2027, 1, 1))
    record_change(change=later, by=world.admin)

    world.th_a.refresh_from_db()
    assert world.th_a.exists_on(date(2026, 12, 31))
    assert not world.th_a.exists_on(date(2027, 1, 1))


# --- what is refused ---------------------------------------------------------------------------
def refused(world: SimpleNamespace, change: Change) -> str:
    events = UnitEvent.objects.count()
    with pytest.raises(ValidationError) as caught:
        record_change(change=change, by=world.admin)
    assert UnitEvent.objects.count() == events
    return " ".join(caught.value.messages)


def test_days_stand_in_order(world: SimpleNamespace) -> None:
    assert "sau ngày có hiệu lực" in refused(world, change("closed", world.th_a, decision_on=date(2026, 11, 16)))
    Unit.objects.filter(pk=world.th_a.pk).update(opened_on=DAY)
    assert "phải sau ngày đó" in refused(world, change("closed", world.th_a))


def test_an_earlier_event_is_not_written_after_a_later_one(world: SimpleNamespace) -> None:
    record_change(change=change("renamed", world.th_a, name="Tên mới"), by=world.admin)

    earlier = change("renamed", world.th_a, name="Tên khác", effective_on=date(2026, 11, 14))
    assert "theo thứ tự" in refused(world, earlier)


def test_the_list_of_today_is_not_changed_from_a_day_to_come(world: SimpleNamespace) -> None:
    assert "hãy ghi từ ngày đó" in refused(
        world, change("renamed", world.th_a, name="Mới", effective_on=date(2026, 11, 22))
    )


def test_a_school_that_is_gone_does_not_merge_again(world: SimpleNamespace) -> None:
    merger = change("merged", world.th_a, parts=(Part(world.thths_a.code),))
    record_change(change=merger, by=world.admin)

    assert "đã thôi hoạt động từ 15/11/2026" in refused(world, merger)
    into_it = change("merged", world.mn_b, parts=(Part(world.th_a.code),))
    assert "đã thôi hoạt động" in refused(world, into_it)


@pytest.mark.parametrize(
    ("kind", "more", "why"),
    [
        ("merged", {}, "đúng một đơn vị kế tục"),
        ("merged", {"parts": (Part("khong-co"),)}, "Không có đơn vị mã khong-co"),
        ("merged", {"parts": (Part("37123", "Trường Mới", 2, code_is_number=True),)}, "ô dạng số"),
        ("split", {"parts": (Part("37-1", "Một", 2),)}, "ít nhất hai"),
        ("moved", {"commune": "Xã Không Có"}, "Không có xã, phường"),
        ("reassigned", {"manager": ""}, "Không có đơn vị quản lý"),
        ("renamed", {"name": "Trường TH Gia Viễn"}, "không có gì thay đổi"),
        ("reopened", {}, "đang hoạt động"),
        ("closed", {"decision_number": ""}, "Nêu số quyết định"),
        ("closed", {"units": ("khong-co",)}, "mã khong-co"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    world: SimpleNamespace, kind: str, more: dict[str, Any], why: str
) -> None:
    assert why in refused(world, change(kind, world.th_a, **more))


def test_a_school_does_not_merge_into_itself(world: SimpleNamespace) -> None:
    assert "phải khác" in refused(world, change("merged", world.th_a, parts=(Part(world.th_a.code),)))


def test_a_new_school_needs_a_free_code(world: SimpleNamespace) -> None:
    make.make_school("Trường Đã Đóng", ["TH"], commune=None, manager=None, code="37-5", closed_on=date(2026, 1, 1))
    assert "đã thôi hoạt động" in refused(world, change("merged", world.th_a, parts=(Part("37-5", "Mới", 2),)))
