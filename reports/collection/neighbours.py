"""What other schools of the commune have answered in the same round, to find figures that were copied."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, QuerySet

from reports.collection.oddities import Pairs, equal_pairs
from reports.models import Report, Value
from schools.models import Unit


def answers_nearby(report: Report) -> Sequence[Pairs]:
    """What each other school of the commune has submitted of people, without saying whose it is. One query."""
    return list(_pairs_by_unit(report).values())


def neighbours_with_equal_answers(report: Report) -> list[Unit]:
    """The schools of the commune whose answers of people are this report's to the last number, by name.

    For who reviews: the school itself reads only that there is one. Three queries at most.
    """
    if report.commune_id is None or report.current_submission_id is None:
        return []
    own = Value.objects.filter(submission_id=report.current_submission_id).exclude(indicator__counted="")
    mine = {
        (code, level): (n, d)
        for code, level, n, d in own.values_list("indicator__code", "level", "numerator", "denominator")
    }
    same = [unit for unit, theirs in _pairs_by_unit(report).items() if equal_pairs(mine, theirs)]
    return list(Unit.objects.filter(pk__in=same).order_by("name_sort", "pk")) if same else []


def _pairs_by_unit(report: Report) -> dict[int, dict[tuple[str, str], tuple[int, int]]]:
    if report.commune_id is None or not report.levels:
        return {}
    found: dict[int, dict[tuple[str, str], tuple[int, int]]] = {}
    rows = _current_values(report).values_list(
        "submission__report__unit_id", "indicator__code", "level", "numerator", "denominator"
    )
    for unit_id, code, level, n, d in rows:
        found.setdefault(unit_id, {})[(code, level)] = (n, d)
    return found


def _current_values(report: Report) -> QuerySet[Value]:
    return (
        Value.objects.filter(
            submission__report__round_id=report.round_id,
            submission__report__commune_id=report.commune_id,
            submission__report__excluded_at__isnull=True,
            submission__report__current_submission_id=F("submission_id"),
        )
        .exclude(indicator__counted="")
        .exclude(submission__report_id=report.pk)
        .order_by("submission_id", "id")
    )
