"""Questions about rates; every page, export and answer of the API reads them here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max

from reports.models import CompletionRate
from targets.completion import Completion

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


def computed_at(round_id: int, basis: str) -> datetime | None:
    """As of when the rates are; None before the first computation."""
    found: datetime | None = CompletionRate.objects.filter(round=round_id, basis=basis).aggregate(
        last=Max("computed_at")
    )["last"]
    return found
