"""The form of one report: what applies to the school, with what the portal already knows filled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from reports.collection import rules
from reports.collection.questions import Form, Narrative, NarrativeField, Question, Row, Section, Values
from reports.models import Draft, Report, RoundIndicator, Submission, Value
from schools import levels
from schools.models import Headcount, Population
from targets.completion import Goal, Rate
from targets.models import Indicator, Target

NARRATIVE_KEYS = ("results", "difficulties", "proposals", "models")
NARRATIVE_MAX = 5000


def form_of_draft(report: Report, draft: Draft) -> Form:
    return build_form(report, draft.values, draft.narrative)


def form_of_submission(report: Report, submission: Submission) -> Form:
    return build_form(report, submitted_values(submission), submission.narrative)


def build_form(report: Report, values: Values, narrative: Narrative) -> Form:
    """The form with these answers in it; 4 queries at most, however long it is."""
    questions = rules.answered(questions_of(report), values)
    words = {key: str(narrative.get(key) or "") for key in NARRATIVE_KEYS}
    fields = narrative_fields(words, len(questions) + 1) if report.round.ask_narrative or not questions else ()
    return Form(_sections(questions), fields, words)


def refill(form: Form, values: Values, narrative: Narrative) -> Form:
    """The same form with other answers, without asking the database again."""
    questions = rules.answered(form.questions, values)
    words = {key: str(narrative.get(key) or "") for key in NARRATIVE_KEYS}
    fields = tuple(replace(field, text=words[field.key]) for field in form.narrative)
    return Form(_sections(questions), fields, words)


def questions_of(report: Report) -> tuple[Question, ...]:
    """The questions of a report, unanswered; none for a commune's own report."""
    if not report.levels:
        return ()
    asked = [
        item.indicator
        for item in RoundIndicator.objects.filter(round_id=report.round_id)
        .select_related("indicator")
        .order_by("order", "id")
        if item.indicator.value_levels(report.levels)
    ]
    # Sections follow the form's order; an indicator that comes later joins the section it names.
    places: dict[str, int] = {}
    for indicator in asked:
        places.setdefault(indicator.section, len(places))
    asked.sort(key=lambda indicator: places[indicator.section])
    goals, known, previous = _goals(report, asked), _known(report), _previous(report)
    return tuple(
        _question(number, indicator, report, goals, known, previous) for number, indicator in enumerate(asked, start=1)
    )


def submitted_values(submission: Submission) -> Values:
    """The rows of a submission in the shape of a draft. One query."""
    found: Values = {}
    for value in submission.values.select_related("indicator").order_by("id"):
        found.setdefault(value.indicator.code, {})[value.level] = {"n": value.numerator, "d": value.denominator}
    return found


def narrative_fields(words: Narrative, first: int) -> tuple[NarrativeField, ...]:
    labels: dict[str, tuple[str, str]] = {
        "results": (_("Kết quả nổi bật"), _("Một vài câu, không cần nhắc lại số liệu ở trên.")),
        "difficulties": (_("Khó khăn, vướng mắc"), ""),
        "proposals": (_("Đề xuất, kiến nghị"), ""),
        "models": (_("Mô hình, cách làm tiêu biểu"), _("Tên mô hình và nơi có thể đến xem.")),
    }
    return tuple(
        NarrativeField(number, key, label, hint, words.get(key, ""))
        for number, (key, (label, hint)) in enumerate(labels.items(), start=first)
    )


def _sections(questions: Iterable[Question]) -> tuple[Section, ...]:
    grouped = groupby(questions, key=lambda question: question.section)
    return tuple(Section(chr(ord("A") + place), title, tuple(items)) for place, (title, items) in enumerate(grouped))


def _question(
    number: int,
    indicator: Indicator,
    report: Report,
    goals: dict[int, dict[str, Goal]],
    known: dict[tuple[str, str], int],
    previous: dict[tuple[int, str], Rate],
) -> Question:
    rows = tuple(
        Row(
            level=level,
            known=known.get((indicator.counted, level)) if indicator.counted else 1,
            goal=_goal(goals.get(indicator.pk, {}), level, report.levels),
            previous=previous.get((indicator.pk, level)),
        )
        for level in indicator.value_levels(report.levels)
    )
    return Question(
        number=number,
        indicator_id=indicator.pk,
        code=indicator.code,
        section=indicator.section,
        text=indicator.question,
        short_name=indicator.short_name,
        hint=indicator.hint,
        kind=indicator.kind,
        counted=indicator.counted,
        rows=rows,
    )


def _goal(goals: dict[str, Goal], level: str, unit_levels: int) -> Goal | None:
    """The target of the level, else the one for all; of a value for the whole school, its highest level's."""
    if level in goals or level:
        return goals.get(level, goals.get(""))
    return next((goals[code] for code in reversed(levels.to_codes(unit_levels)) if code in goals), None)


def _goals(report: Report, asked: Iterable[Indicator]) -> dict[int, dict[str, Goal]]:
    found: dict[int, dict[str, Goal]] = {}
    for target in Target.objects.filter(indicator__in=[indicator.pk for indicator in asked], year=report.round.year):
        found.setdefault(target.indicator_id, {})[target.level] = Goal(target.percent, target.encouraged)
    return found


def _known(report: Report) -> dict[tuple[str, str], int]:
    rows = Headcount.objects.filter(
        unit_id=report.unit_id,
        school_year=report.round.school_year,
        population__in=[Population.STAFF, Population.PUPILS],
    ).values_list("population", "level", "number")
    return {(population, level): number for population, level, number in rows}


def _previous(report: Report) -> dict[tuple[int, str], Rate]:
    if report.round.previous_id is None:
        return {}
    rows: Any = Value.objects.filter(
        submission__report__round_id=report.round.previous_id,
        submission__report__unit_id=report.unit_id,
        submission__report__current_submission_id=F("submission_id"),
    ).values_list("indicator_id", "level", "numerator", "denominator")
    return {(indicator, level): Rate(n, d) for indicator, level, n, d in rows}
