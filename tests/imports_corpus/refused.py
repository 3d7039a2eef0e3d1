"""Files of which nothing is taken: without a list, broken, or made to hurt."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable

from tests.imports_corpus.answers import Refused
from tests.imports_corpus.build import HEADER, Sheet, csv_text, ods, rewritten, school, xlsx

LIST = Sheet([HEADER, school("37000101")])
SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}"><sheetData>'
_TAIL = "</sheetData></worksheet>"


def _text(cell: str, value: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


def _with_sheet(parts: Callable[[], Iterable[str]]) -> bytes:
    """A workbook whose sheet is written piece by piece, so that it never stands in memory here."""
    plain, out = xlsx(LIST), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != SHEET:
                target.writestr(name, source.read(name))
        with target.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(_HEAD.encode())
            for part in parts():
                sheet.write(part.encode())
            sheet.write(_TAIL.encode())
    return out.getvalue()


def _rows(first: int, last: int) -> Iterable[str]:
    header = "".join(_text(f"{letter}1", word) for letter, word in zip("ABCDEFG", HEADER, strict=True))
    yield f'<row r="1">{header}</row>'
    for start in range(first, last, 5000):
        yield "".join(
            f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{number:08}</t></is></c>'
            f'<c r="B{number}" t="inlineStr"><is><t>Trường TH</t></is></c></row>'
            for number in range(start, min(start + 5000, last))
        )


def _large_cell() -> Iterable[str]:
    yield from _rows(2, 3)
    yield '<row r="3"><c r="B3" t="inlineStr"><is><t>'
    for _megabyte in range(300):
        yield "A" * 1_000_000
    yield "</t></is></c></row>"


def _far_cell() -> Iterable[str]:
    yield from _rows(2, 3)
    yield f'<row r="1048576">{_text("XFD1048576", "x")}</row>'


def _wide_row() -> Iterable[str]:
    yield from _rows(2, 3)
    yield f'<row r="3">{_text("A3", "37000102")}{_text("XFD3", "x")}</row>'


def _bomb(declared: str) -> bytes:
    """Entities that grow ninefold each level, or one that names a file, in the list's own sheet."""
    content = rewritten(xlsx(LIST), "xl/sharedStrings.xml", "<sst ", f"{declared}<sst ")
    return rewritten(content, "xl/sharedStrings.xml", "Trường TH Gia Viễn", "&e;")


def _entities() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 9}">' for n in range(1, 10))
    return _bomb(f'<!DOCTYPE sst [<!ENTITY e0 "ha">{levels}<!ENTITY e "&e9;">]>')


def _outside_entity() -> bytes:
    return _bomb('<!DOCTYPE sst [<!ENTITY e SYSTEM "file:///etc/hostname">]>')


def _encrypted() -> bytes:
    """What Excel writes for a password: an OLE file that holds the package encrypted, and how."""
    sector, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    table = [0xFFFFFFFD, end, end, *range(4, 12), end] + [free] * 116
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        end,
        0,
        end,
        0,
    ) + struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
        label = (name + "\0").encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ", label, len(label), kind, 1, free, right, child, b"", 0, 0, 0, start, size
        )

    folder = (
        entry("Root Entry", 5, 1, free, end, 0)
        + entry("EncryptedPackage", 2, free, 2, 3, 9 * sector)
        + entry("EncryptionInfo", 2, free, free, end, 0)
        + entry("", 0, free, free, 0, 0)
    )
    body = bytes((7 * at + at // 256) % 256 for at in range(9 * sector))
    return header + struct.pack("<128I", *table[:128]) + folder + b"\0" * sector + body


def _lying_about_its_size() -> bytes:
    """The large cell again, in a package that says it unpacks to a hundred bytes."""
    content = bytearray(_with_sheet(_large_cell))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        size = package.getinfo(SHEET).file_size
    true, lie = struct.pack("<I", size), struct.pack("<I", 100)
    assert content.count(true) >= 1
    return bytes(content).replace(true, lie)


def _ods_of_one_repeated_cell() -> bytes:
    cell = '<table:table-cell table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p>'
    return ods(
        [HEADER, school("37000101")],
        tail=f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-cell></table:table-row>',
    )


def _other_package() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<document>Danh sách trường</document>")
    return out.getvalue()


HTML = """<html><head><meta charset="utf-8"></head><body><table><tr><td>Mã trường</td><td>Tên trường</td></tr>
<tr><td>37000101</td><td>Trường TH Gia Viễn</td></tr></table></body></html>"""

WITHOUT_A_LIST = [
    Refused(
        "no_header_at_all",
        ("no_header_found",),
        lambda: xlsx(Sheet([school("37000101"), school("37000102", "Trường TH Gia Lâm")])),
    ),
    Refused(
        "a_statistical_form",
        ("no_header_found",),
        lambda: xlsx(
            Sheet(
                [
                    ["BÁO CÁO THỐNG KÊ GIÁO DỤC TIỂU HỌC"],
                    [],
                    ["TT", "Chỉ tiêu", "Đơn vị tính", "Mã số", "Tổng số", "Công lập"],
                    [None, "A", "B", "C", 1, 2],
                    ["I", "Trường", None, None, None, None],
                    ["1.1.", "Tổng số trường", "trường", 1, 0, 0],
                ]
            )
        ),
    ),
    Refused("prose", ("no_header_found",), lambda: csv_text([["Kính gửi các trường trên địa bàn"]], ","), "thu.csv"),
    Refused("blank_workbook", ("no_header_found",), lambda: xlsx(Sheet([]))),
]

HOSTILE = [
    Refused("empty_file", ("unreadable_file", "no_header_found"), lambda: b""),
    Refused("truncated", ("unreadable_file",), lambda: xlsx(LIST)[:3000]),
    Refused("encrypted", ("unreadable_file",), _encrypted),
    Refused("html_named_xls", ("unreadable_file",), HTML.encode, "danh-sach.xls"),
    Refused("pdf_named_xlsx", ("unreadable_file",), lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50),
    Refused("another_office_package", ("unreadable_file",), _other_package),
    Refused("entity_bomb", ("unreadable_file", "too_large"), _entities),
    Refused("entity_that_names_a_file", ("unreadable_file",), _outside_entity),
    Refused("cell_at_the_last_corner", ("too_large",), lambda: _with_sheet(_far_cell)),
    Refused("cell_in_the_last_column", ("too_large",), lambda: _with_sheet(_wide_row)),
    Refused("cell_of_300_megabytes", ("too_large",), lambda: _with_sheet(_large_cell)),
    Refused("package_that_lies_about_its_size", ("too_large", "unreadable_file"), _lying_about_its_size),
    Refused("a_million_rows", ("too_large",), lambda: _with_sheet(lambda: _rows(2, 1_000_002))),
    Refused("ods_of_one_repeated_cell", ("too_large",), _ods_of_one_repeated_cell, "danh-sach.ods"),
]
