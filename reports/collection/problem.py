"""One thing that is wrong or strange in the answers of a report. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.collection.questions import Question, Row


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence about one field; `kind` is its name for programs, `field` is 'n' or 'd'."""

    kind: str
    number: int
    code: str
    level: str
    field: str
    anchor: str
    text: str


def about(kind: str, question: Question, row: Row, field: str, text: str) -> Problem:
    """A sentence about one field, which begins by naming its place."""
    return about_form(kind, question, row, field, f"{_place(question, row)}: {text}")


def about_form(kind: str, question: Question, row: Row, field: str, text: str) -> Problem:
    """A sentence about the whole form; the field is where to begin looking."""
    return Problem(kind, question.number, question.code, row.level, field, question.anchor(row.level, field), text)


def _place(question: Question, row: Row) -> str:
    if question.has_levels:
        return _("Mục %(number)s, %(level)s") % {"number": question.number, "level": row.level_name}
    return _("Mục %(number)s") % {"number": question.number}


def grouped(number: int) -> str:
    """1.301, as numbers are written in Vietnam."""
    return f"{number:,}".replace(",", ".")
