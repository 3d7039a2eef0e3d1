"""Saving a draft and submitting a report: right also when several arrive at once.

Both claim by a conditional UPDATE and look at the count, first the report's row, then the
draft's, in that order everywhere: PostgreSQL then has nothing to deadlock on, and SQLite one
writer at a time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from reports.collection import form_spec, rules, summaries
from reports.collection.errors import DraftConflict, ReportClosed, ReportInvalid, TokenUsed
from reports.collection.neighbours import answers_nearby
from reports.collection.questions import Narrative, Values, mark_of
from reports.collection.versions import clean_narrative, new_receipt, next_number, write_values
from reports.completion import services as completion
from reports.models import (
    Draft,
    Report,
    ReportState,
    ReviewStep,
    ReviewStepKind,
    Round,
    RoundState,
    Submission,
)
from reports.models.reports import EDITABLE
from reports.rounds import deadlines
from schools.models import UnitKind
from schools.selectors import scope_of

CLAIM_TRIES = 5


def closed_reason(report: Report, now: datetime) -> str:
    """Why the unit cannot change its report now, in a sentence; empty when it can."""
    if report.excluded_at is not None:
        return _("Đơn vị đã được đưa ra khỏi danh sách phải báo cáo của đợt này.")
    if report.round.state == RoundState.PLANNED:
        return _("Đợt báo cáo chưa mở.")
    if report.round.state == RoundState.CLOSED:
        return _("Đợt báo cáo đã chốt số liệu.")
    if report.round.locks_at is not None and now >= report.round.locks_at:
        return _("Đợt báo cáo đã khóa, không nhận thêm báo cáo.")
    if report.state == ReportState.SUBMITTED:
        return _("Báo cáo đã nộp và đang chờ duyệt.")
    if report.state == ReportState.ACCEPTED:
        return _("Báo cáo đã được chấp nhận.")
    return ""


def save_draft(
    *,
    report: Report,
    by: User,
    version: int,
    values: Values,
    narrative: Narrative,
    now: datetime | None = None,
) -> Draft:
    """Keep what was typed, if the draft is still at `version`. Raises ReportClosed, DraftConflict."""
    now = now or timezone.now()
    with transaction.atomic():
        _begin(report)
        saved = Draft.objects.filter(pk=report.pk, version=version, report_id__in=_open(now).values("pk")).update(
            values=values, narrative=clean_narrative(narrative), version=F("version") + 1, saved_at=now, saved_by=by
        )
        if not saved:
            _refuse_draft(report, now)
    return Draft.objects.get(pk=report.pk)


def submit_report(
    *,
    report: Report,
    by: User,
    token: UUID,
    values: Values,
    narrative: Narrative,
    on_behalf_reason: str = "",
    now: datetime | None = None,
    draft_version: int | None = None,
    shown: str = "",
) -> Submission:
    """Receive a report once for each token: the same token gives the same submission, whatever happens.

    `draft_version` is the draft that the user was shown; DraftConflict if somebody saved since. `shown` is the mark
    of the answers on that page (`questions.mark_of`): DraftConflict too if what another round says has changed.
    `on_behalf_reason` is why an officer, to whom the draft must be entrusted, submits for the unit.
    Raises ReportClosed, ReportInvalid, TokenUsed too. Nothing here waits for a broker or a mail server.
    """
    now = now or timezone.now()
    if (earlier := _received(report, token)) is not None:
        return earlier
    questions = form_spec.questions_of(report)
    found = rules.problems(questions, values, answers_nearby(report))
    if found:
        raise ReportInvalid(found)
    answered = rules.answered(questions, values)
    kept = {q.code: {row.level: {"n": row.n, "d": row.d} for row in q.rows} for q in answered}
    if shown not in ("", mark_of(kept)):
        raise DraftConflict(Draft.objects.select_related("saved_by").get(pk=report.pk))
    with transaction.atomic():
        claimed = _claim(report, token, now)
        if claimed is None:
            return Submission.objects.get(token=token)
        narrative = clean_narrative(narrative)
        _keep_in_draft(claimed, by, kept, narrative, draft_version, now, on_behalf=bool(on_behalf_reason))
        submission = _write_submission(claimed, by, token, narrative, on_behalf_reason, now, found.warnings)
        write_values(submission, answered)
        summaries.keep_sums(report=claimed, submission=submission, narrative=narrative, now=now)
        _finish(claimed, submission, by, now)
    return submission


def _open(now: datetime) -> QuerySet[Report]:
    """Reports that their units may still write.

    The round is asked by a subquery: a join in the filter of an UPDATE moves all of its conditions
    into one, and PostgreSQL then does not look at them again when it has waited for a row.
    """
    unlocked = Q(locks_at__isnull=True) | Q(locks_at__gt=now)
    rounds = Round.objects.filter(unlocked, state=RoundState.OPEN)
    return Report.objects.filter(state__in=EDITABLE, excluded_at__isnull=True, round_id__in=rounds.values("pk"))


def hold_open(report: Report, now: datetime) -> None:
    """Take the report's row until the transaction ends, while its unit may still write. Raises ReportClosed."""
    if not _open(now).filter(pk=report.pk).update(version=F("version") + 1):
        current = Report.objects.select_related("round", "current_submission").get(pk=report.pk)
        raise ReportClosed(closed_reason(current, now), submission=current.current_submission)


