"""Names stay as written, once the bytes say what was meant."""

from __future__ import annotations

import unicodedata

from tests.imports_corpus.answers import Case, Rows, School
from tests.imports_corpus.build import HEADER, MAPPING, Sheet, csv_text, school, xlsx
from tests.imports_corpus.legacy_fonts import tcvn3, vni

NAMES = ["Trường Tiểu học Gia Viễn", "Trường THCS Đinh Tiên Hoàng", "Trường Mẫu giáo Ngọc Mỹ Nhân"]
COMMUNES = [("Xã Gia Viễn", "14464"), ("Phường Hoa Lư", "14329"), ("Xã Phát Diệm", "14620")]
LEVELS = ["Tiểu học", "THCS", "Mẫu giáo"]
READ = [
    School(row, "new", f"3700010{row}", name, level, commune, 300, 25)
    for row, (name, level, (_written, commune)) in enumerate(zip(NAMES, ["TH", "THCS", "MN"], COMMUNES, strict=True), 2)
]


def _list(spell: object, *, header: bool = True) -> list[list[object]]:
    """The same three schools, each text spelled by a function; codes stay plain."""
    assert callable(spell)
    return [
        [spell(word) for word in HEADER] if header else HEADER,
        *[
            [f"3700010{row}", spell(name), spell(level), spell("Công lập"), spell(commune), 300, 25]
            for row, (name, level, (commune, _code)) in enumerate(zip(NAMES, LEVELS, COMMUNES, strict=True), 2)
        ],
    ]


def _decomposed(word: str) -> str:
    return unicodedata.normalize("NFD", word)


def _blanks(word: str) -> str:
    return "\ufeff\u00a0 " + word.replace(" ", "\u00a0\u200b ") + "\u200b\t\u2009"


def _kept(*names: str) -> list[School]:
    return [School(row, "new", f"370001{row:02}", name, pupils=300, staff=25) for row, name in enumerate(names, 2)]


AS_WRITTEN = [
    "TRƯỜNG TH GIA VIỄN",
    "trường th gia viễn b",
    "Trường THCS Lê Quý Đôn",
    "Trường Mầm non Quốc tế Saint-Exupéry",
    "Trường TH Ngô Gia Tự - Ý Yên",
    "Trường MN Ô Mai Àn",
    "Tr. TH số 2 (Gia Viễn)",
    "Trường TH Nguyễn Đức Ñuñoa",
]
OPERATORS = [
    '=HYPERLINK("http://x.example";"Trường TH")',
    "+ Trường TH Gia Viễn",
    "- Trường TH Gia Lâm",
    "@Trường TH Gia Tường",
    "=1+1",
    "+84 Trường TH",
]

CASES = [
    Case(
        name="decomposed_letters",
        rule="Names after NFC: headers, names and communes typed on another system.",
        build=lambda: xlsx(Sheet(_list(_decomposed))),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=3, new=3),
        preview=READ,
    ),
    Case(
        name="no_break_and_zero_width_blanks",
        rule="No-break, thin and zero-width blanks, tabs and a stray BOM become single blanks or nothing.",
        build=lambda: xlsx(Sheet(_list(_blanks))),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=3, new=3),
        preview=READ,
    ),
    Case(
        name="tcvn3_from_header_to_commune",
        rule="TCVN3 is decoded: a whole sheet of .VnTime, where the soft hyphen is the letter ư.",
        build=lambda: xlsx(Sheet(_list(tcvn3))),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=3, new=3),
        preview=READ,
        may=[(row, field) for row in (2, 3, 4) for field in ("name", "levels", "ownership", "commune")],
    ),
    Case(
        name="tcvn3_names_under_a_plain_header",
        rule="TCVN3 is decoded in the cells that are written in it.",
        build=lambda: xlsx(Sheet(_list(tcvn3, header=False))),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=3, new=3),
        preview=READ,
        may=[(row, field) for row in (2, 3, 4) for field in ("name", "levels", "ownership", "commune")],
    ),
    Case(
        name="vni_names_under_a_plain_header",
        rule="VNI is decoded.",
        build=lambda: xlsx(Sheet(_list(vni, header=False))),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=3, new=3),
        preview=READ,
        may=[(row, field) for row in (2, 3, 4) for field in ("name", "levels", "ownership", "commune")],
    ),
    Case(
        name="names_stay_as_written",
        rule="No re-casing, no expansion; letters of other languages are no old font.",
        build=lambda: xlsx(
            Sheet([HEADER, *[school(f"370001{row:02}", name) for row, name in enumerate(AS_WRITTEN, 2)]])
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=8, new=8),
        preview=_kept(*AS_WRITTEN),
        # A name that says another level than its column may be asked about.
        may=[(row, "levels") for row in (4, 5, 7)],
    ),
    Case(
        name="texts_that_begin_like_formulas",
        rule="Text that begins with = + - @ is kept as text.",
        build=lambda: xlsx(
            Sheet([HEADER, *[school(f"370001{row:02}", name) for row, name in enumerate(OPERATORS, 2)]])
        ),
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=6),
        preview=_kept(*OPERATORS),
    ),
    Case(
        name="texts_that_begin_like_formulas_in_csv",
        rule="Text that begins with = + - @ is kept as text; a file of text runs nothing.",
        build=lambda: csv_text(
            [HEADER, *[school(f"370001{row:02}", name) for row, name in enumerate(OPERATORS, 2)]], ","
        ),
        file_name="danh-sach.csv",
        sheet=None,
        header_row=1,
        mapping=MAPPING,
        rows=Rows(total=6, new=6),
        preview=_kept(*OPERATORS),
    ),
]
