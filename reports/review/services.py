"""Deciding on a submitted report; of two reviewers at once one wins and the other is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from reports.completion import services as completion
from reports.models import Draft, Report, ReportState, ReviewStep, ReviewStepKind, Round, RoundState, Submission
from reports.review.permissions import is_commune_turn
from schools.scope import Scope
from schools.selectors import scope_of

# The same words from the same hand within this time are a button that was pressed twice.
SAID_TWICE = timedelta(minutes=2)


class AlreadyDecided(Exception):  # noqa: N818 - it names what happened
    """The report is no longer as the reviewer saw it."""


class CommentMissing(Exception):  # noqa: N818 - it names what happened
    """A return, a reopening and a comment say something."""


def accept_report(
    *, report: Report, by: User, version: int, comment: str = "", now: datetime | None = None
) -> ReviewStepKind:
    """Accept, or pass on to the department when it is the commune that looks first. Raises AlreadyDecided."""
    now = now or timezone.now()
    scope = scope_of(by)
    kind, changes = acceptance(scope, report, now)
    _decide(report, by, scope, version, ReportState.SUBMITTED, kind, comment.strip(), changes, now)
    return kind


def return_report(*, report: Report, by: User, version: int, comment: str, now: datetime | None = None) -> None:
    """Send back to the unit with what is to be corrected. Raises AlreadyDecided, CommentMissing."""
    changes = {"state": ReportState.RETURNED, "awaiting_commune": False}
    _decide(
        report,
        by,
        scope_of(by),
        version,
        ReportState.SUBMITTED,
        ReviewStepKind.RETURNED,
        _required(comment),
        changes,
        now or timezone.now(),
    )


def reopen_report(*, report: Report, by: User, version: int, reason: str, now: datetime | None = None) -> None:
    """Give an accepted report back to the unit, with the reason. Raises AlreadyDecided, CommentMissing."""
    changes = {"state": ReportState.RETURNED, "accepted_at": None, "awaiting_commune": False}
    _decide(
        report,
        by,
        scope_of(by),
        version,
        ReportState.ACCEPTED,
        ReviewStepKind.REOPENED,
        _required(reason),
        changes,
        now or timezone.now(),
    )


def comment_on_report(*, report: Report, by: User, comment: str, now: datetime | None = None) -> None:
    """Say something to the unit without deciding. Raises CommentMissing."""
    now, comment = now or timezone.now(), _required(comment)
    mine = ReviewStep.objects.filter(report=report, by=by, kind=ReviewStepKind.COMMENTED, comment=comment)
    if mine.filter(at__gt=now - SAID_TWICE).exists():
        return
    with transaction.atomic():
        ReviewStep.objects.create(
            report=report,
            submission_id=report.current_submission_id,
            kind=ReviewStepKind.COMMENTED,
            at=now,
            by=by,
            by_unit_id=scope_of(by).unit_id,
            comment=comment,
        )
        audit.record(actor=by, action="report.comment", target=report, reason=comment)


def acceptance(scope: Scope, report: Report, now: datetime) -> tuple[ReviewStepKind, dict[str, Any]]:
    """What accepting it means for this reviewer, and what it changes."""
    if is_commune_turn(scope, report):
        return ReviewStepKind.FORWARDED, {"awaiting_commune": False}
    return ReviewStepKind.ACCEPTED, {"awaiting_commune": False, "state": ReportState.ACCEPTED, "accepted_at": now}


def undecided(report: Report, from_state: str) -> QuerySet[Report]:
    """The report's row, as long as it is as it was read and its round takes decisions."""
    return Report.objects.filter(
        pk=report.pk,
        version=report.version,
        state=from_state,
        excluded_at__isnull=True,
        # A subquery, not a join: PostgreSQL must look at this row's own columns again after a wait.
        round_id__in=Round.objects.filter(state=RoundState.OPEN).values("pk"),
    )


def state_before(report: Report) -> dict[str, Any]:
    """What a step keeps of the report as it found it, so that it can be undone."""
    return {
        "state": report.state,
        "awaiting_commune": report.awaiting_commune,
        "accepted_at": report.accepted_at.isoformat() if report.accepted_at else None,
        "version": report.version,
    }


def recorded(report: Report, by: User, kind: ReviewStepKind, state: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after, for the record; it says where one hand both entered and accepted."""
    after: dict[str, Any] = {"state": state}
    accepts = kind in (ReviewStepKind.ACCEPTED, ReviewStepKind.FORWARDED)
    if accepts and entered_by(report.current_submission, by):
        after["entered_by_reviewer"] = True
    return {"state": report.state}, after


def entered_by(submission: Submission | None, by: User) -> bool:
    """Whether this officer typed it for the unit."""
    return submission is not None and submission.on_behalf_reason != "" and submission.submitted_by_id == by.pk


def _required(comment: str) -> str:
    comment = comment.strip()
    if not comment:
        raise CommentMissing
    return comment


def _decide(
    report: Report,
    by: User,
    scope: Scope,
    version: int,
    from_state: ReportState,
    kind: ReviewStepKind,
    comment: str,
    changes: dict[str, Any],
    now: datetime,
) -> None:
    # What was decided, and by whose turn, rests on the report as it was read.
    if (report.version, report.state) != (version, from_state):
        raise AlreadyDecided
    found = state_before(report)
    before, after = recorded(report, by, kind, changes.get("state", from_state))
    with transaction.atomic():
        if not undecided(report, from_state).update(version=F("version") + 1, **changes):
            raise AlreadyDecided
        if changes.get("state") == ReportState.RETURNED:
            found["draft"] = Draft.objects.filter(pk=report.pk).values_list("version", flat=True).first()
        report.refresh_from_db(fields=["state", "version", "awaiting_commune", "accepted_at", "current_submission"])
        ReviewStep.objects.create(
            report=report,
            submission_id=report.current_submission_id,
            kind=kind,
            at=now,
            by=by,
            by_unit_id=scope.unit_id,
            comment=comment,
            before=found,
        )
        audit.record(
            actor=by, action=f"report.{VERBS[kind]}", target=report, reason=comment, before=before, after=after
        )
        completion.note_due(round_id=report.round_id, report_id=report.pk)


VERBS = {
    ReviewStepKind.ACCEPTED: "accept",
    ReviewStepKind.FORWARDED: "forward",
    ReviewStepKind.RETURNED: "return",
    ReviewStepKind.REOPENED: "reopen",
}
