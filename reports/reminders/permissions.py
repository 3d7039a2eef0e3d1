"""Who may remind whom."""

from __future__ import annotations

from django.db.models import Q

from reports.models import Report
from reports.querysets import ReportQuerySet
from schools.scope import Scope


def can_remind(scope: Scope) -> bool:
    """The department and its offices; a commune its schools."""
    return scope.can_write and (scope.is_department or scope.is_commune)


def can_remind_report(scope: Scope, report: Report) -> bool:
    return can_remind(scope) and remindable(scope, Report.objects.filter(pk=report.pk)).exists()


def remindable(scope: Scope, reports: ReportQuerySet) -> ReportQuerySet:
    """A commune reminds the schools that stand in it or that it manages, not itself."""
    if scope.is_department:
        return reports
    near = Q(commune=scope.unit_id) | Q(manager=scope.unit_id)
    return reports.filter(near).exclude(unit=scope.unit_id)
