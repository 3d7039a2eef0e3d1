"""What waits for a reviewer, in which order, and what was decided lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from reports.collection.selectors import ListFilter, reports_of
from reports.models import Report, ReportState, ReviewStep, ReviewStepKind, RoundState
from schools.models import Unit, UnitKind
from schools.scope import Scope

ORDER = ("current_submission__submitted_at", "pk")
WARNED, CLEAN, UNSEEN = "co", "khong", "chua"
WARNINGS = {
    CLEAN: Q(current_submission__warnings=[]),
    UNSEEN: Q(current_submission__warnings__isnull=True),
}
WARNINGS[WARNED] = ~WARNINGS[CLEAN] & ~WARNINGS[UNSEEN]
DECISIONS = (
    ReviewStepKind.ACCEPTED,
    ReviewStepKind.FORWARDED,
    ReviewStepKind.RETURNED,
    ReviewStepKind.REOPENED,
)
UNDO_WITHIN = timedelta(hours=24)
RECENT_SHOWN = 8


@dataclass(frozen=True, slots=True)
class QueueFilter(ListFilter):
    """What the queue is narrowed to; `warned` is one of WARNED, CLEAN and UNSEEN."""

    warned: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.round_id or self.commune_id or self.words or self.warned)


EVERYTHING = QueueFilter()


def queue(scope: Scope, chosen: QueueFilter = EVERYTHING) -> QuerySet[Report]:
    """What this reviewer is expected to decide, the one that has waited longest first."""
    found = reports_of(scope).filter(
        state=ReportState.SUBMITTED, excluded_at__isnull=True, round__state=RoundState.OPEN
    )
    if not scope.can_write or scope.is_school or scope.unit_id is None:
        return found.none()
    if scope.is_commune:
        mine = Q(awaiting_commune=True, manager_id=scope.unit_id) | Q(round__receiver_id=scope.unit_id)
        found = found.filter(mine).exclude(unit_id=scope.unit_id)
    else:
        found = found.filter(awaiting_commune=False).exclude(round__receiver__kind=UnitKind.COMMUNE)
    return _narrowed(found, scope, chosen).order_by(*ORDER)


def _narrowed(found: QuerySet[Report], scope: Scope, chosen: QueueFilter) -> QuerySet[Report]:
    if chosen.round_id is not None:
        found = found.filter(round_id=chosen.round_id)
    if chosen.commune_id is not None:
        found = found.filter(commune_id=chosen.commune_id)
    if chosen.words:
        found = found.filter(unit__in=Unit.objects.visible_to(scope).matching(chosen.words).values("pk"))
    if chosen.warned:
        found = found.filter(WARNINGS[chosen.warned])
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report stands in the reviewer's queue; `number` is 0 when it is not (or no longer) in it."""

    number: int
    total: int
    before: int | None
    after: int | None


def place_in_queue(scope: Scope, report: Report, chosen: QueueFilter = EVERYTHING) -> Place:
    waiting, at = queue(scope, chosen), _waiting_since(report)
    total = waiting.count()
    if at is None:
        return Place(0, total, None, waiting.values_list("pk", flat=True).first())
    earlier = Q(current_submission__submitted_at__lt=at) | Q(current_submission__submitted_at=at, pk__lt=report.pk)
    later = Q(current_submission__submitted_at__gt=at) | Q(current_submission__submitted_at=at, pk__gt=report.pk)
    before = waiting.filter(earlier)
    inside = waiting.filter(pk=report.pk).exists()
    return Place(
        before.count() + 1 if inside else 0,
        total,
        before.values_list("pk", flat=True).last(),
        waiting.filter(later).values_list("pk", flat=True).first(),
    )


def _waiting_since(report: Report) -> object:
    return report.current_submission.submitted_at if report.current_submission else None


def next_in_queue(scope: Scope, report: Report, chosen: QueueFilter = EVERYTHING) -> int | None:
    """The one after this under the same filter, else the one that waits longest."""
    place = place_in_queue(scope, report, chosen)
    return place.after or queue(scope, chosen).exclude(pk=report.pk).values_list("pk", flat=True).first()


def last_step(report: Report) -> ReviewStep | None:
    """What was last done with it; a comment does nothing."""
    steps = ReviewStep.objects.filter(report=report).exclude(kind=ReviewStepKind.COMMENTED)
    return steps.select_related("by", "by_unit", "submission").order_by("-id").first()


def recent_decisions(scope: Scope, now: datetime) -> list[ReviewStep]:
    """One by one, by this reviewer's unit, of the hours in which they can be undone; the newest first."""
    steps = _recent(scope, now).exclude(before__has_key="batch")
    return list(steps.select_related("report__unit", "report__round", "by").order_by("-id")[:RECENT_SHOWN])


@dataclass(frozen=True, slots=True)
class Batch:
    """Reports that were accepted in one act."""

    id: str
    at: datetime
    count: int


def recent_batches(scope: Scope, now: datetime) -> list[Batch]:
    rows: Any = (
        _recent(scope, now)
        .filter(before__has_key="batch")
        .order_by("-at")
        .values_list("before__batch", "at")
        .annotate(count=Count("pk"))
    )
    return [Batch(*row) for row in rows[:RECENT_SHOWN]]


def _recent(scope: Scope, now: datetime) -> QuerySet[ReviewStep]:
    return ReviewStep.objects.filter(by_unit_id=scope.unit_id, kind__in=DECISIONS, at__gt=now - UNDO_WITHIN)