def _begin(report: Report) -> None:
    if report.state == ReportState.NOT_STARTED:
        Report.objects.filter(pk=report.pk, state=ReportState.NOT_STARTED).update(
            state=ReportState.DRAFT, version=F("version") + 1
        )


def _refuse_draft(report: Report, now: datetime) -> None:
    current = Report.objects.select_related("round", "current_submission").get(pk=report.pk)
    if reason := closed_reason(current, now):
        raise ReportClosed(reason, submission=current.current_submission)
    raise DraftConflict(Draft.objects.select_related("saved_by").get(pk=report.pk))


def _received(report: Report, token: UUID) -> Submission | None:
    earlier = Submission.objects.filter(token=token).first()
    if earlier is not None and earlier.report_id != report.pk:
        raise TokenUsed(str(token))
    return earlier


def _claim(report: Report, token: UUID, now: datetime) -> Report | None:
    """This report, held by this transaction until it ends; None when the token has just been served.

    An autosave may move the state between the read and the UPDATE, so the loser looks again.
    """
    for _attempt in range(CLAIM_TRIES):
        current = Report.objects.select_related("round", "unit", "manager", "current_submission").get(pk=report.pk)
        claimed = _open(now).filter(pk=current.pk, version=current.version).update(version=F("version") + 1)
        if claimed:
            return current
        if _received(report, token) is not None:
            return None
        fresh = Report.objects.select_related("round", "current_submission").get(pk=report.pk)
        if reason := closed_reason(fresh, now):
            raise ReportClosed(reason, submission=fresh.current_submission)
    raise ReportClosed(_("Báo cáo đang được sửa ở nơi khác. Tải lại trang rồi nộp lại."))


def _keep_in_draft(
    report: Report,
    by: User,
    values: Values,
    narrative: Narrative,
    version: int | None,
    now: datetime,
    *,
    on_behalf: bool,
) -> None:
    """A return continues from what was submitted; the new version turns away every late autosave.

    A unit that submits itself needs nobody any longer who types for it.
    """
    drafts = Draft.objects.filter(pk=report.pk)
    if version is not None:
        drafts = drafts.filter(version=version)
    own: dict[str, Any] = {} if on_behalf else {"entrusted_to": None, "entrusted_reason": ""}
    if on_behalf:
        drafts = drafts.filter(entrusted_to=by)
    kept = drafts.update(values=values, narrative=narrative, version=F("version") + 1, saved_at=now, saved_by=by, **own)
    if not kept:
        current = Draft.objects.select_related("saved_by").get(pk=report.pk)
        if on_behalf and current.entrusted_to_id != by.pk:
            raise ReportClosed(_("Bạn không còn nhập thay đơn vị này."))
        raise DraftConflict(current)


def _write_submission(
    report: Report,
    by: User,
    token: UUID,
    narrative: Narrative,
    on_behalf_reason: str,
    now: datetime,
    warnings: tuple[rules.Problem, ...],
) -> Submission:
    number = next_number(report)
    submission = Submission.objects.create(
        report=report,
        number=number,
        token=token,
        receipt=new_receipt(report, number),
        submitted_at=now,
        submitted_by=by,
        on_behalf_reason=on_behalf_reason,
        is_late=not deadlines.is_on_time(now, report.extended_until or report.round.deadline_at),
        warnings=[{"kind": one.kind, "code": one.code, "level": one.level} for one in warnings],
        narrative=narrative,
    )
    submission.evidence.set(report.evidence.filter(removed_at__isnull=True))
    return submission


def _finish(report: Report, submission: Submission, by: User, now: datetime) -> None:
    first: dict[str, Any] = {}
    if report.first_submitted_at is None:
        first = {"first_submitted_at": now, "is_late": submission.is_late}
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.SUBMITTED,
        current_submission=submission,
        awaiting_commune=awaits_commune(report),
        accepted_at=None,
        **first,
    )
    ReviewStep.objects.create(
        report=report,
        submission=submission,
        kind=ReviewStepKind.SUBMITTED,
        at=now,
        by=by,
        by_unit_id=scope_of(by).unit_id,
    )
    audit.record(
        actor=by,
        action="report.submit",
        target=report,
        reason=submission.on_behalf_reason,
        before={"state": report.state},
        after={"state": ReportState.SUBMITTED, "number": submission.number, "receipt": submission.receipt},
    )
    completion.note_due(round_id=report.round_id, report_id=report.pk)


def awaits_commune(report: Report) -> bool:
    """A school that a commune manages, in a round that lets the commune look first and is not its own."""
    return (
        report.round.commune_reviews_first
        and report.unit.kind == UnitKind.SCHOOL
        and report.manager is not None
        and report.manager.kind == UnitKind.COMMUNE
        and report.manager_id != report.round.receiver_id
    )
