"""What freezing a round would mean now: who is missing, what waits, who still has time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from reports.models import Report, ReportState, Round
from reports.rounds import wording
from reports.rounds.selectors import Due, Tally, due_of, tallies

NAMES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Named:
    """Some reports by name, the first of them, and how many there are."""

    reports: Sequence[Report]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.reports)


@dataclass(frozen=True, slots=True)
class Freeze:
    """What the page before the freeze says; nothing is changed by looking."""

    tally: Tally
    due: Due | None
    missing: Named
    waiting: Named
    extended: Sequence[tuple[Report, str]]

    @property
    def is_early(self) -> bool:
        return self.due is not None and not self.due.is_over


def freeze_of(round: Round, now: datetime) -> Freeze:
    reports = Report.objects.filter(round=round)
    silent = reports.missing()
    extended = _named(silent.filter(extended_until__gt=now))
    return Freeze(
        tally=tallies(reports).get(round.pk, Tally()),
        due=due_of(round, now),
        missing=_some(silent),
        waiting=_some(reports.expected().filter(state=ReportState.SUBMITTED)),
        extended=[(each, wording.extension_words(each.extended_until)) for each in extended if each.extended_until],
    )


def _named(reports: QuerySet[Report]) -> QuerySet[Report]:
    return reports.select_related("unit", "commune").order_by("unit__name_sort", "pk")


def _some(reports: QuerySet[Report]) -> Named:
    return Named(list(_named(reports)[:NAMES_SHOWN]), reports.count())
