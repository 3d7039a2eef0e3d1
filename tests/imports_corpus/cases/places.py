"""Communes and levels that stand outside their cell: merged, in a section row, in the address."""

from __future__ import annotations

from tests.imports_corpus.answers import Case, Problem, Rows, School, either
from tests.imports_corpus.build import HEADER, MAPPING, Sheet, school, xlsx

NO_COMMUNE = ["STT", "Mã trường", "Tên trường", "Cấp học", "Loại hình", "Tổng số HS", "CB-GV-NV"]
NO_LEVELS = ["STT", "Mã trường", "Tên trường", "Loại hình", "Xã/phường", "Tổng số HS", "CB-GV-NV"]


def _without(field: str) -> dict[str, str]:
    return {key: header for key, header in MAPPING.items() if key != field}


CASES = [
    Case(
        name="one_merged_commune_over_several_rows",
        rule="A merged cell holds for all its rows; a blank cell that is not merged holds nothing.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    school("37000101"),
                    school("37000102", "Trường THCS Gia Viễn", levels="THCS", commune=None),
                    school("37000103", "Trường MN Gia Viễn", levels="MN", commune=None),
                    school("37000104", "Trường TH Gia Lâm", commune="Xã Gia Lâm"),
                    school("37000105", "Trường TH Nơi Nào", commune=None),
                    school("37000106", "Trường TH Phát Diệm", commune="Thị trấn Phát Diệm"),
                    school("37000107", "Trường MN Phát Diệm", levels="MN", commune=None),
                ],
                merges=["E2:E4", "E7:E8"],
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=7, new=either(6, 7), error=either(0, 1)),
        preview=[
            School(2, "new", "37000101", "Trường TH Gia Viễn", pupils=300, staff=25),
            School(3, "new", "37000102", "Trường THCS Gia Viễn", "THCS", pupils=300, staff=25),
            School(4, "new", "37000103", "Trường MN Gia Viễn", "MN", pupils=300, staff=25),
            School(5, "new", "37000104", "Trường TH Gia Lâm", commune="14389", pupils=300, staff=25),
            School(6, either("new", "error"), "37000105", "Trường TH Nơi Nào", commune=None, pupils=300, staff=25),
            School(7, "new", "37000106", "Trường TH Phát Diệm", commune="14620", pupils=300, staff=25),
            School(8, "new", "37000107", "Trường MN Phát Diệm", "MN", "14620", pupils=300, staff=25),
        ],
        problems=[
            Problem(7, "E", "commune", "commune_renamed", "warning"),
            Problem(8, "E", "commune", "commune_renamed", "warning"),
        ],
        may=[(6, "commune")],
    ),
    Case(
        name="section_rows_give_the_commune",
        rule="A section row gives the commune to the rows under it, until the next section, whatever that one is.",
        build=lambda: xlsx(
            Sheet(
                [
                    NO_COMMUNE,
                    ["I", "Xã Gia Viễn", None, None, None, None, None],
                    [1, "37000101", "Trường TH Gia Viễn", "TH", "Công lập", 300, 25],
                    [2, "37000102", "Trường THCS Gia Viễn", "THCS", "Công lập", 300, 25],
                    ["II. PHƯỜNG HOA LƯ", None, None, None, None, None, None],
                    [1, "37000103", "Trường TH Ninh Mỹ", "TH", "Công lập", 300, 25],
                    ["III", "Các đơn vị trực thuộc Sở", None, None, None, None, None],
                    [1, "37000104", "Trường THPT Gia Viễn A", "THPT", "Công lập", 300, 25],
                ],
                merges=["B2:G2", "A5:G5", "B7:G7"],
            )
        ),
        header_row=1,
        mapping=_without("commune"),
        rows=Rows(total=7, new=either(3, 4), error=either(0, 1), skipped=3),
        preview=[
            School(3, "new", "37000101", "Trường TH Gia Viễn", pupils=300, staff=25),
            School(4, "new", "37000102", "Trường THCS Gia Viễn", "THCS", pupils=300, staff=25),
            School(6, "new", "37000103", "Trường TH Ninh Mỹ", commune="14329", pupils=300, staff=25),
            School(8, either("new", "error"), "37000104", "Trường THPT Gia Viễn A", "THPT", None, 300, 25),
        ],
        may=[(2, ""), (5, ""), (7, ""), (8, "commune")],
    ),
    Case(
        name="section_rows_give_the_level",
        rule="A section row may give the level.",
        build=lambda: xlsx(
            Sheet(
                [
                    NO_LEVELS,
                    ["A", "MẦM NON", None, None, None, None, None],
                    [1, "37000101", "Trường Hoa Sen", "Tư thục", "Xã Gia Viễn", 300, 25],
                    ["B. Cấp tiểu học", None, None, None, None, None, None],
                    [1, "37000102", "Trường Trần Hưng Đạo", "Công lập", "Xã Gia Lâm", 300, 25],
                    [2, "37000103", "Trường Gia Viễn", "Công lập", "Xã Gia Viễn", 300, 25],
                    ["C", "Trung học cơ sở", None, None, None, None, None],
                    [1, "37000104", "Trường Nguyễn Huệ", "Công lập", "Xã Gia Viễn", 300, 25],
                ],
                merges=["B2:G2", "A4:G4"],
            )
        ),
        header_row=1,
        mapping=_without("levels"),
        rows=Rows(total=7, new=4, skipped=3),
        preview=[
            School(3, "new", "37000101", "Trường Hoa Sen", "MN", pupils=300, staff=25, ownership="private"),
            School(5, "new", "37000102", "Trường Trần Hưng Đạo", "TH", "14389", 300, 25),
            School(6, "new", "37000103", "Trường Gia Viễn", "TH", pupils=300, staff=25),
            School(8, "new", "37000104", "Trường Nguyễn Huệ", "THCS", pupils=300, staff=25),
        ],
        may=[(2, ""), (4, ""), (7, ""), *[(row, "levels") for row in (3, 5, 6, 8)]],
    ),
    Case(
        name="the_address_only_suggests",
        rule="The commune from the address is a suggestion only, never taken.",
        build=lambda: xlsx(
            Sheet(
                [
                    [*HEADER[:5], "Địa chỉ", *HEADER[5:]],
                    [
                        "37000101",
                        "Trường TH Một",
                        "TH",
                        "Công lập",
                        None,
                        "Thôn 3, xã Gia Viễn, tỉnh Ninh Bình",
                        300,
                        25,
                    ],
                    ["37000102", "Trường TH Hai", "TH", "Công lập", "Xã Gia Lâm", "Thôn 1, xã Gia Viễn", 300, 25],
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=2, new=either(1, 2), error=either(0, 1)),
        preview=[
            School(2, either("new", "error"), "37000101", "Trường TH Một", commune=None, pupils=300, staff=25),
            School(3, "new", "37000102", "Trường TH Hai", commune="14389", pupils=300, staff=25),
        ],
        problems=[Problem(2, None, "commune", "unknown_commune", either("error", "warning"), "14464")],
        may=[(3, "commune")],
    ),
]
