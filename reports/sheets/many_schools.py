"""The workbook of many reports: a row a school, a column an answer, last round's to the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from reports.collection.questions import Cell, Question, Row
from reports.sheets import cells, checks, layout, styles
from reports.sheets.layout import SheetReport, SheetRound

CODE, NAME, COMMUNE, LEVELS, FIRST = range(2, 7)
BAND_ROW, HEAD_ROW, TOP = 4, 5, 6
COLUMNS_A_PAGE = 16


@dataclass(frozen=True, slots=True)
class Column:
    """One answer of all schools: a field by its name, or (`last`) what a school answered the round before."""

    name: str
    kind: str
    title: str
    question: Question | None = None
    level: str = ""
    last: str = ""

    @property
    def band(self) -> tuple[str, bool]:
        return (self.question.code if self.question else "", bool(self.last))


def write_list(round_: SheetRound, reports: Sequence[SheetReport]) -> bytes:
    """Many schools' workbook, filled in with what is known; its memory is that of one row and its texts."""
    out = BytesIO()
    book = styles.new_book(out, row_by_row=True)
    columns = tuple(_columns(reports))
    page = _Page(book, columns, last_row=TOP + len(reports) - 1)
    page.write_top(round_)
    page.write_rules()
    for place, report in enumerate(reports, start=TOP):
        page.write_report(place, report)
    book.close()
    return out.getvalue()


def _columns(reports: Sequence[SheetReport]) -> Iterator[Column]:
    """Every answer that at least one of the schools gives, in the order of the form."""
    asked: dict[str, Question] = {}
    rows: dict[str, dict[str, bool]] = {}
    words: dict[str, str] = {}
    for report in reports:
        for question in report.form.questions:
            asked.setdefault(question.code, question)
            for row in question.rows:
                found = rows.setdefault(question.code, {})
                found[row.level] = found.get(row.level, False) or row.previous is not None
        words |= {field.key: field.label for field in report.form.narrative}
    ordered = [asked[code] for code in _in_order(reports)]
    for question in ordered:
        for level in layout.level_order(rows[question.code]):
            if question.is_yes_no:
                yield Column(question.name("n", level), "c", _("Có / Chưa"), question, level)
                continue
            for part, title in (("n", _("Số đạt")), ("d", _("Tổng số"))):
                yield Column(question.name(part, level), "n", _titled(level, title), question, level)
    yield from (Column(key, "t", label) for key, label in words.items())
    for question in ordered:
        for level in layout.level_order(rows[question.code]):
            if rows[question.code][level] and not question.is_yes_no:
                for part, title in (("n", _("Số đạt")), ("d", _("Tổng số"))):
                    name = question.name(part, level)
                    yield Column(name, "n", _titled(level, title), question, level, last=part)


def _in_order(reports: Sequence[SheetReport]) -> list[str]:
    """The questions of all schools as one form: each school's own order is kept."""
    order: list[str] = []
    for codes in {tuple(question.code for question in report.form.questions) for report in reports}:
        place = 0
        for code in codes:
            if code in order:
                place = order.index(code) + 1
            else:
                order.insert(place, code)
                place += 1
    return order


def _titled(level: str, title: str) -> str:
    return f"{level}: {title.lower()}" if level else title


