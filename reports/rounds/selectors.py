"""Questions about rounds: what is asked, of whom, by when, and how many have answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, QuerySet

from reports.models import (
    ExpectationChange,
    Extension,
    ReminderStep,
    Report,
    ReportState,
    Round,
    RoundAudience,
    RoundState,
)
from reports.rounds import deadlines, wording
from schools import levels
from schools.models import Unit, UnitKind
from schools.querysets import UnitQuerySet
from schools.scope import Scope
from targets.models import Indicator
from targets.selectors import TargetTable, target_table, with_targets


@dataclass(frozen=True, slots=True)
class Tally:
    """The reports of one round by state, without those that were taken off the list."""

    expected: int = 0
    not_started: int = 0
    draft: int = 0
    submitted: int = 0
    returned: int = 0
    accepted: int = 0
    late: int = 0
    excluded: int = 0

    @property
    def received(self) -> int:
        return self.submitted + self.accepted

    @property
    def percent(self) -> Decimal | None:
        """Cut to one decimal; None where nobody is expected."""
        return Decimal(self.received * 1000 // self.expected) / 10 if self.expected else None

    @property
    def only_state(self) -> str:
        """The state of the only report, for a reader who has one; blank otherwise."""
        return next((state for state in ReportState.values if self.expected == getattr(self, state) == 1), "")


@dataclass(frozen=True, slots=True)
class Due:
    """A round's deadline as a page says it; a round without a date has none."""

    instant: datetime
    rule: str
    document: str
    last_moment: str
    left: str
    days: int
    is_over: bool
    day_off: str


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One row of the list of rounds."""

    round: Round
    due: Due | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class AudienceLine:
    """One group that is asked, and how many units of it owe a report (or would, if the round were opened)."""

    wording: str
    conditions: str
    count: int


@dataclass(frozen=True, slots=True)
class StepLine:
    days: str
    due_at: datetime | None
    whom: str
    is_past: bool
    enabled: bool


def due_of(round: Round, now: datetime) -> Due | None:
    if round.deadline_at is None:
        return None
    counting = deadlines.countdown(round.deadline_at, now)
    return Due(
        instant=round.deadline_at,
        rule=wording.rule_words(round.deadline_on, round.deadline_rule, round.deadline_time),
        document=round.deadline_words,
        last_moment=wording.last_moment(round.deadline_at),
        left=wording.left(counting.days),
        days=counting.days,
        is_over=counting.is_over,
        day_off=wording.day_off(deadlines.last_day(round.deadline_at)),
    )


def round_lines(scope: Scope, now: datetime) -> list[RoundLine]:
    """All rounds the reader may see, those open first; two queries however many there are."""
    rounds = list(
        Round.objects.visible_to(scope)
        .select_related("campaign", "receiver", "through")
        .order_by("-year", "-deadline_at", "-pk")
    )
    found = tallies(Report.objects.visible_to(scope).filter(round__in=[each.pk for each in rounds]))
    lines = [RoundLine(each, due_of(each, now), found.get(each.pk, Tally())) for each in rounds]
    rank = {RoundState.OPEN: 0, RoundState.PLANNED: 1, RoundState.CLOSED: 2}
    return sorted(lines, key=lambda line: rank[RoundState(line.round.state)])


def tallies(reports: QuerySet[Report]) -> dict[int, Tally]:
    """{round: tally} of the given reports."""
    on_list = Q(excluded_at__isnull=True)
    states = {str(state): Count("pk", filter=on_list & Q(state=state)) for state in ReportState.values}
    rows = (
        reports.order_by()
        .values("round_id")
        .annotate(
            expected=Count("pk", filter=on_list),
            late=Count("pk", filter=on_list & Q(is_late=True)),
            excluded=Count("pk", filter=~on_list),
            **states,
        )
    )
    found: dict[int, Tally] = {}
    for row in rows:
        counts: dict[str, Any] = {**row}
        round_id: int = counts.pop("round_id")
        found[round_id] = Tally(**counts)
    return found


def owing_units(round: Round, now: datetime) -> UnitQuerySet:
    """The units that owe a report: named by an audience, and existing on the last valid day (today without one)."""
    day = deadlines.local_date(now) if round.deadline_at is None else deadlines.last_day(round.deadline_at)
    return Unit.objects.existing_on(day).addressed_by(list(round.audiences.all())).order_by("pk")


def audience_lines(round: Round, scope: Scope, now: datetime) -> list[AudienceLine]:
    """Each group with its count within the reader's reach: of the list, of those who would owe before there is one."""
    listed = Report.objects.visible_to(scope).expected().filter(round=round)
    lines = []
    for rule in round.audiences.select_related("commune", "unit"):
        units = Unit.objects.addressed_by([rule])
        if round.state == RoundState.PLANNED:
            count = owing_units(round, now).filter(pk__in=units.values("pk")).count()
        else:
            count = listed.filter(unit__in=units.values("pk")).count()
        lines.append(AudienceLine(rule.wording, _conditions(rule), count))
    return lines


