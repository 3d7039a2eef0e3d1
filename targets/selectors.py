"""Questions about indicators: what is asked, for which years and levels, under whose lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from schools import levels
from targets.completion import Goal
from targets.models import Indicator, Target


@dataclass(frozen=True, slots=True)
class TargetLine:
    """What is set for some levels together; `levels` is blank where it is for all."""

    levels: str
    label: str


@dataclass(frozen=True, slots=True)
class TargetCell:
    """All that is set for an indicator in a year; no lines: nothing was set."""

    year: int
    lines: tuple[TargetLine, ...]


@dataclass(frozen=True, slots=True)
class TargetRow:
    id: int
    code: str
    name: str
    short_name: str
    kind: str
    counted: str
    levels: str
    per_commune: bool
    place_in_text: str
    directive_id: int | None
    leads: tuple[str, ...]
    supporters: tuple[str, ...]
    cells: tuple[TargetCell, ...]


@dataclass(frozen=True, slots=True)
class TargetTable:
    """Indicators down, years across; no years: the indicators are followed without a target."""

    years: tuple[int, ...]
    rows: tuple[TargetRow, ...]

    @property
    def has_leads(self) -> bool:
        return any(row.leads for row in self.rows)

    @property
    def has_gaps(self) -> bool:
        """Whether a year of some indicator has nothing set."""
        return any(not cell.lines for row in self.rows for cell in row.cells)


def with_targets(indicators: QuerySet[Indicator]) -> QuerySet[Indicator]:
    """With all that a table of them reads."""
    return indicators.prefetch_related("targets", "leads", "supporters").order_by("campaign_id", "order", "pk")


def target_table(indicators: Iterable[Indicator]) -> TargetTable:
    """The indicators must come from `with_targets`, or each asks for its own."""
    found = list(indicators)
    years = tuple(sorted({target.year for indicator in found for target in indicator.targets.all()}))
    return TargetTable(years, tuple(_row(indicator, years) for indicator in found))


def _row(indicator: Indicator, years: tuple[int, ...]) -> TargetRow:
    by_year: dict[int, dict[str, str]] = {year: {} for year in years}
    for target in indicator.targets.all():
        by_year[target.year][target.level] = target.label
    groups = _groups(list(by_year.values()))
    return TargetRow(
        id=indicator.pk,
        code=indicator.code,
        name=indicator.name,
        short_name=indicator.short_name,
        kind=str(indicator.get_kind_display()),
        counted=str(indicator.get_counted_display()) if indicator.counted else "",
        levels="" if indicator.levels == levels.ALL_LEVELS else levels.label(indicator.levels),
        per_commune=indicator.per_commune,
        place_in_text=indicator.place_in_text,
        directive_id=indicator.directive_id,
        leads=tuple(unit.short_name or unit.name for unit in indicator.leads.all()),
        supporters=tuple(unit.short_name or unit.name for unit in indicator.supporters.all()),
        cells=tuple(TargetCell(year, _lines(groups, by_year[year])) for year in years),
    )


def _groups(years: list[dict[str, str]]) -> list[list[str]]:
    """Levels in their order, those together whose targets are the same in every year."""
    named = [code for code in ("", *levels.LEVEL_CODES) if any(code in year for year in years)]
    groups: dict[tuple[str | None, ...], list[str]] = {}
    for code in named:
        groups.setdefault(tuple(year.get(code) for year in years), []).append(code)
    return list(groups.values())


def _lines(groups: list[list[str]], set_: dict[str, str]) -> tuple[TargetLine, ...]:
    return tuple(TargetLine(", ".join(codes), set_[codes[0]]) for codes in groups if codes[0] in set_)


def goals_of(year: int, asked: Iterable[Indicator]) -> dict[int, dict[str, Goal]]:
    """{indicator: {level or "" for all: goal}} of one year. One query."""
    found: dict[int, dict[str, Goal]] = {}
    for target in Target.objects.filter(indicator__in=[indicator.pk for indicator in asked], year=year):
        found.setdefault(target.indicator_id, {})[target.level] = Goal(target.percent, target.encouraged)
    return found
