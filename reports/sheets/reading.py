"""Bytes of a workbook that came back → what was typed, field by field. Nothing in it is believed or run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.collection.numbers import read_whole
from reports.collection.questions import Cell, Form, Narrative, Question, Values
from reports.sheets import checks, layout, many_schools, one_school
from schools import text
from schools.imports.problems import RefusedError
from schools.imports.workbook import Cell as FileCell
from schools.imports.workbook import Row, Sheet, read_sheets

MOST_REPORTS = 20_000
_LONGEST = 30
_EXACT = 10**15


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What a workbook holds of one report; `row` is Excel's, `fields` only those that the file has."""

    report_id: int
    version: int
    row: int
    fields: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class ReadBook:
    """A workbook as it was read; `strays` are Excel's rows in which something stands and no report is named."""

    kind: str
    round_id: int
    reports: tuple[ReadReport, ...]
    strays: tuple[int, ...] = ()


def read_book(content: bytes) -> ReadBook:
    """Read it in a process of its own, under the limits of a school list; raises RefusedError."""
    try:
        sheets = read_sheets(content)
    except RefusedError as refused:
        if refused.problem.code != "too_large":
            raise
        told = _("Tệp quá lớn so với một biểu mẫu báo cáo nên không được đọc. Tải biểu mẫu mới rồi điền lại.")
        raise RefusedError("too_large", told) from refused
    sheet = next((sheet for sheet in sheets if _at(_row(sheet, layout.MARK_ROW), 0) == layout.MARK), None)
    if sheet is None:
        raise _refused(_("Tệp không phải biểu mẫu tải từ cổng này. Tải biểu mẫu Excel, điền rồi tải lên."))
    top = _row(sheet, layout.MARK_ROW)
    if _number(_at(top, 1)) != layout.FORMAT:
        raise _refused(_("Biểu mẫu thuộc bản khác của cổng. Tải biểu mẫu mới rồi điền lại."))
    kind, round_id = _at(top, layout.MARK_KIND), _number(_at(top, layout.MARK_ROUND))
    if kind not in (layout.ONE, layout.MANY) or round_id is None:
        raise _refused(_("Phần ẩn ở đầu biểu mẫu đã bị sửa nên không biết tệp thuộc đợt nào. Tải biểu mẫu mới."))
    if kind == layout.ONE:
        return ReadBook(layout.ONE, round_id, (_read_form(sheet, top),))
    return _read_list(sheet, round_id)


def _read_form(sheet: Sheet, top: Row) -> ReadReport:
    report_id, version = _number(_at(top, layout.MARK_REPORT)), _number(_at(top, layout.MARK_VERSION))
    if report_id is None or version is None:
        raise _refused(_("Phần ẩn ở đầu biểu mẫu đã bị sửa nên không biết tệp thuộc báo cáo nào. Tải biểu mẫu mới."))
    fields: dict[str, Cell] = {}
    for row in sheet.rows[one_school.HEAD_ROW + 1 :]:
        for key, column in ((layout.FIRST_KEY, one_school.N), (layout.SECOND_KEY, one_school.D)):
            if isinstance(name := _at(row, key), str) and name:
                fields[name] = typed(_at(row, column))
    return ReadReport(report_id, version, layout.MARK_ROW + 1, fields)


def _read_list(sheet: Sheet, round_id: int) -> ReadBook:
    if len(sheet.rows) > many_schools.TOP + MOST_REPORTS:
        raise _refused(_("Tệp có hơn %(most)s dòng. Tải biểu mẫu mới rồi điền lại.") % {"most": MOST_REPORTS})
    named = _row(sheet, layout.NAMES_ROW)
    names = {place: name for place, name in enumerate(named) if isinstance(name, str) and name}
    found, strays = [], []
    for number, row in enumerate(sheet.rows[many_schools.TOP :], start=many_schools.TOP + 1):
        report_id, version = _number(_at(row, layout.FIRST_KEY)), _number(_at(row, layout.SECOND_KEY))
        if report_id is not None and version is not None:
            fields = {name: typed(_at(row, place)) for place, name in names.items()}
            found.append(ReadReport(report_id, version, number, fields))
        elif any(cell not in ("", None) for cell in row):
            strays.append(number)
    if not names or not found:
        raise _refused(_("Biểu mẫu không còn dòng nào của trường. Tải biểu mẫu mới rồi điền lại."))
    return ReadBook(layout.MANY, round_id, tuple(found), tuple(strays))


def typed(cell: FileCell) -> Cell:
    """A cell as it was typed: a whole number, or words; half a number is words, as on the form."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        if float(cell).is_integer() and abs(cell) < _EXACT:
            return int(cell)
        return f"{cell:g}".replace(".", ",")[:_LONGEST]
    if isinstance(cell, bytes):
        return cell.decode()
    return _("(công thức)") if cell is ... else str(cell)


def answers_in(form: Form, fields: Mapping[str, Cell]) -> tuple[Values, Narrative]:
    """The answers of one report; what the file has no field for stays as `form` (the draft now) has it."""
    values: Values = {}
    for question in form.questions:
        for row in question.rows:
            n, d = question.name("n", row.level), question.name("d", row.level)
            values.setdefault(question.code, {})[row.level] = {
                "n": _answer(question, fields[n]) if n in fields else row.n,
                "d": 1 if question.is_yes_no else (_whole(fields[d]) if d in fields else row.d),
            }
    # The draft's own words first: a round that asks for none shows none, and keeps what was said.
    said = {field.key: _words(fields[field.key]) for field in form.narrative if field.key in fields}
    return values, {**form.words, **said}


def _answer(question: Question, cell: Cell) -> Cell:
    if not question.is_yes_no:
        return _whole(cell)
    if isinstance(cell, str) and (known := _yes_no().get(text.fold(cell))) is not None:
        return known
    return _whole(cell)


def _whole(cell: Cell) -> Cell:
    return read_whole(cell) if isinstance(cell, str) else cell


def _words(cell: Cell) -> str:
    return "" if cell is None else str(cell).replace("\r\n", "\n").replace("\x00", "").strip()


@cache
def _yes_no() -> dict[str, int]:
    """Yes and no in every language that a workbook may have been written in."""
    found: dict[str, int] = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            yes, no = checks.answers()
            found |= {text.fold(yes): 1, text.fold(no): 0}
    return found


def _row(sheet: Sheet, place: int) -> Row:
    return sheet.rows[place] if place < len(sheet.rows) else []


def _at(row: Row, place: int) -> FileCell:
    return row[place] if place < len(row) else None


def _number(cell: FileCell) -> int | None:
    """A count in a hidden cell, which a spreadsheet gives back as a number and CSV as digits."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return int(cell) if float(cell).is_integer() and 0 <= cell < 2**31 else None
    if isinstance(cell, str) and cell.isascii() and cell.isdigit() and len(cell) < 10:
        return int(cell)
    return None


def _refused(message: str) -> RefusedError:
    return RefusedError("not_a_workbook", message)