def _conditions(rule: RoundAudience) -> str:
    parts = [str(rule.get_unit_kind_display())]
    if rule.levels:
        parts.append(levels.label(rule.levels))
    if rule.managed_by:
        parts.append(str(rule.get_managed_by_display()).lower())
    if rule.commune:
        parts.append(rule.commune.name)
    if rule.unit:
        parts.append(rule.unit.name)
    return " · ".join(parts)


def step_lines(round: Round, now: datetime) -> list[StepLine]:
    """Steps that fall at the same moment stand on one line."""
    steps = ReminderStep.objects.filter(round=round).order_by("days", "due_at", "-whom", "pk")
    lines = []
    for (days, due_at, enabled), group in groupby(steps, key=lambda step: (step.days, step.due_at, step.enabled)):
        whom = "; ".join(dict.fromkeys(str(step.get_whom_display()) for step in group))
        lines.append(StepLine(wording.step_day(days), due_at, whom, due_at is not None and due_at <= now, enabled))
    return lines


def asked_table(round: Round) -> TargetTable:
    """The indicators of the round in the order of its form, with the targets of their years."""
    asked = with_targets(Indicator.objects.filter(round_indicators__round=round))
    return target_table(asked.order_by("round_indicators__order", "pk"))


def list_changes(round: Round, scope: Scope) -> QuerySet[ExpectationChange]:
    """Who was added, taken off or put back on the list, of those the reader may see, last first."""
    changes = ExpectationChange.objects.filter(
        report__round=round, report__in=Report.objects.visible_to(scope).values("pk")
    )
    return changes.select_related("report__unit", "by").order_by("-at", "-pk")


def excluded_reports(round: Round, scope: Scope) -> QuerySet[Report]:
    reports = Report.objects.visible_to(scope).filter(round=round, excluded_at__isnull=False)
    return reports.select_related("unit", "commune").order_by("unit__name_sort", "pk")


def reports_matching(round: Round, scope: Scope, words: str, limit: int = 20) -> list[Report]:
    """Reports of units on the list whose name or code matches; none without words."""
    if not words.strip():
        return []
    units = Unit.objects.matching(words).values("pk")
    reports = Report.objects.visible_to(scope).expected().filter(round=round, unit__in=units)
    return list(reports.select_related("unit", "commune", "round").order_by("unit__name_sort", "pk")[:limit])


def units_to_add(round: Round, scope: Scope, words: str, now: datetime, limit: int = 20) -> list[Unit]:
    """Schools and communes that exist today, match, and have no report in the round; none without words."""
    if not words.strip():
        return []
    listed = Report.objects.filter(round=round).values("unit")
    units = Unit.objects.visible_to(scope).existing_on(deadlines.local_date(now)).matching(words)
    found = units.filter(kind__in=[UnitKind.SCHOOL, UnitKind.COMMUNE]).exclude(pk__in=listed)
    return list(found.select_related("commune").order_by("name_sort", "pk")[:limit])


def extensions(round: Round, scope: Scope) -> list[tuple[Extension, str]]:
    """What was prolonged, each with its last valid moment: for all, or for a unit the reader may see."""
    given = Extension.objects.filter(round=round).select_related("unit", "given_by").order_by("-given_at", "-pk")
    seen = given.filter(Q(unit__isnull=True) | Q(unit__in=Unit.objects.visible_to(scope).values("pk")))
    return [(each, wording.last_moment(each.until_at)) for each in seen]
