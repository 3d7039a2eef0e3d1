"""The workbook of one report: a form on paper's terms, a row an answer, with last round's beside it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from reports.collection import rules
from reports.collection.questions import Cell, NarrativeField, Question, Row
from reports.sheets import cells, checks, layout, styles
from reports.sheets.layout import SheetReport, SheetRound

NUMBER, TEXT, LEVEL, N, D, RATE, GOAL, LAST_N, LAST_D, NOTE, KNOWN, CODE = range(2, 14)
WIDTHS = {NUMBER: 6, TEXT: 56, LEVEL: 13, N: 13, D: 13, RATE: 10, GOAL: 13, LAST_N: 11, LAST_D: 11, NOTE: 38}
HEAD_ROW = 5
# About as many letters as fit on a line of each column, to give wrapped rows their height.
LINE_LETTERS, LINE_HEIGHT = 58, 16.5


def write_form(round_: SheetRound, report: SheetReport) -> bytes:
    """One school's workbook, filled in with what is known."""
    out = BytesIO()
    book = styles.new_book(out, row_by_row=False)
    page = _Page(book, report)
    page.write_top(round_)
    for section in report.form.sections:
        page.write_section(f"{section.letter}. {section.title}")
        for question in section.questions:
            page.write_question(question)
    if report.form.narrative:
        page.write_section(f"{report.form.closing_letter}. {_('Ý kiến (không bắt buộc)')}")
        for field in report.form.narrative:
            page.write_words(field)
    page.finish()
    book.close()
    return out.getvalue()


