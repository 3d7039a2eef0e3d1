"""Who may correct a report of a frozen round."""

from __future__ import annotations

from reports.models import Report, Round, RoundState
from schools.scope import Scope


def can_correct(scope: Scope) -> bool:
    """The department and its offices, except those who only read: nobody below may touch a frozen figure."""
    return scope.can_write and scope.is_department


def can_correct_round(scope: Scope, round: Round) -> bool:
    return can_correct(scope) and round.state == RoundState.CLOSED


def can_correct_report(scope: Scope, report: Report) -> bool:
    return can_correct_round(scope, report.round) and report.excluded_at is None
