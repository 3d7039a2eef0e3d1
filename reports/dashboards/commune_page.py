"""A commune's page: how many of its schools have submitted, their figures, its own report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Max, Q, Sum

from reports.collection.commune import MISSING_KEY, CommuneReport, prepare_commune_report
from reports.completion.selectors import rates
from reports.dashboards.directives_due import DirectiveDue, directives_due
from reports.dashboards.filters import Filters
from reports.dashboards.indicators import IndicatorTable, indicator_table
from reports.dashboards.rounds import RoundChoice
from reports.dashboards.submission import VALID, StateCount, Submission, submission, tallies
from reports.exports.figures import AskedIndicator, IndicatorFigures, Rates, asked_indicators, figures_of
from reports.models import Grouping, ReminderState, Report, ReportState, Value
from reports.rounds import deadlines
from schools import levels
from schools.models import Unit
from schools.scope import Scope
from targets.completion import Rate

COLUMNS = 3
TILES = 3


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school of the commune: where its report stands, and its rate for each column (None: nothing that counts)."""

    report_id: int
    unit_id: int
    name: str
    level_mask: int
    state: str
    managed_here: bool
    awaits_commune: bool
    can_review: bool
    first_submitted_at: datetime | None
    is_overdue: bool
    reminders: int
    last_reminder_at: datetime | None
    percents: Sequence[tuple[AskedIndicator, Decimal | None]]

    @property
    def levels_label(self) -> str:
        return levels.label(self.level_mask)

    @property
    def is_missing(self) -> bool:
        return self.state not in VALID


@dataclass(frozen=True, slots=True)
class OwnReport:
    """The commune's own report: its state, whether it has words and says why schools are missing, who may write it.

    `sent` is what it was sent with, beside what has changed since; None before.
    """

    id: int
    state: str
    has_words: bool
    has_reason: bool
    can_fill: bool
    sent: CommuneReport | None = None

    @property
    def is_sent(self) -> bool:
        return self.state in VALID


@dataclass(frozen=True, slots=True)
class CommunePage:
    unit: Unit
    filters: Filters
    choices: Sequence[RoundChoice]
    round: RoundChoice | None
    days: int | None
    is_over: bool
    progress: Submission
    schools: Sequence[SchoolLine]
    columns: Sequence[AskedIndicator]
    tiles: Sequence[IndicatorFigures]
    table: IndicatorTable
    own: OwnReport | None
    directives: Sequence[DirectiveDue]

    @property
    def missing_states(self) -> list[StateCount]:
        """What is missing, by state, the least begun first."""
        return [item for item in reversed(self.progress.states) if item.count and item.state not in VALID]

    @property
    def schools_query(self) -> str:
        here = Filters(basis=self.filters.basis, commune_id=self.unit.pk)
        return here.query(self.round.id) if self.round else ""

    @property
    def to_review(self) -> int:
        return sum(school.awaits_commune for school in self.schools)

    @property
    def days_late(self) -> int:
        return max(0, -(self.days or 0))


def commune_page(
    *,
    unit: Unit,
    scope: Scope,
    filters: Filters,
    choices: Sequence[RoundChoice],
    chosen: RoundChoice | None,
    now: datetime,
) -> CommunePage:
    """A commune without a round still has its documents."""
    asked = asked_indicators(round_id=chosen.id, year=chosen.year) if chosen else []
    here = Filters(basis=filters.basis, commune_id=unit.pk)
    found = tallies(here, round_id=chosen.id, now=now) if chosen else []
    figures = _figures(unit, asked, chosen, choices, filters)
    columns = _columns(figures)
    left = deadlines.countdown(chosen.deadline_at, now) if chosen and chosen.deadline_at else None
    return CommunePage(
        unit=unit,
        filters=filters,
        choices=choices,
        round=chosen,
        days=left.days if left else None,
        is_over=left.is_over if left else False,
        progress=submission(item for item in found if item.levels),
        schools=_schools(unit, scope, here, chosen, columns, now) if chosen else [],
        columns=columns,
        tiles=_tiles(figures),
        table=indicator_table([item for item in figures if item.whole.applies]),
        own=_own_report(unit, scope, chosen) if chosen else None,
        directives=directives_due(unit, scope) if scope.unit_id == unit.pk else [],
    )


