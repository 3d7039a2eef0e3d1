"""Correcting a report after its round was frozen: a new version, with its effect on each rate.

The round's row is taken first, so that corrections of one round come one after another and each
effect is exactly that of its own correction; then the report's row, by the version the reader saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from reports.collection import form_spec, rules, summaries
from reports.collection.errors import ReportInvalid
from reports.collection.neighbours import answers_nearby
from reports.collection.questions import Narrative, Values
from reports.collection.versions import clean_narrative, new_receipt, next_number, write_values
from reports.completion.selectors import fresh_rates
from reports.completion.services import compute_completion
from reports.corrections.errors import CorrectionConflict, CorrectionRefused
from reports.models import (
    Correction,
    Draft,
    Report,
    ReportState,
    ReviewStep,
    ReviewStepKind,
    Round,
    RoundState,
    Submission,
)
from reports.models.reports import COUNTED_PROVISIONAL
from reports.rounds import deadlines
from reports.rounds.effects import Effect, effects_between
from schools import text
from schools.selectors import scope_of

REASON_MAX = 300


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction as the department typed it, of the report as it was at `version`."""

    report: Report
    version: int
    values: Values
    narrative: Narrative
    reason: str


def correct_report(*, proposal: Proposal, by: User, token: UUID, now: datetime | None = None) -> Submission:
    """Make the new version with its effects, its step and the recomputed rates; the same token gives it once.

    Raises CorrectionRefused, CorrectionConflict, ReportInvalid, and then nothing was written.
    """
    earlier = Submission.objects.filter(token=token, report=proposal.report).first()
    if earlier is not None:
        return earlier
    with transaction.atomic():
        submission, _effects = _apply(proposal, by, token, now or timezone.now())
        compute_completion(round_id=proposal.report.round_id)
    return submission


def try_correction(*, proposal: Proposal, by: User, now: datetime | None = None) -> list[Effect]:
    """What `correct_report` would change in each rate, found by doing it; nothing stays written."""
    with transaction.atomic():
        _submission, effects = _apply(proposal, by, None, now or timezone.now())
        transaction.set_rollback(True)
    return effects


def _apply(proposal: Proposal, by: User, token: UUID | None, now: datetime) -> tuple[Submission, list[Effect]]:
    reason = text.clean(proposal.reason)[:REASON_MAX]
    if not reason:
        raise CorrectionRefused(_("Nêu lý do đính chính."))
    report = _claim(proposal)
    before = fresh_rates(round_id=report.round_id)
    questions = form_spec.questions_of(report)
    found = rules.problems(questions, proposal.values, answers_nearby(report))
    if found:
        raise ReportInvalid(found)
    answered = rules.answered(questions, proposal.values)
    kept = {q.code: {row.level: {"n": row.n, "d": row.d} for row in q.rows} for q in answered}
    narrative = clean_narrative(proposal.narrative)
    _demand_change(report, kept, narrative)
    submission = _new_version(report, by, token, narrative, found, now)
    write_values(submission, answered)
    summaries.keep_sums(report=report, submission=submission, narrative=narrative, now=now)
    _move(report, submission, kept, narrative, by, now)
    effects = effects_between(before, fresh_rates(round_id=report.round_id))
    Correction.objects.create(submission=submission, reason=reason, effects=[effect.to_json() for effect in effects])
    _record(report, submission, reason, by, now)
    return submission, effects


def _claim(proposal: Proposal) -> Report:
    """The report as it is, held with its round until the transaction ends."""
    report = proposal.report
    if not Round.objects.filter(pk=report.round_id, state=RoundState.CLOSED).update(state=RoundState.CLOSED):
        raise CorrectionRefused(_("Chỉ đính chính được báo cáo của đợt đã chốt."))
    claimed = Report.objects.filter(pk=report.pk, version=proposal.version, excluded_at__isnull=True)
    if not claimed.update(version=F("version") + 1):
        raise CorrectionConflict
    return Report.objects.select_related("round", "unit", "manager", "current_submission").get(pk=report.pk)


def _demand_change(report: Report, values: Values, narrative: Narrative) -> None:
    """A version that says the same is none; of a report that did not count yet it is what makes it count."""
    current = report.current_submission
    if current is None or report.state not in COUNTED_PROVISIONAL:
        return
    if form_spec.submitted_values(current) == values and current.narrative == narrative:
        raise CorrectionRefused(_("Chưa có gì khác bản hiện tại."))


def _new_version(
    report: Report, by: User, token: UUID | None, narrative: Narrative, found: rules.Problems, now: datetime
) -> Submission:
    number = next_number(report)
    submission = Submission.objects.create(
        report=report,
        number=number,
        receipt=new_receipt(report, number),
        submitted_at=now,
        submitted_by=by,
        is_late=_is_late(report, now),
        warnings=[{"kind": one.kind, "code": one.code, "level": one.level} for one in found.warnings],
        narrative=narrative,
        **({"token": token} if token else {}),
    )
    last = report.current_submission
    evidence = last.evidence.all() if last else report.evidence.filter(removed_at__isnull=True)
    submission.evidence.set(evidence)
    return submission


def _is_late(report: Report, now: datetime) -> bool:
    """Being late is the unit's first submission's; one that never came is judged by the hour of the correction."""
    if report.first_submitted_at is not None:
        return report.is_late
    return not deadlines.is_on_time(now, report.extended_until or report.round.deadline_at)


def _move(
    report: Report, submission: Submission, values: Values, narrative: Narrative, by: User, now: datetime
) -> None:
    """The version becomes the current one; whether the report counts officially changes only where it did not count.

    Accepted stays accepted, and what waited for review stays so: a correction is no acceptance. What was silent
    or had been returned becomes accepted: the department itself states the figures, in a round in which nobody
    reviews any more, and a report that waits for ever would leave the province's official figure without them.
    """
    changes: dict[str, Any] = {"current_submission": submission}
    if report.state not in COUNTED_PROVISIONAL:
        changes |= {"state": ReportState.ACCEPTED, "accepted_at": now, "awaiting_commune": False}
    if report.first_submitted_at is None:
        changes |= {"first_submitted_at": now, "is_late": submission.is_late}
    Report.objects.filter(pk=report.pk).update(**changes)
    Draft.objects.filter(pk=report.pk).update(
        values=values, narrative=narrative, version=F("version") + 1, saved_at=now, saved_by=by
    )


def _record(report: Report, submission: Submission, reason: str, by: User, now: datetime) -> None:
    state = Report.objects.values_list("state", flat=True).get(pk=report.pk)
    accepted = report.accepted_at.isoformat() if report.accepted_at else None
    ReviewStep.objects.create(
        report=report,
        submission=submission,
        kind=ReviewStepKind.CORRECTED,
        at=now,
        by=by,
        by_unit_id=scope_of(by).unit_id,
        comment=reason,
        before={"state": report.state, "awaiting_commune": report.awaiting_commune, "accepted_at": accepted},
    )
    last = report.current_submission
    audit.record(
        actor=by,
        action="report.correct",
        target=report,
        reason=reason,
        before={"state": report.state, "number": last.number if last else None},
        after={"state": state, "number": submission.number, "receipt": submission.receipt},
    )
