"""How the workbooks look: the portal's colours on paper, and the sheet's protection."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

Formats = Mapping[str, Any]
PLAIN = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
LINE, INK, MUTED = "#B9C2CC", "#14202E", "#566373"
INPUT, INPUT_LINE = "#EDF5FC", "#1463A8"
BAD, BAD_INK, WARN, WARN_INK, OFF = "#FDECEA", "#A82419", "#FFF2D9", "#874A00", "#F0F2F5"
# What a reader may still do on a protected sheet: look anywhere, widen, filter. There is no password.
ALLOWED = {"format_columns": True, "format_rows": True, "autofilter": True}


def new_book(out: BytesIO, *, row_by_row: bool) -> Any:
    """A book in which no text is ever a formula, a link or a number; row by row it needs little memory."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(out, options | ({"constant_memory": True} if row_by_row else {"in_memory": True}))


def formats(book: Any) -> dict[str, Any]:
    def add(**more: Any) -> Any:
        return book.add_format({**PLAIN, **more})

    box = {"border": 1, "border_color": LINE}
    typed = {"border": 1, "border_color": INPUT_LINE, "bg_color": INPUT, "locked": False}
    wrong = {"border": 2, "border_color": BAD_INK, "bg_color": BAD, "locked": False}
    look = {"border": 2, "border_color": WARN_INK, "bg_color": WARN, "locked": False}
    count, words = {"num_format": "#,##0", "align": "right", "indent": 1}, {"text_wrap": True, "valign": "top"}
    return {
        "title": add(bold=True, font_size=16),
        "unit": add(bold=True),
        "note": add(font_color=MUTED, font_size=11),
        "head": add(bold=True, text_wrap=True, align="center", bg_color="#D6E8F7", font_size=11, **box),
        "section": add(bold=True, indent=1, bg_color=OFF, **box),
        "text": add(text_wrap=True, indent=1, **box),
        "line": add(indent=1, **box),
        "hint": book.add_format({"font_name": "Times New Roman", "font_size": 11, "font_color": MUTED}),
        "place": add(align="center", **box),
        "off": add(bg_color=OFF, **box),
        "percent": add(num_format="0.0%", align="right", indent=1, bold=True, **box),
        "count": add(font_color=MUTED, **count, **box),
        "said": add(text_wrap=True, indent=1, font_size=11, **box),
        "input_n": add(**count, **typed),
        "input_c": add(align="center", **typed),
        "input_t": add(**words, **typed),
        "wrong_n": add(**count, **wrong),
        "wrong_c": add(align="center", **wrong),
        "wrong_t": add(**words, **wrong),
        "look_n": add(**count, **look),
        "look_c": add(align="center", **look),
        "look_t": add(**words, **look),
        "cf_bad": book.add_format({"bg_color": BAD, "font_color": BAD_INK, "bold": True}),
        "cf_warn": book.add_format({"bg_color": WARN, "font_color": WARN_INK}),
        "cf_muted": book.add_format({"font_color": MUTED, "italic": True}),
    }


def for_paper(sheet: Any, *, pages_wide: int = 1) -> None:
    """A4 on its side, as wide as it must be, with its page in the foot."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(pages_wide, 0)
    sheet.set_footer("&L&8&F&R&8&P / &N")


def protect(sheet: Any) -> None:
    sheet.protect("", ALLOWED)


def comment(sheet: Any, row: int, column: int, text: str) -> None:
    sheet.write_comment(row, column, text, {"x_scale": 2, "y_scale": 0.9, "author": _("Cổng báo cáo")})
