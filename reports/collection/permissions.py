"""Who may fill in a report."""

from __future__ import annotations

from reports.models import Report
from schools.scope import Scope


def can_fill_report(scope: Scope, report: Report) -> bool:
    """The people of the unit that owes it, except those who only read."""
    return scope.can_write and scope.unit_id is not None and scope.unit_id == report.unit_id
