"""Questions about rates; every page, export and answer of the API reads them here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max, QuerySet

from reports.completion import sql
from reports.models import CompletionRate, Grouping
from schools.scope import Scope
from targets.completion import Completion, Goal

Key = tuple[int, int, str]


def rates(
    *, round_id: int, basis: str, grouping: str, unit_ids: Collection[int] | None = None
) -> dict[Key, Completion]:
    """{(unit, indicator, level or ""): completion} of one round, in one query."""
    rows = CompletionRate.objects.filter(round=round_id, basis=basis, grouping=grouping)
    if unit_ids is not None:
        rows = rows.filter(unit__in=unit_ids)
    fields = rows.order_by().values_list(
        "unit_id",
        "indicator_id",
        "level",
        "expected",
        "counted",
        "numerator",
        "denominator",
        "silent_denominator",
        "silent_unknown",
    )
    return {(unit, indicator, level): Completion(*counts) for unit, indicator, level, *counts in fields}


@dataclass(frozen=True, slots=True)
class CommuneNow:
    """One commune as the rows stand: {(indicator, level or ""): completion}, {unit: whether its report counts}."""

    rates: Mapping[tuple[int, str], Completion]
    schools: Mapping[int, bool]


def commune_now(*, round_id: int, commune_id: int) -> CommuneNow:
    """Its provisional sums and its schools at one moment, straight from the rows, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql.FRESH_OF_COMMUNE, [round_id, commune_id])
        rows = cursor.fetchall()
    return CommuneNow(
        {(key, level): Completion(*map(int, counts)) for what, key, level, *counts in rows if what == "rate"},
        {key: int(state) > 0 for what, key, _level, state, *_rest in rows if what == "school"},
    )


# basis, grouping, unit, indicator, level or ""
RateKey = tuple[str, str, int, int, str]


def fresh_rates(*, round_id: int) -> dict[RateKey, Completion]:
    """Every rate of a round straight from the rows, whatever is stored; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql.FRESH, [round_id])
        rows = cursor.fetchall()
    return {
        (basis, grouping, unit, indicator, level): Completion(*map(int, counts))
        for basis, grouping, unit, indicator, level, *counts in rows
    }


def computed_at(round_id: int, basis: str) -> datetime | None:
    """As of when the rates are; None before the first computation."""
    found: datetime | None = CompletionRate.objects.filter(
        round=round_id, basis=basis, grouping=Grouping.WHOLE
    ).aggregate(last=Max("computed_at"))["last"]
    return found


def rates_visible_to(scope: Scope) -> QuerySet[CompletionRate]:
    """The one door to rates: the province's all; a commune what is summed over its own schools; a school none."""
    if scope.reach == "province":
        return CompletionRate.objects.all()
    if scope.reach == "commune" and scope.unit_id is not None:
        return CompletionRate.objects.filter(unit_id=scope.unit_id)
    return CompletionRate.objects.none()


def goal_of(row: CompletionRate) -> Goal | None:
    """What a rate is held against in its round's year: its level's own target, else the general one, else nothing."""
    targets = {target.level: target for target in row.indicator.targets.all() if target.year == row.round.year}
    target = targets.get(row.level) or targets.get("")
    return Goal(target.percent, target.encouraged) if target else None
