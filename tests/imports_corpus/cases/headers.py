"""Where the table begins, and which column is what."""

from __future__ import annotations

from tests.imports_corpus.answers import Case, Rows, School, either
from tests.imports_corpus.build import HEADER, MAPPING, Sheet, school, xlsx


def _three(first_row: int) -> list[School]:
    return [
        School(first_row, "new", "37000101", "Trường TH Gia Viễn", pupils=418, staff=31),
        School(first_row + 1, "new", "37000102", "Trường TH Gia Lâm", commune="14389", pupils=300, staff=25),
        School(first_row + 2, "new", "37000103", "Trường THCS Gia Lâm", "THCS", "14389", pupils=610, staff=44),
    ]


ROWS = [
    school("37000101", pupils=418, staff=31),
    school("37000102", "Trường TH Gia Lâm", commune="Xã Gia Lâm"),
    school("37000103", "Trường THCS Gia Lâm", levels="THCS", commune="Xã Gia Lâm", pupils=610, staff=44),
]

_ROW_A = ["37000101", "Trường TH Gia Viễn", 14, "TH", 418, 201, 31]
_ROW_B = ["37000102", "Trường THCS Gia Lâm", 16, "THCS", 610, 290, 44]

CASES = [
    Case(
        name="title_rows_above_the_header",
        rule="Finds the header row under title rows.",
        build=lambda: xlsx(
            Sheet(
                [
                    ["UBND TỈNH NINH BÌNH", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
                    ["SỞ GIÁO DỤC VÀ ĐÀO TẠO", None, None, None, "Độc lập - Tự do - Hạnh phúc"],
                    [],
                    ["DANH SÁCH TRƯỜNG, CẤP HỌC, XÃ/PHƯỜNG NĂM HỌC 2026-2027"],
                    ["(Kèm theo Công văn của Sở GDĐT; mã trường theo cơ sở dữ liệu ngành)"],
                    [],
                    HEADER,
                    *ROWS,
                ],
                merges=["A1:C1", "E1:G1", "A2:C2", "E2:G2", "A4:G4", "A5:G5"],
            )
        ),
        header_row=7,
        mapping=MAPPING,
        rows=Rows(total=3, new=3),
        preview=_three(8),
    ),
    Case(
        name="header_of_two_merged_rows",
        rule="Headers of two merged rows.",
        build=lambda: xlsx(
            Sheet(
                [
                    ["DANH MỤC TRƯỜNG"],
                    [],
                    ["TT", "Mã trường", "Tên trường", "Cấp học", "Loại hình", "Xã/phường", "Quy mô", None],
                    [None, None, None, None, None, None, "Tổng số HS", "CB-GV-NV"],
                    *[[number, *row] for number, row in enumerate(ROWS, 1)],
                ],
                merges=["A1:H1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:F4", "G3:H3"],
            )
        ),
        header_row=either(3, 4),
        mapping=MAPPING,
        rows=Rows(total=3, new=3),
        preview=_three(5),
    ),
    Case(
        name="header_of_three_merged_rows",
        rule="Headers of three merged rows; 'Tổng số' means what stands above it; 'Nữ' is nobody's total.",
        build=lambda: xlsx(
            Sheet(
                [
                    ["Mã đơn vị", "Tên đơn vị", "Cấp học", "Xã/phường", "Năm học 2026-2027", None, None, None, None],
                    [None, None, None, None, "Học sinh", None, None, "Cán bộ, giáo viên, nhân viên", None],
                    [None, None, None, None, "Nữ", "Tổng số", "Dân tộc", "Tổng số", "Nữ"],
                    ["37000101", "Trường TH Gia Viễn", "TH", "Xã Gia Viễn", 201, 418, 12, 31, 22],
                    ["37000102", "Trường THCS Gia Lâm", "THCS", "Xã Gia Lâm", 290, 610, 35, 44, 30],
                ],
                merges=["A1:A3", "B1:B3", "C1:C3", "D1:D3", "E1:I1", "E2:G2", "H2:I2"],
            )
        ),
        header_row=either(1, 2, 3),
        mapping={
            "code": "Mã đơn vị",
            "name": "Tên đơn vị",
            "levels": "Cấp học",
            "commune": "Xã/phường",
            "pupils": ("Năm học 2026-2027", "Học sinh", "Tổng số"),
            "staff": ("Năm học 2026-2027", "Cán bộ, giáo viên, nhân viên", "Tổng số"),
        },
        rows=Rows(total=2, new=2),
        preview=[
            School(4, "new", "37000101", "Trường TH Gia Viễn", pupils=418, staff=31, ownership=None),
            School(5, "new", "37000102", "Trường THCS Gia Lâm", "THCS", "14389", 610, 44, ownership=None),
        ],
    ),
    Case(
        name="blank_row_then_letters_under_the_header",
        rule="A blank row after the header; a row of column letters is no school.",
        build=lambda: xlsx(Sheet([["Biểu 01"], HEADER, [], ["A", "B", "C", "D", "E", "1", "2"], *ROWS])),
        header_row=2,
        header_tail=1,
        mapping=MAPPING,
        rows=Rows(total=4, new=3, skipped=1),
        preview=_three(5),
    ),
    Case(
        name="numbers_in_brackets_under_the_header",
        rule="A row of column numbers under the header is no school.",
        build=lambda: xlsx(Sheet([HEADER, [f"({number})" for number in range(1, 8)], *ROWS])),
        header_row=1,
        header_tail=1,
        mapping=MAPPING,
        rows=Rows(total=4, new=3, skipped=1),
        preview=_three(3),
    ),
    Case(
        name="plain_numbers_under_the_header",
        rule="Numbers typed as numbers under the header are no school either: 1 is not a code.",
        build=lambda: xlsx(Sheet([HEADER, list(range(1, 8)), *ROWS])),
        header_row=1,
        header_tail=1,
        mapping=MAPPING,
        rows=Rows(total=4, new=3, skipped=1),
        preview=_three(3),
    ),
    Case(
        name="import_form_of_the_sector_database",
        rule="MA_TRUONG * and its like; the code sheets beside it hold more rows, and are no list of schools.",
        build=lambda: xlsx(
            Sheet(
                [
                    [],
                    ["TEMPLATE IMPORT TRƯỜNG HỌC"],
                    [],
                    ["MA_TRUONG *", "TEN_TRUONG_HOC *", "MA_DON_VI *", "CAP_HOC *", "DIA_CHI", "MA_XA_PHUONG *", "SDT"],
                    ["37000101", "Tiểu Học Gia Viễn", 370, 1, "Thôn 1", "14464", "(đã lược bỏ)"],
                    ["37000102", "THCS Gia Lâm", 370, 2, "Thôn 2", 14389, None],
                ],
                title="Sheet1",
            ),
            Sheet(
                [
                    ["Mã Đơn Vị", "Tên Đơn Vị", "Mã đơn vị cha"],
                    *[[number, f"Phòng Giáo dục và Đào tạo Huyện {number}", 37] for number in range(370, 570)],
                ],
                title="DM ĐƠN VỊ",
            ),
            Sheet([["Mã Tỉnh Thành", "Tên"], [37, "Tỉnh Ninh Bình"]], title="DM TỈNH THÀNH"),
        ),
        sheet="Sheet1",
        header_row=4,
        mapping={
            "code": "MA_TRUONG *",
            "name": "TEN_TRUONG_HOC *",
            "levels": "CAP_HOC *",
            "commune": "MA_XA_PHUONG *",
        },
        rows=Rows(total=2, new=2),
        preview=[
            School(5, "new", "37000101", "Tiểu Học Gia Viễn", ownership=None),
            School(6, "new", "37000102", "THCS Gia Lâm", "THCS", "14389", ownership=None),
        ],
    ),
    Case(
        name="headers_with_stars_and_line_breaks",
        rule="Mã định danh, Tên đơn vị, Bậc học, Địa bàn, Tổng số HS, CB-GV-NV, with stars and line breaks.",
        build=lambda: xlsx(
            Sheet(
                [
                    [
                        "STT",
                        "Mã\nđịnh danh (*)",
                        "Tên đơn vị\n(*)",
                        "Bậc học *",
                        "Địa\nbàn",
                        "Tổng số\nHS",
                        "CB-GV-NV\n",
                    ],
                    [1, "37000101", "Trường TH Gia Viễn", "TH", "Gia Viễn", 418, 31],
                    [2, "37000102", "Trường THCS Phát Diệm", "THCS", "Phát Diệm", 610, 44],
                ]
            )
        ),
        header_row=1,
        mapping={
            "code": "Mã định danh (*)",
            "name": "Tên đơn vị (*)",
            "levels": "Bậc học *",
            "commune": "Địa bàn",
            "pupils": "Tổng số HS",
            "staff": "CB-GV-NV",
        },
        rows=Rows(total=2, new=2),
        preview=[
            School(2, "new", "37000101", "Trường TH Gia Viễn", pupils=418, staff=31, ownership=None),
            School(3, "new", "37000102", "Trường THCS Phát Diệm", "THCS", "14620", 610, 44, ownership=None),
        ],
    ),
    Case(
        name="headers_in_capitals_without_diacritics",
        rule="Headers in any case, with or without diacritics.",
        build=lambda: xlsx(
            Sheet(
                [
                    ["MA DON VI", "TEN DON VI", "CAP HOC", "LOAI HINH", "XA PHUONG", "TONG SO HS", "CB GV NV"],
                    *ROWS,
                ]
            )
        ),
        header_row=1,
        mapping={
            "code": "MA DON VI",
            "name": "TEN DON VI",
            "levels": "CAP HOC",
            "ownership": "LOAI HINH",
            "commune": "XA PHUONG",
            "pupils": "TONG SO HS",
            "staff": "CB GV NV",
        },
        rows=Rows(total=3, new=3),
        preview=_three(2),
    ),
    Case(
        name="columns_that_only_look_alike",
        rule="The head's name, the commune's code, the phone and the number of classes are not what they stand near.",
        build=lambda: xlsx(
            Sheet(
                [
                    [
                        "STT",
                        "Tên hiệu trưởng",
                        "Số điện thoại",
                        "Mã số thuế",
                        "Mã xã",
                        "Mã trường",
                        "Tên trường",
                        "Số lớp",
                        "Cấp học",
                        "Tổng số HS",
                        "Số HS nữ",
                        "CB-GV-NV",
                    ],
                    [1, "(lược bỏ)", "0229000001", "2700000001", "14464", *_ROW_A],
                    [2, "(lược bỏ)", "0229000002", "2700000002", "14389", *_ROW_B],
                ]
            )
        ),
        header_row=1,
        mapping={
            "code": "Mã trường",
            "name": "Tên trường",
            "levels": "Cấp học",
            "commune": "Mã xã",
            "pupils": "Tổng số HS",
            "staff": "CB-GV-NV",
        },
        rows=Rows(total=2, new=2),
        preview=[
            School(2, "new", "37000101", "Trường TH Gia Viễn", pupils=418, staff=31, ownership=None),
            School(3, "new", "37000102", "Trường THCS Gia Lâm", "THCS", "14389", 610, 44, ownership=None),
        ],
    ),
]
