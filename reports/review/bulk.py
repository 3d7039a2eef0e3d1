"""Accepting all that is not strange in one act, and taking that act back.

Each report is decided by its own conditional UPDATE, so that one that changed meanwhile is left out
and named; what is written beside it goes in bulk, in short transactions: nobody waits for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Case, CharField, Count, F, Max, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from reports.completion import services as completion
from reports.models import Report, ReportState, ReviewStep, ReviewStepKind
from reports.review.permissions import can_decide_report, can_review_report
from reports.review.selectors import (
    CLEAN,
    DECISIONS,
    EVERYTHING,
    UNSEEN,
    WARNINGS,
    QueueFilter,
    queue,
)
from reports.review.services import VERBS, acceptance, recorded, state_before, undecided
from reports.review.undoing import is_own, put_back, refusal, undone_record, undone_step
from schools.scope import Scope
from schools.selectors import scope_of

# In one act, and in one transaction of it.
MOST = 1000
AT_ONCE = 100
# More notes than this only say together that the whole round is to be computed.
MOST_NOTES = 12
TAKEN = "taken"
T = TypeVar("T")


def sorted_out(scope: Scope, chosen: QueueFilter = EVERYTHING) -> QuerySet[Report]:
    """The queue with `why` a report is not accepted unseen, or TAKEN."""
    why = Case(
        When(levels=0, then=Value("summary")),
        When(~WARNINGS[CLEAN] & ~WARNINGS[UNSEEN], then=Value("warned")),
        When(WARNINGS[UNSEEN], then=Value("unseen")),
        When(current_submission__number__gt=1, then=Value("again")),
        When(
            ~Q(current_submission__on_behalf_reason="") & Q(current_submission__submitted_by_id=scope.user_id),
            then=Value("own"),
        ),
        default=Value(TAKEN),
        output_field=CharField(),
    )
    return queue(scope, chosen).annotate(why=why)


def counts(scope: Scope, chosen: QueueFilter = EVERYTHING) -> dict[str, int]:
    """How many reports of the queue are taken, and how many are left for each reason. One query."""
    found: Any = sorted_out(scope, chosen)
    return dict(found.order_by().values_list("why").annotate(count=Count("pk")))


def taken(scope: Scope, chosen: QueueFilter = EVERYTHING) -> QuerySet[Report]:
    found: Any = sorted_out(scope, chosen)
    clean: QuerySet[Report] = found.filter(why=TAKEN)
    return clean


@dataclass(slots=True)
class Outcome:
    """What an act came to; `skipped` had changed since the reader saw it."""

    done: list[Report] = field(default_factory=list)
    skipped: list[Report] = field(default_factory=list)


def accept_reports(*, versions: Mapping[int, int], by: User, batch: UUID, now: datetime | None = None) -> Outcome:
    """Accept, or pass on, the reports that are still at these versions and still not strange.

    `versions` is {report: version as shown}. The same `batch` again does nothing twice.
    """
    now, outcome = now or timezone.now(), Outcome()
    scope = scope_of(by)
    at = _began(batch, by) or now
    clean = {report.pk: report for report in taken(scope).filter(pk__in=list(versions)[:MOST])}
    for pks in _chunks(sorted(versions)[:MOST], AT_ONCE):
        chunk = [clean[pk] for pk in pks if pk in clean and clean[pk].version == versions[pk]]
        outcome.done += _accept_chunk(chunk, by, scope, batch, at)
    # A button that was pressed twice: what the first press took is not missing.
    named = set(versions) - set(_steps(batch).values_list("report_id", flat=True))
    outcome.skipped = _readable(scope, named)
    return outcome


def _accept_chunk(chunk: Sequence[Report], by: User, scope: Scope, batch: UUID, now: datetime) -> list[Report]:
    done: list[Report] = []
    steps: list[ReviewStep] = []
    changes: dict[str, list[Any]] = {}
    with transaction.atomic():
        for report in chunk:
            kind, change = acceptance(scope, report, now)
            if not can_decide_report(scope, report):
                continue
            if not undecided(report, ReportState.SUBMITTED).update(version=F("version") + 1, **change):
                continue
            done.append(report)
            steps.append(_step(report, kind, by, scope, batch, now))
            before, after = recorded(report, by, kind, change.get("state", report.state))
            changes.setdefault(f"report.{VERBS[kind]}", []).append((report, before, after | {"batch": str(batch)}))
        ReviewStep.objects.bulk_create(steps)
        for action, rows in changes.items():
            audit.record_all(actor=by, action=action, changes=rows)
        _note(done)
    return done


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _step(report: Report, kind: ReviewStepKind, by: User, scope: Scope, batch: UUID, now: datetime) -> ReviewStep:
    return ReviewStep(
        report=report,
        submission_id=report.current_submission_id,
        kind=kind,
        at=now,
        by=by,
        by_unit_id=scope.unit_id,
        before=state_before(report) | {"batch": str(batch)},
    )


def _note(reports: Sequence[Report]) -> None:
    if len(reports) <= MOST_NOTES:
        for report in reports:
            completion.note_due(round_id=report.round_id, report_id=report.pk)
        return
    for round_id in sorted({report.round_id for report in reports}):
        completion.note_due(round_id=round_id)


def _steps(batch: UUID) -> QuerySet[ReviewStep]:
    return ReviewStep.objects.filter(kind__in=DECISIONS, before__batch=str(batch))


def _began(batch: UUID, by: User) -> datetime | None:
    return _steps(batch).filter(by=by).values_list("at", flat=True).first()


def _readable(scope: Scope, pks: Iterable[int]) -> list[Report]:
    """Only what the reader may see is named."""
    found = Report.objects.visible_to(scope).filter(pk__in=list(pks)[:MOST])
    return list(found.select_related("unit", "round").order_by("unit__name_sort", "pk"))


@dataclass(frozen=True, slots=True)
class Accepted:
    """One report of an act: whether it can still be put back, and why not."""

    step: ReviewStep
    report: Report
    refusal: str


def batch_of(scope: Scope, batch: UUID) -> list[ReviewStep]:
    """The steps of an act by this reviewer or the same unit; none of anybody else's."""
    steps = _steps(batch).filter(Q(by_id=scope.user_id) | Q(by_unit_id=scope.unit_id))
    found = steps.filter(report__in=Report.objects.visible_to(scope).values("pk"))
    return list(found.select_related("report__unit", "report__round", "by").order_by("report__unit__name_sort", "pk"))


