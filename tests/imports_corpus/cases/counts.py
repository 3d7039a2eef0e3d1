"""Counts as offices type them."""

from __future__ import annotations

from typing import Any

from tests.imports_corpus.answers import Case, Existing, Rows, School, either, error
from tests.imports_corpus.build import HEADER, MAPPING, Formula, Sheet, school, xlsx, xlsx_without_values


def _codes(number: int) -> str:
    return f"370001{number:02}"


def _list(*pupils: Any) -> list[list[Any]]:
    return [school(_codes(at), f"Trường TH số {at}", pupils=value) for at, value in enumerate(pupils, 2)]


def _read(row: int, pupils: int | None, action: str = "new") -> School:
    return School(row, action, _codes(row), f"Trường TH số {row}", pupils=pupils, staff=25)


def _bare_staff() -> list[list[Any]]:
    return [school(_codes(4), "Trường TH số 4", staff="=10+15")]


YEARS = [
    ["Mã trường", "Tên trường", "Cấp học", "Xã/phường", "Năm học 2025-2026", None, "Năm học 2026-2027", None],
    [None, None, None, None, "Học sinh", "CB-GV-NV", "Học sinh", "CB-GV-NV"],
    ["37000101", "Trường TH Gia Viễn", "TH", "Xã Gia Viễn", 400, 30, 418, 31],
    ["37000102", "Trường THCS Gia Lâm", "THCS", "Xã Gia Lâm", 600, 43, 610, 44],
]
YEARS_MERGES = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"]
YEARS_MAPPING = {"code": "Mã trường", "name": "Tên trường", "levels": "Cấp học", "commune": "Xã/phường"}

ONE_HEADER = [
    ["Mã trường", "Tên trường", "Cấp học", "Xã/phường", "HS 2025-2026", "HS 2026-2027", "CB-GV-NV"],
    ["37000101", "Trường TH Gia Viễn", "TH", "Xã Gia Viễn", 400, 418, 31],
    ["37000102", "Trường THCS Gia Lâm", "THCS", "Xã Gia Lâm", 600, 610, 44],
]

