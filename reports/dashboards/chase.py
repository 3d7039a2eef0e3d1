"""Cần đôn đốc: who has nothing valid there yet, why, and what was already sent to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.dashboards.filters import Filters
from reports.dashboards.submission import Submission
from reports.models import ReminderState, ReportState, ReviewStep, ReviewStepKind
from reports.querysets import ReportQuerySet

FEW = 6


@dataclass(frozen=True, slots=True)
class ChaseGroup:
    """One tab: a state, or overdue, with its count."""

    key: str
    label: str | Promise
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class ChaseRow:
    """One unit to be called, as far as it has come, and the reminders it already got."""

    report_id: int
    unit: str
    commune: str
    state: str
    deadline_at: datetime | None
    saved_at: datetime | None
    return_comment: str
    reminders: int
    last_reminder_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChaseList:
    groups: Sequence[ChaseGroup]
    rows: Sequence[ChaseRow]

    @property
    def current(self) -> ChaseGroup | None:
        return next((group for group in self.groups if group.current), None)


LABELS: dict[str, str | Promise] = {
    "overdue": _("Quá hạn"),
    "not_started": _("Chưa bắt đầu"),
    "returned": _("Trả lại"),
    "draft": _("Đang soạn"),
}


def chase_list(filters: Filters, *, round_id: int, progress: Submission, now: datetime) -> ChaseList:
    """The first few of the chosen group, those not yet reminded before the others. One query."""
    counts = {
        "overdue": progress.overdue,
        **{key: progress.count_of(key) for key in ("not_started", "returned", "draft")},
    }
    shown = [key for key, count in counts.items() if count]
    chosen = filters.chase if filters.chase in shown else next(iter(shown), "")
    groups = [ChaseGroup(key, LABELS[key], counts[key], key == chosen) for key in shown]
    return ChaseList(groups, _rows(filters, round_id, chosen, now))


def in_group(reports: ReportQuerySet, group: str, now: datetime) -> ReportQuerySet:
    if group == "overdue":
        return reports.overdue(now)
    return reports.filter(state=ReportState(group)) if group else reports.none()


def _rows(filters: Filters, round_id: int, group: str, now: datetime) -> list[ChaseRow]:
    returns = ReviewStep.objects.filter(report=OuterRef("pk"), kind=ReviewStepKind.RETURNED).order_by("-id")
    sent = Q(reminders__state=ReminderState.SENT)
    # An empty group is asked too: the page costs the same number of queries whatever it shows.
    rows = (
        in_group(filters.reports(round_id), group or "not_started", now)
        .annotate(
            due=Coalesce(F("extended_until"), F("round__deadline_at")),
            comment=Subquery(returns.values("comment")[:1]),
            times=Count("reminders", filter=sent),
            last=Max("reminders__sent_at", filter=sent),
        )
        .order_by("times", F("commune__name_sort").asc(nulls_last=True), "unit__name_sort", "id")
        .values_list(
            "id",
            "unit__name",
            "commune__name",
            "state",
            "due",
            "draft__saved_at",
            "comment",
            "times",
            "last",
        )
    )
    return [
        ChaseRow(pk, unit, commune or "", state, due, saved, comment or "", times, last)
        for pk, unit, commune, state, due, saved, comment, times, last in rows[:FEW]
    ]
