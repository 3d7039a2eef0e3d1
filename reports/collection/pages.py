"""What the pages of one report show, made ready: templates format and compute nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.collection import rules
from reports.collection.numbers import read_whole
from reports.collection.questions import Form, Narrative, Question, Row, Section, Values


@dataclass(frozen=True, slots=True)
class RowView:
    """One pair of fields with their names, ids and what is wrong with them."""

    row: Row
    n_name: str
    d_name: str
    n_id: str
    d_id: str
    noun: str
    errors: tuple[rules.Problem, ...]
    warnings: tuple[rules.Problem, ...]

    @property
    def bad_fields(self) -> set[str]:
        return {problem.field for problem in self.errors}


@dataclass(frozen=True, slots=True)
class QuestionView:
    question: Question
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    section: Section
    questions: tuple[QuestionView, ...]

    @property
    def has_errors(self) -> bool:
        return any(row.errors for question in self.questions for row in question.rows)


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that two people, or two windows, gave differently."""

    label: str
    theirs: str
    mine: str


def sections(form: Form, found: rules.Problems, *, show_errors: bool) -> tuple[SectionView, ...]:
    """The form as it is shown; errors only to who has asked to submit, warnings at once."""
    shown = found if show_errors else rules.Problems((), found.warnings)
    return tuple(
        SectionView(section, tuple(_question(question, shown) for question in section.questions))
        for section in form.sections
    )


def _question(question: Question, found: rules.Problems) -> QuestionView:
    def of(problems: Iterable[rules.Problem], level: str) -> tuple[rules.Problem, ...]:
        return tuple(p for p in problems if p.code == question.code and p.level == level)

    return QuestionView(
        question,
        tuple(
            RowView(
                row=row,
                n_name=question.name("n", row.level),
                d_name=question.name("d", row.level),
                n_id=question.anchor(row.level, "n"),
                d_id=question.anchor(row.level, "d"),
                noun=noun(question),
                errors=of(found.errors, row.level),
                warnings=of(found.warnings, row.level),
            )
            for row in question.rows
        ),
    )


def noun(question: Question) -> str:
    return _("học sinh") if question.counted == "pupils" else _("người")


def read_values(questions: Iterable[Question], posted: Mapping[str, str]) -> Values:
    """The answers in a form that was sent; what is no number stays as typed, so that nothing is lost."""
    found: Values = {}
    for question in questions:
        for row in question.rows:
            n = read_whole(posted.get(question.name("n", row.level)))
            d = 1 if question.is_yes_no else read_whole(posted.get(question.name("d", row.level)))
            found.setdefault(question.code, {})[row.level] = {"n": n, "d": d}
    return found


def read_narrative(form: Form, posted: Mapping[str, str]) -> Narrative:
    return {field.key: posted.get(field.key, "").replace("\r\n", "\n") for field in form.narrative}


def fields_of(form: Form) -> dict[str, str]:
    """Every field by its name, as the browser holds it."""
    found: dict[str, str] = {}
    for question in form.questions:
        for row in question.rows:
            found[question.name("n", row.level)] = row.n_text
            if not question.is_yes_no:
                found[question.name("d", row.level)] = row.d_text
    return found | {field.key: field.text for field in form.narrative}


def differences(theirs: Form, mine: Form) -> list[Difference]:
    """Where two drafts of one report say different things, in the order of the form."""
    found = []
    for question, other in zip(theirs.questions, mine.questions, strict=True):
        for row, changed in zip(question.rows, other.rows, strict=True):
            if (row.n, row.d) != (changed.n, changed.d):
                found.append(Difference(_label(question, row), shown(question, row), shown(question, changed)))
    # A school that submits in between takes away the question why it is missing.
    other_words = {field.key: field for field in mine.narrative}
    for field in theirs.narrative:
        words = other_words.get(field.key)
        if words is not None and field.text.strip() != words.text.strip():
            label = _("Mục %(number)s. %(label)s") % {"number": field.number, "label": field.label}
            found.append(Difference(label, field.text or _("(để trống)"), words.text or _("(để trống)")))
    return found


def _label(question: Question, row: Row) -> str:
    name = f"{question.short_name}, {row.level_name}" if question.has_levels else question.short_name
    return _("Mục %(number)s. %(label)s") % {"number": question.number, "label": name}


def shown(question: Question, row: Row) -> str:
    """An answer in words: Có, Chưa, 44 trên 46."""
    if row.n is None:
        return _("(để trống)")
    if question.is_yes_no:
        return _("Có") if row.n == 1 else _("Chưa")
    return _("%(n)s trên %(d)s") % {"n": row.n_text, "d": row.d_text or "–"}
