"""Levels by code, by word and by the school's name.

Of the codes only 1, 2 and 3 are used: cấp 1, 2, 3 are primary, lower and upper secondary in speech, and
the sector's form gives a primary school CAP_HOC 1. "12" is one digit a level, as the form writes lists.
"""

from __future__ import annotations

from typing import Any

from tests.imports_corpus.answers import Case, Rows, School, error
from tests.imports_corpus.build import HEADER, MAPPING, Sheet, school, xlsx

SHORT = ["Mã trường", "Tên trường", "Loại hình", "Xã/phường", "Tổng số HS", "CB-GV-NV"]


def _list(*levels: Any) -> list[list[Any]]:
    return [school(f"370001{at:02}", f"Trường Gia Viễn {at}", levels=value) for at, value in enumerate(levels, 2)]


def _read(row: int, levels: str | None, action: str = "new") -> School:
    return School(row, action, f"370001{row:02}", f"Trường Gia Viễn {row}", levels, pupils=300, staff=25)


def _several(*rows: int) -> list[tuple[int, str]]:
    """A total over several levels: that it cannot be divided may be said."""
    return [(row, "pupils") for row in rows]


CASES = [
    Case(
        name="levels_by_code",
        rule='Code lists: "12", "1,2", "TH,THCS&THPT", as text or as a number.',
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    *_list("12", 12, "1,2", "TH,THCS&THPT", "1", 3, "123", "2;3", "TH-THCS", "01", "th, thcs", "mn,TH"),
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=12, new=12),
        preview=[
            _read(2, "TH THCS"),
            _read(3, "TH THCS"),
            _read(4, "TH THCS"),
            _read(5, "TH THCS THPT"),
            _read(6, "TH"),
            _read(7, "THPT"),
            _read(8, "TH THCS THPT"),
            _read(9, "THCS THPT"),
            _read(10, "TH THCS"),
            _read(11, "TH"),
            _read(12, "TH THCS"),
            _read(13, "MN TH"),
        ],
        may=_several(2, 3, 4, 5, 8, 9, 10, 12, 13),
    ),
    Case(
        name="levels_by_word",
        rule="Mầm non, Mẫu giáo, TH & THCS, PTDTBT TH, GDNN-GDTX (both), and words without diacritics.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    *_list(
                        "Mầm non",
                        "Mẫu giáo",
                        "TH & THCS",
                        "PTDTBT TH",
                        "GDNN-GDTX",
                        "Trung học cơ sở",
                        "Trung học phổ thông",
                        "Tiểu học và Trung học cơ sở",
                        "tieu hoc",
                        "TRUNG HỌC CƠ SỞ VÀ TRUNG HỌC PHỔ THÔNG",
                        "Giáo dục thường xuyên",
                        "Cao đẳng",
                        "Trung cấp",
                        "Đại học",
                    ),
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=14, new=14),
        preview=[
            _read(2, "MN"),
            _read(3, "MN"),
            _read(4, "TH THCS"),
            _read(5, "TH"),
            _read(6, "GDTX GDNN"),
            _read(7, "THCS"),
            _read(8, "THPT"),
            _read(9, "TH THCS"),
            _read(10, "TH"),
            _read(11, "THCS THPT"),
            _read(12, "GDTX"),
            _read(13, "CD"),
            _read(14, "TC"),
            _read(15, "DH"),
        ],
        may=_several(4, 6, 9, 11),
    ),
    Case(
        name="levels_that_say_nothing",
        rule='"Phổ thông nhiều cấp" is unknown_level, and so is what is no level or only partly one.',
        build=lambda: xlsx(Sheet([HEADER, *_list("Phổ thông nhiều cấp", "Liên cấp", "Chuyên", "TH, XYZ", "19", "TH")])),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=1, error=5),
        preview=[*[_read(row, None, "error") for row in range(2, 7)], _read(7, "TH")],
        problems=[error(row, "C", "levels", "unknown_level") for row in range(2, 7)],
    ),
    Case(
        name="levels_from_the_name",
        rule="Without a column of levels the name tells: PTDTBT, GDNN-GDTX, Mẫu giáo; 'Đại Hoàng' is no university.",
        build=lambda: xlsx(
            Sheet(
                [
                    SHORT,
                    *[
                        [f"370001{at:02}", name, "Công lập", "Xã Gia Viễn", 300, 25]
                        for at, name in enumerate(
                            [
                                "Trường Tiểu học Trung Sơn",
                                "Trường Trung học cơ sở Đại Hoàng",
                                "Trường PTDTBT TH&THCS Cúc Phương",
                                "Trường Mẫu giáo Hoa Sen",
                                "Trung tâm GDNN-GDTX Nho Quan",
                                "Trường THPT Gia Viễn A",
                                "Trường TH và THCS Cao Sơn",
                                "Trường MN Trung Thành",
                            ],
                            2,
                        )
                    ],
                    ["37000110", "Trường Phổ thông nhiều cấp Hoa Lư", "Tư thục", "Phường Hoa Lư", 300, 25],
                ]
            )
        ),
        header_row=1,
        mapping={field: header for field, header in MAPPING.items() if field != "levels"},
        rows=Rows(total=9, new=8, error=1),
        preview=[
            School(2, "new", "37000102", "Trường Tiểu học Trung Sơn", "TH", pupils=300, staff=25),
            School(3, "new", "37000103", "Trường Trung học cơ sở Đại Hoàng", "THCS", pupils=300, staff=25),
            School(4, "new", "37000104", "Trường PTDTBT TH&THCS Cúc Phương", "TH THCS", pupils=300, staff=25),
            School(5, "new", "37000105", "Trường Mẫu giáo Hoa Sen", "MN", pupils=300, staff=25),
            School(6, "new", "37000106", "Trung tâm GDNN-GDTX Nho Quan", "GDTX GDNN", pupils=300, staff=25),
            School(7, "new", "37000107", "Trường THPT Gia Viễn A", "THPT", pupils=300, staff=25),
            School(8, "new", "37000108", "Trường TH và THCS Cao Sơn", "TH THCS", pupils=300, staff=25),
            School(9, "new", "37000109", "Trường MN Trung Thành", "MN", pupils=300, staff=25),
            School(10, "error", "37000110", "Trường Phổ thông nhiều cấp Hoa Lư", None, "14329", 300, 25, "private"),
        ],
        problems=[error(10, None, "levels", "unknown_level")],
        # A level that only the name tells may be shown as a guess.
        may=[*[(row, "levels") for row in range(2, 10)], *_several(4, 6, 8)],
    ),
    Case(
        name="ownership_in_words",
        rule="Công lập, Tư thục, Dân lập in any case, with or without diacritics; an empty cell is null.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    *[
                        school(f"370001{at:02}", f"Trường Gia Viễn {at}", ownership=value)
                        for at, value in enumerate(["CÔNG LẬP", "tư thục", "Dân lập", "cong lap", "TU THUC", None], 2)
                    ],
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=6),
        preview=[
            School(row, "new", f"370001{row:02}", f"Trường Gia Viễn {row}", "TH", "14464", 300, 25, kind)
            for row, kind in enumerate(["public", "private", "people_founded", "public", "private", None], 2)
        ],
    ),
]
