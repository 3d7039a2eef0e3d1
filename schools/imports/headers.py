"""Which row is the header, and what each column holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schools import text
from schools.imports.workbook import Row, Sheet

SEARCHED_ROWS = 40
HEADER_ROWS = 3

_PEOPLE = ("hs", "hoc sinh", "so hs", "so hoc sinh", "tong hs", "tong so hs", "tong so hoc sinh", "tre", "hoc vien")
_LEVEL_WORDS = {
    "MN": ("mn", "mam non", "mau giao"),
    "TH": ("th", "tieu hoc"),
    "THCS": ("thcs", "trung hoc co so"),
    "THPT": ("thpt", "trung hoc pho thong"),
    "GDTX": ("gdtx", "giao duc thuong xuyen"),
    "GDNN": ("gdnn", "giao duc nghe nghiep"),
    "TC": ("tc", "trung cap"),
    "CD": ("cd", "cao dang"),
    "DH": ("dh", "dai hoc"),
}
# Of several columns that fit a field, the one whose words stand first here is taken.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "code": (
        "ma truong", "ma truong hoc", "ma co so giao duc", "ma csgd", "ma co so", "ma dinh danh", "ma don vi", "ma dv",
        "ma dinh danh truong", "ma dinh danh don vi", "ma so truong", "ma so", "ma",
    ),
    "name": (
        "ten truong", "ten truong hoc", "ten co so giao duc", "ten csgd", "ten co so", "ten don vi", "ten nha truong",
        "ten dv", "co so giao duc", "don vi", "truong", "nha truong", "ten",
    ),
    "levels": ("cap hoc", "bac hoc", "cap bac hoc", "cap truong", "cap", "bac", "nhom cap hoc"),
    "ownership": (
        "loai hinh", "loai hinh truong", "loai hinh co so", "loai hinh don vi", "loai hinh so huu", "hinh thuc so huu",
        "cong lap tu thuc", "loai hinh dao tao",
    ),
    "commune_code": ("ma xa", "ma xa phuong", "ma phuong xa", "ma xa phuong dac khu", "ma dvhc", "ma dia ban"),
    "commune": (
        "xa phuong", "xa phuong dac khu", "phuong xa", "xa phuong thi tran", "ten xa phuong", "ten xa", "xa", "phuong",
        "thuoc xa phuong", "xa phuong moi", "dia ban xa phuong", "dia ban", "don vi hanh chinh", "xa thi tran",
    ),
    "district": ("quan huyen", "huyen", "ten huyen", "ten quan huyen", "huyen thi xa thanh pho", "quan huyen cu"),
    "address": ("dia chi", "dia chi truong", "dia chi tru so", "dia diem", "tru so"),
    "email": (
        "thu dien tu", "email", "e mail", "hop thu", "hop thu dien tu", "dia chi email", "dia chi thu dien tu", "mail",
        "email truong", "email don vi",
    ),
    "phone": ("dien thoai", "so dien thoai", "sdt", "dien thoai truong", "dt"),
    "pupils": (
        "tong so hs", "tong so hoc sinh", "tong hs", "tong so tre", "so hs", "so hoc sinh", "hoc sinh", "hs", "si so",
        "hoc sinh tong so", "hoc sinh tong", "hs tong so", "tong so hoc sinh tre em", "quy mo hoc sinh",
        "hoc sinh cong", "tong so tre hs", "tong so hs hv",
    ),
    **{
        f"pupils_{level}": (
            *(f"{people} {word}" for people in _PEOPLE for word in words),
            *(f"{word} {people}" for people in ("hs", "hoc sinh") for word in words),
            *(("so tre", "tre em") if level == "MN" else ()),
        )
        for level, words in _LEVEL_WORDS.items()
    },
    "staff": (
        "cb gv nv", "cbgvnv", "tong so cb gv nv", "tong so cbgvnv", "tong cbgvnv", "tong cb gv nv", "so cb gv nv",
        "can bo giao vien nhan vien", "tong so can bo giao vien nhan vien", "cbql gv nv", "tong so cbql gv nv",
        "can bo quan ly giao vien nhan vien", "cb ql gv nv", "cbqlgvnv", "doi ngu", "tong so doi ngu",
        "cb gv nv tong so",
    ),
    "managers": ("cbql", "can bo quan ly", "so cbql", "cb gv nv cbql", "cb gv nv can bo quan ly", "doi ngu cbql"),
    "teachers": ("giao vien", "gv", "so giao vien", "so gv", "cb gv nv giao vien", "cb gv nv gv", "doi ngu gv"),
    "employees": ("nhan vien", "nv", "so nhan vien", "so nv", "cb gv nv nhan vien", "cb gv nv nv", "doi ngu nv"),
    "classes": ("so lop", "tong so lop", "so lop hoc", "so nhom lop", "nhom lop", "lop", "so nhom lop hoc"),
}  # fmt: skip
_EXACT = {synonym: (field, place) for field, synonyms in SYNONYMS.items() for place, synonym in enumerate(synonyms)}
# What follows a known header and makes it another thing: "Tổng số HS nữ" is not the number of pupils.
_OTHER_THING = {"nu", "dan", "lop", "khuyet", "ngheo", "bo", "luu", "hoc", "cha", "hieu", "quan", "giao", "nam", "tinh"}


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands and what it says: columns by field, the headers as found."""

    row: int
    last_row: int
    columns: dict[str, int]
    titles: dict[int, str]
    guessed: frozenset[str]

    @property
    def mapping(self) -> dict[str, str]:
        return {field: self.titles[column] for field, column in self.columns.items()}

    @property
    def unmapped(self) -> list[str]:
        taken = set(self.columns.values())
        return [title for column, title in sorted(self.titles.items()) if column not in taken]


