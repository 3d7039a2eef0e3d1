"""Which reports a workbook of a round holds."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from reports.collection import selectors
from reports.models import Report, Round
from reports.models.reports import EDITABLE
from reports.sheets.permissions import can_use_workbooks
from schools.models import UnitKind
from schools.scope import Scope


def fillable_reports(scope: Scope, round_: Round, now: datetime, *, commune: str = "") -> QuerySet[Report]:
    """Those that `can_enter_report` allows and that still take answers, by commune and name.

    `commune` narrows the department's to one commune's schools; what is no number narrows nothing.
    """
    asked = Report.objects.visible_to(scope).expected().filter(round=round_, levels__gt=0, state__in=EDITABLE)
    found: QuerySet[Report] = asked.select_related(*selectors.ON_FORM, "draft")
    if not can_use_workbooks(scope) or not _is_open(round_, now):
        return found.none()
    mine = Q(unit_id=scope.unit_id)
    if scope.is_department:
        found = found.filter(mine | Q(unit__kind=UnitKind.SCHOOL))
    elif scope.is_commune:
        found = found.filter(mine | Q(unit__kind=UnitKind.SCHOOL, manager_id=scope.unit_id))
    else:
        found = found.filter(mine)
    if commune.isascii() and commune.isdecimal() and len(commune) < 10:
        found = found.filter(Q(commune_id=int(commune)) | Q(manager_id=int(commune)))
    return found.order_by("commune__name_sort", "unit__name_sort", "pk")


def _is_open(round_: Round, now: datetime) -> bool:
    return round_.state == "open" and (round_.locks_at is None or now < round_.locks_at)
