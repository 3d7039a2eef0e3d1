"""Questions about reports that their pages ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from reports.models import (
    Evidence,
    Report,
    ReviewStep,
    ReviewStepKind,
    Round,
)
from reports.rounds import deadlines, wording
from schools.models import Unit
from schools.scope import Scope

ON_FORM = ("round", "round__receiver", "unit", "manager", "commune", "current_submission")
OVERDUE = "overdue"


def reports_of(scope: Scope) -> QuerySet[Report]:
    """All that the reader may see, with what their pages show of each."""
    found = Report.objects.visible_to(scope).select_related(*ON_FORM, "draft")
    # Of the draft only whom it is entrusted to: what stands in it is its unit's.
    return found.defer("draft__values", "draft__narrative")


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the list of reports is narrowed to; blank is everything."""

    round_id: int | None = None
    state: str = ""
    commune_id: int | None = None
    words: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.round_id or self.state or self.commune_id or self.words)


def report_list(scope: Scope, chosen: ListFilter, now: datetime) -> QuerySet[Report]:
    """The newest round first, then by the units' names."""
    found = reports_of(scope)
    if chosen.round_id is not None:
        found = found.filter(round_id=chosen.round_id)
    if chosen.state == OVERDUE:
        found = found.filter(pk__in=Report.objects.overdue(now).values("pk"))
    elif chosen.state:
        found = found.filter(state=chosen.state)
    if chosen.commune_id is not None:
        found = found.filter(commune_id=chosen.commune_id)
    if chosen.words:
        found = found.filter(unit__in=Unit.objects.visible_to(scope).matching(chosen.words).values("pk"))
    return found.order_by("-round__year", "-round_id", "unit__name_sort", "pk")


def rounds_to_choose(scope: Scope) -> QuerySet[Round]:
    return Round.objects.visible_to(scope).exclude(opened_at=None).order_by("-year", "-deadline_at", "-id")


def communes_to_choose(scope: Scope) -> QuerySet[Unit]:
    """Only the department chooses among communes."""
    communes = Unit.objects.visible_to(scope).communes() if scope.is_department else Unit.objects.none()
    return communes.order_by("name_sort", "pk")


def history(report: Report) -> QuerySet[ReviewStep]:
    """What happened to it, the newest first."""
    return ReviewStep.objects.filter(report=report).select_related("submission", "by_unit", "by").order_by("-id")


def last_return(report: Report) -> ReviewStep | None:
    """Why it came back the last time, if it ever did; a return that was undone is none."""
    kinds = [ReviewStepKind.RETURNED, ReviewStepKind.REOPENED]
    found = ReviewStep.objects.filter(report=report).exclude(kind=ReviewStepKind.COMMENTED)
    undone = False
    for step in found.select_related("by_unit", "submission").order_by("-id"):
        if step.kind in kinds and not undone:
            return step
        undone = step.kind == ReviewStepKind.UNDONE
    return None


def comments_since(report: Report) -> list[ReviewStep]:
    """What reviewers said without deciding since the unit last submitted, the newest first."""
    found = ReviewStep.objects.filter(report=report).select_related("by_unit").order_by("-id")
    comments: list[ReviewStep] = []
    for step in found:
        if step.kind == ReviewStepKind.SUBMITTED:
            break
        comments += [step] if step.kind == ReviewStepKind.COMMENTED else []
    return comments


def current_evidence(report: Report) -> QuerySet[Evidence]:
    return Evidence.objects.filter(report=report, removed_at__isnull=True).order_by("id")


@dataclass(frozen=True, slots=True)
class DueDate:
    """A unit's own deadline in words, with the days left; both blank where the round has no date."""

    words: str = ""
    days: int = 0
    is_over: bool = False

    @property
    def days_late(self) -> int:
        return max(0, -self.days)


def due_date(report: Report, now: datetime) -> DueDate:
    deadline = report.extended_until or report.round.deadline_at
    if deadline is None:
        return DueDate()
    count = deadlines.countdown(deadline, now)
    return DueDate(_due_words(report, deadline), count.days, count.is_over)


def _due_words(report: Report, deadline: datetime) -> str:
    if report.extended_until:
        return f"{wording.extension_words(deadline)} ({_('đã gia hạn')})"
    return wording.rule_words(report.round.deadline_on, report.round.deadline_rule, report.round.deadline_time)


def report_words(report: Report) -> str:
    return wording.report_name(report.round.name)
