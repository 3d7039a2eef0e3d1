"""Named checks of what the rows must have in common; each says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from reports.completion import sql
from reports.models import CompletionDue, CompletionRate, Report, Round
from reports.rounds import deadlines
from schools import text
from schools.models import Management, Placement, Unit

SHOWN = 20
Key = tuple[str, str, int, int, str]


@dataclass(frozen=True, slots=True)
class Check:
    """One check and what it found wrong: how many, and the first of them."""

    name: str
    count: int = 0
    found: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.count == 0


def run_checks() -> list[Check]:
    return [_check(name, find) for name, find in CHECKS.items()]


def _check(name: str, find: Callable[[], Iterator[str]]) -> Check:
    count = 0
    shown: list[str] = []
    for line in find():
        count += 1
        if len(shown) < SHOWN:
            shown.append(line)
    return Check(name, count, shown)


def _rates() -> Iterator[str]:
    """Stored rates against a fresh sum, but for the rounds whose recomputation is waiting anyway."""
    waiting = CompletionDue.objects.values("round")
    for round_ in Round.objects.exclude(state="planned").exclude(pk__in=waiting).order_by("pk"):
        fresh, stored = _fresh(round_.pk), _stored(round_.pk)
        for key in sorted(fresh.keys() | stored.keys()):
            if fresh.get(key) != stored.get(key):
                yield f"round {round_.pk} {key}: stored {stored.get(key)}, fresh {fresh.get(key)}"


def _fresh(round_id: int) -> dict[Key, tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.FRESH, [round_id])
        return {tuple(row[:5]): tuple(int(number) for number in row[5:]) for row in cursor.fetchall()}


def _stored(round_id: int) -> dict[Key, tuple[int, ...]]:
    rows = CompletionRate.objects.filter(round=round_id).values_list(
        "basis",
        "grouping",
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
    return {(row[0], row[1], row[2], row[3], row[4]): tuple(row[5:]) for row in rows}


def _managers() -> Iterator[str]:
    yield from _differing("manager_id", _dated(Management.objects.values("manager")))


def _places() -> Iterator[str]:
    yield from _differing("commune_id", _dated(Placement.objects.values("commune")))


def _dated(rows: QuerySet[Any, Any]) -> Subquery:
    """The row of OuterRef's unit that is in force today."""
    today = deadlines.local_date(timezone.now())
    begun = Q(from_on__isnull=True) | Q(from_on__lte=today)
    lasting = Q(until_on__isnull=True) | Q(until_on__gt=today)
    return Subquery(rows.filter(begun, lasting, unit=OuterRef("pk")).order_by("-from_on", "-pk")[:1])


def _differing(column: str, dated: Subquery) -> Iterator[str]:
    today = deadlines.local_date(timezone.now())
    units = Unit.objects.schools().existing_on(today).annotate(dated=dated).order_by("pk")
    for pk, code, current, dated_id in units.values_list("pk", "code", column, "dated"):
        if current != dated_id:
            yield f"unit {pk} ({code}): {column} {current}, dated row {dated_id}"


def _submissions() -> Iterator[str]:
    """A report's current submission is its own last one."""
    reports = Report.objects.annotate(last=Max("submissions__number")).filter(
        Q(state__in=["submitted", "returned", "accepted"]) | Q(last__isnull=False)
    )
    wrong = reports.exclude(
        current_submission__isnull=False, current_submission__report=F("pk"), current_submission__number=F("last")
    )
    for pk, state, last in wrong.order_by("pk").values_list("pk", "state", "last"):
        yield f"report {pk}: {state}, last submission {last}"


def _names() -> Iterator[str]:
    for unit in Unit.objects.order_by("pk").only("name", "name_folded", "name_sort").iterator(chunk_size=2000):
        if (unit.name_folded, unit.name_sort) != (text.fold(unit.name), text.sort_key(unit.name)):
            yield f"unit {unit.pk}: {unit.name!r} is folded {unit.name_folded!r}"


def _deadlines() -> Iterator[str]:
    for round_ in Round.objects.filter(deadline_on__isnull=False).order_by("pk"):
        assert round_.deadline_on is not None  # noqa: S101 - for the reader of types
        derived = deadlines.instant(round_.deadline_on, round_.deadline_rule, round_.deadline_time)
        if derived != round_.deadline_at:
            yield f"round {round_.pk}: stored {round_.deadline_at}, derived {derived}"


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "completion rates equal a fresh sum": _rates,
    "current managers equal the dated rows": _managers,
    "current places equal the dated rows": _places,
    "submitted reports have their last submission": _submissions,
    "names are folded and have their sort key": _names,
    "deadlines follow from date, rule and hour": _deadlines,
}