def _columns(figures: Sequence[IndicatorFigures]) -> list[AskedIndicator]:
    """Shares of people, those with a target and for most schools before the others, in the order of the form."""
    people = [item for item in figures if item.indicator.kind == "people" and item.whole.applies]
    first = sorted(people, key=lambda item: (not item.indicator.goals, -item.whole.completion.expected))[:COLUMNS]
    return [item.indicator for item in people if item in first]


def _tiles(figures: Sequence[IndicatorFigures]) -> list[IndicatorFigures]:
    """The few that say most: those with a target for all, then with targets by level."""
    applying = [item for item in figures if item.whole.applies]
    return sorted(applying, key=lambda item: (item.whole.target is None, not item.heat))[:TILES]


def _figures(
    unit: Unit,
    asked: Sequence[AskedIndicator],
    chosen: RoundChoice | None,
    choices: Sequence[RoundChoice],
    filters: Filters,
) -> list[IndicatorFigures]:
    if chosen is None:
        return []
    current = rates(round_id=chosen.id, basis=filters.basis, grouping=Grouping.PLACE, unit_ids=[unit.pk])
    before: Rates = {}
    if any(choice.id == chosen.previous_id for choice in choices) and chosen.previous_id:
        before = rates(round_id=chosen.previous_id, basis=filters.basis, grouping=Grouping.PLACE, unit_ids=[unit.pk])
    return figures_of(asked, unit_id=unit.pk, rates=current, previous=before)


def _schools(
    unit: Unit, scope: Scope, here: Filters, chosen: RoundChoice, columns: Sequence[AskedIndicator], now: datetime
) -> list[SchoolLine]:
    def can_review(manager: int | None, commune_first: bool) -> bool:
        """As the review's own permission says it; this page asks no query for each school."""
        mine = chosen.receiver_id == scope.unit_id or (commune_first and manager == scope.unit_id)
        return scope.can_write and (scope.is_department or (scope.is_commune and mine))

    sent = Q(reminders__state=ReminderState.SENT)
    rows = (
        here.reports(chosen.id)
        .filter(levels__gt=0)
        .annotate(times=Count("reminders", filter=sent), last=Max("reminders__sent_at", filter=sent))
        .order_by("unit__name_sort", "id")
        .values_list(
            "id",
            "unit_id",
            "unit__name",
            "levels",
            "state",
            "manager_id",
            "awaiting_commune",
            "first_submitted_at",
            "extended_until",
            "times",
            "last",
            "round__commune_reviews_first",
        )
    )
    values = _values(here, chosen, columns)
    return [
        SchoolLine(
            pk,
            school,
            name,
            mask,
            state,
            manager == unit.pk,
            awaiting and manager == unit.pk and state == ReportState.SUBMITTED,
            first is not None and can_review(manager, commune_first),
            first,
            state not in VALID and (deadline := until or chosen.deadline_at) is not None and now >= deadline,
            times,
            last,
            [(item, values.get((pk, item.id))) for item in columns],
        )
        for pk, school, name, mask, state, manager, awaiting, first, until, times, last, commune_first in rows
    ]


def _values(
    here: Filters, chosen: RoundChoice, columns: Sequence[AskedIndicator]
) -> dict[tuple[int, int], Decimal | None]:
    """The rate of each report and indicator that counts, summed over the school's levels. One query."""
    counted = [ReportState.ACCEPTED] if here.is_official else list(VALID)
    rows = (
        Value.objects.filter(
            submission__report__round_id=chosen.id,
            submission__report__commune_id=here.commune_id,
            submission__report__excluded_at=None,
            submission__report__state__in=counted,
            submission__report__current_submission_id=F("submission_id"),
            indicator__in=[item.id for item in columns],
        )
        .order_by()
        .values_list("submission__report_id", "indicator_id")
        .annotate(n=Sum("numerator"), d=Sum("denominator"))
    )
    return {(report, indicator): Rate(n, d).percent for report, indicator, n, d in rows}


def _own_report(unit: Unit, scope: Scope, chosen: RoundChoice) -> OwnReport | None:
    reports = Report.objects.expected().filter(round_id=chosen.id, unit=unit)
    report = reports.select_related("draft", "unit", "round", "current_submission").first()
    if report is None:
        return None
    words = {**report.draft.narrative} if hasattr(report, "draft") else {}
    has_reason = bool(words.pop(MISSING_KEY, ""))
    mine = scope.unit_id == unit.pk and scope.can_write
    return OwnReport(
        report.pk,
        report.state,
        any(words.values()),
        has_reason,
        mine and report.is_editable and chosen.is_open,
        prepare_commune_report(report, report.current_submission) if report.state in VALID else None,
    )
