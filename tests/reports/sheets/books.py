"""Workbooks in tests: cells found by the hidden names of their fields, filled in as a person would."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.sheets import layout, many_schools, one_school

ClientOf = Callable[[Any], Client]
NOW = "2026-11-21 08:30:00+07:00"
# As the pages of the form post them; 1 and 0 are yes and no.
FIELDS = {"n-1.1-": "1", "n-1.2-": "24", "d-1.2-": "30", "n-1.4-TH": "380", "d-1.4-TH": "400", "n-2.1-": "0"}
ANSWERS: dict[str, Any] = {
    "n-1.1-": "Có",
    "n-1.2-": 24,
    "d-1.2-": 30,
    "n-1.4-TH": 380,
    "d-1.4-TH": 400,
    "n-2.1-": "Chưa",
    "results": "Đã triển khai.\nHai lớp học.",
}


def download(client: Client, name: str, *args: Any, **query: Any) -> bytes:
    response = client.get(reverse(f"sheets:{name}", args=args), query)
    assert response.status_code == 200, response
    return bytes(response.content)


def opened(content: bytes) -> tuple[Workbook, Worksheet]:
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return book, sheet


def cells_of(sheet: Worksheet, report_id: int | None = None) -> dict[str, Any]:
    """Every field's cell, of the one report, or of the row of a list that bears this id."""
    if sheet.cell(1, layout.MARK_KIND + 1).value == layout.ONE:
        found = {}
        for row in range(one_school.HEAD_ROW + 2, sheet.max_row + 1):
            for key, column in ((layout.FIRST_KEY, one_school.N), (layout.SECOND_KEY, one_school.D)):
                if name := sheet.cell(row, key + 1).value:
                    found[str(name)] = sheet.cell(row, column + 1)
        return found
    rows = range(many_schools.TOP + 1, sheet.max_row + 1)
    row = next(at for at in rows if sheet.cell(at, layout.FIRST_KEY + 1).value == report_id)
    names = {at: sheet.cell(layout.NAMES_ROW + 1, at).value for at in range(1, sheet.max_column + 1)}
    return {str(name): sheet.cell(row, at) for at, name in names.items() if name}


def filled(content: bytes, answers: Mapping[int | None, Mapping[str, Any]]) -> bytes:
    """The workbook with these answers typed into it: {report id, or None for the one: {field: value}}."""
    book, sheet = opened(content)
    for report_id, given in answers.items():
        cells = cells_of(sheet, report_id)
        for name, value in given.items():
            cells[name].value = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(client: Client, content: bytes, name: str = "bao-cao.xlsx") -> Any:
    return client.post(reverse("sheets:book_upload"), {"file": SimpleUploadedFile(name, content)})


def sent(client: Client, content: bytes, name: str = "bao-cao.xlsx") -> str:
    """The address of the preview that an upload leads to."""
    response = send(client, content, name)
    assert response.status_code == 302, response.context["form"].errors
    return str(response["Location"])


def lines(client: Client, address: str) -> dict[str, str]:
    """Each unit's verdict, as the preview says it."""
    response = client.get(address)
    assert response.status_code == 200
    return {shown.line.report.unit.name: shown.line.verdict.value for shown in response.context["rows"]}


def press(client: Client, address: str, button: str, **posted: Any) -> Any:
    return client.post(f"{address}{button}/", posted)
