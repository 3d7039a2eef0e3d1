"""Who may look at a submitted report and decide."""

from __future__ import annotations

from reports.models import Report, ReportState, RoundState
from schools.scope import Scope


def can_review_report(scope: Scope, report: Report) -> bool:
    """The department; a commune for rounds it receives, and first for the schools it manages where asked."""
    if not scope.can_write or scope.unit_id is None or report.unit_id == scope.unit_id:
        return False
    if scope.is_department:
        return True
    return scope.is_commune and (_receives(scope, report) or _reviews_first(scope, report))


def can_decide_report(scope: Scope, report: Report) -> bool:
    """Whether accepting or returning it is this user's to do now; the commune's turn ends when it forwards."""
    if report.state != ReportState.SUBMITTED or report.round.state != RoundState.OPEN or report.excluded_at:
        return False
    if not can_review_report(scope, report):
        return False
    return scope.is_department or _receives(scope, report) or report.awaiting_commune


def can_reopen_report(scope: Scope, report: Report) -> bool:
    """What was accepted is opened again only by who receives the round, or the department."""
    if report.state != ReportState.ACCEPTED or report.round.state != RoundState.OPEN:
        return False
    return can_review_report(scope, report) and (scope.is_department or _receives(scope, report))


def can_comment_report(scope: Scope, report: Report) -> bool:
    """Whoever may review it may say something without deciding, as long as the round takes anything."""
    return (
        report.current_submission_id is not None
        and report.round.state == RoundState.OPEN
        and report.excluded_at is None
        and can_review_report(scope, report)
    )


def is_commune_turn(scope: Scope, report: Report) -> bool:
    """Whether this user's acceptance only passes the report on to the department."""
    return report.awaiting_commune and scope.is_commune and not _receives(scope, report)


def _receives(scope: Scope, report: Report) -> bool:
    return report.round.receiver_id == scope.unit_id


def _reviews_first(scope: Scope, report: Report) -> bool:
    return report.round.commune_reviews_first and report.manager_id == scope.unit_id
