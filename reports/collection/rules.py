"""What may be wrong with the answers of a report: errors block, warnings teach. Pure.

One set of rules for the form, the check before submitting, the service and the API.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from reports.collection.questions import Cell, Question, Row, Values

MANY_TIMES = 10
FEWEST_TO_COMPARE = 5
STAFF_CHANGE_PERCENT = 30
FEWEST_FULL_RATES = 2


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


@dataclass(frozen=True, slots=True)
class Problems:
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def __bool__(self) -> bool:
        """Whether something blocks."""
        return bool(self.errors)


def answered(questions: Iterable[Question], values: Values) -> tuple[Question, ...]:
    """The questions with these answers in them; a denominator left out is the known one."""
    return tuple(
        replace(question, rows=tuple(_fill(row, question, values) for row in question.rows)) for question in questions
    )


def problems(questions: Sequence[Question], values: Values) -> Problems:
    """Everything that is wrong or strange, in the order of the form."""
    filled = answered(questions, values)
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for question in filled:
        for row in question.rows:
            errors += _errors(question, row)
            warnings += _warnings(question, row)
    return Problems(tuple(errors), (*warnings, *_all_full(filled)))


def _fill(row: Row, question: Question, values: Values) -> Row:
    given = values.get(question.code, {}).get(row.level, {})
    n, d = given.get("n"), given.get("d")
    if question.is_yes_no:
        return replace(row, n=n, d=1)
    if d is None:
        d = row.known
    # Of nobody there is nobody to count: nothing needs to be typed.
    return replace(row, n=0 if n is None and d == 0 else n, d=d)


def _problem(kind: str, question: Question, row: Row, field: str, text: str) -> Problem:
    anchor = question.anchor(row.level, field)
    return Problem(kind, question.number, question.code, row.level, field, anchor, f"{_place(question, row)}: {text}")


def _place(question: Question, row: Row) -> str:
    if question.has_levels:
        return _("Mục %(number)s, %(level)s") % {"number": question.number, "level": row.level_name}
    return _("Mục %(number)s") % {"number": question.number}


def _errors(question: Question, row: Row) -> Iterator[Problem]:
    if question.is_yes_no:
        if row.n is None:
            yield _problem("missing", question, row, "n", _("chọn Có hoặc Chưa."))
        elif row.n not in (0, 1) or isinstance(row.n, bool):
            yield _problem("not_a_number", question, row, "n", _("chỉ nhận Có hoặc Chưa."))
        return
    blocked = False
    for field, cell in (("n", row.n), ("d", row.d)):
        for kind, text in _cell_errors(field, cell):
            blocked = True
            yield _problem(kind, question, row, field, text)
    if not blocked and isinstance(row.n, int) and isinstance(row.d, int) and row.n > row.d:
        text = _("số đạt (%(n)s) lớn hơn tổng số (%(d)s).") % {"n": _shown(row.n), "d": _shown(row.d)}
        yield _problem("above", question, row, "n", text)


def _cell_errors(field: str, cell: Cell) -> Iterator[tuple[str, str]]:
    if cell is None:
        yield "missing", _("chưa có số đạt.") if field == "n" else _("chưa có tổng số.")
    elif not isinstance(cell, int) or isinstance(cell, bool):
        yield "not_a_number", _("“%(text)s” không phải là số nguyên.") % {"text": str(cell)[:30]}
    elif cell < 0:
        yield "negative", _("số không được âm.")
    elif cell > 999_999_999:
        yield "too_large", _("số quá lớn.")


def _warnings(question: Question, row: Row) -> Iterator[Problem]:
    if question.is_yes_no or not isinstance(row.n, int) or not isinstance(row.d, int):
        return
    if row.n > row.d and row.known is not None and row.n == row.known:
        yield _problem("swapped", question, row, "n", _("có thể số đạt và tổng số đang bị đổi chỗ cho nhau."))
    if row.n <= row.d:
        yield from _against_last_round(question, row)
    if row.known and (row.d >= MANY_TIMES * row.known or row.known >= MANY_TIMES * max(row.d, 1)):
        text = _("tổng số %(d)s khác xa số trong danh mục trường (%(known)s). Kiểm tra có thừa hay thiếu chữ số 0.")
        yield _problem("far_from_known", question, row, "d", text % {"d": _shown(row.d), "known": _shown(row.known)})


def _against_last_round(question: Question, row: Row) -> Iterator[Problem]:
    last = row.previous
    if last is None or not isinstance(row.n, int) or not isinstance(row.d, int):
        return
    if last.numerator >= FEWEST_TO_COMPARE and row.n >= MANY_TIMES * last.numerator:
        text = _("số đạt %(n)s gấp từ 10 lần đợt trước (%(last)s). Nếu đúng thì giữ nguyên.")
        yield _problem("ten_times", question, row, "n", text % {"n": _shown(row.n), "last": _shown(last.numerator)})
    changed = abs(row.d - last.denominator) * 100
    if question.counted == "staff" and last.denominator and changed > STAFF_CHANGE_PERCENT * last.denominator:
        text = _("số người của trường đổi hơn 30%% so với đợt trước (%(last)s, nay %(d)s). Nếu đúng thì giữ nguyên.")
        yield _problem(
            "staff_changed", question, row, "d", text % {"last": _shown(last.denominator), "d": _shown(row.d)}
        )


def _all_full(questions: Sequence[Question]) -> Iterator[Problem]:
    pairs = [(q, row) for q in questions if not q.is_yes_no for row in q.rows if row.rate and row.rate.applies]
    if len(pairs) < FEWEST_FULL_RATES or any(row.n != row.d for _question, row in pairs):
        return
    question, row = pairs[0]
    text = _("Mọi tỷ lệ đều là 100%. Nếu đúng thì giữ nguyên; số thật, dù thấp, giúp ích hơn số tròn.")
    yield Problem("all_full", question.number, question.code, row.level, "n", question.anchor(row.level), text)


def _shown(number: int) -> str:
    return f"{number:,}".replace(",", ".")