def normal(title: object) -> str:
    """'MA_TRUONG *' and 'Mã\\ntrường (do Bộ cấp)' are both 'ma truong'."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", text.clean(str(title)))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.fold(bare)).split())


def letter(column: int) -> str:
    """Excel's name of a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def find(sheet: Sheet, chosen: Mapping[str, str] | None = None) -> Header | None:
    """The best header among the first rows, or None; `chosen` maps fields to headers and wins over the guess."""
    best: Header | None = None
    for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        if sum(1 for cell in row if isinstance(cell, str) and cell.strip()) < 2:
            continue
        found = _read(sheet, index, chosen or {})
        if {"code", "name"} <= found.columns.keys() and (best is None or len(found.columns) > len(best.columns)):
            best = found
    return best


def _read(sheet: Sheet, index: int, chosen: Mapping[str, str]) -> Header:
    row = sheet.rows[index]
    titles = {
        column: text.clean(str(cell)) for column, cell in enumerate(row) if isinstance(cell, str) and cell.strip()
    }
    columns, guessed = _match(titles, chosen)
    last = index
    for below in range(index + 1, min(index + HEADER_ROWS, len(sheet.rows))):
        joined = _join(titles, sheet.rows[below], columns)
        if joined is None:
            break
        titles, last = joined, below
        columns, guessed = _match(titles, chosen)
    return Header(index + 1, last + 1, columns, titles, guessed)


def _join(titles: Mapping[int, str], below: Row, columns: Mapping[str, int]) -> dict[int, str] | None:
    """Titles with a second header row under them, or None where the row below is not one.

    Under a title that spans one column nothing more can stand; under a group each part has its own.
    """
    parts = {column: text.clean(str(cell)) for column, cell in enumerate(below) if cell not in ("", None)}
    singles = {column for column in titles if column + 1 in titles or column == max(titles, default=0)}
    own = {columns.get("code"), columns.get("name")}
    if len(parts) < 2 or own & parts.keys() or any(part.replace(".", "").isdigit() for part in parts.values()):
        return None
    if any(column in singles and column - 1 in titles and column - 1 not in parts for column in parts):
        return None
    joined = dict(titles)
    group = ""
    for column in range(max([*parts, *titles]) + 1):
        group = titles.get(column, group)
        if column in parts:
            joined[column] = f"{group} {parts[column]}".strip()
    return joined


def _match(titles: Mapping[int, str], chosen: Mapping[str, str]) -> tuple[dict[str, int], frozenset[str]]:
    columns: dict[str, int] = {}
    ranks: dict[str, int] = {}
    guessed: set[str] = set()
    for field, title in chosen.items():
        wanted = normal(title)
        column = next((place for place, found in titles.items() if normal(found) == wanted), None)
        if column is not None:
            columns[field], ranks[field] = column, -1
    for column, title in titles.items():
        if column in columns.values():
            continue
        field, rank = _EXACT.get(normal(title), ("", 0))
        if field and rank < ranks.get(field, 1000):
            columns[field], ranks[field] = column, rank
    for column, title in titles.items():
        field = _guess(normal(title).split())
        if field and field not in columns and column not in columns.values():
            columns[field] = column
            guessed.add(field)
    return columns, frozenset(guessed)


def _guess(words: Sequence[str]) -> str:
    """A header that begins with the words of a known one, if nothing after them makes it another thing."""
    for length in range(len(words) - 1, 1, -1):
        field, _rank = _EXACT.get(" ".join(words[:length]), ("", 0))
        if field:
            return "" if _OTHER_THING & set(words[length:]) else field
    return ""
