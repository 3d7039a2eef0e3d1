"""What an undo puts back, and what forbids it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from freezegun import freeze_time

from accounts.models import AuditEntry
from schools import services
from schools.imports import undo
from schools.models import Headcount, Management, Placement, Role, SchoolImport, Unit
from tests import factories as make
from tests.schools.imports.uploads import upload, write
from tests.schools.sheets import school

pytestmark = pytest.mark.django_db


def standing() -> dict[str, list[Any]]:
    """All that a list may change, without the keys of dated rows and counts: some are written anew."""
    return {
        "Unit": list(Unit.objects.order_by("pk").values()),
        "Headcount": sorted(map(str, Headcount.objects.values_list("unit", "school_year", "population", "level",
                                                                   "number", "as_of", "source"))),
        "Placement": sorted(map(str, Placement.objects.values_list("unit", "commune", "from_on", "until_on"))),
        "Management": sorted(map(str, Management.objects.values_list("unit", "manager", "from_on", "until_on"))),
    }  # fmt: skip


@freeze_time("2026-11-21 08:30:00+07:00")
def written(world: SimpleNamespace) -> SchoolImport:
    """A list with a new school, one that was renamed, moved and counted anew, and one with a new count."""
    rows = [
        school("37-9", "Trường THPT Mới", levels="THPT"),
        school(world.th_a.code, "Trường TH Đổi Tên", commune="Xã Phát Diệm", pupils=410, staff=30),
        school(world.mn_b.code, world.mn_b.name, levels="MN", commune="Xã Phát Diệm", pupils=151, staff=20),
    ]
    return write(world, upload(world, *rows))


def test_an_undo_puts_back_all_that_stood_before(world: SimpleNamespace) -> None:
    before = standing()
    item = written(world)
    assert standing() != before

    assert undo.undo_import(school_import=item, by=world.admin) == 3

    assert standing() == before
    assert (item.state, item.undone_by) == ("undone", world.admin)
    assert AuditEntry.objects.get(action="import.undo").after == {"units": 3, "sha256": item.sha256}


@freeze_time("2026-11-21 08:30:00+07:00")
def test_an_undo_brings_back_a_place_that_began_the_same_day(world: SimpleNamespace) -> None:
    services.place_unit(unit=world.th_a, commune=world.commune_b, by=world.admin)
    services.place_unit(unit=world.th_a, commune=world.commune_a, by=world.admin)
    before = standing()

    undo.undo_import(school_import=written(world), by=world.admin)

    assert standing() == before


def test_a_list_is_taken_back_once(world: SimpleNamespace) -> None:
    item = written(world)
    undo.undo_import(school_import=item, by=world.admin)

    with pytest.raises(undo.UndoRefusedError):
        undo.undo_import(school_import=item, by=world.admin)


def refused(world: SimpleNamespace, item: SchoolImport) -> str:
    """The reasons, and that nothing was changed by asking."""
    before = standing()
    with pytest.raises(undo.UndoRefusedError) as caught:
        undo.undo_import(school_import=item, by=world.admin)
    assert standing() == before
    assert SchoolImport.objects.get(pk=item.pk).state == "committed"
    return "\n".join(caught.value.reasons)


def test_a_new_school_with_an_account_is_not_removed(world: SimpleNamespace) -> None:
    item = written(world)
    make.make_user("moi", Unit.objects.get(code="37-9"), Role.PRINCIPAL)

    assert refused(world, item) == "Trường THPT Mới: đã có 1 vai trò trong đơn vị."


def test_a_new_school_that_owes_a_report_is_not_removed(world: SimpleNamespace) -> None:
    from reports.rounds.services import open_round

    item = written(world)
    open_round(round=world.round, by=world.admin, now=make.local(2026, 11, 22, 8))

    reasons = refused(world, item)
    assert "Trường THPT Mới: đã có 1 báo cáo" in reasons
    assert "Trường TH Đổi Tên: đã có 1 báo cáo" in reasons


def test_a_report_that_was_there_before_the_list_forbids_nothing(open_world: SimpleNamespace) -> None:
    item = written(open_world)

    assert undo.undo_import(school_import=item, by=open_world.admin) == 3


@pytest.mark.parametrize("change", ["unit", "headcount", "new headcount"])
def test_what_was_changed_since_is_not_written_over(world: SimpleNamespace, change: str) -> None:
    item = written(world)
    if change == "unit":
        Unit.objects.filter(pk=world.th_a.pk).update(name="Trường TH Sửa Tay")
    elif change == "headcount":
        Headcount.objects.filter(unit=world.mn_b, school_year=2026, population="pupils").update(number=160)
    else:
        make.make_headcounts(Unit.objects.get(code="37-9"), 2025, THPT=900)

    assert "đã được sửa sau lần nhập này" in refused(world, item)


def test_of_two_lists_the_later_is_taken_back_first(world: SimpleNamespace) -> None:
    first = written(world)
    second = write(world, upload(world, school("37-9", "Trường THPT Tên Khác", levels="THPT")))

    assert "Trường THPT Tên Khác" in refused(world, first)
    undo.undo_import(school_import=second, by=world.admin)
    assert undo.undo_import(school_import=first, by=world.admin) == 3
