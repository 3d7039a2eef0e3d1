"""Communes as they are written: by code, by name, by the name of before 1 July 2025."""

from __future__ import annotations

from typing import Any

from tests.imports_corpus.answers import Case, Problem, Rows, School, error, warning
from tests.imports_corpus.build import HEADER, MAPPING, Sheet, school, xlsx

DISTRICT_HEADER = [*HEADER[:4], "Huyện/thành phố (cũ)", "Xã/phường", *HEADER[5:]]


def _list(*communes: Any) -> bytes:
    return xlsx(
        Sheet(
            [
                HEADER,
                *[
                    school(f"370001{at:02}", f"Trường TH số {at}", commune=value)
                    for at, value in enumerate(communes, 2)
                ],
            ]
        )
    )


def _read(row: int, commune: str | None, action: str = "new") -> School:
    return School(row, action, f"370001{row:02}", f"Trường TH số {row}", commune=commune, pupils=300, staff=25)


def _renamed(*rows: int, column: str = "E") -> list[Problem]:
    return [warning(row, column, "commune", "commune_renamed") for row in rows]


def _unknown(row: int, suggestion: str | None = None) -> Problem:
    return error(row, "E", "commune", "unknown_commune", suggestion)


def _ambiguous(row: int, *candidates: str, column: str = "E") -> Problem:
    return error(row, column, "commune", "ambiguous_commune", candidates)


