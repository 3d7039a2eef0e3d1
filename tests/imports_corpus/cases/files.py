"""Which file it really is, and which of its sheets."""

from __future__ import annotations

from tests.imports_corpus.answers import Case, Existing, Rows, School, junk
from tests.imports_corpus.build import HEADER, MAPPING, Sheet, csv_text, ods, rewritten, school, xlsx

ROWS = [
    school("37000101", pupils=418, staff=31),
    school("37000102", "Trường THCS Gia Lâm", levels="THCS", commune="Xã Gia Lâm", pupils=610, staff=44),
]
TWO = [
    School(2, "new", "37000101", "Trường TH Gia Viễn", pupils=418, staff=31),
    School(3, "new", "37000102", "Trường THCS Gia Lâm", "THCS", "14389", 610, 44),
]
OLD = [HEADER, *[school(f"3700{number:04}", f"Trường TH cũ {number}") for number in range(30)]]
# What LibreOffice writes under every sheet whose rows were once formatted.
ODS_TAIL = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row>"
)

CASES = [
    Case(
        name="hidden_sheet_before_the_visible_one",
        rule="A hidden sheet is not chosen before a visible one, though it stands first and holds more.",
        build=lambda: xlsx(
            Sheet(OLD, title="DS cũ", hidden="hidden"),
            Sheet(OLD, title="Lưu", hidden="very"),
            Sheet([HEADER, *ROWS], title="DS 2026"),
        ),
        sheet="DS 2026",
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=2, new=2),
        preview=TWO,
    ),
    Case(
        name="guide_and_code_sheets_beside",
        rule="The list is found among a guide, a list of communes and a list of levels.",
        build=lambda: xlsx(
            Sheet(
                [
                    ["HƯỚNG DẪN"],
                    ["Cột Mã trường: nhập mã 8 số. Cột Tên trường: nhập tên đầy đủ."],
                    ["Cột Cấp học: MN, TH, THCS, THPT. Cột Xã/phường: chọn trong danh mục."],
                ],
                title="Hướng dẫn",
            ),
            Sheet(
                [
                    ["Mã xã", "Tên xã/phường", "Loại"],
                    ["14464", "Xã Gia Viễn", "xã"],
                    ["14389", "Xã Gia Lâm", "xã"],
                    ["14329", "Phường Hoa Lư", "phường"],
                    ["14620", "Xã Phát Diệm", "xã"],
                ],
                title="DM xã",
            ),
            Sheet([HEADER, *ROWS], title="Danh sách"),
            Sheet([["Mã cấp", "Tên cấp học"], [1, "Tiểu học"], [2, "THCS"]], title="DM cấp học"),
        ),
        sheet="Danh sách",
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=2, new=2),
        preview=TWO,
    ),
    Case(
        name="workbook_named_csv",
        rule="Content decides, not the extension.",
        build=lambda: xlsx(Sheet([HEADER, *ROWS])),
        file_name="danh-sach.csv",
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=2, new=2),
        preview=TWO,
    ),
    Case(
        name="workbook_named_xls",
        rule="Content decides, not the extension.",
        build=lambda: xlsx(Sheet([HEADER, *ROWS])),
        file_name="danh-sach.xls",
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=2, new=2),
        preview=TWO,
    ),
    Case(
        name="workbook_with_macros",
        rule=".xlsm is read like any other; its macros are nobody's business.",
        build=lambda: rewritten(
            xlsx(Sheet([HEADER, *ROWS])),
            "[Content_Types].xml",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
        file_name="danh-sach.xlsm",
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=2, new=2),
        preview=TWO,
    ),
    Case(
        name="csv_with_bom_and_semicolons",
        rule=".csv in UTF-8 with BOM and semicolons: commas inside cells stay, texts of digits are codes.",
        build=lambda: csv_text(
            [
                ["DANH SÁCH TRƯỜNG, NĂM HỌC 2026-2027", None, None, None, None, None, None],
                HEADER,
                school("37000101", pupils="418", staff="31"),
                [],
                school("00000102", "Trường THCS Gia Lâm, điểm chính", levels="TH,THCS", commune="Xã Gia Lâm"),
            ],
            ";",
        ),
        file_name="danh-sach.csv",
        sheet=None,
        header_row=2,
        mapping=MAPPING,
        rows=Rows(total=2, new=2),
        preview=[
            School(3, "new", "37000101", "Trường TH Gia Viễn", pupils=418, staff=31),
            School(5, "new", "00000102", "Trường THCS Gia Lâm, điểm chính", "TH THCS", "14389", 300, 25),
        ],
    ),
    Case(
        name="csv_with_commas_named_xlsx",
        rule=".csv in UTF-8 with BOM and commas, quoted cells and line breaks in them; its name says Excel.",
        build=lambda: csv_text(
            [
                ["Mã trường", "Tên trường", "Cấp học", "Loại hình", "Xã/\nphường", "Tổng số HS", "CB-GV-NV"],
                school("37000101", pupils="1,234", staff="31"),
                school("37000102", 'Trường THCS "Gia Lâm"', levels="THCS", commune="Xã Gia Lâm", pupils="1.234"),
            ],
            ",",
        ),
        sheet=None,
        header_row=1,
        mapping=MAPPING | {"commune": "Xã/ phường"},
        rows=Rows(total=2, new=2),
        preview=[
            School(2, "new", "37000101", "Trường TH Gia Viễn", pupils=1234, staff=31),
            School(3, "new", "37000102", 'Trường THCS "Gia Lâm"', "THCS", "14389", 1234, 25),
        ],
    ),
    Case(
        name="ods_with_a_million_blank_rows_under_it",
        rule=".ods; what repeats blanks to the end of the sheet is blank, not large.",
        build=lambda: ods([["DANH SÁCH"], [], HEADER, *ROWS], tail=ODS_TAIL),
        file_name="danh-sach.ods",
        header_row=3,
        mapping=MAPPING,
        rows=Rows(total=2, new=2),
        preview=[
            School(4, "new", "37000101", "Trường TH Gia Viễn", pupils=418, staff=31),
            School(5, "new", "37000102", "Trường THCS Gia Lâm", "THCS", "14389", 610, 44),
        ],
    ),
    Case(
        name="sixteen_thousand_rows_of_borders",
        rule="Formatted blank rows are blank rows.",
        build=lambda: xlsx(Sheet([HEADER, *ROWS], formatted_to=16000)),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=2, new=2),
        preview=TWO,
    ),
    Case(
        name="a_dimension_that_lies",
        rule="A sheet that calls itself A1:XFD1048576 and holds two rows is a list of two rows.",
        build=lambda: rewritten(
            xlsx(Sheet([HEADER, *ROWS])),
            "xl/worksheets/sheet1.xml",
            '<dimension ref="A1:G3"/>',
            '<dimension ref="A1:XFD1048576"/>',
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=2, new=2),
        preview=TWO,
    ),
    Case(
        name="hidden_rows_and_columns_are_data",
        rule="Hidden rows are data: a filtered list is read whole, and nothing hidden is 'not in the file'.",
        build=lambda: xlsx(
            Sheet(
                [HEADER, *ROWS, school("37000103", "Trường TH Gia Tường", commune="Xã Gia Tường"), ["Tổng cộng"]],
                hidden_rows=[3, 4],
                hidden_columns=["E"],
            )
        ),
        existing=[
            Existing(
                "37000103",
                "Trường TH Gia Tường",
                commune="14401",
                staff={2026: 25},
                pupils={2026: {"TH": 300}},
            )
        ],
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=4, new=2, unchanged=1, skipped=1),
        preview=[*TWO, School(4, "unchanged", "37000103", "Trường TH Gia Tường", "TH", "14401", 300, 25)],
        problems=junk(5),
    ),
]
