"""Who to call first: the silent schools of a round in the order in which hearing from them decides most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q
from django.utils.functional import cached_property

from reports.completion.selectors import rates
from reports.dashboards import narrowing
from reports.dashboards.filters import Filters
from reports.dashboards.narrowing import POINT, Call, Open, Silent
from reports.dashboards.rounds import RoundChoice
from reports.exports.figures import AskedIndicator, asked_indicators, figures_of
from reports.models import Grouping, ReminderState, Report
from schools import levels
from schools.levels import LEVEL_CODES, Level
from schools.models import Headcount, Population
from schools.scope import Scope
from targets.completion import Verdict
from targets.models import Indicator

PAGE_SIZE = 50
BITS = {code: int(Level[code]) for code in LEVEL_CODES}


@dataclass(frozen=True, slots=True)
class CallRow:
    """One school to call: where and how to reach it, what it narrows, and what it takes together with those above."""

    number: int
    report_id: int
    name: str
    commune: str
    levels_label: str
    phone: str
    state: str
    reminders: int
    last_reminder_at: datetime | None
    top: Sequence[tuple[str, Decimal]]
    points: Decimal
    so_far: Decimal
    is_estimated: bool


@dataclass(frozen=True)
class CallList:
    """The undecided figures, the calls in order, and one page of them."""

    figures: Sequence[Open]
    silent: int
    calls: Sequence[Call]
    page: Page[Call]
    rows: Sequence[CallRow]

    @cached_property
    def halfway(self) -> int:
        return narrowing.halfway(self.calls)

    @property
    def labels(self) -> list[str]:
        return [figure.label for figure in self.figures]


def call_list(*, scope: Scope, filters: Filters, chosen: RoundChoice, page: str | None) -> CallList:
    """Seven queries at most, however many schools are silent."""
    figures = open_figures(filters, chosen)
    reports = (
        filters.reports(chosen.id).visible_to(scope).missing().filter(levels__gt=0).order_by("unit__name_sort", "id")
    )
    rows = list(reports.values_list("id", "unit_id", "commune_id", "levels"))
    numbers = _numbers(chosen, filters)
    silent = [Silent(pk, commune, mask, numbers.get(unit, {})) for pk, unit, commune, mask in rows]
    found = narrowing.calls(figures, silent, BITS)
    page_obj = Paginator(found, PAGE_SIZE).get_page(page)
    return CallList(figures, len(silent), found, page_obj, _rows(found, page_obj))


def open_figures(filters: Filters, chosen: RoundChoice) -> list[Open]:
    """The figures with a target on which the verdict is still open, in the province or the commune chosen."""
    asked = asked_indicators(round_id=chosen.id, year=chosen.year)
    grouping = Grouping.PLACE if filters.commune_id else Grouping.WHOLE
    unit_id = filters.commune_id or chosen.receiver_id
    current = rates(round_id=chosen.id, basis=filters.basis, grouping=grouping, unit_ids=[unit_id])
    by_commune = set(chosen_by_commune(chosen))
    open_in = _open_communes(filters, chosen, by_commune)
    return [
        Open(
            item.indicator.id,
            _label(item.indicator, figure.level),
            item.indicator.level_mask & (BITS[figure.level] if figure.level else ~0),
            item.indicator.counted,
            figure.completion,
            open_in.get((item.indicator.id, figure.level), frozenset()) if item.indicator.id in by_commune else None,
        )
        for item in figures_of(asked, unit_id=unit_id, rates=current)
        if filters.office_id is None or filters.office_id in item.indicator.leads
        for figure in item.judged
        if figure.verdict is Verdict.OPEN and figure.applies
    ]


def chosen_by_commune(chosen: RoundChoice) -> list[int]:
    """The indicators of the round that a commune passes as soon as one of its schools does."""
    return list(Indicator.objects.filter(rounds=chosen.id, per_commune=True).values_list("pk", flat=True))


def _open_communes(
    filters: Filters, chosen: RoundChoice, indicators: set[int]
) -> dict[tuple[int, str], frozenset[int]]:
    """{(indicator, level): communes not yet decided}; asked only where a round has such an indicator."""
    if not indicators:
        return {}
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    places = rates(round_id=chosen.id, basis=filters.basis, grouping=Grouping.PLACE)
    for (commune, indicator, level), completion in places.items():
        if indicator in indicators and not completion.counted:
            found[indicator, level].add(commune)
    return {key: frozenset(communes) for key, communes in found.items()}


def _label(indicator: AskedIndicator, level: str) -> str:
    name = f"{indicator.code} {indicator.short_name}"
    return f"{name}, {level}" if level else name


def _numbers(chosen: RoundChoice, filters: Filters) -> dict[int, dict[tuple[str, str], int]]:
    """{unit: {(population, level): number}} of the silent."""
    silent = filters.reports(chosen.id).missing().filter(levels__gt=0)
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    counts = Headcount.objects.filter(
        school_year=chosen.school_year,
        population__in=[Population.STAFF, Population.PUPILS],
        unit__in=silent.values("unit"),
    )
    for unit, population, level, number in counts.values_list("unit_id", "population", "level", "number"):
        found[unit][population, level] = number
    return found


def _rows(found: Sequence[Call], page: Page[Call]) -> list[CallRow]:
    sent = Q(reminders__state=ReminderState.SENT)
    shown = {
        row[0]: row[1:]
        for row in Report.objects.filter(pk__in=[call.key for call in page.object_list])
        .annotate(times=Count("reminders", filter=sent), last=Max("reminders__sent_at", filter=sent))
        .values_list("id", "unit__name", "commune__name", "levels", "unit__phone", "state", "times", "last")
    }
    start = page.start_index() - 1 if found else 0
    so_far, rows = sum(call.weight for call in found[:start]), []
    for number, call in enumerate(page.object_list, start=start + 1):
        so_far += call.weight
        name, commune, mask, phone, state, times, last = shown[call.key]
        top = [(share.figure.label, _points(share.weight)) for share in call.shares[:2]]
        rows.append(
            CallRow(
                number,
                call.key,
                name,
                commune or "",
                levels.label(mask),
                phone,
                state,
                times,
                last,
                top,
                _points(call.weight),
                _points(so_far),
                call.is_estimated,
            )
        )
    return rows


def _points(weight: int) -> Decimal:
    """Hundredths of a point, cut: one school in a province moves no tenth."""
    return Decimal(weight * 100 // POINT) / 100
