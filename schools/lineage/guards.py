"""What a decision must fulfil before it is written; each says in a sentence why it is not."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.lineage.changes import Change
from schools.lineage.selectors import school_of_code
from schools.models import Unit, UnitEventKind


def demand_decision(change: Change) -> None:
    """A number, and two days in order."""
    if not change.decision_number:
        raise ValidationError(_("Nêu số quyết định."))
    if change.decision_on > change.effective_on:
        raise ValidationError(
            _("Ngày quyết định %(decided)s sau ngày có hiệu lực %(effective)s.")
            % {"decided": day(change.decision_on), "effective": day(change.effective_on)}
        )


def find_school(code: str) -> Unit:
    unit = school_of_code(code)
    if unit is None:
        raise ValidationError(_("Không có cơ sở giáo dục nào mang mã %(code)s.") % {"code": code or "–"})
    return unit


def demand_in_order(unit: Unit, change: Change) -> None:
    """The school is there on that day, and nothing later has been written about it."""
    words = {"unit": unit.name, "day": day(change.effective_on)}
    if unit.closed_on is not None and change.kind != UnitEventKind.REOPENED:
        raise ValidationError(_("%(unit)s đã thôi hoạt động từ %(day)s.") % {**words, "day": day(unit.closed_on)})
    if unit.opened_on is not None and change.effective_on <= unit.opened_on:
        raise ValidationError(
            _("%(unit)s hoạt động từ %(opened)s; ngày có hiệu lực phải sau ngày đó.")
            % {**words, "opened": day(unit.opened_on)}
        )
    last: date | None = unit.events.aggregate(last=Max("effective_on"))["last"]
    if last is not None and change.effective_on < last:
        raise ValidationError(
            _("%(unit)s đã có biến động từ %(last)s, sau ngày %(day)s; hãy ghi theo thứ tự thời gian.")
            % {**words, "last": day(last)}
        )


def demand_begun(change: Change) -> None:
    """What a school is today changes on the day itself, not before."""
    if change.effective_on > timezone.localdate():
        raise ValidationError(
            _("Việc này có hiệu lực từ %(day)s; hãy ghi từ ngày đó, vì danh mục cho biết đơn vị của hôm nay.")
            % {"day": day(change.effective_on)}
        )


def demand_rows_before(unit: Unit, on: date) -> None:
    """Place and manager began before the day on which they end."""
    for rows in (unit.placements, unit.managements):
        row = rows.filter(until_on__isnull=True, from_on__gte=on).first()
        if row is not None and row.from_on is not None:
            raise ValidationError(
                _("%(unit)s đổi nơi đặt hoặc đơn vị quản lý từ %(last)s; ngày có hiệu lực phải sau ngày đó.")
                % {"unit": unit.name, "last": day(row.from_on)}
            )


def day(on: date) -> str:
    return f"{on:%d/%m/%Y}"