class _Page:
    """The one sheet; a row that is written cannot be written again."""

    def __init__(self, book: Any, columns: Sequence[Column], *, last_row: int) -> None:
        self.formats: Mapping[str, Any] = styles.formats(book)
        self.columns, self.last_row = columns, last_row
        self.sheet = book.add_worksheet(_("Các trường"))
        self.place = {(column.name, bool(column.last)): at for at, column in enumerate(columns, start=FIRST)}

    def write_top(self, round_: SheetRound) -> None:
        sheet, formats = self.sheet, self.formats
        sheet.set_row(layout.MARK_ROW, None, None, {"hidden": True})
        for place, value in enumerate((layout.MARK, layout.FORMAT, round_.round_id, layout.MANY)):
            sheet.write(layout.MARK_ROW, place, value)
        sheet.set_row(layout.NAMES_ROW, None, None, {"hidden": True})
        for place, column in enumerate(self.columns, start=FIRST):
            if not column.last:
                sheet.write_string(layout.NAMES_ROW, place, column.name)
        sheet.set_row(2, 26)
        sheet.write_string(2, CODE, round_.name, formats["title"])
        due = f"{_('Hạn nộp')}: {round_.due}. " if round_.due else ""
        fill = _("Điền các ô nền xanh, lưu tệp rồi tải lên cổng. Ô xám là mục không hỏi trường ấy.")
        sheet.write_string(3, CODE, f"{due}{fill}", formats["note"])
        self._write_bands()
        titles = [_("Mã trường"), _("Tên trường"), _("Xã, phường"), _("Cấp học")]
        sheet.set_row(HEAD_ROW, 34)
        for place, title in enumerate([*titles, *(column.title for column in self.columns)], start=CODE):
            sheet.write_string(HEAD_ROW, place, title, formats["head"])

    def _write_bands(self) -> None:
        """The question over its columns."""
        sheet, head = self.sheet, self.formats["head"]
        sheet.set_row(BAND_ROW, 52)
        for place in range(CODE, FIRST):
            sheet.write_blank(BAND_ROW, place, None, head)
        start = 0
        while start < len(self.columns):
            end = start
            while end + 1 < len(self.columns) and self.columns[end + 1].band == self.columns[start].band:
                end += 1
            column = self.columns[start]
            if column.question is None:
                title = _("Ý kiến (không bắt buộc)")
            elif column.last:
                title = _("Đợt trước: %(name)s") % {"name": f"{column.question.code} {column.question.short_name}"}
            else:
                title = f"{column.question.code} {column.question.short_name}"
            if end > start:
                sheet.merge_range(BAND_ROW, FIRST + start, BAND_ROW, FIRST + end, "", head)
            sheet.write_string(BAND_ROW, FIRST + start, title, head)
            start = end + 1

    def write_rules(self) -> None:
        """Widths, checks and colours, each for a whole column at once."""
        sheet = self.sheet
        sheet.set_column(layout.FIRST_KEY, layout.SECOND_KEY, 10, None, {"hidden": True})
        for place, width in zip(range(CODE, FIRST), (14, 38, 22, 15), strict=True):
            sheet.set_column(place, place, width)
        for place, column in enumerate(self.columns, start=FIRST):
            sheet.set_column(place, place, {"n": 10, "c": 13, "t": 36}[column.kind])
            if not column.last:
                self._check(place, column)
        sheet.freeze_panes(TOP, COMMUNE)
        sheet.autofilter(HEAD_ROW, CODE, max(self.last_row, TOP), LEVELS)
        sheet.repeat_rows(BAND_ROW, HEAD_ROW)
        sheet.repeat_columns(CODE, NAME)
        sheet.hide_gridlines(2)
        sheet.print_area(2, CODE, max(self.last_row, TOP), FIRST + len(self.columns) - 1)
        styles.for_paper(sheet, pages_wide=-(-len(self.columns) // COLUMNS_A_PAGE))
        styles.protect(sheet)

    def _check(self, place: int, column: Column) -> None:
        last, question = max(self.last_row, TOP), column.question
        cell = xl_rowcol_to_cell(TOP, place)
        if question is None:
            self.sheet.data_validation(TOP, place, last, place, cells.words_rule())
            return
        if column.kind == "c":
            self.sheet.data_validation(TOP, place, last, place, cells.yes_no_list(question, question.code))
            self._colour(place, place, checks.yes_no_wrong(cell), "cf_bad")
            return
        is_numerator = column.name == question.name("n", column.level)
        at = {part: self.place[question.name(part, column.level), False] for part in ("n", "d")}
        n, d = (xl_rowcol_to_cell(TOP, at[part], col_abs=True) for part in ("n", "d"))
        rule = cells.number_rule(n if is_numerator else d, n, d, question, question.code, is_numerator=is_numerator)
        self.sheet.data_validation(TOP, place, last, place, rule)
        if not is_numerator:
            return
        self._colour(at["n"], at["d"], checks.wrong(n, d), "cf_bad")
        before = [self.place.get((question.name(part, column.level), True)) for part in ("n", "d")]
        if before[0] is not None and before[1] is not None:
            last_n, last_d = (xl_rowcol_to_cell(TOP, found, col_abs=True) for found in before if found is not None)
            staff = question.counted == "staff"
            self._colour(at["n"], at["d"], checks.strange(n, d, last_n, last_d, staff=staff), "cf_warn")

    def _colour(self, first: int, last: int, formula: str, style: str) -> None:
        condition = {"type": "formula", "criteria": formula, "format": self.formats[style], "stop_if_true": True}
        self.sheet.conditional_format(TOP, first, max(self.last_row, TOP), last, condition)

    def write_report(self, at: int, report: SheetReport) -> None:
        sheet, text = self.sheet, self.formats["line"]
        sheet.set_row(at, 21)
        sheet.write_number(at, layout.FIRST_KEY, report.report_id)
        sheet.write_number(at, layout.SECOND_KEY, report.version)
        for place, said in enumerate((report.code, report.unit, report.commune, report.levels), start=CODE):
            sheet.write_string(at, place, said, text)
        rows = {(question.code, row.level): row for question in report.form.questions for row in question.rows}
        words = {field.key: field.text for field in report.form.narrative}
        for place, column in enumerate(self.columns, start=FIRST):
            if column.question is None:
                self._input(at, place, report, column, words.get(column.name) or None, column.name in words)
                continue
            row = rows.get((column.question.code, column.level))
            if column.last:
                self._last(at, place, row, column.last)
            else:
                self._input(at, place, report, column, _value(row, column), row is not None)

    def _last(self, at: int, place: int, row: Row | None, part: str) -> None:
        last = row.previous if row else None
        if last is None:
            self.sheet.write_blank(at, place, None, self.formats["off"])
        else:
            self.sheet.write_number(
                at, place, last.numerator if part == "n" else last.denominator, self.formats["count"]
            )

    def _input(self, at: int, place: int, report: SheetReport, column: Column, value: Cell, asked: bool) -> None:
        if not asked:
            self.sheet.write_blank(at, place, None, self.formats["off"])
            return
        mark = report.marks.get(column.name)
        cells.write_input(self.sheet, at, place, value, self.formats[f"{cells.mark_word(mark)}_{column.kind}"])
        if mark is not None:
            styles.comment(self.sheet, at, place, mark.text)


def _value(row: Row | None, column: Column) -> Cell:
    if row is None or column.question is None:
        return None
    if column.question.is_yes_no:
        return cells.yes_no_word(row.n)
    return row.n if column.name == column.question.name("n", row.level) else row.d
