"""The forms of many reports at once, as `form_spec` makes each: a handful of queries for every five hundred."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import F, Q

from reports.collection import form_spec, selectors
from reports.collection.commune import MISSING_KEY
from reports.collection.known import Stated, gather, question
from reports.collection.questions import Form, Question, Section
from reports.models import Draft, Report, Round, RoundIndicator, Value
from reports.models.reports import COUNTED_PROVISIONAL
from reports.sheets.layout import SheetReport, SheetRound
from schools import levels, school_years
from schools.models import Headcount, Population
from targets.completion import Goal
from targets.models import Indicator, Target

CHUNK = 500
WORDS = tuple(key for key in form_spec.NARRATIVE_KEYS if key != MISSING_KEY)


def sheet_round(round_: Round, due: str) -> SheetRound:
    year = school_years.label(round_.school_year)
    return SheetRound(round_.pk, round_.name, due, year, round_.campaign.name)


def due_words(report: Report, now: datetime) -> str:
    return selectors.due_date(report, now).words


def sheet_report(report: Report, draft: Draft, form: Form) -> SheetReport:
    return SheetReport(
        report_id=report.pk,
        version=draft.version,
        code=report.unit.code,
        unit=report.unit.name,
        commune=report.commune.name if report.commune else "",
        levels=levels.label(report.levels),
        form=form,
    )


def forms_of(round_: Round, reports: Iterable[Report]) -> Iterator[tuple[Report, Form]]:
    """Each report of the round with its draft's form, in their order; reports bring `draft` and `unit` along."""
    asked = _Asked(round_)
    listed = iter(reports)
    while chunk := list(islice(listed, CHUNK)):
        headcounts, stated = _headcounts(round_, chunk), _stated(round_, chunk)
        for report in chunk:
            indicators = asked.of(report.levels)
            known = gather(
                round_,
                headcounts=headcounts.get(report.unit_id, ()),
                stated=stated.get(report.unit_id, ()),
                asked=indicators,
            )
            questions = tuple(
                question(number, item, unit_levels=report.levels, goals=asked.goals.get(item.pk, {}), known=known)
                for number, item in enumerate(indicators, start=1)
            )
            yield report, _form(round_, questions, report.draft)


def _form(round_: Round, questions: tuple[Question, ...], draft: Draft) -> Form:
    keys = WORDS if round_.ask_narrative else ()
    fields = form_spec.narrative_fields({}, len(questions) + 1, keys)
    return form_spec.refill(Form((Section("A", "", questions),), fields), draft.values, draft.narrative)


class _Asked:
    """The indicators of a round as schools of each set of levels are asked them, and their targets."""

    def __init__(self, round_: Round) -> None:
        found = RoundIndicator.objects.filter(round=round_).select_related("indicator").order_by("order", "id")
        self.indicators = [item.indicator for item in found]
        self.goals: dict[int, dict[str, Goal]] = {}
        for target in Target.objects.filter(indicator__in=[item.pk for item in self.indicators], year=round_.year):
            self.goals.setdefault(target.indicator_id, {})[target.level] = Goal(target.percent, target.encouraged)
        self._by_levels: dict[int, list[Indicator]] = {}

    def of(self, mask: int) -> list[Indicator]:
        """In the order of the form: an indicator that comes later joins the section it names."""
        if mask not in self._by_levels:
            asked = [item for item in self.indicators if item.value_levels(mask)]
            places: dict[str, int] = {}
            for item in asked:
                places.setdefault(item.section, len(places))
            self._by_levels[mask] = sorted(asked, key=lambda item: places[item.section])
        return self._by_levels[mask]


def _headcounts(round_: Round, reports: Sequence[Report]) -> dict[int, list[tuple[str, str, int]]]:
    found: dict[int, list[tuple[str, str, int]]] = {}
    rows = Headcount.objects.filter(
        unit_id__in=[report.unit_id for report in reports],
        school_year=round_.school_year,
        population__in=[Population.STAFF, Population.PUPILS],
    ).values_list("unit_id", "population", "level", "number")
    for unit, population, level, number in rows:
        found.setdefault(unit, []).append((population, level, number))
    return found


def _stated(round_: Round, reports: Sequence[Report]) -> dict[int, list[Stated]]:
    """What each unit has submitted in the round before and in those of the same school year, the newest first."""
    rounds = Q(submission__report__round__school_year=round_.school_year)
    if round_.previous_id is not None:
        rounds |= Q(submission__report__round_id=round_.previous_id)
    rows: Any = (
        Value.objects.filter(
            rounds,
            submission__report__unit_id__in=[report.unit_id for report in reports],
            submission__report__current_submission_id=F("submission_id"),
        )
        .exclude(submission__report__round_id=round_.pk)
        .order_by("-submission__submitted_at", "-submission_id", "id")
        .values_list(
            "submission__report__unit_id",
            "indicator_id",
            "indicator__counted",
            "level",
            "numerator",
            "denominator",
            "submission__report__round_id",
            "submission__report__round__name",
            "submission__report__round__year",
            "submission__report__round__school_year",
            "submission__report__state",
            "submission__report__excluded_at",
        )
    )
    found: dict[int, list[Stated]] = {}
    for unit, *facts, state, excluded_at in rows:
        stands = state in COUNTED_PROVISIONAL and excluded_at is None
        found.setdefault(unit, []).append(replace(Stated(*facts), stands=stands))
    return found
