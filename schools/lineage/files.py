"""A workbook of decisions → lines. Finds its header row by itself; cells of dates and numbers become plain text."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from schools import text
from schools.imports.problems import RefusedError
from schools.imports.workbook import Cell, Row, read_sheets
from schools.lineage.lines import IS_NUMBER, Line

MAX_LINES = 1000
HEADERS = {
    "viec": "act", "noi dung": "act", "loai bien dong": "act", "bien dong": "act",
    "ma don vi": "unit", "ma truong": "unit", "ma don vi cu": "unit",
    "ma ke tuc": "successor", "ma don vi ke tuc": "successor", "ma don vi moi": "successor",
    "so quyet dinh": "decision_number", "quyet dinh so": "decision_number",
    "ngay quyet dinh": "decision_on", "ngay ky": "decision_on",
    "hieu luc tu": "effective_on", "ngay hieu luc": "effective_on", "co hieu luc tu": "effective_on",
    "ten moi": "name", "ten don vi moi": "name", "ten ke tuc": "name",
    "cap hoc": "levels", "cap hoc moi": "levels",
    "xa phuong": "commune", "xa phuong moi": "commune", "dia ban": "commune", "dia ban moi": "commune",
    "don vi quan ly": "manager", "don vi quan ly moi": "manager",
}  # fmt: skip
NEEDED = {"act", "unit", "decision_number", "decision_on", "effective_on"}


def read_file(content: bytes) -> list[Line]:
    """The filled rows under the header, numbered as in Excel. Raises RefusedError."""
    for sheet in sorted(read_sheets(content), key=lambda sheet: sheet.hidden):
        for place, row in enumerate(sheet.rows[:30]):
            columns = _columns(row)
            if columns.keys() >= NEEDED:
                return _lines(sheet.rows, place + 1, columns)
    raise RefusedError(
        "no_header_found",
        _(
            "Không thấy dòng tiêu đề; cần có các cột: việc, mã đơn vị, mã kế tục, số quyết định, "
            "ngày quyết định, hiệu lực từ."
        ),
    )


def _columns(row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        name = HEADERS.get(" ".join(re.sub(r"[^a-z0-9]+", " ", text.fold(str(cell or ""))).split()))
        if name:
            found.setdefault(name, place)
    return found


def _lines(rows: list[Row], first: int, columns: dict[str, int]) -> list[Line]:
    lines = []
    for place, row in enumerate(rows[first:], start=first):
        cells = {field: row[column] if column < len(row) else None for field, column in columns.items()}
        values = {field: _text(cell) for field, cell in cells.items()}
        if not any(values.values()):
            continue
        if isinstance(cells.get("successor"), int | float):
            values[IS_NUMBER] = "1"
        lines.append(Line(place + 1, values))
    if not lines:
        raise RefusedError("no_header_found", _("Dưới dòng tiêu đề không có dòng nào."))
    if len(lines) > MAX_LINES:
        raise RefusedError("too_large", _("Tệp có hơn %(most)s dòng; hãy chia nhỏ.") % {"most": MAX_LINES})
    return lines


def _text(cell: Cell) -> str:
    if cell is ...:
        raise RefusedError(
            "formula_without_value", _("Tệp có ô là công thức chưa có giá trị; mở bằng Excel, lưu lại rồi tải lên.")
        )
    if isinstance(cell, bytes):
        # A date, as ISO says it; the hour, if there is one, says nothing here.
        return cell.decode()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else text.clean(str(cell))
