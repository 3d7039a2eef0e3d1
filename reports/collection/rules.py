"""What may be wrong with the answers of a report: errors block, warnings teach. Pure.

One set of rules for the form, the check before submitting, the service and the API.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from reports.collection import oddities
from reports.collection.oddities import LARGEST, Pairs
from reports.collection.problem import Problem, about, grouped
from reports.collection.questions import Cell, Question, Row, Values

__all__ = ["Pairs", "Problem", "Problems", "answered", "as_typed", "problems"]


@dataclass(frozen=True, slots=True)
class Problems:
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def __bool__(self) -> bool:
        """Whether something blocks."""
        return bool(self.errors)


def answered(questions: Iterable[Question], values: Values) -> tuple[Question, ...]:
    """The questions with these answers in them, and in what was never answered what the portal knows.

    What the unit typed always stands. A numerator or a yes or no that it emptied stays empty: the
    answer is its to give. A total that it emptied is filled in again: it is no answer, but a fact.
    """
    filled = tuple(
        replace(question, rows=tuple(_fill(row, question, values) for row in question.rows)) for question in questions
    )
    return _share_totals(filled)


def problems(questions: Sequence[Question], values: Values, neighbours: Iterable[Pairs] = ()) -> Problems:
    """Everything that is wrong or strange, in the order of the form; never raises, whatever the values are.

    `neighbours` are what the other schools of the commune have answered in the same round.
    """
    filled = answered(questions, values)
    errors = tuple(error for question in filled for row in question.rows for error in _errors(question, row))
    return Problems(errors, oddities.warnings(filled, neighbours))


def as_typed(questions: Iterable[Question], values: Values) -> Values:
    """These answers with each that is left out as one that was emptied, so that none is filled in from elsewhere."""
    return {
        question.code: {row.level: {"n": None, **_given(values, question.code, row.level)} for row in question.rows}
        for question in questions
    }


def _fill(row: Row, question: Question, values: Values) -> Row:
    given = _given(values, question.code, row.level)
    offered = row.offered
    n = given.get("n") if "n" in given or offered is None else offered.numerator
    if question.is_yes_no:
        return replace(row, n=n, d=1, same_as=None)
    d = given.get("d")
    if d is None:
        d = row.known if offered is None else offered.denominator
    return replace(row, n=_of_nobody(n, d), d=d, same_as=None)


def _given(values: Any, code: str, level: str) -> dict[str, Any]:
    """The cells of one row as they were sent; none where what was sent has another shape."""
    for key in (code, level):
        values = values.get(key) if isinstance(values, dict) else None
    return values if isinstance(values, dict) else {}


def _of_nobody(n: Cell, d: Cell) -> Cell:
    """Of nobody there is nobody to count: nothing needs to be typed."""
    return 0 if n is None and d == 0 else n


def _share_totals(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """A total that the portal does not know and that was typed once stands in every question about the same people."""
    typed: dict[tuple[str, str], tuple[int, Cell]] = {}
    for question in questions:
        for row in question.rows:
            if not question.is_yes_no and row.d is not None:
                typed.setdefault((question.counted, row.level), (question.number, row.d))
    return tuple(
        question
        if question.is_yes_no
        else replace(
            question,
            rows=tuple(_share(row, question, typed.get((question.counted, row.level))) for row in question.rows),
        )
        for question in questions
    )


def _share(row: Row, question: Question, typed: tuple[int, Cell] | None) -> Row:
    if typed is None or typed[0] == question.number or row.known is not None or row.offered is not None:
        return row
    number, total = typed
    if row.d is not None and row.d != total:
        return row
    return replace(row, n=_of_nobody(row.n, total), d=total, same_as=number)


def _errors(question: Question, row: Row) -> Iterator[Problem]:
    if question.is_yes_no:
        if row.n is None:
            yield about("missing", question, row, "n", _("chọn Có hoặc Chưa."))
        elif not isinstance(row.n, int) or isinstance(row.n, bool) or row.n not in (0, 1):
            yield about("not_a_number", question, row, "n", _("chỉ nhận Có hoặc Chưa."))
        return
    blocked = False
    for field, cell in (("n", row.n), ("d", row.d)):
        for kind, text in _cell_errors(field, cell):
            blocked = True
            yield about(kind, question, row, field, text)
    if not blocked and isinstance(row.n, int) and isinstance(row.d, int) and row.n > row.d:
        text = _("số đạt (%(n)s) lớn hơn tổng số (%(d)s).") % {"n": grouped(row.n), "d": grouped(row.d)}
        yield about("above", question, row, "n", text)


def _cell_errors(field: str, cell: object) -> Iterator[tuple[str, str]]:
    if cell is None:
        yield "missing", _("chưa có số đạt.") if field == "n" else _("chưa có tổng số.")
    elif not isinstance(cell, int) or isinstance(cell, bool):
        # Only words are shown again: what else JSON holds may have no text of its own.
        words = cell[:30] if isinstance(cell, str) else "…"
        yield "not_a_number", _("“%(text)s” không phải là số nguyên.") % {"text": words}
    elif cell < 0:
        yield "negative", _("số không được âm.")
    elif cell > LARGEST:
        yield "too_large", _("số quá lớn.")
