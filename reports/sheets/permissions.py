"""Who may fill in reports by workbook: whoever may on the form, and officers for the schools that are theirs."""

from __future__ import annotations

from reports.collection.permissions import can_enter_for_unit
from reports.models import Report
from schools.scope import Scope


def can_use_workbooks(scope: Scope) -> bool:
    return scope.can_write and scope.unit_id is not None


def can_enter_report(scope: Scope, report: Report) -> bool:
    """The unit's own people; an officer for a school that the department, or the commune that manages it, may help.

    A commune's own report is its schools' sums: there is nothing to type into a sheet.
    """
    if not can_use_workbooks(scope) or not report.levels:
        return False
    return is_own(scope, report) or can_enter_for_unit(scope, report)


def is_own(scope: Scope, report: Report) -> bool:
    return scope.unit_id == report.unit_id
