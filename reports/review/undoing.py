"""Taking a decision back within a day, as long as nothing has happened since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from reports.completion import services as completion
from reports.models import Draft, Report, ReviewStep, ReviewStepKind, RoundState
from reports.review.permissions import can_review_report
from reports.review.selectors import DECISIONS, UNDO_WITHIN, last_step
from reports.review.services import AlreadyDecided, undecided
from schools.scope import Scope
from schools.selectors import scope_of

GIVES_BACK = (ReviewStepKind.RETURNED, ReviewStepKind.REOPENED)


class NotUndoable(Exception):  # noqa: N818 - it names what happened
    """The decision stands; `reason` says why, in a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Undo:
    """The decision that a reviewer could take back; `refusal` says why it is too late, blank while it is not."""

    step: ReviewStep
    until: datetime
    refusal: str = ""


def undo_of(scope: Scope, report: Report, now: datetime) -> Undo | None:
    """None where the last thing that happened is no decision of this reviewer or unit, or is a day old."""
    step = last_step(report)
    if step is None or not is_own(scope, step, now) or not can_review_report(scope, report):
        return None
    return Undo(step, step.at + UNDO_WITHIN, refusal(report, step))


def is_own(scope: Scope, step: ReviewStep, now: datetime) -> bool:
    """Whether it is a decision of this reviewer, or of one of the same unit, of the last day."""
    if step.kind not in DECISIONS or "version" not in step.before or now >= step.at + UNDO_WITHIN:
        return False
    return step.by_id == scope.user_id or (step.by_unit_id is not None and step.by_unit_id == scope.unit_id)


def refusal(report: Report, step: ReviewStep) -> str:
    """Why the report can no longer be as it was before this step; blank while it can."""
    if report.round.state != RoundState.OPEN:
        return _("Đợt đã chốt số liệu nên không hoàn tác được.")
    if report.excluded_at is not None:
        return _("Đơn vị đã được đưa ra khỏi danh sách phải báo cáo nên không hoàn tác được.")
    if step.kind in GIVES_BACK and _has_begun(report, step):
        return _("Đơn vị đã bắt đầu sửa báo cáo nên không hoàn tác được; bản mới sẽ đến hàng chờ duyệt khi đơn vị nộp.")
    if report.version != step.before["version"] + 1:
        return _("Báo cáo đã thay đổi sau quyết định này nên không hoàn tác được.")
    return ""


def _has_begun(report: Report, step: ReviewStep) -> bool:
    """Typing raises the draft's version, a file the report's."""
    draft = Draft.objects.filter(pk=report.pk).values_list("version", flat=True).first()
    return bool(draft != step.before.get("draft") or report.version != step.before["version"] + 1)


def undo_decision(*, report: Report, by: User, version: int, now: datetime | None = None) -> ReviewStep:
    """Put the report back to where the last decision found it; returns that decision.

    Raises NotUndoable, AlreadyDecided.
    """
    now = now or timezone.now()
    scope = scope_of(by)
    found = undo_of(scope, report, now)
    if found is not None and found.refusal:
        raise NotUndoable(found.refusal)
    if report.version != version:
        raise AlreadyDecided
    if found is None:
        raise NotUndoable(_("Không có quyết định nào của bạn trong 24 giờ qua để hoàn tác."))
    with transaction.atomic():
        if not put_back(report, found.step):
            raise AlreadyDecided
        undone = undone_step(report, found.step, by, scope, now)
        undone.save()
        audit.record(actor=by, action="report.undo", target=report, **undone_record(report, found.step))
        completion.note_due(round_id=report.round_id, report_id=report.pk)
    return found.step


def put_back(report: Report, step: ReviewStep) -> bool:
    """Undo what a step did to the report's row, if that is still what was read. Call it in a transaction.

    Raises NotUndoable when the unit's first saving came in at this very moment.
    """
    accepted_at = step.before["accepted_at"]
    changes: dict[str, Any] = {
        "state": step.before["state"],
        "awaiting_commune": step.before["awaiting_commune"],
        "accepted_at": parse_datetime(accepted_at) if accepted_at else None,
    }
    if not undecided(report, report.state).update(version=F("version") + 1, **changes):
        return False
    if step.kind in GIVES_BACK:
        # From here on a page of the unit that still stands open is told, and saves nothing.
        draft = Draft.objects.filter(pk=report.pk, version=step.before["draft"])
        if not draft.update(version=F("version") + 1):
            raise NotUndoable(_("Đơn vị vừa bắt đầu sửa báo cáo nên không hoàn tác được."))
    return True


def undone_step(report: Report, step: ReviewStep, by: User, scope: Scope, now: datetime) -> ReviewStep:
    return ReviewStep(
        report=report,
        submission_id=step.submission_id,
        kind=ReviewStepKind.UNDONE,
        at=now,
        by=by,
        by_unit_id=scope.unit_id,
        comment=str(ReviewStepKind(step.kind).label),
        before={"step": step.pk},
    )


def undone_record(report: Report, step: ReviewStep) -> dict[str, Any]:
    return {
        "reason": str(ReviewStepKind(step.kind).label),
        "before": {"state": report.state, "step": step.pk},
        "after": {"state": step.before["state"]},
    }