class _Page:
    """The one sheet, written from the top down."""

    def __init__(self, book: Any, report: SheetReport) -> None:
        self.formats = styles.formats(book)
        self.report = report
        self.sheet = book.add_worksheet(_("Báo cáo"))
        self.row = HEAD_ROW + 1
        found = rules.problems(report.form.questions, report.form.values)
        self.problems = (*found.errors, *found.warnings)

    def write_top(self, round_: SheetRound) -> None:
        sheet, formats, report = self.sheet, self.formats, self.report
        marks = (layout.MARK, layout.FORMAT, round_.round_id, layout.ONE, report.report_id, report.version)
        for column, value in enumerate(marks):
            sheet.write(layout.MARK_ROW, column, value)
        sheet.write_string(1, NUMBER, round_.name, formats["title"])
        unit = f"{report.unit} ({report.code})" + (f", {report.commune}" if report.commune else "")
        sheet.write_string(2, NUMBER, unit, formats["unit"])
        due = f"{_('Hạn nộp')}: {round_.due}. " if round_.due else ""
        known = _("Số đã biết được điền sẵn (năm học %(year)s); chỉ sửa khi sai.") % {"year": round_.school_year}
        sheet.write_string(3, NUMBER, f"{due}{known}", formats["note"])
        fill = _("Điền các ô nền xanh, lưu tệp rồi tải lên cổng. Ô khác đã khóa để tệp được nhận đúng.")
        sheet.write_string(4, NUMBER, fill, formats["note"])
        sheet.set_row(1, 26)
        self._write_head()

    def _write_head(self) -> None:
        titles = {
            NUMBER: _("Mục"),
            TEXT: _("Nội dung"),
            LEVEL: _("Cấp học"),
            N: _("Số đạt / Trả lời"),
            D: _("Tổng số"),
            RATE: _("Tỷ lệ"),
            GOAL: _("Chỉ tiêu"),
            LAST_N: _("Đợt trước: số đạt"),
            LAST_D: _("Đợt trước: tổng số"),
            NOTE: _("Lưu ý"),
        }
        for column, title in titles.items():
            self.sheet.write_string(HEAD_ROW, column, title, self.formats["head"])
        self.sheet.set_row(HEAD_ROW, 36)

    def write_section(self, title: str) -> None:
        for column in range(NUMBER, NOTE + 1):
            self.sheet.write_blank(self.row, column, None, self.formats["section"])
        self.sheet.write_string(self.row, NUMBER, title, self.formats["section"])
        self.sheet.set_row(self.row, 22)
        self.row += 1

    def write_question(self, question: Question) -> None:
        for place, row in enumerate(question.rows):
            self._write_about(question, row, first=place == 0)
            if question.is_yes_no:
                self._write_yes_no(question, row)
            else:
                self._write_pair(question, row)
            self._write_note(question, row)
            self.row += 1

    def _write_about(self, question: Question, row: Row, *, first: bool) -> None:
        sheet, formats, at = self.sheet, self.formats, self.row
        if first:
            sheet.write_number(at, NUMBER, question.number, formats["place"])
            if question.hint:
                sheet.write_rich_string(at, TEXT, question.text, formats["hint"], f"\n{question.hint}", formats["text"])
            else:
                sheet.write_string(at, TEXT, question.text, formats["text"])
            lines = _lines(question.text) + (_lines(question.hint) if question.hint else 0)
            sheet.set_row(at, max(lines * LINE_HEIGHT + 4, 24))
        else:
            sheet.write_blank(at, NUMBER, None, formats["place"])
            sheet.write_blank(at, TEXT, None, formats["text"])
            sheet.set_row(at, 24)
        sheet.write_string(at, LEVEL, row.level_name if question.has_levels else "", formats["place"])
        sheet.write_string(at, GOAL, _goal(row), formats["place"])
        last = row.previous
        for column, value in ((LAST_N, last.numerator if last else None), (LAST_D, last.denominator if last else None)):
            shown = None if question.is_yes_no else value
            _count(sheet, at, column, shown, formats["count"])
        if question.is_yes_no and last is not None:
            yes, no = checks.answers()
            sheet.write_string(at, LAST_N, yes if last.numerator else no, formats["place"])

    def _write_yes_no(self, question: Question, row: Row) -> None:
        sheet, at, name = self.sheet, self.row, question.name("n", row.level)
        sheet.write_string(at, layout.FIRST_KEY, name)
        self._input(N, cells.yes_no_word(row.n), name, "c")
        for column in (D, RATE):
            sheet.write_blank(at, column, None, self.formats["off"])
        sheet.data_validation(at, N, at, N, cells.yes_no_list(question, _title(question)))
        cell = xl_rowcol_to_cell(at, N, col_abs=True)
        self._colour(checks.yes_no_wrong(cell), "cf_bad")

    def _write_pair(self, question: Question, row: Row) -> None:
        sheet, at = self.sheet, self.row
        names = {N: question.name("n", row.level), D: question.name("d", row.level)}
        sheet.write_string(at, layout.FIRST_KEY, names[N])
        sheet.write_string(at, layout.SECOND_KEY, names[D])
        self._input(N, row.n, names[N], "n")
        self._input(D, row.d, names[D], "n")
        n, d = (xl_rowcol_to_cell(at, column, col_abs=True) for column in (N, D))
        rate = row.rate
        share = float(row.percent or 0) / 100 if rate and rate.applies else ""
        sheet.write_formula(at, RATE, checks.rate(n, d), self.formats["percent"], share)
        if row.known is not None:
            sheet.write_number(at, KNOWN, row.known)
        for column, cell in ((N, n), (D, d)):
            rule = cells.number_rule(cell, n, d, question, _title(question), is_numerator=column == N)
            sheet.data_validation(at, column, at, column, rule)
        self._colour(checks.wrong(n, d), "cf_bad")

    def _write_note(self, question: Question, row: Row) -> None:
        at = self.row
        n, d, known, last_n, last_d, code = (
            xl_rowcol_to_cell(at, column, col_abs=True) for column in (N, D, KNOWN, LAST_N, LAST_D, CODE)
        )
        if question.is_yes_no:
            formula = checks.yes_no_note(n)
        else:
            formula = checks.pair_note(n, d, known, last_n, last_d, staff=question.counted == "staff")
        mine = [one for one in self.problems if (one.code, one.level) == (question.code, row.level)]
        note = checks.note_of(mine)
        self.sheet.write_formula(at, CODE, formula, None, note)
        self.sheet.write_formula(at, NOTE, checks.note_words(code), self.formats["said"], checks.notes()[note])
        if not question.is_yes_no:
            self._colour(f"={code}>{checks.LAST_WRONG}", "cf_warn")

    def _input(self, column: int, value: Cell, name: str, kind: str) -> None:
        cells.write_input(self.sheet, self.row, column, value, self._style(name, kind))
        if (mark := self.report.marks.get(name)) is not None:
            styles.comment(self.sheet, self.row, column, mark.text)

    def _style(self, name: str, kind: str) -> Any:
        return self.formats[f"{cells.mark_word(self.report.marks.get(name))}_{kind}"]

    def _colour(self, formula: str, style: str) -> None:
        condition = {"type": "formula", "criteria": formula, "format": self.formats[style]}
        self.sheet.conditional_format(self.row, N, self.row, D, condition)

    def write_words(self, field: NarrativeField) -> None:
        sheet, at = self.sheet, self.row
        sheet.write_string(at, layout.FIRST_KEY, field.key)
        sheet.write_number(at, NUMBER, field.number, self.formats["place"])
        if field.hint:
            text, hint = self.formats["text"], self.formats["hint"]
            sheet.write_rich_string(at, TEXT, field.label, hint, f"\n{field.hint}", text)
        else:
            sheet.write_string(at, TEXT, field.label, self.formats["text"])
        sheet.write_blank(at, LEVEL, None, self.formats["off"])
        style = self._style(field.key, "t")
        sheet.merge_range(at, N, at, NOTE, "", style)
        cells.write_input(sheet, at, N, field.text, style)
        if (mark := self.report.marks.get(field.key)) is not None:
            styles.comment(sheet, at, N, mark.text)
        sheet.data_validation(at, N, at, N, cells.words_rule())
        sheet.set_row(at, min(max(64, _lines(field.text, 115) * LINE_HEIGHT + 6), 400))
        self.row += 1

    def finish(self) -> None:
        sheet, note = self.sheet, xl_rowcol_to_cell(HEAD_ROW + 1, CODE)
        colours = {
            f"=AND(${note}>={checks.FIRST_WRONG},${note}<={checks.LAST_WRONG})": "cf_bad",
            f"=${note}>{checks.LAST_WRONG}": "cf_warn",
            f"=${note}=1": "cf_muted",
        }
        for formula, style in colours.items():
            condition = {"type": "formula", "criteria": formula, "format": self.formats[style]}
            sheet.conditional_format(HEAD_ROW + 1, NOTE, self.row, NOTE, condition)
        for column, width in WIDTHS.items():
            sheet.set_column(column, column, width)
        sheet.set_column(layout.FIRST_KEY, layout.SECOND_KEY, 12, None, {"hidden": True})
        sheet.set_column(KNOWN, CODE, 8, None, {"hidden": True})
        sheet.set_row(layout.MARK_ROW, None, None, {"hidden": True})
        sheet.freeze_panes(HEAD_ROW + 1, LEVEL)
        sheet.set_selection(HEAD_ROW + 2, N, HEAD_ROW + 2, N)
        sheet.repeat_rows(HEAD_ROW)
        sheet.print_area(1, NUMBER, self.row - 1, NOTE)
        sheet.hide_gridlines(2)
        styles.for_paper(sheet)
        styles.protect(sheet)


def _title(question: Question) -> str:
    return _("Mục %(number)s") % {"number": question.number}


def _goal(row: Row) -> str:
    if row.goal is None:
        return ""
    return f"{row.target_label}%" if row.target_label else _("khuyến khích")


def _count(sheet: Any, row: int, column: int, value: int | None, style: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, value, style)


def _lines(text: str, letters: int = LINE_LETTERS) -> int:
    return sum(-(-max(len(line), 1) // letters) for line in text.split("\n")) if text else 1