def undoable(scope: Scope, steps: Sequence[ReviewStep], now: datetime) -> Iterator[Accepted]:
    """How each stands now. Two queries for a hundred reports."""
    for chunk in _chunks(steps, AT_ONCE):
        last = _last_steps(step.report_id for step in chunk)
        for step in chunk:
            yield Accepted(step, step.report, _refusal(scope, step, last, now))


def _refusal(scope: Scope, step: ReviewStep, last: Mapping[int, int], now: datetime) -> str:
    if not is_own(scope, step, now) or not can_review_report(scope, step.report):
        return _("Quá 24 giờ, hoặc không phải quyết định của đơn vị bạn.")
    if last.get(step.report_id) != step.pk:
        return _("Đã có người xử lý tiếp.")
    return refusal(step.report, step)


def _last_steps(report_ids: Iterable[int]) -> dict[int, int]:
    rows = (
        ReviewStep.objects.filter(report_id__in=list(report_ids))
        .exclude(kind=ReviewStepKind.COMMENTED)
        .order_by()
        .values_list("report_id")
        .annotate(last=Max("pk"))
    )
    return dict(rows)


def undo_batch(*, batch: UUID, by: User, now: datetime | None = None) -> Outcome:
    """Put back every report of an act that nothing has happened to since."""
    now, outcome = now or timezone.now(), Outcome()
    scope = scope_of(by)
    found = sorted(undoable(scope, batch_of(scope, batch), now), key=lambda item: item.report.pk)
    outcome.skipped = [item.report for item in found if item.refusal]
    for chunk in _chunks([item for item in found if not item.refusal], AT_ONCE):
        done = _undo_chunk(chunk, by, scope, now)
        outcome.done += done
        kept = {report.pk for report in done}
        outcome.skipped += [item.report for item in chunk if item.report.pk not in kept]
    return outcome


def _undo_chunk(chunk: Sequence[Accepted], by: User, scope: Scope, now: datetime) -> list[Report]:
    with transaction.atomic():
        done = [item for item in chunk if put_back(item.report, item.step)]
        ReviewStep.objects.bulk_create(undone_step(item.report, item.step, by, scope, now) for item in done)
        changes = []
        for item in done:
            record = undone_record(item.report, item.step)
            changes.append((item.report, record["before"], record["after"]))
        audit.record_all(actor=by, action="report.undo", changes=changes)
        _note([item.report for item in done])
    return [item.report for item in done]