CASES = [
    Case(
        name="thousands_as_vietnamese_type_them",
        rule="1.234, 1,234 and 1 234 typed as text are thousands; the number 1234 is itself.",
        build=lambda: xlsx(
            Sheet([HEADER, *_list("1.234", "1,234", "1 234", "1\u00a0234", 1234, "1234", " 1.234 ", "418.0")])
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=8, new=either(7, 8), error=either(0, 1)),
        preview=[
            *[_read(row, 1234) for row in range(2, 9)],
            School(9, either("new", "error"), _codes(9), "Trường TH số 9", pupils=either(418, None), staff=25),
        ],
        may=[(9, "pupils")],
    ),
    Case(
        name="numbers_whose_point_excel_has_eaten",
        rule="The number 1.234 is bad_number; so is a fraction of a pupil, typed or not.",
        build=lambda: xlsx(Sheet([HEADER, *_list(1.234, 12.5, "12,5", "1.23", "1.2345", 300)])),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=1, error=5),
        preview=[*[_read(row, None, "error") for row in range(2, 7)], _read(7, 300)],
        problems=[
            error(2, "F", "pupils", "bad_number", "1234"),
            *[error(row, "F", "pupils", "bad_number") for row in range(3, 7)],
        ],
    ),
    Case(
        name="letters_for_digits_and_words",
        rule="61O is an error with a one-click fix, abc one without; a negative count is negative_number.",
        build=lambda: xlsx(Sheet([HEADER, *_list("61O", "abc", -5, "-12", "l20", "300 em")])),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=either(0, 1), error=either(5, 6)),
        preview=[
            *[_read(row, None, "error") for row in range(2, 7)],
            School(7, either("new", "error"), _codes(7), "Trường TH số 7", pupils=either(300, None), staff=25),
        ],
        problems=[
            error(2, "F", "pupils", "bad_number", "610"),
            error(3, "F", "pupils", "bad_number"),
            error(4, "F", "pupils", "negative_number"),
            error(5, "F", "pupils", "negative_number"),
            error(6, "F", "pupils", "bad_number"),
        ],
        may=[(7, "pupils")],
    ),
    Case(
        name="blank_is_not_nought",
        rule="An empty cell is null, not 0; nought is nought.",
        build=lambda: xlsx(Sheet([HEADER, *_list(None, 0, "0", "", " \u00a0", "\u200b")])),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=6),
        preview=[_read(2, None), _read(3, 0), _read(4, 0), _read(5, None), _read(6, None), _read(7, None)],
    ),
    Case(
        name="formulas_without_a_value",
        rule="A formula without a value is an error, not a blank.",
        build=lambda: xlsx_without_values([HEADER, *_list("=200+218", 300), *_bare_staff()]),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=3, new=1, error=2),
        preview=[
            _read(2, None, "error"),
            _read(3, 300),
            School(4, "error", _codes(4), "Trường TH số 4", pupils=300, staff=None),
        ],
        problems=[
            error(2, "F", "pupils", "formula_without_value"),
            error(4, "G", "staff", "formula_without_value"),
        ],
    ),
    Case(
        name="formulas_with_their_value",
        rule="The kept result of a formula is the value; #REF! is no number.",
        build=lambda: xlsx(Sheet([HEADER, *_list(Formula("=200+218", 418), Formula("=DS2!A1", "#REF!"), 300)])),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=3, new=2, error=1),
        preview=[_read(2, 418), _read(3, None, "error"), _read(4, 300)],
        problems=[error(3, "F", "pupils", "bad_number")],
    ),
    Case(
        name="pupils_by_level",
        rule="Counts by level in columns of their own; girls and classes are not pupils of a level.",
        build=lambda: xlsx(
            Sheet(
                [
                    ["Mã trường", "Tên trường", "Cấp học", "Xã/phường", "Số học sinh", None, None, None, "CB-GV-NV"],
                    [None, None, None, None, "Tổng số", "TH", "THCS", "THPT", None],
                    ["37000101", "Trường TH&THCS Gia Viễn", "TH, THCS", "Xã Gia Viễn", 500, 300, 200, None, 50],
                    ["37000102", "Trường THCS&THPT Gia Lâm", "THCS, THPT", "Xã Gia Lâm", 1500, None, 700, "8OO", 90],
                ],
                merges=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:H1", "I1:I2"],
            )
        ),
        header_row=either(1, 2),
        mapping=YEARS_MAPPING | {"pupils": ("Số học sinh", "Tổng số"), "staff": "CB-GV-NV"},
        rows=Rows(total=2, new=1, error=1),
        preview=[
            School(
                3,
                "new",
                "37000101",
                "Trường TH&THCS Gia Viễn",
                "TH THCS",
                pupils=500,
                staff=50,
                ownership=None,
                by_level={"TH": 300, "THCS": 200},
            ),
            School(4, "error", "37000102", "Trường THCS&THPT Gia Lâm", "THCS THPT", "14389", 1500, 90, ownership=None),
        ],
        problems=[error(4, "H", "pupils_THPT", "bad_number", "800")],
    ),
    Case(
        name="two_school_years_the_later_asked_for",
        rule="Of two school years side by side the one asked for.",
        build=lambda: xlsx(Sheet(YEARS, merges=YEARS_MERGES)),
        school_year="2026-2027",
        header_row=either(1, 2),
        mapping=YEARS_MAPPING
        | {"pupils": ("Năm học 2026-2027", "Học sinh"), "staff": ("Năm học 2026-2027", "CB-GV-NV")},
        rows=Rows(total=2, new=2),
        preview=[
            School(3, "new", "37000101", "Trường TH Gia Viễn", pupils=418, staff=31, ownership=None),
            School(4, "new", "37000102", "Trường THCS Gia Lâm", "THCS", "14389", 610, 44, ownership=None),
        ],
    ),
    Case(
        name="two_school_years_the_earlier_asked_for",
        rule="Of two school years side by side the one asked for, though the other stands last.",
        build=lambda: xlsx(Sheet(YEARS, merges=YEARS_MERGES)),
        school_year="2025-2026",
        existing=[
            Existing("37000101", "Trường TH Gia Viễn", staff={2025: 30, 2026: 31}, pupils={2025: {"TH": 400}}),
        ],
        header_row=either(1, 2),
        mapping=YEARS_MAPPING
        | {"pupils": ("Năm học 2025-2026", "Học sinh"), "staff": ("Năm học 2025-2026", "CB-GV-NV")},
        rows=Rows(total=2, new=1, unchanged=1),
        preview=[
            School(3, "unchanged", "37000101", "Trường TH Gia Viễn", pupils=400, staff=30, ownership=None),
            School(4, "new", "37000102", "Trường THCS Gia Lâm", "THCS", "14389", 600, 43, ownership=None),
        ],
    ),
    *[
        Case(
            name=f"two_school_years_in_one_row_of_headers_{year}",
            rule="Of two school years side by side the one asked for, where each header says its year.",
            build=lambda: xlsx(Sheet(ONE_HEADER)),
            school_year=year,
            header_row=1,
            mapping=YEARS_MAPPING | {"pupils": f"HS {year}", "staff": "CB-GV-NV"},
            rows=Rows(total=2, new=2),
            preview=[
                School(2, "new", "37000101", "Trường TH Gia Viễn", pupils=first, staff=31, ownership=None),
                School(3, "new", "37000102", "Trường THCS Gia Lâm", "THCS", "14389", second, 44, ownership=None),
            ],
        )
        for year, first, second in [("2025-2026", 400, 600), ("2026-2027", 418, 610)]
    ],
]
