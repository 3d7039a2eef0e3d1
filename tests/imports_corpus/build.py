"""Writes the files: rows of Python values in, the bytes of a workbook, a sheet of text or an .ods out."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from openpyxl import Workbook

HEADER = ["Mã trường", "Tên trường", "Cấp học", "Loại hình", "Xã/phường", "Tổng số HS", "CB-GV-NV"]
MAPPING = dict(zip(["code", "name", "levels", "ownership", "commune", "pupils", "staff"], HEADER, strict=True))


@dataclass(frozen=True)
class Formula:
    """A formula with the result that Excel kept beside it."""

    text: str
    value: Any


@dataclass(frozen=True)
class Dated:
    """A number that Excel shows as a date, as it makes of "3-4" typed into a cell."""

    serial: int


@dataclass(frozen=True)
class Sheet:
    rows: Sequence[Sequence[Any]]
    title: str = "DS"
    merges: Sequence[str] = ()
    hidden: str = ""  # "", "hidden" or "very"
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()
    formatted_to: int = 0  # blank cells with borders down to this row
    formats: dict[str, str] = field(default_factory=dict)  # number format by column letter


def school(code: Any, name: Any = "Trường TH Gia Viễn", **more: Any) -> list[Any]:
    """One row under HEADER: a public primary school of Xã Gia Viễn unless told otherwise."""
    row = {"levels": "TH", "ownership": "Công lập", "commune": "Xã Gia Viễn", "pupils": 300, "staff": 25} | more
    return [code, name, *row.values()]


def xlsx(*sheets: Sheet) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        border = book.add_format({"border": 1})
        for sheet in sheets:
            page = book.add_worksheet(sheet.title)
            page.dated = book.add_format({"num_format": "dd/mm/yyyy"})
            formats = {column: book.add_format({"num_format": shape}) for column, shape in sheet.formats.items()}
            for column, shape in formats.items():
                page.set_column(f"{column}:{column}", None, shape)
            for at, row in enumerate(sheet.rows):
                for across, value in enumerate(row):
                    _write(page, at, across, value, formats.get(letter(across)))
            for at in range(len(sheet.rows), sheet.formatted_to):
                for across in range(len(sheet.rows[-1])):
                    page.write_blank(at, across, None, border)
            for merge in sheet.merges:
                first = merge.split(":")[0]
                at, across = xlsxwriter.utility.xl_cell_to_rowcol(first)
                page.merge_range(merge, "")
                _write(page, at, across, sheet.rows[at][across], None)
            for number in sheet.hidden_rows:
                page.set_row(number - 1, None, None, {"hidden": True})
            for column in sheet.hidden_columns:
                page.set_column(f"{column}:{column}", None, None, {"hidden": True})
            if sheet.hidden:
                page.very_hidden() if sheet.hidden == "very" else page.hide()
        shown = next(index for index, sheet in enumerate(sheets) if not sheet.hidden)
        book.worksheets()[shown].activate()
        book.worksheets()[shown].set_first_sheet()
    return out.getvalue()


def letter(across: int) -> str:
    return str(xlsxwriter.utility.xl_col_to_name(across))


def _write(page: Any, at: int, across: int, value: Any, shape: Any) -> None:
    if value is None:
        return
    if isinstance(value, Formula):
        page.write_formula(at, across, value.text, shape, value.value)
    elif isinstance(value, bool):
        page.write_boolean(at, across, value, shape)
    elif isinstance(value, Dated):
        page.write_number(at, across, value.serial, page.dated)
    elif isinstance(value, str):
        page.write_string(at, across, value, shape)  # never a formula, whatever it begins with
    else:
        page.write_number(at, across, value, shape)


def xlsx_without_values(rows: Sequence[Sequence[Any]], title: str = "DS") -> bytes:
    """As programs write that do not calculate: formulas stand there without a result."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(content: bytes, part: str, old: str, new: str) -> bytes:
    """The same package with a text of one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old in data.decode()
                data = data.decode().replace(old, new).encode()
            target.writestr(name, data)
    return out.getvalue()


def csv_text(rows: Sequence[Sequence[Any]], delimiter: str) -> bytes:
    """UTF-8 with BOM, as Excel writes "CSV UTF-8"."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(
        ["" if value is None else value for value in row] for row in rows
    )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">
<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"""
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def ods(rows: Sequence[Sequence[Any]], title: str = "DS", tail: str = "") -> bytes:
    """As LibreOffice writes: equal blanks folded into one repeated cell; `tail` is XML after the last row."""
    body = "".join(f"<table:table-row>{_ods_cells(row)}</table:table-row>" for row in rows)
    return ods_package(_ODS.format(tables=f'<table:table table:name="{escape(title)}">{body}{tail}</table:table>'))


def ods_package(content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo("mimetype"), _ODS_TYPE)
        package.writestr("META-INF/manifest.xml", _ODS_MANIFEST)
        package.writestr("content.xml", content)
    return out.getvalue()


def _ods_cells(row: Sequence[Any]) -> str:
    cells = []
    for value in row:
        if value is None:
            cells.append("<table:table-cell/>")
        elif isinstance(value, str):
            cells.append(
                f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
            )
        else:
            cells.append(
                f'<table:table-cell office:value-type="float" office:value="{value}">'
                f"<text:p>{value}</text:p></table:table-cell>"
            )
    return "".join(cells) + '<table:table-cell table:number-columns-repeated="1000"/>'
