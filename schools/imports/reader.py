"""A process of its own that reads one file: bytes on standard input, cells on standard output, by marshal. Pure.

Whatever a hostile file does, it does it here, in little memory and for a short time, and not in the web
process. It knows neither Django nor this package, so that it starts at once. A cell is a str, int, float,
bool, or bytes (a date or time as ISO says it), `...` for a formula that was never calculated, '' for blank.
"""

from __future__ import annotations

import csv
import io
import marshal
import re
import resource
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

# What type checkers take for theirs: to load `typing` takes as long as all other modules' own lines.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_UNPACKED = 200_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 702
MAX_CELLS = 3_000_000
MAX_SHEETS = 100
MAX_MEMORY = 256_000_000
MAX_SECONDS = 8
CHUNK = 2_000
# An answer goes after its length, in so many bytes.
LENGTH = 8
_PIECE = 1 << 20
# A cell of Excel ends at 32,767 characters; this much without a single tag is no sheet.
_MOST_TEXT = 262_144
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# Three letters are a column past the 702nd, six digits a row past the 200,000th; a cell that ends at once is blank.
_FAR = re.compile(rb'<c r="(?:[A-Z]{3}\d+|[A-Z]{1,2}(?:[2-9]\d{5}|\d{7}))"[^>/]*>')
_CELL = rb'<c r="([A-Z]{1,3})(\d+)"[^>]*'
_FORMULA = rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)"
_UNCALCULATED = re.compile(_CELL + rb">\s*" + _FORMULA + rb"\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_ERROR = re.compile(_CELL + rb'? t="e"[^>]*>\s*(?:' + _FORMULA + rb")?\s*<v>([^<]*)</v>")
# In .ods a count stands for what is repeated: blanks to the end of the sheet are no harm, values are.
_ODS_FAR_ROWS = re.compile(
    rb'<table:table-row\b[^>]*-repeated="(?:[2-9]\d{5}|\d{7,})"[^>]*>\s*<table:table-cell\b[^>]*-type='
)
_ODS_FAR_CELLS = re.compile(rb'<table:table-cell\b(?=[^>]*-type=)[^>]*-repeated="[1-9]\d{3,}"')


# Row, column, and the error that Excel shows there; None for a formula that was never calculated.
Hole = tuple[int, int, str | None]


class NotReadError(Exception):
    """Why the file is not read: a problem code, and which sentence says it."""

    def __init__(self, code: str, reason: str, detail: str = "") -> None:
        super().__init__(code, reason, detail)
        self.answer = ("refused", code, reason, detail)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout.buffer
    try:
        for answer in read(sys.stdin.buffer, sys.argv[1] if len(sys.argv) > 1 else ""):
            _send(out, answer)
    except NotReadError as refused:
        _send(out, refused.answer)
    except MemoryError:
        _send(out, NotReadError("too_large", "memory").answer)
    _send(out, ("end",))
    out.flush()


def _send(out: Any, answer: tuple[Any, ...]) -> None:
    """The length before each answer: from a pipe marshal reads value by value, which takes ten times as long."""
    told = marshal.dumps(answer)
    out.write(len(told).to_bytes(LENGTH, "little"))
    out.write(told)


def read(file: Any, wanted: str) -> Iterator[tuple[Any, ...]]:
    """('sheet', name, hidden, merges), then its rows in lists, and so on for each sheet."""
    head = file.read(4)
    file.seek(0)
    if head == _ZIP:
        uncalculated = _guard_archive(file)
        yield from _read_workbook(file, wanted, uncalculated)
    elif head == _OLE:
        content = file.read()
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise NotReadError("unreadable_file", "password")
        del content
        yield from _read_workbook(file, wanted, {})
    else:
        yield "sheet", "", False, ()
        yield from _in_chunks(_read_csv(file.read()))


# --- what is looked at before anything is parsed --------------------------------------------------
def _guard_archive(file: Any) -> dict[str, list[Hole]]:
    """Unpack in small pieces and count, because the sizes that an archive tells of itself may be lies.

    Gives the cells, by part, in which a formula stands without a value, or an error in place of one.
    """
    found: dict[str, list[Hole]] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            left = MAX_UNPACKED
            for item in archive.infolist():
                if not item.filename.endswith((".xml", ".rels")):
                    continue
                if item.file_size > left:
                    raise NotReadError("too_large", "unpacked")
                with archive.open(item) as part:
                    left = _guard_part(item.filename, part, left, found)
            if not {"xl/workbook.xml", "content.xml"} & set(archive.namelist()):
                raise NotReadError("unreadable_file", "other_package")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as broken:
        raise NotReadError("unreadable_file", "broken") from broken
    except zipfile.zlib.error as broken:  # type: ignore[attr-defined]
        raise NotReadError("unreadable_file", "broken") from broken
    return found


def _guard_part(name: str, part: Any, left: int, found: dict[str, list[Hole]]) -> int:
    is_sheet = name.startswith("xl/worksheets/sheet")
    text_left = _MOST_TEXT
    tail = b""
    while piece := part.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise NotReadError("too_large", "unpacked")
        if not tail and piece.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise NotReadError("unreadable_file", "xml")
        looked = tail + piece
        if b"<!DOCTYPE" in looked or b"<!ENTITY" in looked:
            raise NotReadError("unreadable_file", "xml")
        text_left = _MOST_TEXT if b"<" in piece else text_left - len(piece)
        if text_left < 0:
            raise NotReadError("too_large", "unpacked")
        if name == "content.xml" and (_ODS_FAR_ROWS.search(looked) or _ODS_FAR_CELLS.search(looked)):
            raise NotReadError("too_large", "far")
        if is_sheet:
            if _FAR.search(looked):
                raise NotReadError("too_large", "far")
            if b"<f" in looked:
                found.setdefault(name, []).extend((*_place(match), None) for match in _UNCALCULATED.finditer(looked))
            if b't="e"' in looked:
                wrong = ((*_place(match), match[3].decode("ascii", "replace")) for match in _ERROR.finditer(looked))
                found.setdefault(name, []).extend(wrong)
        tail = piece[-400:]
    return left