CASES = [
    Case(
        name="communes_by_code",
        rule="By code, as text or number; an old code goes where its commune went, or is ambiguous where it was split.",
        build=lambda: _list("14464", 14389, "14467", 14473, "14503", "99999", "00004", " 14620 "),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=8, new=5, error=3),
        preview=[
            _read(2, "14464"),
            _read(3, "14389"),
            _read(4, "14464"),
            _read(5, "14482"),
            _read(6, None, "error"),
            _read(7, None, "error"),
            _read(8, None, "error"),
            _read(9, "14620"),
        ],
        problems=[*_renamed(4, 5), _ambiguous(6, "14533", "14488"), _unknown(7), _unknown(8)],
    ),
    Case(
        name="communes_by_name",
        rule="By name with or without prefix, in any case, with marks on either vowel (Thuỷ, Thủy).",
        build=lambda: _list(
            "Xã Gia Viễn",
            "Gia Viễn",
            "XÃ GIA VIỄN",
            "xã  Gia Viễn ",
            "P. Hoa Lư",
            "P.Hoa Lư",
            "Phường Nam Hoa Lư",
            "UBND xã Gia Viễn",
            "Xã Giao Thủy",
            "Phường Nguyễn Úy",
            "Xã Giao Hòa",
            "Xã Gia Viễn, tỉnh Ninh Bình",
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=12, new=12),
        preview=[
            *[_read(row, "14464") for row in (2, 3, 4, 5)],
            _read(6, "14329"),
            _read(7, "14329"),
            _read(8, "14359"),
            _read(9, "14464"),
            _read(10, "14167"),
            _read(11, "13396"),
            _read(12, "14182"),
            _read(13, "14464"),
        ],
    ),
    Case(
        name="communes_without_diacritics",
        rule="Without diacritics only if one place fits: Đông Sơn and Đồng Sơn, Trực Hùng and Trực Hưng are two each.",
        build=lambda: _list("Xa Gia Vien", "gia vien", "PHUONG HOA LU", "Xa Dong Son", "Xa Truc Hung", "Xa Phat Diem"),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=4, error=2),
        preview=[
            _read(2, "14464"),
            _read(3, "14464"),
            _read(4, "14329"),
            _read(5, None, "error"),
            _read(6, None, "error"),
            _read(7, "14620"),
        ],
        problems=[_ambiguous(5, "14365", "14014"), _ambiguous(6, "14077", "14053")],
    ),
    Case(
        name="communes_misspelt",
        rule="Misspelt is unknown_commune with a suggestion; wrong marks are misspelt, not 'without diacritics'.",
        build=lambda: _list("Xã Gia Viển", "Xã Gia Viên", "Xã Phát Diêm", "Phường Hoa Lưu", "Xã Không Đâu"),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=5, error=5),
        preview=[_read(row, None, "error") for row in range(2, 7)],
        problems=[
            _unknown(2, "14464"),
            _unknown(3, "14464"),
            _unknown(4, "14620"),
            _unknown(5, "14329"),
            _unknown(6),
        ],
    ),
    Case(
        name="communes_of_before_july_2025",
        rule="An old name that went whole is commune_renamed; one that was split stays ambiguous.",
        build=lambda: _list(
            "Xã Gia Hòa",
            "Thị trấn Thịnh Vượng",
            "Xã Gia Tân",
            "Phường Ninh Giang",
            "Xã Gia Sinh",
            "TT. Phát Diệm",
            "Xã Liên Sơn",
            "Phường Hòa Mạc",
            "Xã Gia Hoà",
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=9, new=6, error=3),
        preview=[
            _read(2, "14464"),
            _read(3, "14464"),
            _read(4, None, "error"),
            _read(5, "14533"),
            _read(6, "14533"),
            _read(7, "14620"),
            _read(8, None, "error"),
            _read(9, None, "error"),
            _read(10, "14464"),
        ],
        problems=[
            *_renamed(2, 3, 5, 6, 7, 10),
            _ambiguous(4, "14533", "14488"),
            _ambiguous(8, "14482", "13435"),
            _ambiguous(9, "13324", "13330"),
        ],
    ),
    Case(
        name="the_kind_tells_namesakes_apart",
        rule="Phường Ninh Giang was, Xã Ninh Giang is; Phường Yên Thắng is, of Xã Yên Thắng there were two.",
        build=lambda: _list(
            "Xã Ninh Giang",
            "Phường Ninh Giang",
            "Phường Yên Thắng",
            "Xã Yên Thắng",
            "Phường Tân Thành",
            "Xã Tân Thành",
            "Xã Tân Thanh",
            "Xã Quang Trung",
            "Phường Quang Trung",
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=9, new=7, error=2),
        preview=[
            _read(2, "14038"),
            _read(3, "14533"),
            _read(4, "14725"),
            _read(5, None, "error"),
            _read(6, "14329"),
            _read(7, "14674"),
            _read(8, "13474"),
            _read(9, "13753"),
            _read(10, None, "error"),
        ],
        problems=[
            *_renamed(3, 6, 7, 9),
            _ambiguous(5, "14725", "13864"),
            _ambiguous(10, "13669", "13285", "13366"),
        ],
    ),
    Case(
        name="an_old_district_in_its_own_column_decides",
        rule="A current full name wins, unless an old district beside it decides for the old one.",
        build=lambda: xlsx(
            Sheet(
                [
                    DISTRICT_HEADER,
                    *[
                        [f"370001{at:02}", f"Trường TH số {at}", "TH", "Công lập", district, commune, 300, 25]
                        for at, (district, commune) in enumerate(
                            [
                                (None, "Xã Yên Khánh"),
                                ("Huyện Ý Yên", "Xã Yên Khánh"),
                                ("Nam Trực", "Xã Bình Minh"),
                                ("Huyện Yên Mô", "Xã Yên Đồng"),
                                ("Ý Yên", "Yên Thắng"),
                                ("Huyện Nho Quan", "Xã Gia Lâm"),
                                ("Thị xã Kim Bảng", "Xã Thanh Sơn"),
                                ("Huyện Gia Viễn", "Xã Gia Tân"),
                            ],
                            2,
                        )
                    ],
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=8, new=7, error=1),
        preview=[
            _read(2, "14560"),
            _read(3, "13795"),
            _read(4, "14011"),
            _read(5, "14746"),
            _read(6, "13864"),
            _read(7, "14389"),
            _read(8, "13435"),
            _read(9, None, "error"),
        ],
        problems=[*_renamed(3, 4, 5, 6, 8, column="F"), _ambiguous(9, "14533", "14488", column="F")],
    ),
    Case(
        name="an_old_district_in_the_same_cell_decides",
        rule="The old district may stand behind a comma, a hyphen or in brackets.",
        build=lambda: _list(
            "Xã Yên Khánh, huyện Ý Yên",
            "Xã Bình Minh - Huyện Nam Trực",
            "Xã Yên Đồng (huyện Yên Mô)",
            "Xã Liên Sơn, H. Gia Viễn",
            "Xã Gia Lâm, huyện Nho Quan, tỉnh Ninh Bình",
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=5, new=5),
        preview=[
            _read(2, "13795"),
            _read(3, "14011"),
            _read(4, "14746"),
            _read(5, "14482"),
            _read(6, "14389"),
        ],
        problems=_renamed(2, 3, 4, 5),
    ),
    Case(
        name="a_district_is_no_commune",
        rule="'Huyện Gia Viễn' is not Xã Gia Viễn; nor is Thành phố Hoa Lư the phường of that name.",
        build=lambda: _list("Huyện Gia Viễn", "Thành phố Hoa Lư", "Thị xã Duy Tiên", "H. Nho Quan", "TP Nam Định"),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=5, error=5),
        preview=[_read(row, None, "error") for row in range(2, 7)],
        problems=[_unknown(row) for row in range(2, 7)],
    ),
]
