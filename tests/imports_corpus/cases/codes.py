"""Codes are text, whatever Excel made of them."""

from __future__ import annotations

from tests.imports_corpus.answers import Case, Existing, Rows, School, error
from tests.imports_corpus.build import HEADER, MAPPING, Sheet, school, xlsx

NAMES = ["Trường TH Một", "Trường TH Hai", "Trường TH Ba", "Trường TH Bốn", "Trường TH Năm", "Trường TH Sáu"]


def _read(*codes: str) -> list[School]:
    return [
        School(row, "new", code, name, pupils=300, staff=25)
        for row, (code, name) in enumerate(zip(codes, NAMES, strict=False), 2)
    ]


CASES = [
    Case(
        name="codes_cleaned_without_a_word",
        rule="Whole numbers are codes as text; inner blanks, a typed apostrophe and a trailing .0 are cleaned.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    school(37000101, NAMES[0]),
                    school("37000102.0", NAMES[1]),
                    school("'37000103", NAMES[2]),
                    school("37 000 104", NAMES[3]),
                    school("\u00a037000105 \u200b", NAMES[4]),
                    school(37000106.0, NAMES[5]),
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=6),
        preview=_read("37000101", "37000102", "37000103", "37000104", "37000105", "37000106"),
    ),
    Case(
        name="codes_with_letters",
        rule="Codes may hold letters: 37000E03 is text and no exponent; hyphens stay.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    school("37000E03", NAMES[0]),
                    school("37-TH-0412", NAMES[1]),
                    school("3700A001", NAMES[2]),
                    school("00000004", NAMES[3]),
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=4, new=4),
        preview=_read("37000E03", "37-TH-0412", "3700A001", "00000004"),
    ),
    Case(
        name="numbers_that_lost_their_zeros",
        rule="A number with fewer digits than the list's text codes is code_not_text, with the likely code offered.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    school("03700101", NAMES[0]),
                    school("03700102", NAMES[1]),
                    school(3700103, NAMES[2]),
                    school(37001, NAMES[3]),
                    school(37000105, NAMES[4]),
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=5, new=3, error=2),
        preview=[
            School(2, "new", "03700101", NAMES[0], pupils=300, staff=25),
            School(3, "new", "03700102", NAMES[1], pupils=300, staff=25),
            School(4, "error", None, NAMES[2], pupils=300, staff=25),
            School(5, "error", None, NAMES[3], pupils=300, staff=25),
            School(6, "new", "37000105", NAMES[4], pupils=300, staff=25),
        ],
        problems=[
            error(4, "A", "code", "code_not_text", "03700103"),
            error(5, "A", "code", "code_not_text", "00037001"),
        ],
    ),
    Case(
        name="codes_shown_with_an_exponent",
        rule="A code that shows an exponent has lost its digits: code_not_text. So has a number past 15 digits.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    school("37000101", NAMES[0]),
                    school("3.70001E+07", NAMES[1]),
                    school("3,70001E+07", NAMES[2]),
                    school(3.7000123456789e17, NAMES[3]),
                    school(37000105.5, NAMES[4]),
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=5, new=1, error=4),
        preview=[
            School(2, "new", "37000101", NAMES[0], pupils=300, staff=25),
            *[School(row, "error", None, NAMES[row - 2], pupils=300, staff=25) for row in (3, 4, 5, 6)],
        ],
        problems=[error(row, "A", "code", "code_not_text") for row in (3, 4, 5, 6)],
    ),
    Case(
        name="one_code_three_times",
        rule="Of a code that stands twice, the later rows are errors, however it is written.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    school("37000101", NAMES[0]),
                    school("37000102", NAMES[1]),
                    school(37000101, NAMES[2]),
                    school("37 000 101", NAMES[3]),
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=4, new=2, error=2),
        preview=[
            School(2, "new", "37000101", NAMES[0], pupils=300, staff=25),
            School(3, "new", "37000102", NAMES[1], pupils=300, staff=25),
            School(4, "error", "37000101", NAMES[2], pupils=300, staff=25),
            School(5, "error", "37000101", NAMES[3], pupils=300, staff=25),
        ],
        problems=[error(row, "A", "code", "duplicate_code") for row in (4, 5)],
    ),
    Case(
        name="rows_without_code_or_name",
        rule="A school without a code or without a name is an error, not a note; blanks and zero-widths are nothing.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    school(None, NAMES[0]),
                    school("37000102", None),
                    school(" \u200b\u00a0", NAMES[2]),
                    school("37000104", "\u200b"),
                    school("37000105", NAMES[4]),
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=5, new=1, error=4),
        preview=[
            School(2, "error", None, NAMES[0], pupils=300, staff=25),
            School(3, "error", "37000102", None, pupils=300, staff=25),
            School(4, "error", None, NAMES[2], pupils=300, staff=25),
            School(5, "error", "37000104", None, pupils=300, staff=25),
            School(6, "new", "37000105", NAMES[4], pupils=300, staff=25),
        ],
        problems=[
            error(2, "A", "code", "missing_code"),
            error(3, "B", "name", "missing_name"),
            error(4, "A", "code", "missing_code"),
            error(5, "B", "name", "missing_name"),
        ],
    ),
    Case(
        name="the_school_of_an_error_row_is_in_the_file",
        rule="Schools match by code; the school of an error row is not 'missing from the file'.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    school("03700101", NAMES[0], pupils="61O"),
                    school(3700102, NAMES[1]),
                    school("03700103", NAMES[2], commune="Xã Không Đâu"),
                    school("03700105", NAMES[4]),
                ]
            )
        ),
        existing=[
            Existing("03700101", NAMES[0], staff={2026: 25}, pupils={2026: {"TH": 300}}),
            Existing("03700102", NAMES[1]),
            Existing("03700103", NAMES[2]),
            Existing("03700104", NAMES[3]),
        ],
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=4, new=1, error=3),
        preview=[
            School(2, "error", "03700101", NAMES[0], pupils=None, staff=25),
            School(3, "error", None, NAMES[1], pupils=300, staff=25),
            School(4, "error", "03700103", NAMES[2], commune=None, pupils=300, staff=25),
            School(5, "new", "03700105", NAMES[4], pupils=300, staff=25),
        ],
        problems=[
            error(2, "F", "pupils", "bad_number", "610"),
            error(3, "A", "code", "code_not_text", "03700102"),
            error(4, "E", "commune", "unknown_commune"),
        ],
        missing=["03700104"],
    ),
]