def _place(match: re.Match[bytes]) -> tuple[int, int]:
    column = 0
    for letter in match[1]:
        column = column * 26 + letter - 64
    return int(match[2]) - 1, column - 1


# --- workbooks ------------------------------------------------------------------------------------
def _read_workbook(file: Any, wanted: str, uncalculated: dict[str, list[Hole]]) -> Iterator[tuple[Any, ...]]:
    import python_calamine as calamine

    file.seek(0)
    try:
        book = calamine.CalamineWorkbook.from_filelike(file)
    except Exception as broken:
        password = "password" in str(broken).lower()
        raise NotReadError("unreadable_file", "password" if password else "not_excel") from broken
    if wanted and wanted not in book.sheet_names:
        names = ", ".join(f"“{name}”" for name in book.sheet_names)
        raise NotReadError("no_header_found", "no_sheet", names)
    if len(book.sheet_names) > MAX_SHEETS:
        raise NotReadError("too_large", "sheets")
    parts = _parts(file, book.sheet_names) if uncalculated else {}
    cells = 0
    for item in book.sheets_metadata:
        if (wanted and item.name != wanted) or item.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_name(item.name)
        except Exception as broken:
            raise NotReadError("unreadable_file", "sheet", item.name) from broken
        if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
            raise NotReadError("too_large", "far")
        cells += sheet.height * sheet.width
        if cells > MAX_CELLS:
            raise NotReadError("too_large", "cells")
        hidden = item.visible != calamine.SheetVisibleEnum.Visible
        yield "sheet", item.name, hidden, tuple(sheet.merged_cell_ranges or ())
        holes: dict[int, list[tuple[int, str | None]]] = {}
        for row, column, error in uncalculated.get(parts.get(item.name, ""), ()):
            holes.setdefault(row, []).append((column, error))
        yield from _in_chunks(_plain(sheet, holes))


def _parts(file: Any, names: list[str]) -> dict[str, str]:
    """Which part of the package holds which sheet."""
    with zipfile.ZipFile(file) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    targets = {}
    for link in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", links):
        key, target = re.search(r'\bId="([^"]*)"', link), re.search(r'\bTarget="([^"]*)"', link)
        if key and target:
            path = target[1]
            targets[key[1]] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    found = [re.search(r'\br:id="([^"]*)"', tag) for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book)]
    return {name: targets.get(link[1], "") for name, link in zip(names, found, strict=False) if link}


def _plain(sheet: Any, holes: dict[int, list[tuple[int, str | None]]]) -> Iterator[list[Any]]:
    """Rows as marshal can write them, without the blanks at their ends; equal texts are one object."""
    known: dict[str, str] = {}
    once = known.setdefault
    for number, row in enumerate(sheet.iter_rows()):
        for column, error in holes.get(number, ()):
            row += [""] * (column + 1 - len(row))
            row[column] = row[column] or error or ...
        while row and row[-1] == "":
            row.pop()
        yield [once(cell, cell) if type(cell) is str else cell if type(cell) in _KEPT else _iso(cell) for cell in row]
        if len(known) > 100_000:
            known.clear()


_KEPT = {float, int, bool, type(None), type(...)}


def _iso(cell: Any) -> bytes:
    return (cell.isoformat() if hasattr(cell, "isoformat") else str(cell)).encode()


def _in_chunks(rows: Iterable[list[Any]]) -> Iterator[tuple[Any, ...]]:
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        yield "rows", chunk


# --- text -----------------------------------------------------------------------------------------
def _read_csv(content: bytes) -> list[list[Any]]:
    if not content.strip():
        raise NotReadError("unreadable_file", "empty")
    text = _decode(content)
    if text.lstrip()[:1] == "<":
        raise NotReadError("unreadable_file", "web_page")
    told = re.match(r"sep=(.)\r?\n", text)
    try:
        rows: list[list[Any]] = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=told[1] if told else _delimiter(text))
        )
    except csv.Error as broken:
        raise NotReadError("unreadable_file", "csv") from broken
    if told:
        rows[0] = []
    if len(rows) > MAX_ROWS or max(map(len, rows), default=0) > MAX_COLUMNS:
        raise NotReadError("too_large", "far")
    return rows


def _delimiter(text: str) -> str:
    """The mark that divides most lines into equally many cells, and into the most of them."""
    sample = text[:40_000].splitlines()[:60]

    def weight(mark: str) -> tuple[int, int]:
        counts = Counter(len(row) for row in csv.reader(sample, delimiter=mark) if len(row) > 1)
        size, times = max(counts.items(), key=lambda item: item[0] * item[1], default=(0, 0))
        return size * times, size

    return max(",;\t", key=weight)


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as broken:
        raise NotReadError("unreadable_file", "not_utf8") from broken
    if "\x00" in text:
        raise NotReadError("unreadable_file", "not_text")
    return text


if __name__ == "__main__":
    main()
