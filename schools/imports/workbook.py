"""Bytes → sheets of cells. Looks at what the file is, not at what it is called; nothing in it is run."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import python_calamine
from django.conf import settings
from django.utils.translation import gettext as _

from schools.imports.problems import RefusedError

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Row = list[Cell]
Merge = tuple[tuple[int, int], tuple[int, int]]

MAX_UNPACKED = 200_000_000
MAX_ROWS = 200_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# Three letters are a column past the 702nd; six digits and more a row past the 99,999th.
_FAR_COLUMN = re.compile(rb'<c r="[A-Z]{3}\d')
_FAR_ROW = re.compile(rb'<(?:row|c) [^>]{0,80}?r="[A-Z]{0,3}(\d{6,7})"')


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `rows[0]` is Excel's row 1, and a row may be shorter than others."""

    name: str
    rows: list[Row]
    hidden: bool = False
    merges: tuple[Merge, ...] = ()


def read_sheets(content: bytes, *, sheet: str = "") -> list[Sheet]:
    """The sheets of a file in their order, or the one that is named; raises RefusedError."""
    if len(content) > settings.IMPORT_MAX_BYTES:
        limit = settings.IMPORT_MAX_BYTES // 1_000_000
        raise RefusedError("too_large", _("Tệp lớn hơn %(limit)s MB nên không được đọc.") % {"limit": limit})
    if not content.strip():
        raise RefusedError("unreadable_file", _("Tệp trống."))
    if content.startswith(_ZIP):
        _guard_archive(content)
        return _read_workbook(content, sheet)
    if content.startswith(_OLE):
        return _read_workbook(content, sheet)
    return [Sheet(name="", rows=_read_csv(content))]


def _guard_archive(content: bytes) -> None:
    """Unpack in small pieces and count, because the sizes that an archive tells of itself may be lies."""
    too_large = RefusedError(
        "too_large", _("Tệp giải nén ra quá lớn nên không được đọc; hãy chỉ giữ lại danh sách trường.")
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
                raise too_large
            left = MAX_UNPACKED
            for item in archive.infolist():
                if not item.filename.endswith(".xml"):
                    continue
                is_sheet = item.filename.startswith("xl/worksheets/")
                tail = b""
                with archive.open(item) as part:
                    while piece := part.read(1 << 20):
                        left -= len(piece)
                        if left < 0:
                            raise too_large
                        _guard_piece(tail + piece, is_sheet=is_sheet)
                        tail = piece[-200:]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as broken:
        raise RefusedError("unreadable_file", _("Tệp bị hỏng hoặc tải lên chưa hết nên không đọc được.")) from broken


def _guard_piece(piece: bytes, *, is_sheet: bool) -> None:
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
        raise RefusedError("unreadable_file", _("Tệp chứa khai báo XML lạ nên không được đọc."))
    if not is_sheet:
        return
    far = any(int(found[1]) > MAX_ROWS for found in _FAR_ROW.finditer(piece))
    if far or _FAR_COLUMN.search(piece):
        raise RefusedError(
            "too_large", _("Trang tính có ô ở quá xa (hơn 702 cột hoặc 200.000 dòng); hãy xóa các dòng, cột thừa.")
        )


def _read_workbook(content: bytes, wanted: str) -> list[Sheet]:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise RefusedError("unreadable_file", _("Tệp có mật khẩu; hãy bỏ mật khẩu rồi tải lên lại."))
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (python_calamine.CalamineError, OSError, ValueError) as broken:
        raise RefusedError("unreadable_file", _("Không đọc được tệp này như một bảng tính Excel.")) from broken
    if wanted and wanted not in book.sheet_names:
        names = ", ".join(f"“{name}”" for name in book.sheet_names)
        raise RefusedError(
            "no_header_found",
            _("Không có trang tính “%(sheet)s”; tệp có %(names)s.") % {"sheet": wanted, "names": names},
        )
    sheets = []
    for item in book.sheets_metadata:
        if (wanted and item.name != wanted) or item.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_name(item.name)
            rows: list[Row] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
        except (python_calamine.CalamineError, OSError, ValueError) as broken:
            raise RefusedError(
                "unreadable_file", _("Không đọc được trang tính “%(sheet)s”.") % {"sheet": item.name}
            ) from broken
        hidden = item.visible != python_calamine.SheetVisibleEnum.Visible
        sheets.append(Sheet(item.name, rows, hidden, tuple(sheet.merged_cell_ranges or ())))
    return sheets


def _read_csv(content: bytes) -> list[Row]:
    text = _decode(content)
    if text.lstrip()[:1] == "<":
        raise RefusedError("unreadable_file", _("Tệp là một trang web, không phải bảng tính; hãy lưu lại thành .xlsx."))
    sample = text[:20_000].splitlines()[:40]
    weights = Counter({mark: sum(line.count(mark) for line in sample) for mark in ",;\t"})
    delimiter = weights.most_common(1)[0][0]
    try:
        rows: list[Row] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as broken:
        raise RefusedError("unreadable_file", _("Không đọc được tệp CSV này.")) from broken
    if len(rows) > MAX_ROWS:
        raise RefusedError("too_large", _("Tệp có hơn 200.000 dòng nên không được đọc."))
    return rows


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as broken:
        raise RefusedError(
            "unreadable_file", _("Không đọc được tệp: không phải bảng tính, cũng không phải CSV mã UTF-8.")
        ) from broken
    if "\x00" in text:
        raise RefusedError("unreadable_file", _("Không đọc được tệp: không phải bảng tính, cũng không phải CSV."))
    return text
