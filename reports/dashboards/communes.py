"""The heat table: every commune of a round, what its schools submitted, how far each indicator has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.dashboards.submission import Tally
from reports.exports.figures import AskedIndicator, Figure, IndicatorFigures, Rates, figures_of
from reports.models import Report
from schools.models import Unit
from schools.scope import Scope
from targets.completion import Completion, Goal, Rate

FEW = 12
ALL_IN = Goal(Decimal(100))


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune, and the state of its own report in the round (blank: it owes none)."""

    id: int
    name: str
    own_state: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One indicator in one commune: the reported percentage, and how warm it is against the target."""

    indicator_id: int
    percent: Decimal | None
    heat: int


@dataclass(frozen=True, slots=True)
class CommuneRow:
    commune: Commune
    schools: int
    submitted: int
    cells: Sequence[Cell]

    @property
    def percent(self) -> Decimal | None:
        return Rate(self.submitted, self.schools).percent

    @property
    def heat(self) -> int:
        share = Completion(self.schools, self.schools, self.submitted, self.schools)
        return Figure("", share, ALL_IN).heat


@dataclass(frozen=True, slots=True)
class HeatColumn:
    """One heading, with the direction that pressing it gives."""

    key: str
    top: str | Promise
    bottom: str
    sorted: str
    next_sort: str


@dataclass(frozen=True, slots=True)
class HeatTable:
    """The rows to show, in order, out of all; its columns are the indicators that have a target, if any has."""

    indicators: Sequence[AskedIndicator]
    rows: Sequence[CommuneRow]
    count: int
    sort: str
    has_own_reports: bool

    @property
    def is_cut(self) -> bool:
        return len(self.rows) < self.count

    @property
    def columns(self) -> list[HeatColumn]:
        plain: list[tuple[str, str | Promise, str]] = [
            ("ten", _("Xã, phường"), ""),
            ("truong", _("Trường"), ""),
            ("nop", _("Đã nộp"), ""),
        ]
        plain += [(item.code, item.code, item.short_name) for item in self.indicators]
        return [HeatColumn(key, top, bottom, self._direction(key), self._next(key)) for key, top, bottom in plain]

    def _direction(self, key: str) -> str:
        return {key: "ascending", f"-{key}": "descending"}.get(self.sort, "")

    def _next(self, key: str) -> str:
        return f"-{key}" if self.sort == key else key


def communes_of(scope: Scope, *, round_id: int) -> list[Commune]:
    """All communes within scope, by name, in one query."""
    own = Report.objects.expected().filter(round_id=round_id, unit=OuterRef("pk")).values("state")[:1]
    rows = (
        Unit.objects.visible_to(scope)
        .communes()
        .annotate(own_state=Subquery(own))
        .order_by("name_sort", "id")
        .values_list("id", "name", "own_state")
    )
    return [Commune(pk, name, state or "") for pk, name, state in rows]


def heat_table(
    communes: Iterable[Commune],
    *,
    found: Iterable[Tally],
    indicators: Sequence[AskedIndicator],
    rates: Rates,
    level: str = "",
    sort: str = "",
    show_all: bool = False,
) -> HeatTable:
    """Those with schools in the round; least reported first unless asked otherwise."""
    indicators = [item for item in indicators if item.goals] or indicators
    schools: dict[int, int] = {}
    submitted: dict[int, int] = {}
    for tally in found:
        if tally.commune_id is not None and tally.levels:
            schools[tally.commune_id] = schools.get(tally.commune_id, 0) + tally.count
            submitted[tally.commune_id] = submitted.get(tally.commune_id, 0) + tally.valid
    rows = [
        CommuneRow(
            commune,
            schools[commune.id],
            submitted[commune.id],
            [_cell(item, level) for item in figures_of(indicators, unit_id=commune.id, rates=rates)],
        )
        for commune in communes
        if commune.id in schools
    ]
    sort = sort if sort.removeprefix("-") in {"ten", "truong", "nop", *(item.code for item in indicators)} else "nop"
    ordered = _ordered(rows, sort, indicators)
    return HeatTable(
        indicators,
        ordered if show_all else ordered[:FEW],
        len(ordered),
        sort,
        any(row.commune.own_state for row in rows),
    )


def _cell(figures: IndicatorFigures, level: str) -> Cell:
    if level:
        figure = figures.by_level[level]
        return Cell(figures.indicator.id, figure.percent, figure.heat)
    return Cell(figures.indicator.id, figures.whole.percent, figures.heat)


def _ordered(rows: list[CommuneRow], sort: str, indicators: Sequence[AskedIndicator]) -> list[CommuneRow]:
    """By the column, ties and blanks by name: the rows come by name, and the sort is stable."""
    key = sort.removeprefix("-")
    if key == "ten":
        return rows[::-1] if sort.startswith("-") else rows
    place = {item.code: index for index, item in enumerate(indicators)}

    def value(row: CommuneRow) -> Decimal | int | None:
        if key == "truong":
            return row.schools
        return row.percent if key == "nop" else row.cells[place[key]].percent

    known = [(shown, row) for row in rows if (shown := value(row)) is not None]
    blank = [row for row in rows if value(row) is None]
    known.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    return [row for _value, row in known] + blank
