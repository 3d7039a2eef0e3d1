"""Single cells of both workbooks: how an input is written, and what it refuses."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from reports.collection.form_spec import NARRATIVE_MAX
from reports.collection.questions import Cell, Question
from reports.sheets import checks
from reports.sheets.layout import Mark


def write_input(sheet: Any, row: int, column: int, value: Cell, style: Any) -> None:
    """A number as a number, everything else as the text that it is: never `write`, which guesses."""
    if isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, column, value, style)
    elif value is None or value == "":
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_string(row, column, str(value), style)


def yes_no_word(value: Cell) -> Cell:
    """1 and 0 as the list offers them; what is neither stays as it is."""
    yes, no = checks.answers()
    return yes if value == 1 else no if value == 0 else value


def yes_no_list(question: Question, title: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(checks.answers()),
        "error_title": title[:32],
        "error_message": _("Chọn Có hoặc Chưa."),
        **_prompt(question, title),
    }


def number_rule(cell: str, n: str, d: str, question: Question, title: str, *, is_numerator: bool) -> dict[str, Any]:
    told = (
        _("Nhập số nguyên từ 0, không lớn hơn tổng số.") if is_numerator else _("Nhập số nguyên, không nhỏ hơn số đạt.")
    )
    return {
        "validate": "custom",
        "value": checks.whole(cell, n, d),
        "error_title": title[:32],
        "error_message": told,
        **_prompt(question, title),
    }


def words_rule() -> dict[str, Any]:
    return {
        "validate": "length",
        "criteria": "<=",
        "value": NARRATIVE_MAX,
        "error_title": _("Dài quá"),
        "error_message": _("Mỗi ô tối đa %(most)s ký tự.") % {"most": NARRATIVE_MAX},
    }


def mark_word(mark: Mark | None) -> str:
    return "input" if mark is None else "wrong" if mark.is_error else "look"


def _prompt(question: Question, title: str) -> dict[str, Any]:
    """What stands by the cell while it is chosen; Excel ends it at 255 letters, its title at 32."""
    return {"input_title": title[:32], "input_message": question.text[:250]}
