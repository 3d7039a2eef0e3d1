"""Closing schools that a list does not name: an act of its own, with a decision, never a side effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import User
from schools import text
from schools.imports import commit, stored_preview
from schools.imports.stored_preview import ImportBlockedError
from schools.models import SchoolImport, Unit, UnitEvent, UnitEventKind

# Above this share of all schools a list is more likely to be incomplete than the schools to be gone.
TYPED_ABOVE_PERCENT = 5


def still_open(item: SchoolImport, *, on: date | None = None) -> list[Unit]:
    """The schools that the list does not name and that exist, in the order of their names."""
    ids = [school.unit_id for school in stored_preview.load(item).missing()]
    day = on or timezone.localdate()
    found: list[Unit] = []
    for start in range(0, len(ids), 900):
        found += Unit.objects.existing_on(day).filter(pk__in=ids[start : start + 900]).select_related("commune")
    return sorted(found, key=lambda unit: unit.name_sort)


def must_type(number: int) -> bool:
    """Whether so many schools are closed only when the number is typed out."""
    existing = Unit.objects.schools().existing_on(timezone.localdate()).count()
    return number * 100 > existing * TYPED_ABOVE_PERCENT


def words_to_type(number: int) -> str:
    return ngettext("đóng %(number)s trường", "đóng %(number)s trường", number) % {"number": number}


def close_missing(
    *,
    school_import: SchoolImport,
    unit_ids: Sequence[int],
    by: User,
    closed_on: date,
    decision_number: str,
    decision_on: date,
    typed: str = "",
) -> list[Unit]:
    """Close schools that a written list does not name, from a day on, by a decision; says which.

    Their open duties are settled by `reports.lineage.closing.close_missing`, which stands above.
    """
    if school_import.state != SchoolImport.State.COMMITTED:
        raise ImportBlockedError(_("Chỉ đóng trường sau khi danh mục đã được nhập."))
    chosen = set(unit_ids)
    units = [unit for unit in still_open(school_import, on=closed_on) if unit.pk in chosen]
    if not chosen or len(units) != len(chosen):
        raise ImportBlockedError(_("Danh sách trường cần đóng đã thay đổi; hãy chọn lại."))
    if must_type(len(units)) and text.fold(typed) != text.fold(words_to_type(len(units))):
        raise ImportBlockedError(_("Hãy gõ đúng “%s” để xác nhận.") % words_to_type(len(units)))
    if early := [unit for unit in units if unit.opened_on and unit.opened_on >= closed_on]:
        raise ImportBlockedError(_("%s: ngày thôi hoạt động phải sau ngày bắt đầu hoạt động.") % early[0].name)
    with transaction.atomic():
        commit.lock_lists()
        ids = [unit.pk for unit in units]
        closed = sum(
            Unit.objects.filter(pk__in=ids[start : start + 900], closed_on__isnull=True).update(closed_on=closed_on)
            for start in range(0, len(ids), 900)
        )
        if closed != len(units):
            raise ImportBlockedError(_("Danh sách trường cần đóng đã thay đổi; hãy chọn lại."))
        UnitEvent.objects.bulk_create(
            UnitEvent(
                unit=unit,
                kind=UnitEventKind.CLOSED,
                effective_on=closed_on,
                decision_number=decision_number,
                decision_on=decision_on,
                before={"closed_on": None},
                after={"closed_on": closed_on.isoformat()},
                recorded_by=by,
            )
            for unit in units
        )
        audit.record(
            actor=by,
            action="import.close_missing",
            target=school_import,
            reason=decision_number,
            after={"closed_on": closed_on.isoformat(), "codes": [unit.code for unit in units]},
        )
    return units
