"""Deciding on a submitted report; of two reviewers at once one wins and the other is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from reports.completion import services as completion
from reports.models import Report, ReportState, ReviewStep, ReviewStepKind, Round, RoundState
from reports.review.permissions import is_commune_turn
from schools.scope import Scope
from schools.selectors import scope_of


class AlreadyDecided(Exception):  # noqa: N818 - it names what happened
    """The report is no longer as the reviewer saw it."""


class CommentMissing(Exception):  # noqa: N818 - it names what happened
    """A return and a reopening say why."""


def accept_report(
    *, report: Report, by: User, version: int, comment: str = "", now: datetime | None = None
) -> ReviewStepKind:
    """Accept, or pass on to the department when it is the commune that looks first. Raises AlreadyDecided."""
    now = now or timezone.now()
    scope = scope_of(by)
    changes: dict[str, Any] = {"awaiting_commune": False}
    if is_commune_turn(scope, report):
        kind = ReviewStepKind.FORWARDED
    else:
        kind = ReviewStepKind.ACCEPTED
        changes |= {"state": ReportState.ACCEPTED, "accepted_at": now}
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
    with transaction.atomic():
        decided = Report.objects.filter(
            pk=report.pk,
            version=version,
            state=from_state,
            excluded_at__isnull=True,
            # A subquery, not a join: PostgreSQL must look at this row's own columns again after a wait.
            round_id__in=Round.objects.filter(state=RoundState.OPEN).values("pk"),
        ).update(version=F("version") + 1, **changes)
        if not decided:
            raise AlreadyDecided
        report.refresh_from_db(fields=["state", "version", "awaiting_commune", "accepted_at", "current_submission"])
        ReviewStep.objects.create(
            report=report,
            submission_id=report.current_submission_id,
            kind=kind,
            at=now,
            by=by,
            by_unit_id=scope.unit_id,
            comment=comment,
        )
        audit.record(
            actor=by,
            action=f"report.{_VERBS[kind]}",
            target=report,
            reason=comment,
            before={"state": from_state},
            after={"state": report.state},
        )
        completion.note_due(round_id=report.round_id, report_id=report.pk)


_VERBS = {
    ReviewStepKind.ACCEPTED: "accept",
    ReviewStepKind.FORWARDED: "forward",
    ReviewStepKind.RETURNED: "return",
    ReviewStepKind.REOPENED: "reopen",
}
