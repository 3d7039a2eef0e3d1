"""Lists that come to schools the portal knows already."""

from __future__ import annotations

from tests.imports_corpus.answers import UNSAID, Case, Existing, Rows, School, warning
from tests.imports_corpus.build import HEADER, MAPPING, Sheet, school, xlsx


def _known(number: int, **more: object) -> Existing:
    counts = {"staff": {2026: 25}, "pupils": {2026: {"TH": 300}}}
    return Existing(f"3700010{number}", f"Trường TH số {number}", **(counts | more))  # type: ignore[arg-type]


def _row(number: int, **more: object) -> list[object]:
    return school(f"3700010{number}", f"Trường TH số {number}", **more)


def _read(row: int, action: str, number: int, **more: object) -> School:
    values = {"pupils": 300, "staff": 25} | more
    return School(row, action, f"3700010{number}", f"Trường TH số {number}", **values)  # type: ignore[arg-type]


CASES = [
    Case(
        name="the_same_list_again",
        rule="What stands there already is unchanged, however its commune and levels are spelled.",
        build=lambda: xlsx(
            Sheet([HEADER, _row(1), _row(2, levels="Tiểu học", commune="14464"), _row(3, commune="gia vien")])
        ),
        existing=[_known(1), _known(2), _known(3)],
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=3, unchanged=3),
        preview=[_read(2, "unchanged", 1), _read(3, "unchanged", 2), _read(4, "unchanged", 3)],
    ),
    Case(
        name="new_changed_unchanged_and_not_in_the_file",
        rule="Schools match by code; who is not in the file is named and stays.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    _row(1),
                    _row(2, pupils=310),
                    school("37000103", "Trường TH Ba Sao"),
                    _row(4, commune="Xã Gia Lâm"),
                    _row(5, ownership="Tư thục"),
                    school("37000109", "Trường TH Mới"),
                ]
            )
        ),
        existing=[_known(number) for number in range(1, 8)],
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=1, changed=4, unchanged=1),
        preview=[
            _read(2, "unchanged", 1),
            _read(3, "changed", 2, pupils=310),
            School(4, "changed", "37000103", "Trường TH Ba Sao", pupils=300, staff=25),
            _read(5, "changed", 4, commune="14389"),
            _read(6, "changed", 5, ownership="private"),
            School(7, "new", "37000109", "Trường TH Mới", pupils=300, staff=25),
        ],
        missing=["37000106", "37000107"],
    ),
    Case(
        name="counts_a_person_would_ask_about",
        rule="suspicious_change for −80% and tenfold, not for 3%.",
        build=lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    _row(1, pupils=60),
                    _row(2, pupils=3000),
                    _row(3, pupils=309),
                    _row(4, pupils=291, staff=26),
                    _row(5, staff=250),
                ]
            )
        ),
        existing=[_known(number) for number in range(1, 6)],
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=5, changed=5),
        preview=[
            _read(2, "changed", 1, pupils=60),
            _read(3, "changed", 2, pupils=3000),
            _read(4, "changed", 3, pupils=309),
            _read(5, "changed", 4, pupils=291, staff=26),
            _read(6, "changed", 5, staff=250),
        ],
        problems=[
            warning(2, "F", "pupils", "suspicious_change"),
            warning(3, "F", "pupils", "suspicious_change"),
            warning(6, "G", "staff", "suspicious_change"),
        ],
    ),
    Case(
        name="jumps_against_last_year",
        rule="Large jumps against last year are warnings, where this year has no count yet.",
        build=lambda: xlsx(Sheet([HEADER, _row(1, pupils=60), _row(2, pupils=309), _row(3, staff=250)])),
        existing=[_known(number, staff={2025: 25}, pupils={2025: {"TH": 300}}) for number in (1, 2, 3)],
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=3, changed=3),
        preview=[
            _read(2, "changed", 1, pupils=60),
            _read(3, "changed", 2, pupils=309),
            _read(4, "changed", 3, staff=250),
        ],
        problems=[
            warning(2, "F", "pupils", "suspicious_change"),
            warning(4, "G", "staff", "suspicious_change"),
        ],
    ),
    Case(
        name="columns_that_the_file_lacks",
        rule="A column the file lacks erases nothing: neither levels nor commune nor counts.",
        build=lambda: xlsx(
            Sheet(
                [
                    ["Mã trường", "Tên trường"],
                    ["37000101", "Trường TH số 1"],
                    ["37000102", "Trường TH số Hai"],
                ]
            )
        ),
        existing=[_known(1, ownership="private"), _known(2)],
        header_row=1,
        mapping={"code": "Mã trường", "name": "Tên trường"},
        rows=Rows(total=2, changed=1, unchanged=1),
        preview=[
            School(2, "unchanged", "37000101", "Trường TH số 1", UNSAID, UNSAID, UNSAID, UNSAID, UNSAID),
            School(3, "changed", "37000102", "Trường TH số Hai", UNSAID, UNSAID, UNSAID, UNSAID, UNSAID),
        ],
    ),
    Case(
        name="only_counts_of_known_schools",
        rule="Counts in another file: code and numbers alone; nought is a count, an empty cell is none.",
        build=lambda: xlsx(
            Sheet(
                [
                    ["Mã trường", "Tên trường", "Tổng số HS"],
                    ["37000101", "Trường TH số 1", 320],
                    ["37000102", "Trường TH số 2", "300"],
                ]
            )
        ),
        existing=[_known(1), _known(2)],
        header_row=1,
        mapping={"code": "Mã trường", "name": "Tên trường", "pupils": "Tổng số HS"},
        rows=Rows(total=2, changed=1, unchanged=1),
        preview=[
            School(2, "changed", "37000101", "Trường TH số 1", UNSAID, UNSAID, 320, UNSAID, UNSAID),
            School(3, "unchanged", "37000102", "Trường TH số 2", UNSAID, UNSAID, 300, UNSAID, UNSAID),
        ],
    ),
]
