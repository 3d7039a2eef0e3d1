"""The rows that could not be taken, as the administrator's own workbook: to correct, and to upload again."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from schools.imports.problems import Problem
from schools.imports.stored_preview import ErrorRows
from schools.imports.workbook import Cell

# Excel shows a number of more digits than this with an exponent, or with zeros at its end.
_SHOWN_DIGITS = 11


def write_errors(errors: ErrorRows) -> bytes:
    """The header as it stood, then each error row; wrong cells are coloured and say why."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_sheet_name(errors.sheet))
        sheet.set_comments_author(_("Cổng báo cáo"))
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        wrong = book.add_format({"bg_color": "#FDECEA", "border": 1, "border_color": "#A82419", "num_format": "@"})
        look = book.add_format({"bg_color": "#FFF2D9", "num_format": "@"})
        widths: dict[int, int] = {}
        for line, cells in enumerate(errors.header):
            _write_row(sheet, line, cells, dict.fromkeys(range(len(cells)), head), None, widths)
        top = len(errors.header)
        for line, (_row, cells, problems) in enumerate(errors.rows, start=top):
            by_column = _by_column(problems)
            formats = {
                column: wrong if any(item.severity == "error" for item in found) else look
                for column, found in by_column.items()
            }
            _write_row(sheet, line, cells, formats, text, widths)
            for column, found in by_column.items():
                told = "\n".join(item.message for item in found)
                sheet.write_comment(line, column, told, {"x_scale": 1.6, "y_scale": 0.8})
        for column, width in widths.items():
            sheet.set_column(column, column, min(max(width + 2, 8), 48))
        sheet.freeze_panes(top, 0)
    return out.getvalue()


def _write_row(
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    cells: Sequence[Cell],
    formats: dict[int, xlsxwriter.format.Format],
    text: xlsxwriter.format.Format | None,
    widths: dict[int, int],
) -> None:
    for column in range(max([len(cells), *(place + 1 for place in formats)])):
        cell = cells[column] if column < len(cells) else None
        style = formats.get(column)
        if isinstance(cell, bool) or cell in (None, ""):
            sheet.write(line, column, cell if isinstance(cell, bool) else None, style)
            continue
        if isinstance(cell, int | float) and len(f"{cell:.0f}") <= _SHOWN_DIGITS:
            # As a number with its own look: with the format for text Excel would call it a mistake.
            sheet.write_number(line, column, cell, None if style is None else style)
        else:
            shown = f"{cell:.0f}" if isinstance(cell, int | float) else str(cell)
            # Never write(): what begins with = + - @ stays the text that it was.
            sheet.write_string(line, column, shown, style or text)
        widths[column] = max(widths.get(column, 0), len(str(cell)))


def _by_column(problems: Sequence[Problem]) -> dict[int, list[Problem]]:
    """Column → what is wrong in it; what is wrong with the row as a whole is said at its first cell."""
    found: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.severity != "info":
            found.setdefault(_index(problem.column), []).append(problem)
    return found


def _index(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return max(place - 1, 0)


def _sheet_name(name: str) -> str:
    kept = "".join(letter for letter in name if letter not in "[]:*?/\\").strip("'")
    return kept[:31] or "Danh mục"
