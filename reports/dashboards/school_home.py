"""The first page of a school: what it has to do, how it stands, its own targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from reports.collection.form_spec import form_of_draft, form_of_submission
from reports.collection.questions import Form
from reports.dashboards.directives_due import DirectiveDue, directives_due
from reports.dashboards.rounds import deadline_words, report_title
from reports.dashboards.target_lines import TargetLine, target_lines
from reports.models import Correction, Report, ReviewStep, ReviewStepKind, RoundState
from reports.models.reports import EDITABLE
from reports.rounds import deadlines, wording
from schools.models import Unit
from schools.scope import Scope


@dataclass(frozen=True, slots=True)
class ReportItem:
    """One report of the school, as far as it has come; no deadline: no days, and never overdue."""

    id: int
    name: str
    year: int
    state: str
    deadline_words: str
    days: int | None
    is_over: bool
    is_extended: bool
    can_fill: bool
    saved_at: datetime | None
    first_submitted_at: datetime | None
    accepted_at: datetime | None
    is_late: bool
    return_comment: str
    reviewed_by_commune: bool
    receiver: str
    # Who types, or typed, for the school, and why; blank where it does so itself.
    behalf_by: str = ""
    behalf_reason: str = ""
    # Why the department corrected it after the freeze, and when.
    correction: str = ""
    corrected_at: datetime | None = None

    @property
    def title(self) -> str:
        return report_title(self.name)

    @property
    def is_started(self) -> bool:
        return self.saved_at is not None or self.state == "returned"

    @property
    def is_overdue(self) -> bool:
        return self.is_over and self.can_fill and self.state != "returned"

    @property
    def days_late(self) -> int:
        return max(0, -(self.days or 0))


@dataclass(frozen=True, slots=True)
class SchoolHome:
    """Everything the page shows; `task` is the most urgent report, with its progress in `form`."""

    unit: Unit
    today: date
    tasks: Sequence[ReportItem]
    other_reports: Sequence[ReportItem]
    waiting_directives: Sequence[DirectiveDue]
    known_directives: Sequence[DirectiveDue]
    form: Form | None
    lines: Sequence[TargetLine]
    lines_of: ReportItem | None
    help_office: str

    @property
    def task(self) -> ReportItem | None:
        return self.tasks[0] if self.tasks else None

    @property
    def more_tasks(self) -> Sequence[ReportItem]:
        return self.tasks[1:]

    @property
    def count(self) -> int:
        return len(self.tasks) + len(self.waiting_directives)

    @property
    def year_words(self) -> str:
        """A year is a name, not a count: no separator in it."""
        return str(self.lines_of.year) if self.lines_of else ""

    @property
    def has_bars(self) -> bool:
        return any(not line.is_yes_no for line in self.lines)

    @property
    def answered_percent(self) -> Decimal | None:
        if self.form is None or not self.form.questions:
            return None
        return Decimal(100 * self.form.answered) / len(self.form.questions)


KNOWN_SHOWN = 3
RETURNS = (ReviewStepKind.RETURNED, ReviewStepKind.REOPENED)


def school_home(*, scope: Scope, now: datetime) -> SchoolHome:
    unit = Unit.objects.select_related("commune", "manager").get(pk=scope.unit_id or 0)
    reports = _reports(scope)
    items = {report.pk: _item(report, now) for report in reports}
    tasks = sorted((item for item in items.values() if item.can_fill), key=_urgency)
    others = [item for item in items.values() if not item.can_fill]
    due = directives_due(unit, scope)
    shown = tasks[0] if tasks else next((item for item in others if item.first_submitted_at), None)
    form = _form(next((report for report in reports if shown and report.pk == shown.id), None))
    offices = [report.round.through.name for report in reports if report.round.through]
    return SchoolHome(
        unit=unit,
        today=deadlines.local_date(now),
        tasks=tasks,
        other_reports=others,
        waiting_directives=[item for item in due if item.is_waiting],
        known_directives=[item for item in due if not item.is_waiting][:KNOWN_SHOWN],
        form=form if tasks else None,
        lines=target_lines(form) if form else [],
        lines_of=shown,
        help_office=offices[0] if offices else "",
    )


def _reports(scope: Scope) -> list[Report]:
    """The school's reports in rounds that were opened, newest first."""
    returns = ReviewStep.objects.filter(report=OuterRef("pk"), kind__in=RETURNS).order_by("-id")
    return list(
        Report.objects.visible_to(scope)
        .expected()
        .exclude(round__state=RoundState.PLANNED)
        .select_related(
            "round__through",
            "round__receiver",
            "draft__entrusted_to",
            "current_submission__submitted_by",
            "current_submission__correction",
        )
        .annotate(return_comment=Subquery(returns.values("comment")[:1]))
        .order_by("-round__year", "-round__deadline_at", "-id")
    )


def _item(report: Report, now: datetime) -> ReportItem:
    round_ = report.round
    deadline_at = report.extended_until or round_.deadline_at
    left = deadlines.countdown(deadline_at, now) if deadline_at else None
    locked = round_.locks_at is not None and now >= round_.locks_at
    extended = report.extended_until is not None
    words = (
        wording.extension_words(report.extended_until)
        if report.extended_until
        else deadline_words(round_.deadline_on, round_.deadline_rule, round_.deadline_at)
    )
    return ReportItem(
        id=report.pk,
        name=round_.name,
        year=round_.year,
        state=report.state,
        deadline_words=words,
        days=left.days if left else None,
        is_over=left.is_over if left else False,
        is_extended=extended,
        can_fill=round_.state == RoundState.OPEN and not locked and report.state in EDITABLE,
        saved_at=report.draft.saved_at if hasattr(report, "draft") else None,
        first_submitted_at=report.first_submitted_at,
        accepted_at=report.accepted_at,
        is_late=report.is_late,
        return_comment=report.return_comment or "",  # type: ignore[attr-defined]
        reviewed_by_commune=round_.commune_reviews_first,
        receiver=round_.receiver.name,
        **_behalf(report),
        **_correction(report),
    )


def _behalf(report: Report) -> dict[str, Any]:
    draft, submission = getattr(report, "draft", None), report.current_submission
    if report.state in EDITABLE and draft is not None and draft.entrusted_to:
        return {"behalf_by": str(draft.entrusted_to), "behalf_reason": draft.entrusted_reason}
    if report.state not in EDITABLE and submission is not None and submission.on_behalf_reason:
        return {"behalf_by": str(submission.submitted_by or ""), "behalf_reason": submission.on_behalf_reason}
    return {}


def _correction(report: Report) -> dict[str, Any]:
    correction: Correction | None = getattr(report.current_submission, "correction", None)
    if correction is None:
        return {}
    return {"correction": correction.reason, "corrected_at": correction.submission.submitted_at}


def _urgency(item: ReportItem) -> tuple[bool, int, int]:
    """The nearest deadline first; what was asked without a date last."""
    return item.days is None, item.days or 0, item.id


def _form(report: Report | None) -> Form | None:
    if report is None or not report.levels:
        return None
    if report.state in EDITABLE:
        return form_of_draft(report, report.draft)
    if report.current_submission is None:
        return None
    return form_of_submission(report, report.current_submission)
