"""The preview as a table to look at: which columns, and in each cell what stood, what comes, what is wrong."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from schools import levels
from schools.imports.preview import PreviewRow
from schools.imports.problems import Problem
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


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str | Promise
    is_number: bool


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to put a cell right in one click; `others` is in how many more rows the same is wrong."""

    label: str
    text: str
    key: str = ""
    others: int = 0


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell: `old` stands struck out above `text`; `state` is '', 'error' or 'warning'."""

    column: Column
    text: str
    old: str
    state: str
    messages: tuple[str, ...]
    fixes: tuple[Fix, ...] = ()
    written: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    row: int
    action: str
    cells: tuple[CellView, ...]
    others: tuple[str, ...]


def default_view(counts: Mapping[str, int]) -> str:
    """Errors and changes together; where there are none, what is new; where nothing is, all that stays."""
    if counts["error"] or counts["changed"]:
        return ""
    return "new" if counts["new"] else "unchanged"


def column_names(mapping: Container[str], rows: Sequence[PreviewRow]) -> list[str]:
    """The six that are always there, and each other one in which something of these rows is to be looked at."""
    asked = {_shown_in(mapping, change.field) for row in rows for change in row.changes}
    asked |= {_shown_in(mapping, problem.field) for row in rows for problem in row.problems}
    return [name for name in LABELS if name in asked or name in ALWAYS]


def columns_named(names: Container[str]) -> list[Column]:
    return [Column(name, label, name in NUMBERS) for name, label in LABELS.items() if name in names]


def view_row(
    mapping: Container[str], row: PreviewRow, columns: Sequence[Column], repeats: Mapping[str, int] | None = None
) -> RowView:
    """A row as it is shown; `repeats` says of a fault, by its key, in how many rows it is the same."""
    olds: dict[str, list[str]] = {}
    for change in row.changes:
        olds.setdefault(_shown_in(mapping, change.field), []).append(change.old)
    shown = {column.name for column in columns}
    return RowView(
        row=row.row,
        action=row.action,
        cells=tuple(_cell(mapping, row, column, olds.get(column.name), repeats or {}) for column in columns),
        others=tuple(problem.message for problem in row.problems if _shown_in(mapping, problem.field) not in shown),
    )


def _cell(
    mapping: Container[str], row: PreviewRow, column: Column, olds: list[str] | None, repeats: Mapping[str, int]
) -> CellView:
    problems = [item for item in row.problems if _shown_in(mapping, item.field) == column.name]
    wrong = [item for item in problems if item.severity == "error"]
    written = row.written.get(column.name, "")
    text = written if problems else ""
    state = "error" if wrong else "warning" if problems or olds is not None else ""
    return CellView(
        column=column,
        text=_shown(text or _value(row, column.name), column) or (gettext("(trống)") if wrong else ""),
        old=_shown(olds[0], column) if olds else "",
        state=state,
        messages=tuple(item.message for item in problems),
        fixes=tuple(fix for item in wrong for fix in fixes_for(item, repeats)),
        written=written,
    )


def key_of(problem: Problem) -> str:
    """Faults with one key are put right in one way."""
    return f"{problem.field}|{problem.value}|{problem.suggestion}"


def fixes_for(problem: Problem, repeats: Mapping[str, int]) -> list[Fix]:
    """The suggestions as buttons; of several candidates each has its own."""
    if not problem.suggestion:
        return []
    key = key_of(problem)
    others = repeats.get(key, 1) - 1
    if problem.code == "ambiguous_commune":
        names = [name.strip() for name in problem.suggestion.split(";")]
        return [Fix(gettext("Chọn %s") % name, name, key, others) for name in names]
    labels = {"unknown_level": gettext("Chọn %s"), "bad_number": gettext("Sửa thành %s")}
    labels |= {"code_not_text": gettext("Sửa thành %s"), "negative_number": gettext("Sửa thành %s")}
    if problem.code in labels:
        return [Fix(labels[problem.code] % problem.suggestion, problem.suggestion, key, others)]
    return [Fix(gettext("Dùng gợi ý"), problem.suggestion, key, others)]


def _shown(value: str, column: Column) -> str:
    return n(int(value)) if column.is_number and value.isdecimal() else value


def _shown_in(mapping: Container[str], field: str) -> str:
    """The column of a value: a total of one level stands where the file has it."""
    if field == "commune_id":
        return "commune"
    if field.startswith(("pupils_", "classes_")) and field not in mapping:
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
