"""Who may fill in a report, and who may do it for a school."""

from __future__ import annotations

from reports.models import Report
from schools.models import UnitKind
from schools.scope import Scope


def can_fill_report(scope: Scope, report: Report) -> bool:
    """The people of the unit that owes it, except those who only read; and the officer it is entrusted to."""
    if not scope.can_write or scope.unit_id is None:
        return False
    return scope.unit_id == report.unit_id or is_entrusted(scope, report)


def can_enter_for_unit(scope: Scope, report: Report) -> bool:
    """Who may type for a school that cannot: officers of the department, and of the commune that manages it."""
    if not scope.can_write or scope.unit_id is None or report.unit.kind != UnitKind.SCHOOL:
        return False
    return scope.is_department or (scope.is_commune and report.manager_id == scope.unit_id)


def is_entrusted(scope: Scope, report: Report) -> bool:
    """Whether this officer has taken it over, and still works where that is allowed."""
    if not can_enter_for_unit(scope, report):
        return False
    draft = getattr(report, "draft", None)
    return draft is not None and draft.entrusted_to_id == scope.user_id
