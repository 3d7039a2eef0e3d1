"""Filled cells that say nothing: a filled cell that is taken as null needs a problem.

Which code it has is left open where the list of codes names none for the field.
"""

from __future__ import annotations

from typing import Any

from tests.imports_corpus.answers import UNSAID, Case, Problem, Rows, School, either, error
from tests.imports_corpus.build import HEADER, MAPPING, Dated, Formula, Sheet, school, xlsx

SAID = either("error", "warning")


def _list(field: str, *values: Any) -> list[list[Any]]:
    return [school(f"370001{at:02}", f"Trường TH số {at}", **{field: value}) for at, value in enumerate(values, 2)]


def _read(row: int, action: Any = "new", **more: Any) -> School:
    values = {"pupils": 300, "staff": 25} | more
    return School(row, action, f"370001{row:02}", f"Trường TH số {row}", **values)


CASES = [
    Case(
        name="kinds_of_ownership_that_are_none",
        rule="A filled cell that is taken as null needs a problem: Bán công is none of the three.",
        build=lambda: xlsx(Sheet([HEADER, *_list("ownership", "Bán công", "Khác", "Công lập")])),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=3, new=either(1, 3), error=either(0, 2)),
        preview=[
            _read(2, either("new", "error"), ownership=None),
            _read(3, either("new", "error"), ownership=None),
            _read(4),
        ],
        problems=[Problem(row, "D", "ownership", UNSAID, SAID) for row in (2, 3)],
    ),
    Case(
        name="counts_that_are_no_numbers",
        rule="A dash, a word, a date or a truth is no count and no blank: bad_number.",
        build=lambda: xlsx(Sheet([HEADER, *_list("pupils", "-", "không", "x", Dated(46115), True, 300)])),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=either(1, 2, 3, 4), error=either(2, 3, 4, 5)),
        preview=[
            _read(2, either("new", "error"), pupils=None),
            _read(3, either("new", "error"), pupils=None),
            _read(4, either("new", "error"), pupils=None),
            _read(5, "error", pupils=None),
            _read(6, "error", pupils=None),
            _read(7),
        ],
        problems=[
            *[Problem(row, "F", "pupils", "bad_number", SAID) for row in (2, 3, 4)],
            *[error(row, "F", "pupils", "bad_number") for row in (5, 6)],
        ],
    ),
    Case(
        name="errors_of_excel_in_place_of_words",
        rule="#N/A is no code, #REF! no name, no level and no commune.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    school(Formula("=VLOOKUP(1,Z:Z,1,0)", "#N/A"), "Trường TH số 2"),
                    school("37000103", Formula("=Z9", "#REF!")),
                    *_list("commune", None, None, Formula("=VLOOKUP(1,Z:Z,1,0)", "#N/A"))[2:],
                    school("37000105", "Trường TH số 5", levels=Formula("=Z9", "#REF!")),
                    school("37000106", "Trường TH số 6"),
                ]
            )
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=5, new=1, error=4),
        preview=[
            School(2, "error", None, "Trường TH số 2", pupils=300, staff=25),
            School(3, "error", "37000103", None, pupils=300, staff=25),
            School(4, "error", "37000104", "Trường TH số 4", commune=None, pupils=300, staff=25),
            School(5, "error", "37000105", "Trường TH số 5", None, pupils=300, staff=25),
            School(6, "new", "37000106", "Trường TH số 6", pupils=300, staff=25),
        ],
        problems=[
            error(2, "A", "code", UNSAID),
            error(3, "B", "name", UNSAID),
            error(4, "E", "commune", "unknown_commune"),
            error(5, "C", "levels", "unknown_level"),
        ],
    ),
]
