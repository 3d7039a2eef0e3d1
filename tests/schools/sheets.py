"""Small lists for tests: rows in, the bytes of a file out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from schools.imports.preview import Preview, preview_list, read_table

HEADER = [
    "Mã trường",
    "Tên trường",
    "Cấp học",
    "Loại hình",
    "Xã/phường",
    "Địa chỉ",
    "Thư điện tử",
    "Tổng số HS",
    "CB-GV-NV",
]


def xlsx(*rows: Sequence[Any], title: str = "DS", merges: Sequence[str] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def school(code: Any = "37-9", name: str = "Trường TH Mới", **more: Any) -> list[Any]:
    """One row under HEADER: a new primary school of Xã Gia Viễn unless told otherwise."""
    row = {
        "levels": "TH",
        "ownership": "Công lập",
        "commune": "Xã Gia Viễn",
        "address": None,
        "email": None,
        "pupils": 300,
        "staff": 25,
    } | more
    return [code, name, *row.values()]


def look(*rows: Sequence[Any], header: Sequence[Any] = HEADER, school_year: int = 2026) -> Preview:
    """The preview of rows under a header, against the database of the test."""
    return preview_list(read_table(xlsx(header, *rows)), school_year=school_year)


def codes(preview: Preview) -> list[tuple[int | None, str, str]]:
    return [(item.row, item.field, item.code) for item in preview.problems]
