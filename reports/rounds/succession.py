"""The duty of a unit that ends in the middle of a round goes to who takes over: once, and by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from reports.models import (
    CompletionDue,
    Draft,
    ExpectationChange,
    Report,
    Round,
    RoundState,
)
from reports.models.reports import EDITABLE
from reports.rounds import deadlines
from reports.rounds.selectors import owing_units
from schools.models import Unit

Kind = ExpectationChange.Kind


@dataclass(frozen=True, slots=True)
class Handover:
    """What became of one round's list: names of units, for people to read."""

    round_name: str
    taken_off: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    submitted: tuple[str, ...] = ()


def rounds_after(day: date) -> Iterator[Round]:
    """Open rounds whose last valid day is that day or later; a round without a date is due on every day."""
    for round in Round.objects.filter(state=RoundState.OPEN).order_by("deadline_at", "pk"):
        if round.deadline_at is None or deadlines.last_day(round.deadline_at) >= day:
            yield round


def hand_over_duties(
    *,
    predecessors: Sequence[Unit],
    successors: Sequence[Unit],
    effective_on: date,
    reason: str,
    by: User | None,
    now: datetime | None = None,
) -> list[Handover]:
    """Take the unanswered duties of units that end off the lists; who takes over owes them, once.

    What was submitted or accepted stays. Without successors the duty ends. Run again it does nothing.
    """
    now = now or timezone.now()
    with transaction.atomic():
        found = [_hand_over(round, predecessors, successors, reason, by, now) for round in rounds_after(effective_on)]
    return [handover for handover in found if handover is not None]


def add_duties(
    *, units: Sequence[Unit], effective_on: date, reason: str, by: User | None, now: datetime | None = None
) -> list[Handover]:
    """Put units that begin, or begin again, on the lists of the rounds that ask such units."""
    now = now or timezone.now()
    done = []
    with transaction.atomic():
        for round in rounds_after(effective_on):
            owing = set(owing_units(round, now).filter(pk__in=[unit.pk for unit in units]).values_list("pk", flat=True))
            given = [(unit.name, _expect(round, unit, None, reason, by)) for unit in units if unit.pk in owing]
            handover = _told(round, given)
            if handover.added or handover.restored:
                CompletionDue.objects.create(round=round)
                done.append(handover)
    return done


def _hand_over(
    round: Round,
    predecessors: Sequence[Unit],
    successors: Sequence[Unit],
    reason: str,
    by: User | None,
    now: datetime,
) -> Handover | None:
    reports = list(
        Report.objects.expected().filter(round=round, unit__in=predecessors).select_related("unit").order_by("pk")
    )
    kind = Kind.SUCCEEDED if successors else Kind.EXCLUDED
    taken = [report for report in reports if _take_off(report, kind, reason, by, now)]
    stayed = tuple(report.unit.name for report in reports if report not in taken)
    if not taken:
        return Handover(round.name, stayed=stayed) if stayed else None
    until = max((report.extended_until for report in taken if report.extended_until), default=None)
    given = [(unit.name, _expect(round, unit, until, reason, by)) for unit in _who_answers(round, successors, now)]
    CompletionDue.objects.create(round=round)
    return _told(round, given, taken_off=tuple(report.unit.name for report in taken), stayed=stayed)


def _who_answers(round: Round, successors: Sequence[Unit], now: datetime) -> Sequence[Unit]:
    """Of several parts those that the round asks; all where it asks none of them, so that no duty is lost."""
    if len(successors) < 2:
        return successors
    owing = set(owing_units(round, now).filter(pk__in=[unit.pk for unit in successors]).values_list("pk", flat=True))
    return [unit for unit in successors if unit.pk in owing] or successors


def _told(
    round: Round,
    given: Sequence[tuple[str, str]],
    *,
    taken_off: tuple[str, ...] = (),
    stayed: tuple[str, ...] = (),
) -> Handover:
    def of(outcome: str) -> tuple[str, ...]:
        return tuple(name for name, got in given if got == outcome)

    return Handover(
        round.name,
        taken_off=taken_off,
        stayed=stayed,
        added=of("added"),
        restored=of("restored"),
        waiting=of("waiting"),
        submitted=of("submitted"),
    )


def _take_off(report: Report, kind: str, reason: str, by: User | None, now: datetime) -> bool:
    """False where it was submitted, or taken off by somebody else, in the meantime."""
    changed = Report.objects.filter(pk=report.pk, excluded_at__isnull=True, state__in=EDITABLE).update(
        excluded_at=now, exclusion_reason=reason[:300]
    )
    if changed:
        _note(report, kind, reason, by)
    return bool(changed)


def _expect(round: Round, unit: Unit, until: datetime | None, reason: str, by: User | None) -> str:
    """One report for the unit and never two: a new one, or the one it has. Says which."""
    report = Report.objects.filter(round=round, unit=unit).first()
    if report is None:
        report = Report.objects.create(
            round=round,
            unit=unit,
            levels=unit.levels,
            commune=unit.commune,
            manager=unit.manager,
            extended_until=until,
        )
        Draft.objects.create(report=report)
        _note(report, Kind.ADDED, reason, by)
        return "added"
    if report.state in EDITABLE:
        _ask_all_levels(report, unit, by)
    if report.excluded_at is not None:
        Report.objects.filter(pk=report.pk).update(excluded_at=None, exclusion_reason="")
        _note(report, Kind.RESTORED, reason, by)
        return "restored"
    return "waiting" if report.state in EDITABLE else "submitted"


def _ask_all_levels(report: Report, unit: Unit, by: User | None) -> None:
    """A report not yet submitted asks for the levels that its unit has taken over too."""
    union = report.levels | unit.levels
    if union == report.levels:
        return
    changed = Report.objects.filter(pk=report.pk, state__in=EDITABLE).update(levels=union)
    if changed:
        audit.record(
            actor=by,
            action="report.relevel",
            target=report,
            before={"levels": report.levels},
            after={"levels": union},
        )


def _note(report: Report, kind: str, reason: str, by: User | None) -> None:
    ExpectationChange.objects.create(report=report, kind=kind, reason=reason[:300], by=by)
    audit.record(actor=by, action=f"report.{kind}", target=report, reason=reason)
