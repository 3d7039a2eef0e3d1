"""The forms of many reports at once, as `form_spec` makes each: a handful of queries for every five hundred."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from reports.collection import form_spec, selectors
from reports.collection.commune import MISSING_KEY
from reports.collection.known import gather, question
from reports.collection.questions import Form, Question, Section
from reports.models import Draft, Report, Round, RoundIndicator
from reports.sheets.layout import SheetReport, SheetRound
from schools import levels, school_years
from targets.models import Indicator
from targets.selectors import goals_of

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
        units = [report.unit_id for report in chunk]
        headcounts, stated = form_spec.headcounts_of(round_, units), form_spec.stated_by(round_, units)
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
        self.goals = goals_of(round_.year, self.indicators)
        self._by_levels: dict[int, list[Indicator]] = {}

    def of(self, mask: int) -> list[Indicator]:
        if mask not in self._by_levels:
            asked = [item for item in self.indicators if item.value_levels(mask)]
            self._by_levels[mask] = form_spec.in_form_order(asked)
        return self._by_levels[mask]
