"""Rows that are no schools."""

from __future__ import annotations

from tests.imports_corpus.answers import Case, Rows, School, error, junk
from tests.imports_corpus.build import HEADER, MAPPING, Sheet, school, xlsx

NUMBERED = ["TT", *HEADER]

CASES = [
    Case(
        name="totals_and_notes_and_signatures",
        rule="Totals and notes: skipped with junk_row; signature lines: skipped.",
        build=lambda: xlsx(
            Sheet(
                [
                    NUMBERED,
                    [1, *school("37000101")],
                    [2, *school("37000102", "Trường TH Gia Lâm", commune="Xã Gia Lâm")],
                    ["Cộng", None, None, None, None, None, 600, 50],
                    [3, *school("37000103", "Trường TH Gia Tường", commune="Xã Gia Tường")],
                    [None, None, "Tổng cộng: 3 trường", None, None, None, 900, 75],
                    [],
                    ["Ghi chú: Số liệu tính đến ngày 30/9/2026, chưa gồm các điểm trường lẻ."],
                    ["(*) Trường mới thành lập theo quyết định của UBND xã."],
                    [],
                    [None, None, None, None, None, "Ninh Bình, ngày 30 tháng 9 năm 2026"],
                    [None, None, "NGƯỜI LẬP BIỂU", None, None, "KT. GIÁM ĐỐC"],
                    [None, None, "(Ký, ghi rõ họ tên)", None, None, "PHÓ GIÁM ĐỐC"],
                ],
                merges=["A4:F4", "A8:H8", "A9:H9", "F11:H11", "F12:H12", "F13:H13"],
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=10, new=3, skipped=7),
        preview=[
            School(2, "new", "37000101", "Trường TH Gia Viễn", pupils=300, staff=25),
            School(3, "new", "37000102", "Trường TH Gia Lâm", commune="14389", pupils=300, staff=25),
            School(5, "new", "37000103", "Trường TH Gia Tường", commune="14401", pupils=300, staff=25),
        ],
        problems=junk(4, 6, 8, 9),
        may=[(11, ""), (12, ""), (13, "")],
    ),
    Case(
        name="header_again_on_every_page",
        rule="Repeated headers and numbering rows on a page break: skipped.",
        build=lambda: xlsx(
            Sheet(
                [
                    NUMBERED,
                    list(range(1, 9)),
                    [1, *school("37000101")],
                    [2, *school("37000102", "Trường TH Gia Lâm", commune="Xã Gia Lâm")],
                    NUMBERED,
                    list(range(1, 9)),
                    [3, *school("37000103", "Trường TH Gia Tường", commune="Xã Gia Tường")],
                    [header.upper() for header in NUMBERED],
                    ["1", "2", "3", "4", "5", "6", "7", "8"],
                    [4, *school("37000104", "Trường TH Phát Diệm", commune="Xã Phát Diệm")],
                ]
            )
        ),
        header_row=1,
        header_tail=1,
        mapping=MAPPING,
        rows=Rows(total=9, new=4, skipped=5),
        preview=[
            School(3, "new", "37000101", "Trường TH Gia Viễn", pupils=300, staff=25),
            School(4, "new", "37000102", "Trường TH Gia Lâm", commune="14389", pupils=300, staff=25),
            School(7, "new", "37000103", "Trường TH Gia Tường", commune="14401", pupils=300, staff=25),
            School(10, "new", "37000104", "Trường TH Phát Diệm", commune="14620", pupils=300, staff=25),
        ],
        may=[(row, "") for row in (2, 5, 6, 8, 9)],
    ),
    Case(
        name="schools_that_sound_like_totals",
        rule="A row with a code is a school, whatever its name begins with; one without a code is not a note for that.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    school("37000101", "Trường TH Cộng Hòa"),
                    school("37000102", "Trường THCS Tổng Hợp Gia Viễn", levels="THCS"),
                    school("37000103", "Điểm trường lẻ - Trường MN Gia Viễn", levels="MN"),
                    school(None, "Trường TH Gia Phong", commune="Xã Gia Phong"),
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=4, new=3, error=1),
        preview=[
            School(2, "new", "37000101", "Trường TH Cộng Hòa", pupils=300, staff=25),
            School(3, "new", "37000102", "Trường THCS Tổng Hợp Gia Viễn", "THCS", pupils=300, staff=25),
            School(4, "new", "37000103", "Điểm trường lẻ - Trường MN Gia Viễn", "MN", pupils=300, staff=25),
            School(5, "error", None, "Trường TH Gia Phong", commune="14524", pupils=300, staff=25),
        ],
        problems=[error(5, "A", "code", "missing_code")],
    ),
    Case(
        name="a_stray_table_beside_the_list",
        rule="A second table to the right is not the list; gaps of blank rows end nothing.",
        build=lambda: xlsx(
            Sheet(
                [
                    ["MÃ ĐƠN VỊ", "ĐƠN VỊ", "CẤP HỌC", "XÃ/PHƯỜNG", None, None, None, None],
                    [None, None, None, None, None, "Chỉ nhận trường của xã mình", None, None],
                    ["0201", "Trường THCS Gia Viễn ", "THCS", "Xã Gia Viễn", None, "441003", "Trường THPT A", "TH"],
                    ["0202", "Trường THCS Gia Lâm", "THCS", "Xã Gia Lâm", None, "441012", "Trường THPT B", "TH"],
                    [],
                    [],
                    [],
                    ["0301", "Trường THCS Phát Diệm", "THCS", "Xã Phát Diệm", None, None, None, None],
                ]
            )
        ),
        header_row=1,
        mapping={"code": "MÃ ĐƠN VỊ", "name": "ĐƠN VỊ", "levels": "CẤP HỌC", "commune": "XÃ/PHƯỜNG"},
        rows=Rows(total=4, new=3, skipped=1),
        preview=[
            School(3, "new", "0201", "Trường THCS Gia Viễn", "THCS", "14464", ownership=None),
            School(4, "new", "0202", "Trường THCS Gia Lâm", "THCS", "14389", ownership=None),
            School(8, "new", "0301", "Trường THCS Phát Diệm", "THCS", "14620", ownership=None),
        ],
        problems=junk(2),
    ),
]
