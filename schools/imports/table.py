"""The preview as a table to look at: which columns, and in each cell what stood, what comes, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from schools import levels
from schools.imports.preview import Preview, PreviewRow
from schools.models import Ownership
from schools.templatetags.portal import n

LABELS: dict[str, str | Promise] = {
    "code": _("Mã đơn vị"),
    "name": _("Tên đơn vị"),
    "levels": _("Cấp học"),
    "ownership": _("Loại hình"),
    "commune": _("Xã, phường"),
    "commune_code": _("Mã xã, phường"),
    "district": _("Huyện cũ"),
    "address": _("Địa chỉ"),
    "email": _("Thư điện tử"),
    "phone": _("Điện thoại"),
    "pupils": _("Học sinh"),
    **{f"pupils_{code}": f"HS {code}" for code in levels.LEVEL_CODES},
    "staff": _("CB, GV, NV"),
    "managers": _("CBQL"),
    "teachers": _("Giáo viên"),
    "employees": _("Nhân viên"),
    "classes": _("Số lớp"),
}
ALWAYS = ("code", "name", "levels", "commune", "pupils", "staff")
NUMBERS = {"pupils", "staff", "managers", "teachers", "employees", "classes"} | {
    f"pupils_{code}" for code in levels.LEVEL_CODES
}
# What is shown first: the rows that a person has to look at.
VIEWS = ("error", "changed", "new", "unchanged", "missing")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str | Promise
    is_number: bool


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell: `old` stands struck out above `text`; `state` is '', 'error' or 'warning'."""

    column: Column
    text: str
    old: str
    state: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    row: int
    action: str
    cells: tuple[CellView, ...]
    others: tuple[str, ...]


def default_view(preview: Preview) -> str:
    """Errors and changes together; where there are none, what is new; where nothing is, all that stays."""
    counts = preview.counts
    if counts["error"] or counts["changed"]:
        return ""
    return "new" if counts["new"] else "unchanged"


def rows_of(preview: Preview, view: str) -> list[PreviewRow]:
    return preview.of("error") + preview.of("changed") if view == "" else preview.of(view)


def columns_of(preview: Preview, rows: Sequence[PreviewRow]) -> list[Column]:
    """The six that are always there, and each other one in which something of these rows is to be looked at."""
    asked = {_shown_in(preview, change.field) for row in rows for change in row.changes}
    asked |= {_shown_in(preview, problem.field) for row in rows for problem in row.problems}
    return [Column(name, label, name in NUMBERS) for name, label in LABELS.items() if name in ALWAYS or name in asked]


def view_row(preview: Preview, row: PreviewRow, columns: Sequence[Column]) -> RowView:
    olds: dict[str, list[str]] = {}
    for change in row.changes:
        olds.setdefault(_shown_in(preview, change.field), []).append(change.old)
    shown = {column.name for column in columns}
    return RowView(
        row=row.row,
        action=row.action,
        cells=tuple(_cell(preview, row, column, olds.get(column.name)) for column in columns),
        others=tuple(problem.message for problem in row.problems if _shown_in(preview, problem.field) not in shown),
    )


def _cell(preview: Preview, row: PreviewRow, column: Column, olds: list[str] | None) -> CellView:
    problems = [item for item in row.problems if _shown_in(preview, item.field) == column.name]
    wrong = any(item.severity == "error" for item in problems)
    text = row.written.get(column.name, "") if problems else ""
    state = "error" if wrong else "warning" if problems or olds is not None else ""
    return CellView(
        column=column,
        text=_shown(text or _value(row, column.name), column) or (gettext("(trống)") if wrong else ""),
        old=_shown(olds[0], column) if olds else "",
        state=state,
        messages=tuple(item.message for item in problems),
    )


def _shown(value: str, column: Column) -> str:
    return n(int(value)) if column.is_number and value.isdecimal() else value


def _shown_in(preview: Preview, field: str) -> str:
    """The column of a value: a total of one level stands where the file has it."""
    if field == "commune_id":
        return "commune"
    if field.startswith(("pupils_", "classes_")) and field not in preview.mapping:
        return field.split("_")[0]
    return field


def _value(row: PreviewRow, name: str) -> str:
    school = row.school
    if name == "levels":
        return school.levels_label
    if name == "ownership":
        return str(Ownership(school.ownership).label) if school.ownership else ""
    if name == "pupils":
        total = sum(school.pupils_by_level.values()) if school.pupils_by_level else school.pupils
        return "" if total is None else str(total)
    if name.startswith("pupils_"):
        return str(school.pupils_by_level.get(name.removeprefix("pupils_"), ""))
    value = getattr(school, name, None)
    return "" if value is None else str(value)
