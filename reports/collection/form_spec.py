"""The form of one report: what applies to the school, with what the portal already knows filled in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from reports.collection import rules
from reports.collection.commune import MISSING_KEY, has_silent_schools, is_commune_report
from reports.collection.known import Known, Stated, gather, question
from reports.collection.questions import Form, Narrative, NarrativeField, Question, Section, Values
from reports.models import Draft, Report, Round, RoundIndicator, Submission, Value
from reports.models.reports import COUNTED_PROVISIONAL
from schools.models import Headcount, Population
from targets.models import Indicator
from targets.selectors import goals_of

NARRATIVE_KEYS = (MISSING_KEY, "results", "difficulties", "proposals", "models")
NARRATIVE_MAX = 5000


def form_of_draft(report: Report, draft: Draft) -> Form:
    return build_form(report, draft.values, draft.narrative)


def form_of_submission(report: Report, submission: Submission) -> Form:
    asks_reason = is_commune_report(report) and bool(submission.narrative.get(MISSING_KEY))
    values = submitted_values(submission)
    return build_form(report, values, submission.narrative, asks_reason=asks_reason, offering=False)


def build_form(
    report: Report, values: Values, narrative: Narrative, *, asks_reason: bool | None = None, offering: bool = True
) -> Form:
    """The form with these answers in it; 4 queries, however long it is and however many rounds there were.

    `asks_reason`: why schools are missing from a commune's sums; None is where some are silent now.
    Not `offering`: see `questions_of`.
    """
    questions = rules.answered(questions_of(report, offering=offering), values)
    words = {key: str(narrative.get(key) or "") for key in NARRATIVE_KEYS}
    keys = [key for key in NARRATIVE_KEYS if key != MISSING_KEY]
    if report.round.ask_narrative is False and questions:
        keys = []
    if has_silent_schools(report) if asks_reason is None else asks_reason:
        keys.insert(0, MISSING_KEY)
    fields = narrative_fields(words, len(questions) + 1, keys)
    return Form(_sections(questions), fields, words)


def refill(form: Form, values: Values, narrative: Narrative) -> Form:
    """The same form with other answers, without asking the database again."""
    questions = rules.answered(form.questions, values)
    words = {key: str(narrative.get(key) or "") for key in NARRATIVE_KEYS}
    fields = tuple(replace(field, text=words[field.key]) for field in form.narrative)
    return Form(_sections(questions), fields, words)


def questions_of(report: Report, *, offering: bool = True) -> tuple[Question, ...]:
    """The questions of a report, unanswered; none for a commune's own report. 4 queries.

    Not `offering`: without the answers that the unit has given elsewhere, as a submission is read.
    """
    if not report.levels:
        return ()
    asked = [
        item.indicator
        for item in RoundIndicator.objects.filter(round_id=report.round_id)
        .select_related("indicator")
        .order_by("order", "id")
        if item.indicator.value_levels(report.levels)
    ]
    asked = in_form_order(asked)
    goals, known = goals_of(report.round.year, asked), _known(report, asked)
    if not offering:
        known = replace(known, offered={})
    return tuple(
        question(number, indicator, unit_levels=report.levels, goals=goals.get(indicator.pk, {}), known=known)
        for number, indicator in enumerate(asked, start=1)
    )


def submitted_values(submission: Submission) -> Values:
    """The rows of a submission in the shape of a draft. One query."""
    found: Values = {}
    for value in submission.values.select_related("indicator").order_by("id"):
        found.setdefault(value.indicator.code, {})[value.level] = {"n": value.numerator, "d": value.denominator}
    return found


def narrative_fields(words: Narrative, first: int, keys: Iterable[str]) -> tuple[NarrativeField, ...]:
    labels: dict[str, tuple[str, str]] = {
        MISSING_KEY: (
            _("Lý do gửi khi còn trường chưa nộp"),
            _("Báo cáo ghi tên những trường này cùng lý do. Bắt buộc khi còn trường chưa nộp."),
        ),
        "results": (_("Kết quả nổi bật"), _("Một vài câu, không cần nhắc lại số liệu ở trên.")),
        "difficulties": (_("Khó khăn, vướng mắc"), ""),
        "proposals": (_("Đề xuất, kiến nghị"), ""),
        "models": (_("Mô hình, cách làm tiêu biểu"), _("Tên mô hình và nơi có thể đến xem.")),
    }
    return tuple(
        NarrativeField(number, key, *labels[key], words.get(key, "")) for number, key in enumerate(keys, start=first)
    )


def _sections(questions: Iterable[Question]) -> tuple[Section, ...]:
    grouped = groupby(questions, key=lambda question: question.section)
    return tuple(Section(chr(ord("A") + place), title, tuple(items)) for place, (title, items) in enumerate(grouped))


def in_form_order(asked: Sequence[Indicator]) -> list[Indicator]:
    """Sections follow the round's order; an indicator that comes later joins the section it names."""
    places: dict[str, int] = {}
    for indicator in asked:
        places.setdefault(indicator.section, len(places))
    return sorted(asked, key=lambda indicator: places[indicator.section])


def _known(report: Report, asked: Sequence[Indicator]) -> Known:
    """Two queries: the school-year counts, and what the unit has submitted in other rounds."""
    unit = report.unit_id
    counts, stated = headcounts_of(report.round, [unit]), stated_by(report.round, [unit])
    return gather(report.round, headcounts=counts.get(unit, ()), stated=stated.get(unit, ()), asked=asked)


def headcounts_of(round_: Round, unit_ids: Sequence[int]) -> dict[int, list[tuple[str, str, int]]]:
    """{unit: [(population, level, number)]} of the round's school year. One query."""
    found: dict[int, list[tuple[str, str, int]]] = {}
    rows = Headcount.objects.filter(
        unit_id__in=unit_ids,
        school_year=round_.school_year,
        population__in=[Population.STAFF, Population.PUPILS],
    ).values_list("unit_id", "population", "level", "number")
    for unit, population, level, number in rows:
        found.setdefault(unit, []).append((population, level, number))
    return found


def stated_by(round_: Round, unit_ids: Sequence[int]) -> dict[int, list[Stated]]:
    """What each unit currently says in the round before and in others of the same school year, the newest first."""
    rounds = Q(submission__report__round__school_year=round_.school_year)
    if round_.previous_id is not None:
        rounds |= Q(submission__report__round_id=round_.previous_id)
    rows: Any = (
        Value.objects.filter(
            rounds,
            submission__report__unit_id__in=unit_ids,
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
