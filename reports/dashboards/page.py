"""The department's dashboard as one frozen thing, in the same number of queries at any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.completion.selectors import rates
from reports.dashboards import charts
from reports.dashboards.chase import ChaseList, chase_list
from reports.dashboards.communes import Commune, HeatTable, communes_of, heat_table
from reports.dashboards.curve import Curve, curve
from reports.dashboards.filters import Filters
from reports.dashboards.indicators import IndicatorTable, indicator_table
from reports.dashboards.rounds import RoundChoice
from reports.dashboards.submission import (
    DeadlineCard,
    Submission,
    Tally,
    arrivals,
    deadline_card,
    submission,
    tallies,
)
from reports.exports.figures import AskedIndicator, Rates, asked_indicators, figures_of
from reports.models import Grouping, ReportState
from schools import levels
from schools.scope import Scope


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the page shows; `area` is what 'the whole' is: a commune that was chosen, else nothing."""

    filters: Filters
    choices: Sequence[RoundChoice]
    round: RoundChoice
    offices: Sequence[tuple[int, str]]
    communes: Sequence[Commune]
    area: Commune | None
    deadline: DeadlineCard
    curve: Curve | None
    wide: charts.Drawing | None
    narrow: charts.Drawing | None
    submission: Submission
    table: IndicatorTable
    heat: HeatTable
    chase: ChaseList
    counted: int
    previous_name: str
    asks_indicators: bool

    @property
    def behind_query(self) -> str:
        """To the schools behind a figure: the same round, commune, level and basis."""
        return self.filters.query(self.round.id)

    @property
    def cell_query(self) -> str:
        """To the schools behind a cell that names its own level."""
        return self.filters.query(self.round.id, keep=("xa", "co-so"))

    @property
    def commune_query(self) -> str:
        """To the schools behind a cell that names its own commune."""
        return self.filters.query(self.round.id, keep=("cap", "co-so"))

    @property
    def export_query(self) -> str:
        return self.filters.query(self.round.id, keep=("co-so",))

    @property
    def sort_query(self) -> str:
        return self.filters.query(self.round.id, keep=("phong", "cap", "xa", "co-so", "nhom", "tat-ca"))

    @property
    def chase_query(self) -> str:
        return self.filters.query(self.round.id, keep=("phong", "cap", "xa", "co-so", "xep", "tat-ca"))

    @property
    def all_query(self) -> str:
        return self.filters.query(self.round.id, keep=("phong", "cap", "xa", "co-so", "nhom", "xep"))

    @property
    def level_choices(self) -> list[tuple[str, object]]:
        return [(code, levels.LEVEL_NAMES[code]) for code in levels.LEVEL_CODES]


def dashboard(
    *, scope: Scope, filters: Filters, choices: Sequence[RoundChoice], chosen: RoundChoice, now: datetime
) -> Dashboard:
    """Eight queries: indicators, rates three times, tallies, communes, arrivals, whom to chase."""
    previous = next((choice for choice in choices if choice.id == chosen.previous_id), None)
    asked = asked_indicators(round_id=chosen.id, year=chosen.year)
    wanted = _led_by(asked, filters.office_id)
    places = rates(round_id=chosen.id, basis=filters.basis, grouping=Grouping.PLACE)
    found = tallies(filters, round_id=chosen.id, now=now)
    progress = submission(found)
    communes = communes_of(scope, round_id=chosen.id)
    arrived = arrivals(filters, *(choice.id for choice in (chosen, previous) if choice))
    line = curve(chosen, arrived[chosen.id], previous, arrived[previous.id] if previous else None, now=now)
    return Dashboard(
        filters=filters,
        choices=choices,
        round=chosen,
        offices=_offices(asked),
        communes=communes,
        area=next((item for item in communes if item.id == filters.commune_id), None),
        deadline=deadline_card(chosen, choices, progress=progress, arrived=arrived[chosen.id], now=now),
        curve=line,
        wide=charts.drawing(line, charts.WIDE) if line else None,
        narrow=charts.drawing(line, charts.NARROW) if line else None,
        submission=progress,
        table=_table(wanted, filters, chosen, previous, places),
        heat=heat_table(
            communes,
            found=found,
            indicators=[item for item in wanted if not filters.level or filters.level in item.level_codes],
            rates=places,
            level=filters.level,
            sort=filters.sort,
            show_all=filters.all_communes,
        ),
        chase=chase_list(filters, round_id=chosen.id, progress=progress, now=now),
        counted=_counted(found, filters),
        previous_name=previous.name if previous else "",
        asks_indicators=bool(asked),
    )


def _table(
    wanted: Sequence[AskedIndicator],
    filters: Filters,
    chosen: RoundChoice,
    previous: RoundChoice | None,
    places: Rates,
) -> IndicatorTable:
    unit_id = filters.commune_id or chosen.receiver_id
    grouping = Grouping.PLACE if filters.commune_id else Grouping.WHOLE
    current = places if filters.commune_id else rates(round_id=chosen.id, basis=filters.basis, grouping=grouping)
    before: Rates = {}
    if previous is not None:
        old_unit = filters.commune_id or previous.receiver_id
        old = rates(round_id=previous.id, basis=filters.basis, grouping=grouping, unit_ids=[old_unit])
        before = {(unit_id, indicator, level): value for (_unit, indicator, level), value in old.items()}
    return indicator_table(figures_of(wanted, unit_id=unit_id, rates=current, previous=before), level=filters.level)


def _led_by(asked: Sequence[AskedIndicator], office_id: int | None) -> list[AskedIndicator]:
    return [item for item in asked if office_id is None or office_id in item.leads]


def _offices(asked: Sequence[AskedIndicator]) -> list[tuple[int, str]]:
    return list({pk: name for item in asked for pk, name in item.leads.items()}.items())


def _counted(found: Sequence[Tally], filters: Filters) -> int:
    """The schools' reports that the rates rest on."""
    valid = {ReportState.ACCEPTED} if filters.is_official else {ReportState.ACCEPTED, ReportState.SUBMITTED}
    return sum(tally.count for tally in found if tally.levels and tally.state in valid)
