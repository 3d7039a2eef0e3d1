"""What the rules would have said of each invented submission when it came in, from values in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F

from reports.collection import known, rules
from reports.collection.known import Known, Stated
from reports.collection.oddities import Pairs
from reports.collection.questions import Question, Values
from reports.demo.answers import Answers
from reports.models import Report, Round, Value
from schools.models import Headcount, Population
from targets.models import Indicator


@dataclass(frozen=True, slots=True)
class Watch:
    """What the portal knows of the units of one round, and the answers that have come in, by commune and hour."""

    indicators: Sequence[Indicator]
    facts: Mapping[int, Known]
    came: dict[int, list[tuple[datetime, int, Pairs]]] = field(default_factory=dict)

    def note(self, report: Report, at: datetime, values: Answers) -> None:
        """One more school of a commune has answered."""
        if report.commune_id is not None and values:
            self.came.setdefault(report.commune_id, []).append((at, report.pk, self._pairs(values)))

    def warnings(self, report: Report, at: datetime, values: Answers) -> list[dict[str, str]]:
        """As `submit_report` keeps them."""
        earlier = self.came.get(report.commune_id or 0, [])
        near = [pairs for came, pk, pairs in earlier if came < at and pk != report.pk]
        found = rules.problems(self._questions(report), self._typed(values), near).warnings
        return [{"kind": one.kind, "code": one.code, "level": one.level} for one in found]

    def _questions(self, report: Report) -> tuple[Question, ...]:
        asked = [item for item in self.indicators if item.value_levels(report.levels)]
        facts = self.facts.get(report.unit_id, Known())
        return tuple(
            known.question(number, item, unit_levels=report.levels, goals={}, known=facts)
            for number, item in enumerate(asked, start=1)
        )

    def _typed(self, values: Answers) -> Values:
        codes = {item.pk: item.code for item in self.indicators}
        found: Values = {}
        for (indicator_id, level), (n, d) in values.items():
            found.setdefault(codes[indicator_id], {})[level] = {"n": n, "d": d}
        return found

    def _pairs(self, values: Answers) -> Pairs:
        codes = {item.pk: item.code for item in self.indicators if item.counted}
        return {(codes[pk], level): pair for (pk, level), pair in values.items() if pk in codes}


def watch_over(round: Round, indicators: Sequence[Indicator]) -> Watch:
    """Two queries for the whole round, however many units owe a report in it."""
    counts: dict[int, list[tuple[str, str, int]]] = {}
    for unit_id, population, level, number in Headcount.objects.filter(
        school_year=round.school_year, population__in=[Population.STAFF, Population.PUPILS]
    ).values_list("unit_id", "population", "level", "number"):
        counts.setdefault(unit_id, []).append((population, level, number))
    stated = _last_round(round, indicators)
    facts = {
        unit_id: known.gather(
            round, headcounts=counts.get(unit_id, []), stated=stated.get(unit_id, []), asked=indicators
        )
        for unit_id in {*counts, *stated}
    }
    return Watch(indicators, facts)


def _last_round(round: Round, indicators: Iterable[Indicator]) -> dict[int, list[Stated]]:
    last = round.previous
    if last is None:
        return {}
    counted = {item.pk: item.counted for item in indicators}
    rows = Value.objects.filter(
        submission__report__round=last, submission__report__current_submission_id=F("submission_id")
    ).values_list("submission__report__unit_id", "indicator_id", "level", "numerator", "denominator")
    found: dict[int, list[Stated]] = {}
    for unit_id, indicator_id, level, n, d in rows:
        found.setdefault(unit_id, []).append(
            Stated(
                indicator_id=indicator_id,
                counted=counted.get(indicator_id, ""),
                level=level,
                numerator=n,
                denominator=d,
                round_id=last.pk,
                round_name=last.name,
                year=last.year,
                school_year=last.school_year,
            )
        )
    return found
